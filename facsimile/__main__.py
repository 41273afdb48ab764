"""`python -m facsimile`: typesets every edition in this package into raw_pdfs/STUDY/EDITION.pdf."""

from __future__ import annotations

import argparse
import hashlib
import re
from pathlib import Path

from facsimile.content import load
from facsimile.typeset import render

HERE = Path(__file__).parent


def main() -> None:
    """Writes the PDF of each edition and brings the sha256 line of its source.yml up to date."""
    parser = argparse.ArgumentParser(prog="facsimile", description=main.__doc__)
    parser.add_argument(
        "--root", type=Path, default=HERE.parent, help="folder that holds raw_pdfs (default: the project)"
    )
    root = parser.parse_args().root
    for folder in sorted(path.parent for path in HERE.glob("*/*/edition.yml")):
        content = load(folder)
        pdf = root / "raw_pdfs" / content.study / f"{content.edition}.pdf"
        pdf.parent.mkdir(parents=True, exist_ok=True)
        data = render(content)
        pdf.write_bytes(data)
        stamp(pdf.with_suffix(".source.yml"), data)
        print(f"{pdf.relative_to(root)}: {len(data)} bytes")


def stamp(source: Path, data: bytes) -> None:
    """Sets the sha256 line of a source.yml, where there is one, to the PDF's; all else in it stays as written."""
    if source.exists():
        line = f"sha256: {hashlib.sha256(data).hexdigest()}"
        source.write_text(re.sub(r"(?m)^sha256:.*$", line, source.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
