"""From content and style to drawing instructions: plain data in which every text, span and colour is settled.

The templates only place what stands here; they decide nothing about values, groups or colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from facsimile.content import Block, Cell, Column, Content, Exhibit, Matrix, Row, Words
from facsimile.style import GREY, INK, Style, ink_on, tint

Drawing = dict[str, Any]

# How strong a colour is, as a share of the full one; and the steps from pale to full for n columns.
TONES = {"full": 1.0, "mid": 0.66, "soft": 0.4, "light": 0.26, "pale": 0.12}
RAMPS = {1: (1.0,), 2: (0.62, 1.0), 3: (0.36, 0.64, 1.0), 4: (0.28, 0.46, 0.7, 1.0), 5: (0.2, 0.34, 0.5, 0.72, 1.0)}
CONTRAST = "#d98326"
# Widths in mm: of a column of short numbers, of a header's letters and its margins, of a header in several lines.
LEAST_WIDTH = 15.0
SMALL_LETTER, CAPITAL, HEAD_MARGIN = 1.65, 2.3, 2.5
WRAPPED_HEAD = 27.0
RUNNING_TEXT = ("text", "lead", "subheading", "bullets")
FOOTNOTE = re.compile(r"\[\^(\w+)\]")
CHAPTER = re.compile(r"^(\d+\.)\s+(.*)$")


def draw(content: Content, style: Style) -> list[Drawing]:
    """The report's blocks as drawing instructions, in reading order."""
    drawings = [_block(block, content, style) for block in content.blocks]
    return drawings if style.columns == 1 else list(_in_columns(drawings))


def _in_columns(drawings: Sequence[Drawing]) -> Iterator[Drawing]:
    """Stretches of running text become one block that is set in columns; all else keeps the full width."""
    for running, stretch in groupby(drawings, key=lambda drawing: drawing["kind"] in RUNNING_TEXT):
        if running:
            yield {"kind": "columns", "body": list(stretch)}
        else:
            yield from stretch


def pictures(content: Content, style: Style) -> dict[str, Drawing]:
    """The drawings that are placed as bitmaps, by file name."""
    return {
        _file(matrix): _picture(matrix, content, style) for matrix in content.matrices() if matrix.form == "picture"
    }


def _block(block: Block, content: Content, style: Style) -> Drawing:
    if isinstance(block.body, Exhibit):
        return _exhibit(block.body, content, style)
    drawing: Drawing = {"kind": block.kind, "body": block.body}
    if block.kind in ("text", "lead"):
        drawing["body"] = runs(block.body, content)
    elif block.kind == "bullets":
        drawing["body"] = [runs(item, content) for item in block.body]
    elif block.kind == "group":
        drawing["body"] = _group(block.body, content, style)
    elif block.kind == "beside":
        inner = (
            _block(Block(kind, body), content, style) for entry in block.body["blocks"] for kind, body in entry.items()
        )
        drawing["body"] = {**block.body, "blocks": list(inner)}
    elif block.kind == "title":
        drawing["body"] = _title(block.body)
    return drawing


def runs(text: str, content: Content) -> list[Drawing]:
    """A paragraph as runs of plain text and footnotes: "teams[^4]" is a text and the note glued to it."""
    pieces = FOOTNOTE.split(text.strip())
    return [
        {"note": content.notes[piece]} if odd else {"text": piece}
        for odd, piece in ((number % 2, piece) for number, piece in enumerate(pieces))
        if piece
    ]


def _title(text: str) -> Drawing:
    found = CHAPTER.match(text)
    return {"number": found[1], "text": found[2]} if found else {"number": "", "text": text}


def _group(body: Drawing, content: Content, style: Style) -> Drawing:
    names = {colour.group: colour.name for colour in style.colours}
    paragraphs = [runs(text.replace("{colour}", names[body["id"]]), content) for text in body["text"]]
    return {"id": body["id"], "colour": style.colour(body["id"]), "text": paragraphs}


def _exhibit(exhibit: Exhibit, content: Content, style: Style) -> Drawing:
    parts = [_part(part, content, style) for part in exhibit.parts]
    return {"kind": "exhibit", "figure": exhibit.figure, "captioned": exhibit.captioned, "parts": parts}


