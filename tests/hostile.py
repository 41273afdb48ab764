"""Broken and hostile PDFs, made from sound ones: seeded mutations of bytes and of structure, and crafted documents.

Every mutation is a function of the file's bytes and a `random.Random`; the same seed gives the same file. What a
mutation does is not repaired afterwards: offsets, lengths and checksums stay wrong.
"""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from tests import paper

Mutation = Callable[[bytes, random.Random], bytes]
Damage = Callable[[pikepdf.Pdf, random.Random], None]


# --- bytes -----------------------------------------------------------------------------------------------------------


def _somewhere(content: bytes, seeds: random.Random, most: int) -> tuple[int, int]:
    start = seeds.randrange(len(content))
    return start, min(start + seeds.randint(1, most), len(content))


def flip_bytes(content: bytes, seeds: random.Random) -> bytes:
    """A few random bytes anywhere."""
    out = bytearray(content)
    for _ in range(seeds.choice((1, 2, 8, 64))):
        out[seeds.randrange(len(out))] = seeds.randrange(256)
    return bytes(out)


def flip_in_stream(content: bytes, seeds: random.Random) -> bytes:
    """A few bytes inside one stream: compressed data that breaks in the middle."""
    places = [m.end() for m in re.finditer(rb"stream\r?\n", content) if content[m.start() - 3 : m.start()] != b"end"]
    if not places:
        return flip_bytes(content, seeds)
    start = seeds.choice(places)
    end = content.find(b"endstream", start)
    out = bytearray(content)
    if end <= start:
        return flip_bytes(content, seeds)
    for _ in range(seeds.choice((1, 3, 20))):
        out[seeds.randrange(start, end)] ^= 1 << seeds.randrange(8)
    return bytes(out)


def truncate(content: bytes, seeds: random.Random) -> bytes:
    return content[: int(len(content) * seeds.uniform(0.02, 0.999))]


def truncate_and_close(content: bytes, seeds: random.Random) -> bytes:
    """Cut, with the end-of-file mark put back: looks whole from outside."""
    return truncate(content, seeds) + b"\nstartxref\n0\n%%EOF\n"


