"""What the stages say of their work: `logging`, shown on standard error by -v, also from guarded child processes.

A module logs to `logging.getLogger(__name__)`: INFO for what a stage did (how many, and what was skipped and why),
DEBUG for what it decided of one page or exhibit.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

PROGRAM = logging.getLogger("pipeline")
LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)
"""Of the program's loggers, by how often -v was given."""


class Relay(logging.Handler):
    """Gives every record as logger's name, level and finished text: a record itself may not fit through a pipe."""

    def __init__(self, send: Callable[[str, int, str], None]) -> None:
        super().__init__()
        self.send = send

    def emit(self, record: logging.LogRecord) -> None:
        self.send(record.name, record.levelno, record.getMessage())


def show_on_console(verbosity: int) -> None:
    """From now on what the stages say goes to standard error, one line each, room and module before it."""
    PROGRAM.setLevel(LEVELS[min(verbosity, len(LEVELS) - 1)])
    if not PROGRAM.handlers:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        PROGRAM.addHandler(shown)
    PROGRAM.propagate = False


def relay(level: int, send: Callable[[str, int, str], None]) -> None:
    """From now on what the stages say in this process is sent, from `level` on."""
    PROGRAM.setLevel(level)
    PROGRAM.addHandler(Relay(send))
    PROGRAM.propagate = False


def repeat(name: str, level: int, message: str) -> None:
    """What a child process said, said here."""
    logging.getLogger(name).log(level, "%s", message)
