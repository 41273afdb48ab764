"""Pages of our own making by many engines, with their truth."""
