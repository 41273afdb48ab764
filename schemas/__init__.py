"""What tables must look like (`contract`), what a release must fulfil (`expectations`), and one catalogue per study."""
