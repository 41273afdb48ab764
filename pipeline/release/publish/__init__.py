"""The published folder: tables, codebook, explorer, metadata."""