def _part(part: Matrix | Words, content: Content, style: Style) -> Drawing:
    if isinstance(part, Words):
        return {"form": part.form, **part.body}
    draw_form = {"table": _table, "bars": _bars, "pies": _pies, "cards": _cards, "picture": _placed}[part.form]
    question = part.question if part.prints_question else ""
    return {"form": part.form, "question": question, "note": part.note} | draw_form(part, content, style)


def _file(matrix: Matrix) -> str:
    return f"figure-{matrix.figure}.png"


def _placed(matrix: Matrix, content: Content, style: Style) -> Drawing:
    return {"file": _file(matrix), "question": ""}


# --- columns: order and shades ---------------------------------------------------------------------------------


def _ordered(matrix: Matrix, style: Style) -> list[int]:
    """Column numbers in the style's group order; within a header span, and else as the content has them."""
    rank = {group: number for number, group in enumerate(style.group_order)}
    numbers = range(len(matrix.columns))
    spans: dict[tuple[str, ...], int] = {}
    if _groups_alternate(matrix):
        spans = {head: number for number, head in enumerate(dict.fromkeys(column.head for column in matrix.columns))}
    return sorted(
        numbers, key=lambda n: (spans.get(matrix.columns[n].head, 0), rank.get(matrix.at(matrix.columns[n]).group, 0))
    )


def _groups_alternate(matrix: Matrix) -> bool:
    """Whether each header holds all groups (rather than each group all headers)."""
    stretches = [group for group, _ in groupby(matrix.at(column).group for column in matrix.columns)]
    return len(stretches) > len(set(stretches))


def _shade(matrix: Matrix, column: Column, style: Style) -> str:
    """The column's fill: its tone if it has one, else a step from pale (first) to full (last) in its group."""
    facets = matrix.at(column)
    colour = style.colour(facets.group)
    if column.tone == "grey":
        return tint(GREY, 0.8)
    if column.tone:
        return tint(colour, TONES[column.tone])
    same_group = [matrix.at(other) for other in matrix.columns if matrix.at(other).group == facets.group]
    variants = list(dict.fromkeys((other.wave, other.item, other.category) for other in same_group))
    place = variants.index((facets.wave, facets.item, facets.category))
    return tint(colour, RAMPS[len(variants)][place])


# --- tables ----------------------------------------------------------------------------------------------------


def _table(matrix: Matrix, content: Content, style: Style) -> Drawing:
    order = _ordered(matrix, style)
    columns = [matrix.columns[number] for number in order]
    head = _head(matrix, columns, content, style)
    body = [_body_row(matrix, row, order, number, style) for number, row in enumerate(matrix.rows)]
    if head:
        corner = matrix.question if matrix.options.get("question_in_head") else ""
        _place_label(head[0], _cell(corner, role="corner", rows=len(head)), style)
    drawing = {"head": head, "rows": body, "values": len(columns), "width": _value_width(head)}
    return drawing | ({"question": ""} if matrix.options.get("question_in_head") else {})


def _cell(text: str, role: str, fill: str = "", ink: str = INK, rows: int = 1, cols: int = 1) -> Drawing:
    return {"text": text, "role": role, "fill": fill, "ink": ink, "rows": rows, "cols": cols, "turn": False}


def _place_label(row: list[Drawing], cell: Drawing, style: Style) -> None:
    row.insert(len(row) if style.values == "left" else 0, cell)


def _body_row(matrix: Matrix, row: Row, order: Sequence[int], number: int, style: Style) -> list[Drawing]:
    ground = "zebra" if style.table == "zebra" and number % 2 == 0 else ""
    cells = [_value(matrix, matrix.columns[n], row.cells[n], style) for n in order]
    drawn = [cell for cell in cells if cell is not None]
    _place_label(drawn, _cell(row.label, role="label"), style)
    return [cell | {"ground": ground} for cell in drawn]


def _value(matrix: Matrix, column: Column, cell: Cell | None, style: Style) -> Drawing | None:
    if cell is None:
        return None
    facets = matrix.at(column)
    fill, ink = _colours(matrix, column, style)
    return _cell(style.shown(cell.value, facets.unit), "value", fill, ink, rows=cell.rows)


def _colours(matrix: Matrix, column: Column, style: Style) -> tuple[str, str]:
    if "fill" in style.group_marks:
        fill = _shade(matrix, column, style)
        return fill, ink_on(fill)
    return "", style.colour(matrix.at(column).group) if "ink" in style.group_marks else INK


