"""The group of commands: how a command ends, and the options that several share."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from pipeline import __version__
from pipeline.core.errors import DataError, UsageError, describe
from pipeline.core.logs import show_on_console

NEEDS_A_PERSON, UNUSABLE = 1, 2
SHOWN_OF_ONE, SHOWN_OF_MANY = 5, 2
"""Findings of one kind that are written out: of one report, and of each of those that a build makes."""


class Command(click.Command):
    """A command with -v, as all have it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(
                ["-v", "--verbose"],
                count=True,
                expose_value=False,
                is_eager=True,
                callback=lambda context, option, value: show_on_console(value),
                help="Say what each stage does; -vv also what it decides.",
            )
        )


class Commands(click.Group):
    """Turns every way a command can end into an exit code and, where something is wrong, one line."""

    command_class = Command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        _speak_utf8()
        try:
            sys.exit(super().main(*args, **kwargs) or 0)
        except UsageError as error:
            _stop(f"{error.what}: {error.remedy}", UNUSABLE)
        except DataError as error:
            _stop(str(error), NEEDS_A_PERSON)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "editions"
            _stop(f"{error.format_message().rstrip('.')}: see {command} --help", UNUSABLE)
        except (click.Abort, KeyboardInterrupt):
            _stop("stopped; nothing was changed since the last finished step", 130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(UNUSABLE)
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            _stop(f"{name}{error.strerror or error}: free or choose another place", UNUSABLE)
        except Exception as error:
            if os.environ.get("EDITIONS_DEBUG"):
                raise
            _stop(
                f"a fault of the program ({describe(error)}): set EDITIONS_DEBUG=1 for details, please report it",
                UNUSABLE,
            )


def _speak_utf8() -> None:
    """Reports hold more than the ASCII of a bare container's locale; Python 3.15 writes UTF-8 everywhere by itself."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _stop(line: str, code: int) -> NoReturn:
    from pipeline.cli.console import warn

    warn(f"editions: {line}")
    sys.exit(code)


def shared_options(*which: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that several commands share, by name."""
    shared = {
        "root": click.option(
            "--root", type=click.Path(path_type=Path), default=Path(), show_default="here", help="The project's folder."
        ),
        "study": click.option("--study", metavar="STUDY", help="Study, a folder of schemas/."),
        "json": click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
        "jobs": click.option(
            "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes at a time.  [default: one per core]"
        ),
        "password": click.option(
            "--password", default="", envvar="EDITIONS_PASSWORD", show_envvar=True, help="Password of an encrypted PDF."
        ),
        "targets": click.argument("targets", nargs=-1, metavar="[STUDY[/EDITION]]..."),
    }

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(which):
            function = shared[name](function)
        return function

    return decorate


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="editions")
def main() -> None:
    """From the yearly PDF reports of a repeated survey to one checked, longitudinal dataset."""


def targets_of(targets: tuple[str, ...], study: str | None) -> list[str]:
    return [*targets, study] if study and not targets else list(targets)
