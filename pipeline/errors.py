"""What stops a command: one line that says what is wrong, where, and what to do about it."""

from __future__ import annotations


class UsageError(Exception):
    """Wrong use or unusable input. The command line prints the message as one line and exits with 2.

    `what` names the thing and what is wrong with it; `remedy` tells the reader what to do.
    """

    def __init__(self, what: str, remedy: str) -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what}: {remedy}")


class DataError(Exception):
    """The data needs a person (an error finding, a regression). The command line exits with 1."""
