"""Is it a PDF, whole, safe and known? One preflight decides for all readers.

Policy. A document that opens without a password is read even where its owner restricted copying: facts are extracted,
nothing is reproduced, and a finding says so. A document that asks for a password is read only with it. Scripts, launch
actions and embedded files are never run or opened, only reported. A damaged file is read from a repaired copy only
when every page that it declares was found again; a truncated one is refused. What every page draws is unpacked once
here and its checksum compared, as readers take half a stream for a whole one: a page whose drawing or font is damaged,
or unpacks without end, is not read, and one that lacks a picture or a font is read and said to be incomplete.
"""

from __future__ import annotations

import io
import logging
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.errors import UsageError
from pipeline.core.files import sha256
from pipeline.core.findings import Finding, finding
from pipeline.intake.integrity import kind_of, page_faults
from pipeline.intake.settings import SETTINGS
from pipeline.intake.viewer_drawing import draw_viewers_part

if TYPE_CHECKING:
    import pikepdf

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known about a file before its pages are read. Page numbers count from 1."""

    path: Path
    sha256: str
    bytes: int
    pages: int
    encrypted: bool
    restricted: bool
    """The owner forbids copying, and no owner password was given."""
    repairs: tuple[str, ...]
    scanned_pages: tuple[int, ...]
    """Pages that show a picture and (nearly) no text."""
    blank_pages: tuple[int, ...]
    active_content: tuple[str, ...]
    embedded_files: tuple[str, ...]
    odd_pages: tuple[tuple[int, str], ...]
    """Pages whose boxes cannot be true, with what is odd."""
    unreadable_pages: tuple[tuple[int, str], ...] = ()
    """Pages that no reader may be given, with the reason."""
    incomplete_pages: tuple[tuple[int, str], ...] = ()
    """Pages that lack something which they show, with what it is."""

    @property
    def has_text(self) -> bool:
        return len(self.scanned_pages) + len(self.blank_pages) < self.pages

    def findings(self) -> list[Finding]:
        """What a reader of the data should know about the file."""
        found = [
            finding("extraction-page-scanned", f"Page {n} has no text layer; its words can only be recognised.", page=n)
            for n in self.scanned_pages
        ]
        found += [finding("source-page-box", f"Page {n}: {what}.", page=n) for n, what in self.odd_pages]
        found += [
            finding("extraction-page-incomplete", f"Page {n} is read without all that it shows: {what}.", page=n)
            for n, what in self.incomplete_pages
        ]
        if self.restricted:
            found.append(
                finding("source-restricted", "The owner restricts copying; values were read for analysis only.")
            )
        if self.repairs:
            found.append(finding("source-damaged", f"The file is damaged and was repaired: {'; '.join(self.repairs)}."))
        if self.active_content:
            found.append(finding("source-active-content", f"Never run, but present: {', '.join(self.active_content)}."))
        if self.embedded_files:
            found.append(
                finding("source-embedded-files", f"Never opened, but present: {', '.join(self.embedded_files)}.")
            )
        return found


def check_file(path: Path) -> str:
    """SHA-256 of what looks like a PDF from outside, without parsing. Raises UsageError with the remedy."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(SETTINGS.header_within)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror})", "name an existing, readable PDF") from error
    if size == 0:
        raise UsageError(f"{path} is empty (0 bytes)", "obtain the file again")
    if b"%PDF-" not in head:
        raise UsageError(f"{path} is not a PDF", f"it {_looks_like(head)}; name a PDF")
    if size > SETTINGS.most_bytes:
        raise UsageError(f"{path} has {size / 2**20:.0f} MiB", f"split it below {SETTINGS.most_bytes // 2**20} MiB")
    return sha256(path)


