"""What an extraction was made with: the file, the catalogue, this program's code and the libraries' versions."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
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
    source_sha256: str, catalogue: str, edition: str, stage: str = "pipeline.edition", options: tuple[str, ...] = ()
) -> Provenance:
    """The provenance that an extraction made now would have."""
    return Provenance(source_sha256, catalogue, code_fingerprint(stage), edition, options, library_versions())


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
def code_fingerprint(module: str) -> str:
    """SHA-256 over the sources of `module` and of all modules of this program that it imports, and their data.

    A package counts whole, with its YAML. Modules that nothing of it imports (the command line, say) do not count, so
    that changing them leaves the cache valid.
    """
    files: set[Path] = set()
    seen, waiting = {module}, [module]
    while waiting:
        for path in _files(waiting.pop()):
            if path not in files:
                files.add(path)
                named = _imports(path) - seen if path.suffix == ".py" else frozenset[str]()
                seen |= named
                waiting += named
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(HOME).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(module: str) -> list[Path]:
    path = HOME.joinpath(*module.split("."))
    if path.with_suffix(".py").is_file():
        return [path.with_suffix(".py")]
    if path == HOME / "schemas":
        return sorted(path.glob("*.py"))
    if path.is_dir() and path != HOME / "pipeline":
        return sorted(p for p in path.rglob("*") if p.suffix in (".py", ".yml", ".csv"))
    return []


_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<module>(?:pipeline|schemas)[\w.]*)[ \t]+import[ \t]*(?P<names>\([^)]*\)|[^\n]*)"
    r"|import[ \t]+(?P<modules>[^\n]*))",
    re.MULTILINE,
)
"""A statement in the form that the formatter gives it; parsing the sources takes longer than all else that a build
does when nothing has changed."""


@cache
def _imports(path: Path) -> frozenset[str]:
    """Names of this program's modules that a source file imports, anywhere in it (and some that are none)."""
    found: set[str] = set()
    for match in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        if match["module"]:
            found |= {match["module"], *(f"{match['module']}.{name}" for name in re.findall(r"\w+", match["names"]))}
        else:
            found |= set(re.findall(r"(?:pipeline|schemas)[\w.]*", match["modules"]))
    return frozenset(found)
