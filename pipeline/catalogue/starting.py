"""`editions init`: the folder of a new project, empty of studies."""

from __future__ import annotations

from pathlib import Path

from pipeline.catalogue.project import Project
from pipeline.core.errors import UsageError
from pipeline.core.files import check_place, write_file

STARTER = Path(__file__).with_name("starter")
FOLDERS = ("raw_pdfs", "schemas", "extracted")
FILES = {"README.md": "README.md", "gitignore": ".gitignore", "desk.command": "desk.command"}
"""Files of the starter, and their names in the project."""


def start(root: Path) -> Project:
    """Make `root` a project: its folders, a README and what git leaves out. Files that are there stay as they are.

    Raises UsageError where one of the folders is a file, or the place cannot be written.
    """
    for name in FOLDERS:
        place = root / name
        if place.exists() and not place.is_dir():
            raise UsageError(f"{place} is no folder", "rename it, or start the project in another folder")
        check_place(place)
    for name in FOLDERS:
        if not any((root / name).glob("*")):
            write_file(root / name / ".gitkeep", "")
    for name, target in FILES.items():
        if not (root / target).exists():
            content = (STARTER / name).read_bytes()
            write_file(root / target, content)
            if content.startswith(b"#!"):
                (root / target).chmod((root / target).stat().st_mode | 0o111)
    return Project.at(root)