def _looks_like(head: bytes) -> str:
    kinds = {
        b"PK\x03\x04": "looks like an Office or ZIP file",
        b"\x89PNG": "looks like a PNG picture",
        b"\xff\xd8\xff": "looks like a JPEG picture",
        b"{\\rtf": "looks like RTF",
        b"\xd0\xcf\x11\xe0": "looks like an old Office file",
    }
    if head.lstrip()[:5].lower() in (b"<!doc", b"<html"):
        return "looks like a web page"
    return next((kind for mark, kind in kinds.items() if head.startswith(mark)), "does not begin with %PDF-")


@contextmanager
def opened(path: Path, password: str = "", expected_sha256: str | None = None) -> Iterator[tuple[Intake, Path]]:
    """What is known about the PDF, and a file that every reader can read.

    That file is `path` itself or, for an encrypted or repaired document, or one whose form fields a viewer has to draw,
    a private copy that is removed afterwards.
    Raises UsageError when the file is unusable, or is not the one with `expected_sha256`.
    """
    digest = check_file(path)
    if expected_sha256 not in (None, digest):
        raise UsageError(
            f"{path} is not the registered file (sha256 {digest[:12]}…, registered {str(expected_sha256)[:12]}…)",
            "put the registered file back, or register the new one as an edition of its own",
        )
    pdf, repairs = _open(path, password)
    with pdf, tempfile.TemporaryDirectory(prefix="editions-") as folder:
        readable = path
        if draw_viewers_part(pdf) or pdf.is_encrypted or repairs:
            readable = Path(folder) / "readable.pdf"
            pdf.save(readable)
        intake = _examine(path, digest, pdf, repairs)
        intake = replace(intake, **_texts(intake, readable))
        LOG.info(
            "%s: %d pages, %d bytes, sha256 %s, %s",
            *(path.name, intake.pages, intake.bytes, digest[:12], "text layer" if intake.has_text else "no text layer"),
        )
        for noticed in intake.findings():
            LOG.info("%s", noticed.message)
        yield intake, readable


def _open(path: Path, password: str) -> tuple[pikepdf.Pdf, tuple[str, ...]]:
    """The document, and what had to be repaired in it, in qpdf's words: every object is resolved once."""
    import pikepdf

    try:
        pdf = pikepdf.open(_with_room(path), password=password, suppress_warnings=True)
        declared = pdf.Root.Pages.get("/Count", 0)  # before qpdf walks the tree: it corrects what is wrong
        _touch_pages(pdf)
        said = [_plain(str(warning), path) for warning in pdf.get_warnings()]
        lost = any(mark in words for words in said for mark in _CONTENT_LOST)
        for _ in pdf.objects:
            pass
        said += [_plain(str(warning), path) for warning in pdf.get_warnings()]
        miscounted = int(declared) != len(pdf.pages)
    except pikepdf.PasswordError as error:
        what = "the password is wrong" if password else "it asks for a password"
        raise UsageError(f"{path} is encrypted and {what}", "give the right one with --password") from error
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError, OSError) as error:
        raise _unusable(path, _plain(str(error), path)) from error
    repairs = [words for words in said if "Pages tree" not in words]
    if repairs and (lost or miscounted or _truncated(path)):
        raise _unusable(path, repairs[0])
    if len(repairs) < len(said):
        repairs.append("its page tree names pages that are not in the file")
    elif miscounted:
        pdf.Root.Pages.Count = len(pdf.pages)
        repairs.append(f"it declares {declared} pages and has {len(pdf.pages)}")
    return pdf, tuple(dict.fromkeys(repairs[-3:]))


MOST_OBJECTS = 8_388_607
"""Number of objects that a file may have (ISO 32000-1, annex C); bounds the room that is made for them."""
BYTES_AN_OBJECT = 3
"""qpdf takes no object for one whose number is above the file's length divided by this."""


