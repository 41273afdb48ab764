"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.errors import UsageError

if TYPE_CHECKING:
    pass


TEMPORARY = ".editions-"
"""Prefix of everything unfinished, so that git ignores it and the next run clears it away."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all files under `folder`; "" when there is no such folder."""
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0{sha256(path)}\n".encode())
    return digest.hexdigest()


def write_file(path: Path, content: bytes | str) -> None:
    """Write `path` whole or not at all: a temporary file beside it, synced, then renamed over it.

    Raises UsageError when the place cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=temporary(), dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """An empty folder that becomes `target`, replacing what stood there, when the block ends without an exception.

    The exchange is one system call where the system has one (Linux), so that a kill at any moment leaves the old
    folder or the new one. Raises UsageError when the place cannot be written.
    """
    with writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        recover(target)
        draft = Path(tempfile.mkdtemp(prefix=temporary(), dir=target.parent))
        try:
            os.chmod(draft, 0o777 & ~_umask())
            yield draft
            _sync_tree(draft)
            _exchange(draft, target)
            _sync_folder(target.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def check_place(target: Path) -> None:
    """Raises UsageError at once when `target` could not become, or is not, a folder that may be written."""
    nearest = next(p for p in (target.resolve(), *target.resolve().parents) if p.exists())
    with writable(target):
        if not nearest.is_dir():
            raise NotADirectoryError(0, f"{nearest} is no folder")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise PermissionError(0, "no permission")


def place_files(source: Path, target: Path, names: Sequence[str]) -> None:
    """Put the files `names` of `source` into the folder `target`; other files there stay.

    Raises UsageError when the place cannot be written; then `target` is as it was.
    """
    check_place(target)
    target = target.resolve()
    with writable(target):
        if not target.exists() or _may_be_exchanged(target, names):
            with whole_folder(target) as draft:
                for name in names:
                    shutil.copyfile(source / name, draft / name)
            return
        with tempfile.TemporaryDirectory(prefix=temporary(), dir=target) as drafts:
            for name in names:
                shutil.copyfile(source / name, Path(drafts) / name)
            _sync_tree(Path(drafts))
            for name in names:
                os.replace(Path(drafts) / name, target / name)
        _sync_folder(target)


def _may_be_exchanged(target: Path, names: Sequence[str]) -> bool:
    """The folder holds nothing else, and nothing stands in it that would lose its ground (a shell, a mount)."""
    return (
        {p.name for p in target.iterdir()} <= set(names)
        and not os.path.ismount(target)
        and not Path.cwd().is_relative_to(target)
        and os.access(target.parent, os.W_OK)
    )


def recover(target: Path) -> None:
    """Put back a folder that a kill caught between two renames (only where the system has no exchange)."""
    aside = _aside(target)
    if aside.exists():
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)


def temporary() -> str:
    """How the names of this process' unfinished files and folders begin."""
    return f"{TEMPORARY}{os.getpid()}-"


def process_runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:  # not Linux
        return True
    return stat.rpartition(")")[2].split()[0] != "Z"  # dead, though nobody has asked how it ended


def _aside(target: Path) -> Path:
    return target.with_name(f"{TEMPORARY}{target.name}.aside")


RENAME_EXCHANGE = 2
"""Flag of Linux' renameat2(2): swap two paths in one step."""


AT_FDCWD = -100


def _exchange(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.rename(target)
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        swap = getattr(libc, "renameat2", None)
        if swap and swap(AT_FDCWD, os.fsencode(draft), AT_FDCWD, os.fsencode(target), RENAME_EXCHANGE) == 0:
            return
    target.rename(_aside(target))
    draft.rename(target)
    recover(target)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot write {path} ({reason})", "free or choose another place; nothing was changed"
        ) from error


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)
