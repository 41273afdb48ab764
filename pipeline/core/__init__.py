"""What every room uses: geometry, colours, numbers, languages, errors, the contract, findings, files, processes."""