def _with_room(path: Path) -> Path | io.BytesIO:
    """The file; with blanks before its last `startxref`, which move nothing, where its objects have high numbers.

    Producers that cut pages out of a large file keep the numbers: qpdf alone takes such a file for damaged.
    """
    length = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, length - _TRAILER))
        sizes = [int(n) for n in re.findall(rb"/Size\s+(\d{1,7})\b", file.read())]
    room = BYTES_AN_OBJECT * (min(max(sizes, default=0), MOST_OBJECTS) + 1) - length
    if room <= 0:
        return path
    body, mark, end = path.read_bytes().rpartition(b"startxref")
    return io.BytesIO(body + b"\n" * room + mark + end) if mark else path


_TRAILER = 4096
"""Bytes at the end of a file in which its last trailer stands."""
_CONTENT_LOST = ("unable to recover stream", "stream filter", "unexpected EOF", "EOF while", "not found in file")
"""qpdf's words where it guesses at, or gives up, the content of a page: such a repair is not sure."""


def _unusable(path: Path, problem: str) -> UsageError:
    if _truncated(path):
        return UsageError(f"{path} is truncated (its end is missing)", "obtain the file again")
    return UsageError(f"{path} is damaged ({problem})", "obtain the file again")


def _truncated(path: Path) -> bool:
    """No end-of-file mark near the end: bytes that came after were lost."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2 * SETTINGS.header_within, 0))
        return b"%%EOF" not in file.read()


def _touch_pages(pdf: pikepdf.Pdf) -> None:
    """Resolve every page and its content once, so that a damaged one shows now."""
    import pikepdf

    if not 0 < len(pdf.pages) <= SETTINGS.most_pages:
        raise UsageError(f"the document has {len(pdf.pages)} pages", f"split it below {SETTINGS.most_pages} pages")
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        parts = contents if isinstance(contents, pikepdf.Array) else (contents,)
        for part in parts:
            if part is not None:
                part.read_raw_bytes()


def _plain(message: str, path: Path) -> str:
    """qpdf's message on one line, without the path."""
    return " ".join(message.replace(str(path), "").replace(path.name, "").split()).strip(" :()")[:120]


def _examine(path: Path, digest: str, pdf: pikepdf.Pdf, repairs: tuple[str, ...]) -> Intake:
    actions, files = _active(pdf)
    unreadable, incomplete = page_faults(pdf)
    if len(unreadable) == len(pdf.pages):
        number, reason = next(iter(unreadable.items()))
        raise UsageError(f"{path} is damaged (page {number}: {reason})", "obtain the file again")
    return Intake(
        path=path,
        sha256=digest,
        bytes=path.stat().st_size,
        pages=len(pdf.pages),
        encrypted=bool(pdf.is_encrypted),
        restricted=bool(pdf.is_encrypted and not pdf.owner_password_matched and not pdf.allow.extract),
        repairs=repairs,
        scanned_pages=(),
        blank_pages=(),
        active_content=tuple(sorted(set(actions))),
        embedded_files=tuple(sorted(set(files))),
        odd_pages=tuple(_odd_pages(pdf)),
        unreadable_pages=tuple(unreadable.items()),
        incomplete_pages=tuple(incomplete.items()),
    )


def _odd_pages(pdf: pikepdf.Pdf) -> Iterator[tuple[int, str]]:
    for number, page in enumerate(pdf.pages, 1):
        try:
            media, crop = _corners(page.mediabox), _corners(page.cropbox)
            turn = int(page.obj.get("/Rotate", 0))
        except (TypeError, ValueError, AttributeError, RuntimeError):
            yield number, "its page box or rotation is not made of numbers"
            continue
        if min(media[2] - media[0], media[3] - media[1]) < SETTINGS.least_side:
            yield number, "it has no area, or is smaller than an inch"
        elif max(media[2] - media[0], media[3] - media[1]) > SETTINGS.most_side:
            yield number, "it is larger than 200 inches"
        elif crop[0] >= media[2] or crop[2] <= media[0] or crop[1] >= media[3] or crop[3] <= media[1]:
            yield number, "its crop box lies outside its page box"
        elif turn % 90:
            yield number, f"it is rotated by {turn} degrees"