def _head(matrix: Matrix, columns: Sequence[Column], content: Content, style: Style) -> list[list[Drawing]]:
    depth = max(len(column.head) for column in columns)
    levels = [_head_level(matrix, columns, level, style) for level in range(depth)]
    groups = _group_level(matrix, columns, content, style, has_heads=depth > 0)
    return levels + groups if _groups_alternate(matrix) else groups + levels


def _head_level(matrix: Matrix, columns: Sequence[Column], level: int, style: Style) -> list[Drawing]:
    spans = [list(span) for _, span in groupby(columns, key=lambda c: (c.head[: level + 1], _span_group(matrix, c)))]
    return [_head_cell(matrix, span, span[0].head[level], style) for span in spans]


def _span_group(matrix: Matrix, column: Column) -> str:
    return "" if _groups_alternate(matrix) else matrix.at(column).group


def _head_cell(matrix: Matrix, span: Sequence[Column], text: str, style: Style) -> Drawing:
    fill, ink = _colours(matrix, span[-1], style)
    if len({matrix.at(column).group for column in span}) > 1:
        fill, ink = "", INK
    return _cell(text, "head", fill, ink, cols=len(span)) | {"turn": style.turned_heads and len(span) == 1}


def _group_level(
    matrix: Matrix, columns: Sequence[Column], content: Content, style: Style, has_heads: bool
) -> list[list[Drawing]]:
    """The row that marks the groups by icon or name; left out where fills and headers already do, and where the
    question is asked of one group only."""
    marks = [mark for mark in style.group_marks if mark in ("icon", "swatch", "header")]
    asked = {group for other in content.matrices() if other.question == matrix.question for group in other.groups}
    if not marks or len(asked) < 2 or (has_heads and "fill" in style.group_marks):
        return []
    row = []
    for group, span in groupby(columns, key=lambda column: matrix.at(column).group):
        stretch = list(span)
        fill, ink = _colours(matrix, stretch[-1], style)
        cell = _cell(content.groups[group] if "header" in marks else "", "group", fill, ink, cols=len(stretch))
        sign = group if "icon" in marks else "swatch" if "swatch" in marks else ""
        row.append(cell | {"icon": sign, "icon_ink": ink if fill else style.colour(group)})
    return [row]


def _value_width(head: Sequence[Sequence[Drawing]]) -> float:
    """The width of a value column in mm: what the widest header cell asks for."""
    upright = [cell for row in head for cell in row if cell["role"] in ("head", "group") and not cell["turn"]]
    return max([LEAST_WIDTH, *(_head_width(cell["text"], cell["cols"]) for cell in upright)])


def _head_width(text: str, columns: int) -> float:
    """Room for a header cell: over several columns on one line, over one column wrapped between words."""
    words = [text] if columns > 1 else text.split()
    if len(words) > 2:
        return WRAPPED_HEAD
    letters = (sum(CAPITAL if letter.isupper() else SMALL_LETTER for letter in word) for word in words)
    return (max(letters, default=0) + HEAD_MARGIN) / columns


# --- charts ----------------------------------------------------------------------------------------------------


def _segments(matrix: Matrix, row: Row, style: Style) -> list[Drawing]:
    fills = _segment_fills(matrix, style)
    cells = zip(matrix.columns, row.cells, fills, strict=True)
    return [
        {
            "value": cell.value,
            "text": style.shown(cell.value, matrix.at(column, row).unit),
            "fill": fill,
            "ink": ink_on(fill),
        }
        for column, cell, fill in cells
        if cell is not None
    ]


def _segment_fills(matrix: Matrix, style: Style) -> list[str]:
    """From full to pale along a bar; grey segments stand outside the ramp."""
    colour = style.colour(matrix.at(matrix.columns[0]).group)
    ramp = iter(reversed(RAMPS[sum(column.tone != "grey" for column in matrix.columns)]))
    return [tint(GREY, 0.8) if column.tone == "grey" else tint(colour, next(ramp)) for column in matrix.columns]


def _bars(matrix: Matrix, content: Content, style: Style) -> Drawing:
    fills = dict(zip((column.legend for column in matrix.columns), _segment_fills(matrix, style), strict=True))
    legend = [{"text": text, "fill": fills[text]} for text in matrix.options.get("legend", fills)]
    bars = [_segments(matrix, row, style) for row in matrix.rows]
    return {
        "bars": bars,
        "legend": _by_column(legend, matrix.options.get("legend_columns", len(legend))),
        "across": len(legend),
    }


