"""Numbers that running text states, against the values that the exhibits print."""
