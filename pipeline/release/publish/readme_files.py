"""What a reader of the folder needs beside the data: README with the merge report, licence, citation, history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.release.merge.merging import MERGE_CODES
from pipeline.release.publish.codebook_pages import templates
from pipeline.release.publish.data_package import TABLES, data_version
from pipeline.release.publish.release_content import Release
from pipeline.release.settings import SETTINGS

COPIED = ("DATA_CHANGES.md", "LICENSE-DATA")
"""Files of the project that go with the data."""


def write_readme_files(release: Release, findings: Sequence[dict[str, Any]], stata: bool, folder: Path) -> None:
    """README.md, CITATION.cff, and the project's own files about the data where there are any."""
    shown = {
        "release": release,
        "version": data_version(release),
        "facsimile": any(e.source and e.source.origin.facsimile for e in release.editions),
        "tables": TABLES,
        "stata": stata,
        "merged": [f for f in findings if f["code"] in MERGE_CODES],
        "most": SETTINGS.changes_listed,
    }
    for name in ("README.md", "CITATION.cff"):
        text = templates().get_template(f"{name}.jinja").render(shown)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name in COPIED:
        original = release.root / name if release.root else None
        if original and original.is_file():
            (folder / name).write_bytes(original.read_bytes())
