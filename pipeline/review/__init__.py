"""What a steward looks at: the desk, the static report, pictures of what was read."""