def _corners(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(v) for v in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "launch action",
    "/ImportData": "data import action",
    "/SubmitForm": "form submission",
    "/GoToR": "link to another file",
    "/GoToE": "link to an embedded file",
}


def _active(pdf: pikepdf.Pdf) -> tuple[list[str], list[str]]:
    """Names of the actions and of the embedded files found where the format lets them start."""
    actions: list[str] = []
    files: list[str] = []

    def look(node: Any, depth: int = 0) -> None:
        kind = kind_of(node)
        if depth > SETTINGS.most_depth or kind not in ("dictionary", "array"):
            return
        if kind == "dictionary":
            action = _ACTIONS.get(str(node.get("/S", "")))
            if action:
                actions.append(action)
            if "/EF" in node:
                files.append(_file_name(node))
                return
        children = node if kind == "array" else [node[k] for k in node.keys() if k in _FOLLOWED]  # noqa: SIM118
        for child in children:
            look(child, depth + 1)

    for start in (pdf.Root, *(page.obj for page in pdf.pages)):
        _quietly(look, start)
    return actions, files


_FOLLOWED = frozenset(
    f"/{name}"
    for name in (
        *("OpenAction", "AA", "A", "Next", "Names", "JavaScript", "EmbeddedFiles", "Kids", "Annots"),
        *("AcroForm", "Fields", "FS", "AF", "O", "C", "E", "X", "D", "U", "Fo", "Bl", "PO", "PC", "PV", "PI"),
        *("K", "F", "V", "WC", "WS", "DS", "WP", "DP"),
    )
)
"""Keys under which actions and file specifications hang (PDF 1.7, 12.6 and 7.11.4)."""


def _file_name(spec: Any) -> str:
    """Name of an embedded file, safe to print: it is shown, never used as a path."""
    name = str(spec.get("/UF", spec.get("/F", "unnamed")))
    return "".join(c if c.isprintable() else "?" for c in name)[:80]


def _quietly(look: Callable[[Any], None], start: Any) -> None:
    """A tree too broken to walk holds no action that a reader would run."""
    try:
        look(start)
    except (RuntimeError, ValueError, TypeError, KeyError, RecursionError):
        return


def _texts(intake: Intake, readable: Path) -> dict[str, Any]:
    """Which pages have no text, by pdfium, which is quickest."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(str(readable))
    except pypdfium2.PdfiumError as error:
        raise UsageError(f"{intake.path} cannot be opened for reading ({error})", "obtain the file again") from error
    unreadable = {number for number, _ in intake.unreadable_pages}
    scanned: list[int] = []
    blank: list[int] = []
    try:
        for number in range(1, min(intake.pages, len(document)) + 1):
            state = "" if number in unreadable else _page_state(document, number)
            if state:
                (scanned if state == "scanned" else blank).append(number)
    finally:
        document.close()
    return {"scanned_pages": tuple(scanned), "blank_pages": tuple(blank)}


def _page_state(document: Any, number: int) -> str:
    """`scanned`, `blank`, or "" for a page with text; one whose letters are drawn as outlines is as good as a scan."""
    import pypdfium2

    try:
        page = document[number - 1]
        letters = page.get_textpage().count_chars()
        if letters >= SETTINGS.few_letters:
            return ""
        width, height = page.get_size()
        picture, path = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE, pypdfium2.raw.FPDF_PAGEOBJ_PATH
        boxes = [o.get_bounds() for o in page.get_objects(filter=[picture], max_depth=3)]
        drawn = 0 if letters else sum(1 for _ in page.get_objects(filter=[path], max_depth=3))
    except pypdfium2.PdfiumError:
        return "blank"
    cover = sum(max(x1 - x0, 0) * max(y1 - y0, 0) for x0, y0, x1, y1 in boxes)
    if cover >= SETTINGS.scan_cover * width * height or drawn >= SETTINGS.few_letters:
        return "scanned"
    return "" if letters else "blank"