def cut_out(content: bytes, seeds: random.Random) -> bytes:
    start, end = _somewhere(content, seeds, max(len(content) // 8, 2))
    return content[:start] + content[end:]


def insert_noise(content: bytes, seeds: random.Random) -> bytes:
    start = seeds.randrange(len(content))
    return content[:start] + seeds.randbytes(seeds.choice((1, 16, 500))) + content[start:]


def zero_block(content: bytes, seeds: random.Random) -> bytes:
    """A block of zeros, as a bad sector or a broken download leaves it."""
    start, end = _somewhere(content, seeds, 4096)
    return content[:start] + bytes(end - start) + content[end:]


def repeat_block(content: bytes, seeds: random.Random) -> bytes:
    start, end = _somewhere(content, seeds, 4096)
    return content[:end] + content[start:end] + content[end:]


def swap_blocks(content: bytes, seeds: random.Random) -> bytes:
    a, b, c = sorted(seeds.randrange(len(content)) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def as_text(content: bytes, seeds: random.Random) -> bytes:
    """Sent as text: line ends changed or the eighth bit lost."""
    return seeds.choice(
        (
            content.replace(b"\n", b"\r\n"),
            content.replace(b"\r\n", b"\n"),
            bytes(b & 0x7F for b in content),
            content.decode("latin-1").encode("utf-8"),
        )
    )


def cut_xref(content: bytes, seeds: random.Random) -> bytes:
    """The cross-reference table or its offset damaged."""
    place = content.rfind(b"startxref")
    table = content.rfind(b"xref", 0, max(place, 0))
    choice = seeds.randrange(4)
    if choice == 0 and place > 0:
        return content[:place] + b"startxref\n%d\n%%%%EOF\n" % seeds.randrange(10**6)
    if choice == 1 and table > 0:
        return content[:table] + content[place:]
    if choice == 2:
        return re.sub(rb"\d{10} \d{5} n", lambda m: b"%010d 00000 n" % seeds.randrange(len(content)), content)
    return content[:place] + b"%%EOF\n"


def wrong_length(content: bytes, seeds: random.Random) -> bytes:
    found = list(re.finditer(rb"/Length\s+(\d+)(?!\s+\d+\s+R)", content))
    if not found:
        return flip_bytes(content, seeds)
    match = seeds.choice(found)
    length = seeds.choice((0, 1, int(match[1]) // 2, int(match[1]) + 7, 10**9, -5))
    return content[: match.start(1)] + str(length).encode() + content[match.end(1) :]


def wrong_number(content: bytes, seeds: random.Random) -> bytes:
    """One number outside of compressed data is another."""
    found = list(re.finditer(rb"(?<=[ \[/\n])-?\d+(?:\.\d+)?(?=[ \]/\n])", content))
    match = seeds.choice(found) if found else None
    if match is None:
        return flip_bytes(content, seeds)
    number = seeds.choice((b"0", b"-1", b"999999999999", b"1e9", b"-0.0", b"2147483648", b"3 0 R"))
    return content[: match.start()] + number + content[match.end() :]


def wrong_word(content: bytes, seeds: random.Random) -> bytes:
    """One keyword or name misspelt."""
    found = list(re.finditer(rb"endobj|endstream|stream|obj|/[A-Z][A-Za-z]{2,12}|trailer|xref", content))
    match = seeds.choice(found) if found else None
    if match is None:
        return flip_bytes(content, seeds)
    word = seeds.choice((b"", match[0][:-1], match[0].lower(), b"/X", b"null", b"<<", b"]"))
    return content[: match.start()] + word + content[match.end() :]


def drop_object(content: bytes, seeds: random.Random) -> bytes:
    """An object is free or under another number: whatever pointed to it points to nothing."""
    entries = list(re.finditer(rb"\d{10} \d{5} (n)", content))
    if entries and seeds.random() < 0.5:
        place = seeds.choice(entries).start(1)
        return content[:place] + b"f" + content[place + 1 :]
    heads = list(re.finditer(rb"(?<=[\r\n])(\d+) 0 obj", content))
    if not heads:
        return flip_bytes(content, seeds)
    head = seeds.choice(heads)
    return content[: head.start(1)] + b"9" * len(head[1]) + content[head.end(1) :]


# --- structure -------------------------------------------------------------------------------------------------------


def _damaged(damage: Damage) -> Mutation:
    """The mutation that opens the document, damages an object, and writes it as it then is."""

    def mutate(content: bytes, seeds: random.Random) -> bytes:
        try:
            with pikepdf.open(io.BytesIO(content)) as pdf:
                damage(pdf, seeds)
                buffer = io.BytesIO()
                modes = (pikepdf.ObjectStreamMode.preserve, pikepdf.ObjectStreamMode.disable)
                pdf.save(
                    buffer, deterministic_id=True, object_stream_mode=seeds.choice(modes), fix_metadata_version=False
                )
                return buffer.getvalue()
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, NotImplementedError):
            return flip_bytes(content, seeds)

    mutate.__name__ = damage.__name__
    return mutate


def _page(pdf: pikepdf.Pdf, seeds: random.Random) -> pikepdf.Page:
    return pdf.pages[seeds.randrange(len(pdf.pages))]


def _drawing(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bytes:
    page.contents_coalesce()
    return page.Contents.read_bytes()


def odd_object(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """An object becomes one of another type."""
    number = seeds.randint(1, max(len(pdf.objects) - 1, 1))
    other = seeds.choice((b"42", b"[1 2 [3]]", b"(text)", b"/Name", b"<< /Type /Font >>", b"-1.5", b"true"))
    pdf._replace_object((number, 0), pikepdf.Object.parse(other))


def odd_entry(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """One entry of a dictionary goes or is of another type."""
    dictionaries = [o for o in pdf.objects if o._type_name in ("dictionary", "stream") and len(o.keys())]
    chosen = seeds.choice(dictionaries)
    key = seeds.choice(sorted(chosen.keys()))
    if key == "/Length" or seeds.random() < 0.4:
        del chosen[key]
    else:
        chosen[key] = seeds.choice((0, -7, 10**12, pikepdf.String("x"), pikepdf.Name("/X"), pikepdf.Array([]), chosen))


def odd_boxes(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    page = _page(pdf, seeds)
    boxes: tuple[Any, ...] = (
        [0, 0, 0, 0],
        [0, 0, 1e9, 1e9],
        [595, 842, 0, 0],
        [-1e5, -1e5, -2e4, -2e4],
        [0, 0, 595],
        [0, 0, pikepdf.Name("/X"), 842],
        [0, 0, 0.001, 0.001],
        [0, 0, 595, 842, 1, 2],
    )
    page.obj[seeds.choice(("/MediaBox", "/CropBox"))] = pikepdf.Array(seeds.choice(boxes))


def odd_rotation(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    turns: tuple[Any, ...] = (
        45,
        90,
        180,
        270,
        -90,
        450,
        2**31,
        pikepdf.Name("/X"),
        pikepdf.String("90"),
        pikepdf.Array([]),
    )
    _page(pdf, seeds).obj.Rotate = seeds.choice(turns)


def odd_matrix(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """A transformation that turns everything into a point, a line or infinity; or is no matrix."""
    page = _page(pdf, seeds)
    matrices = (
        b"0 0 0 0 0 0 cm",
        b"1e308 0 0 1e308 0 0 cm 1e308 0 0 1e308 0 0 cm",
        b"1 0 0 0 0 0 cm",
        b"1 0 0 cm",
        b"/X 0 0 1 0 0 cm",
        b"1e-300 0 0 1e-300 0 0 cm",
        b"0.7 0.7 -0.7 0.7 300 0 cm",
        b"99999999999999999999999999999999999999999999 0 0 1 0 0 cm",
        b"[1 0] 0 0 1 0 0 cm",
    )
    drawing = _drawing(pdf, page)
    page.Contents = pdf.make_stream(seeds.choice(matrices) + b"\n" + drawing)


def odd_operators(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """Operators without, with too many or with wrong operands somewhere in the drawing."""
    page = _page(pdf, seeds)
    lines = _drawing(pdf, page).split(b"\n")
    noise = (
        *(b"Q Q Q Q Q", b"q " * 500, b"BT BT", b"ET ET", b"/None 12 Tf", b"/F 1e30 Tf", b"/F 0 Tf", b"/F -9 Tf", b"Tj"),
        *(b"[(a) (b)", b"(unclosed", b"<48 65 6>", b"1 2 3 re f", b"W n", b"0 0 0 0 re W n", b"1e400 w", b"/X gs"),
        *(b"/X sh", b"/X Do", b"0 Tz", b"1e9 Tc", b"1e9 TL T*", b"BI /W 10 /H 10 ID xxxx EI", b"3 Tr", b"[1 2 3] 0 d"),
        *(b"BI /W 10 /H 10 /BPC 8 ID ", b"[" * 3000, b"<<" * 300, b"/DeviceN cs 1 2 3 4 5 6 7 sc", b"[-1 0] 5 d"),
        *(b"/Pattern cs /P1 scn", b"7 Tr (x) Tj", b'1 2 (x) "'),
    )
    for _ in range(seeds.choice((1, 1, 5))):
        lines.insert(seeds.randrange(len(lines) + 1), seeds.choice(noise))
    page.Contents = pdf.make_stream(b"\n".join(lines))


def odd_characters(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """Text with characters that steer terminals, turn lines around, or are formulas in a spreadsheet."""
    page = _page(pdf, seeds)
    texts = (
        "\\033[31m 12%",
        "\\000\\001\\002 7",
        "=HYPERLINK\\(1\\) 5",
        "<script>9</script>",
        "+1+1",
        "@SUM\\(1\\)",
        "\\t=2",
    )
    drawn = b"".join(
        b"\nq BT /%s 9 Tf %d %d Td (%s) Tj ET Q" % (name, seeds.randrange(500), seeds.randrange(800), text.encode())
        for text in texts
        for name in [_a_font(page)]
    )
    page.Contents = pdf.make_stream(_drawing(pdf, page) + drawn)


def _a_font(page: pikepdf.Page) -> bytes:
    fonts = page.resources.get("/Font") or pikepdf.Dictionary()
    return next(iter(fonts.keys()), "/F")[1:].encode()


def odd_font(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    fonts = [o for o in pdf.objects if o._type_name == "dictionary" and o.get("/Type") == pikepdf.Name.Font]
    if not fonts:
        return flip_nothing(pdf, seeds)
    font = seeds.choice(fonts)
    choice = seeds.randrange(6)
    if choice == 0:
        font.ToUnicode = pdf.make_stream(b"1 beginbfrange <0000> <ffffffff> <0000> endbfrange")
    elif choice == 1:
        font.ToUnicode = pdf.make_stream(seeds.randbytes(300))
    elif choice == 2:
        font.Widths = pikepdf.Array([seeds.choice((0, -500, 10**9)) for _ in range(300)])
    elif choice == 3:
        font.FirstChar, font.LastChar = 10**9, -1
    elif choice == 4:
        font.Encoding = pikepdf.Dictionary(
            Differences=pikepdf.Array([10**9, pikepdf.Name("/a"), -4, pikepdf.Name("/zero")])
        )
    else:
        font.FontDescriptor = font
    return None


def flip_nothing(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """Written again as it is: a sound document must stay sound."""


def odd_page_tree(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    root = pdf.Root.Pages
    choice = seeds.randrange(5)
    if choice == 0:
        root.Kids.append(root)
    elif choice == 1:
        root.Count = seeds.choice((0, -3, 10**9))
    elif choice == 2:
        root.Kids = pikepdf.Array([])
    elif choice == 3:
        root.Kids = pikepdf.Array([*root.Kids, *root.Kids])
    else:
        node: Any = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=root.Kids, Count=1, Parent=root))
        root.Kids = pikepdf.Array([node])


def form_in_itself(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """A form that draws itself, or a chain of forms in forms."""
    page = _page(pdf, seeds)
    inner = pdf.make_stream(b"/X Do /X Do")
    inner.stream_dict = pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 595, 842])
    deepest = inner
    for _ in range(seeds.choice((0, 30, 400))):
        outer = pdf.make_stream(b"/X Do")
        outer.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 595, 842],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner)),
        )
        inner = outer
    deepest.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
    resources = pikepdf.Dictionary(page.resources)
    resources.XObject = pikepdf.Dictionary(resources.get("/XObject", pikepdf.Dictionary()))
    resources.XObject.X = inner
    page.obj.Resources = resources
    page.Contents = pdf.make_stream(_drawing(pdf, page) + b"\n/X Do")


def odd_filter(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    """A stream whose filters are not what its data is."""
    streams = [o for o in pdf.objects if o._type_name == "stream"]
    stream = seeds.choice(streams)
    raw = stream.read_raw_bytes()
    names = (
        "/FlateDecode",
        "/LZWDecode",
        "/ASCII85Decode",
        "/ASCIIHexDecode",
        "/RunLengthDecode",
        "/DCTDecode",
        "/Unknown",
    )
    filters = [pikepdf.Name(seeds.choice(names)) for _ in range(seeds.choice((1, 2, 60)))]
    stream.write(raw, filter=pikepdf.Array(filters))


def nested_deeply(pdf: pikepdf.Pdf, seeds: random.Random) -> None:
    depth = seeds.choice((90, 400))
    _page(pdf, seeds).obj.Annots = pikepdf.Object.parse(b"[" * depth + b"]" * depth)


MUTATIONS: dict[str, Mutation] = {
    function.__name__: function
    for function in (
        *(flip_bytes, flip_in_stream, truncate, truncate_and_close, cut_out, insert_noise, zero_block, repeat_block),
        *(swap_blocks, as_text, cut_xref, wrong_length, wrong_number, wrong_word, drop_object),
        *map(
            _damaged,
            (
                *(
                    drop_object,
                    odd_object,
                    odd_entry,
                    odd_boxes,
                    odd_rotation,
                    odd_matrix,
                    odd_operators,
                    odd_characters,
                ),
                *(odd_font, flip_nothing, odd_page_tree, form_in_itself, odd_filter, nested_deeply),
            ),
        ),
    )
}


def mutations(seed: int, count: int, sources: int) -> Iterator[tuple[int, int, str]]:
    """`count` times: a seed, which of the sources, and the name of the mutation; kinds take turns."""
    names = sorted(MUTATIONS)
    for i in range(count):
        yield seed + i, (seed + i) % sources, names[(seed + i) // sources % len(names)]


def _opens(content: bytes) -> bool:
    """Without recovery: what recovery drops would be missing without a trace once the document is written again."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            return bool(len(pdf.pages)) and not pdf.get_warnings()
    except Exception:
        return False


def mutated(content: bytes, name: str, seed: int) -> bytes:
    """The document after the mutation `name`; one time in eight another follows, where that does not repair it."""
    seeds = random.Random(f"{name} {seed}")
    out = MUTATIONS[name](content, seeds)
    if seeds.random() < 0.125 and _opens(out):
        out = MUTATIONS[seeds.choice(sorted(MUTATIONS))](out, seeds)
    return out


# --- crafted documents -----------------------------------------------------------------------------------------------


def bomb(megabytes: int = 4096, layers: int = 1) -> bytes:
    """A survey whose drawing unpacks to `megabytes` of blanks (from some kilobytes where packed twice)."""
    packer = zlib.compressobj(9)
    block = b" " * (1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    filters = ["/FlateDecode"]
    for _ in range(layers):
        packed = zlib.compress(packed, 9)
        filters.append("/FlateDecode")
    pdf = paper.survey()
    page = pdf.pages[0]
    drawing = pdf.make_stream(b"")
    drawing.write(packed, filter=pikepdf.Array([pikepdf.Name(f) for f in filters]))
    page.obj.Contents = pikepdf.Array([page.obj.Contents, drawing])
    return paper.as_bytes(pdf)


def many_pages(count: int, blank: bool = True) -> bytes:
    """A document of `count` pages: the survey and blank ones, or the survey over and over."""
    pdf = paper.survey()
    first = pdf.pages[0]
    for _ in range(count - 1):
        if blank:
            pdf.add_blank_page(page_size=(paper.WIDTH, paper.HEIGHT))
        else:
            pdf.pages.append(first)
    return paper.as_bytes(pdf)


def no_pages() -> bytes:
    return paper.as_bytes(pikepdf.new())


def huge_picture() -> bytes:
    """A picture that says it has ten thousand million pixels, of which it has a thousand."""
    pdf = paper.survey()
    picture = pdf.make_stream(bytes(1000))
    picture.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=100_000, Height=100_000,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
    )  # fmt: skip
    page = pdf.pages[0]
    page.Resources.XObject = pikepdf.Dictionary(P=picture)
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\nq 400 0 0 300 60 100 cm /P Do Q")
    return paper.as_bytes(pdf)


def endless_font() -> bytes:
    """Character ranges that claim four thousand million characters, in a map that calls itself."""
    pdf = paper.survey()
    font = pdf.pages[0].Resources.Font.F
    font.ToUnicode = pdf.make_stream(
        b"/CIDInit /ProcSet findresource begin /Me usecmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        b"1 beginbfrange <00000000> <ffffffff> <00000000> endbfrange endcmap"
    )
    return paper.as_bytes(pdf)


def many_shapes(count: int = 200_000) -> bytes:
    """A map: very many short lines on one page, under the survey's table."""
    seeds = random.Random(1)
    pdf = paper.survey()
    page = pdf.pages[0]
    lines = (
        b"%d %d m %d %d l S" % (x, y, x + seeds.randint(-9, 9), y + seeds.randint(-9, 9))
        for x, y in ((seeds.randrange(595), seeds.randrange(400)) for _ in range(count))
    )
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\n" + b"\n".join(lines))
    return paper.as_bytes(pdf)


def many_words(count: int = 30_000) -> bytes:
    """A page with a wall of numbers in very small print."""
    sheet = paper.Sheet().text(60, 60, "Survey 2024", 18)
    for i in range(count):
        sheet.text(20 + (i % 100) * 5.5, 80 + (i // 100) * 2.4, str(i % 100), 2)
    return paper.as_bytes(paper.document([sheet]))


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "a decompression bomb": lambda: bomb(3000, 0),
    "a bomb in a bomb": lambda: bomb(6000, 1),
    "two thousand pages": lambda: many_pages(2000),
    "three thousand pages": lambda: many_pages(3000),
    "no pages": no_pages,
    "a huge picture": huge_picture,
    "an endless font": endless_font,
    "a map of lines": many_shapes,
    "a wall of numbers": many_words,
}
