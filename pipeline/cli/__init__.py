"""The command line: `main` is the group, which the modules of commands fill."""

from pipeline.cli import commands, reading_commands
from pipeline.cli.command_group import main

__all__ = ["commands", "main", "reading_commands"]
