"""What stops a command: one line that says what is wrong, where, and what to do about it."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


class UsageError(Exception):
    """Wrong use or unusable input. The command line prints the message as one line and exits with 2.

    `what` names the thing and what is wrong with it; `remedy` tells the reader what to do.
    """

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}: {remedy}")

    def __reduce__(self) -> tuple[type[UsageError], tuple[str, str]]:
        return type(self), (self.what, self.remedy)


class DataError(Exception):
    """The data needs a person (an error finding, a regression). The command line exits with 1."""


def describe(error: BaseException) -> str:
    """An unexpected exception in one line: kind, message and the innermost place in this program."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).name != "processes.py"]
    own = [f for f in frames if f"{os.sep}pipeline{os.sep}" in f.filename] or frames
    place = f" in {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{place}: {' '.join(str(error).split())[:200]}"
