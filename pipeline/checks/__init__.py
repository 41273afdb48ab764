"""Rules, claims and the ledger: what a check noticed becomes a finding."""
