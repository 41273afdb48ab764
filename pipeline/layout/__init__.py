"""Words to lines, lines to blocks, blocks to roles, in reading order."""
