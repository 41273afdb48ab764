"""What an extraction was made with: the file, the catalogue, this program's code and the libraries' versions."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
READING = ("core", "intake", "pages", "layout", "exhibits")
"""Rooms whose code decides what is read of a document."""
EXTRACTING = (*READING, "catalogue", "observations", "checks")
"""Rooms whose code decides what an edition's tables say."""
LIBRARIES = (
    "babel",
    "camelot-py",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pandas",
    "pandera",
    "pdfminer.six",
    "pdfplumber",
    "pikepdf",
    "pillow",
    "playa-pdf",
    "pyarrow",
    "pydantic",
    "pypdfium2",
    "rapidfuzz",
    "rapidocr",
    "scipy",
    "shapely",
)
"""Libraries that could change a value. Absent ones count too: installing one may change what is read."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What could change the result of an extraction. Equal provenance, equal bytes."""

    source_sha256: str
    catalogue: str
    code: str
    edition: str = ""
    options: tuple[str, ...] = ()
    libraries: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """SHA-256 of all of it: the name of the cache entry."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def differences(self, other: Provenance) -> dict[str, str]:
        """The causes that a changed extraction may have: for each, in words, how `other` differs, or ""."""

        def whether(changed: bool) -> str:
            return "changed" if changed else ""

        versions = [
            (name, self.libraries.get(name, "absent"), other.libraries.get(name, "absent"))
            for name in sorted(self.libraries.keys() | other.libraries.keys())
        ]
        return {
            "PDF": whether(self.source_sha256 != other.source_sha256),
            "catalogue": whether(self.catalogue != other.catalogue),
            "code": whether(self.code != other.code),
            "libraries": ", ".join(f"{name} {old} → {new}" for name, old, new in versions if old != new),
        }


def current(
    source_sha256: str,
    catalogue: str,
    edition: str,
    rooms: tuple[str, ...] = EXTRACTING,
    options: tuple[str, ...] = (),
) -> Provenance:
    """The provenance that an extraction made now would have."""
    return Provenance(source_sha256, catalogue, code_fingerprint(rooms), edition, options, library_versions())


@cache
def library_versions() -> dict[str, str]:
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found | {"tesseract": _tesseract()}


def _tesseract() -> str:
    """The second opinion of the picture reader, where it is installed."""
    command = shutil.which("tesseract")
    if command is None:
        return "absent"
    try:
        said = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    words = (said.stdout or said.stderr).split()
    return words[1] if len(words) > 1 else "unknown"


@cache
def code_fingerprint(rooms: tuple[str, ...] = EXTRACTING) -> str:
    """SHA-256 over the sources and data files of `rooms` and of the schemas.

    Rooms that come after extraction (release, review, the command line) do not count, so that changing them leaves the
    cache valid.
    """
    folders = [HOME / "pipeline" / room for room in rooms] + [HOME / "schemas"]
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*") if _counts(path)):
        digest.update(path.relative_to(HOME).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    """Source files, and what they read beside them; catalogues have a fingerprint of their own."""
    if path.is_relative_to(HOME / "schemas"):
        return path.suffix == ".py"
    return path.suffix in (".py", ".yml", ".csv", ".json", ".npz", ".onnx")
