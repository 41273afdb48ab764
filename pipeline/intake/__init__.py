"""Is it a PDF, whole, safe and known? One look, one fingerprint, one handle."""