def _by_column(entries: Sequence[Drawing], columns: int) -> list[list[Drawing]]:
    """The rows of a legend that is read column by column."""
    deep = -(-len(entries) // columns)
    return [list(entries[row::deep]) for row in range(deep)]


def _pies(matrix: Matrix, content: Content, style: Style) -> Drawing:
    titled = groupby(_ordered(matrix, style), key=lambda number: matrix.columns[number].head[0])
    pies = [
        {"title": title, "rings": [_ring(matrix, number, style) for number in numbers]} for title, numbers in titled
    ]
    shades = [
        [_slice_fill(style.colour(group), number, matrix) for group in matrix.groups]
        for number in range(len(matrix.rows))
    ]
    legend = [{"text": row.label, "fills": fills} for row, fills in zip(matrix.rows, shades, strict=True)]
    return {"pies": pies, "legend": legend}


def _ring(matrix: Matrix, number: int, style: Style) -> list[Drawing]:
    column = matrix.columns[number]
    facets = matrix.at(column)
    colour = style.colour(facets.group)
    cells = ((place, row.cells[number]) for place, row in enumerate(matrix.rows))
    slices = []
    for place, cell in cells:
        if cell is not None:
            fill = _slice_fill(colour, place, matrix)
            slices.append(
                {"value": cell.value, "text": style.shown(cell.value, facets.unit), "fill": fill, "ink": ink_on(fill)}
            )
    return slices


def _slice_fill(colour: str, place: int, matrix: Matrix) -> str:
    return tint(colour, (0.34, 1.0)[place] if len(matrix.rows) == 2 else RAMPS[len(matrix.rows)][place])


def _cards(matrix: Matrix, content: Content, style: Style) -> Drawing:
    order = _ordered(matrix, style)
    return {
        "cards": [_card(matrix, row, order, style) for row in matrix.rows],
        "banner": matrix.question,
        "question": "",
    }


def _card(matrix: Matrix, row: Row, order: Sequence[int], style: Style) -> Drawing:
    values = []
    for number in order:
        cell = row.cells[number]
        if cell is not None:
            facets = matrix.at(matrix.columns[number], row)
            values.append({"text": style.shown(cell.value, facets.unit), "ink": style.colour(facets.group)})
    return {"label": row.label, "values": values}


# --- pictures --------------------------------------------------------------------------------------------------


def _picture(matrix: Matrix, content: Content, style: Style) -> Drawing:
    chart = matrix.options["chart"]
    panels = list(_panels(matrix, content, style))
    return {"chart": chart, "title": matrix.question, "panels": panels, "arrows": matrix.options.get("arrows", [])}


def _panels(matrix: Matrix, content: Content, style: Style) -> Iterator[Drawing]:
    """One panel per group, each with its own legend; the rows are the bars or the clusters of bars."""
    order = _ordered(matrix, style)
    for group, numbers in groupby(order, key=lambda number: matrix.at(matrix.columns[number]).group):
        chosen = list(numbers)
        fills = [_picture_fill(matrix, number, style) for number in chosen]
        rows = [{"label": row.label, "bars": _picture_bars(row, chosen, fills, style)} for row in matrix.rows]
        legend = [
            {"text": matrix.columns[number].legend, "fill": fill} for number, fill in zip(chosen, fills, strict=True)
        ]
        name = content.groups[group] if len(matrix.groups) > 1 else ""
        yield {"name": name, "colour": style.colour(group), "legend": legend, "rows": rows}


def _picture_bars(row: Row, numbers: Sequence[int], fills: Sequence[str], style: Style) -> list[Drawing]:
    pairs = ((row.cells[number], fill) for number, fill in zip(numbers, fills, strict=True))
    return [
        {"value": cell.value, "text": style.shown(cell.value, "percent"), "fill": fill, "ink": ink_on(fill)}
        for cell, fill in pairs
        if cell is not None
    ]


def _picture_fill(matrix: Matrix, number: int, style: Style) -> str:
    column = matrix.columns[number]
    if matrix.options["chart"] != "stacked":
        return _shade(matrix, column, style)
    colour = style.colour(matrix.at(column).group)
    tones = matrix.options.get("tones", ("dark", "mid", "grey"))
    named = {"dark": colour, "mid": tint(colour, 0.5), "contrast": CONTRAST, "grey": tint(GREY, 0.35)}
    return named[tones[number]]
