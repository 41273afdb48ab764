"""Runs typst over the drawing instructions. Same content and style, same bytes: no clock, no system font."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst

from facsimile.content import Content
from facsimile.layout import Drawing, draw, pictures
from facsimile.style import Style

FONT_PACKAGES = ("font_source_sans_pro", "font_source_serif_pro", "font_roboto")
# Resolution of the pictures in the report, in pixels per inch: print quality of a figure pasted as an image.
PICTURE_PPI = 190
POSTER = "poster.png"


def render(content: Content, style: Style | None = None) -> bytes:
    """The report as PDF bytes."""
    style = style or Style()
    drawings = pictures(content, style)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _lay_out(root, content, style, drawings)
        for name, picture in zip([*drawings, POSTER], _bitmaps(root), strict=True):
            (root / name).write_bytes(picture)
        return _compile(root, "report.typ", "pdf")[0]


def _lay_out(root: Path, content: Content, style: Style, drawings: dict[str, Drawing]) -> None:
    """Everything a compilation reads, in one folder: templates, fonts and the data."""
    templates = files("facsimile") / "templates"
    with as_file(templates) as source:
        shutil.copytree(source, root, dirs_exist_ok=True)
    (root / "fonts").mkdir()
    for package in FONT_PACKAGES:
        for font in sorted((files(package) / "files").iterdir(), key=lambda entry: entry.name):
            if font.name.endswith(".ttf"):
                (root / "fonts" / font.name).write_bytes(font.read_bytes())
    data = {
        "title": content.title,
        "language": content.language,
        "footer": content.footer,
        "first_page": content.first_page,
        "style": _plain(style),
        "posters": _posters(content),
        "blocks": draw(content, style),
        "pictures": list(drawings.values()),
    }
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def _plain(style: Style) -> dict[str, Any]:
    return vars(style) | {"colours": {colour.group: colour.value for colour in style.colours}}


def _posters(content: Content) -> list[str]:
    return [block.body["picture"]["poster"] for block in content.blocks if block.kind == "beside"]


def _bitmaps(root: Path) -> list[bytes]:
    return _compile(root, "pictures.typ", "png")


def _compile(root: Path, template: str, form: Literal["pdf", "png"]) -> list[bytes]:
    made: bytes | list[bytes] | None = typst.compile(
        root / template,
        root=root,
        font_paths=[root / "fonts"],
        ignore_system_fonts=True,
        format=form,
        ppi=PICTURE_PPI,
        timestamp=0,
        pdf_tags=False,
    )
    if not made:
        raise RuntimeError(f"{template}: typst made no pages")
    return made if isinstance(made, list) else [made]
