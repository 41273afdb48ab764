"""Tables of a page: where they are, their cells, and what several readers agree on."""
