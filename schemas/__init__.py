"""The pandera models of the contract, and the catalogues of the studies as data."""
