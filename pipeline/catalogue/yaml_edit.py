"""Small changes to a YAML text that a person wrote: what is not touched keeps its form and its comments.

A path names a place from the top: keys of mappings, positions in lists. Every change is checked: the new text must hold
exactly the data that the change was to give, else it is refused and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import yaml

from pipeline.catalogue.yaml_reading import composed, parse_yaml
from pipeline.core.errors import UsageError

Path = Sequence[str | int]
WIDTH = 110


def appended(text: str, path: Path, items: Sequence[Any]) -> str:
    """`text` with `items` at the end of the list at `path`; the list is made when its mapping lacks it."""
    return edited(text, [(path, items)])


def removed(text: str, *paths: Path) -> str:
    """`text` without what stands at `paths`; a list that would be left empty goes too."""
    return edited(text, gone=paths)


def edited(text: str, more: Iterable[tuple[Path, Sequence[Any]]] = (), gone: Iterable[Path] = ()) -> str:
    """Both as one change: items at the ends of several lists, and what goes; all paths are those of `text`."""
    root, added = composed(text)[0], dict[tuple[str | int, ...], list[Any]]()
    for path, items in more:
        if items:
            added.setdefault(tuple(path), []).extend(items)
    left = _without_empty(root, {tuple(path) for path in gone})
    if not added and not left:
        return text

    def place(path: tuple[str | int, ...]) -> tuple[int, int]:
        """Where it changes the text: what ends at one place, the outer last."""
        if path in left:
            return int(_start(root, path).index), 0
        found = _below(root, path) or _below(root, path[:-1])
        return found.end_mark.index if found else 0, -len(path)

    ordered, new = sorted([*added, *left], key=place, reverse=True), text  # a place before is where it was
    for path in ordered:
        new = _without(new, root, path) if path in left else _appended(new, root, path, added[path])

    return _checked(
        text, new, partial(_edit_data, added=added.items(), gone=[path for path in ordered if path in left])
    )


def _edit_data(data: Any, added: Iterable[tuple[Path, Sequence[Any]]], gone: Iterable[Path]) -> None:
    for path, items in added:
        parent = _at(data, path[:-1])
        parent[path[-1]] = [*(parent.get(path[-1]) or []), *items]
    for path in gone:
        del _at(data, path[:-1])[path[-1]]


def _without_empty(root: yaml.Node | None, gone: set[tuple[str | int, ...]]) -> set[tuple[str | int, ...]]:
    """The paths, with a list in the place of all of its entries."""
    for above in {path[:-1] for path in gone}:
        parent = _below(root, above)
        alone = {path for path in gone if path[:-1] == above}
        if isinstance(parent, yaml.SequenceNode) and len(parent.value) == len(alone):
            return _without_empty(root, {above, *(gone - alone)})
    return gone


def _appended(text: str, root: yaml.Node | None, path: Path, items: Sequence[Any]) -> str:
    found = _below(root, path)
    if found is None:
        return _with_key(text, root, path, items)
    if isinstance(found, yaml.ScalarNode) and not found.value:
        bare = _without(text, root, path)
        return _with_key(bare, composed(bare)[0], path, items)
    if not isinstance(found, yaml.SequenceNode):
        raise UsageError(f"{_shown(path)} is no list", "correct the YAML")
    if found.flow_style:
        return _insert(text, found.end_mark.index - 1, (", " if found.value else "") + _flow(list(items))[1:-1])
    return _insert_lines(text, _end_line(found), _block(list(items)), found.start_mark.column)


def replaced(text: str, path: Path, value: str) -> str:

    def change(data: Any) -> None:
        _at(data, path[:-1])[path[-1]] = value

    found = _below(composed(text)[0], path)
    if not isinstance(found, yaml.ScalarNode):
        raise UsageError(f"{_shown(path)} is not there", "reload the page: the file has changed")
    new = text[: found.start_mark.index] + _flow([value])[1:-1] + text[found.end_mark.index :]
    return _checked(text, new, change)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _checked(before: str, after: str, change: Callable[[Any], None]) -> str:
    wanted = parse_yaml(before, "the file")
    change(wanted)
    if parse_yaml(after, "the changed file") != wanted:
        raise UsageError("the YAML is written in a form that cannot be changed in place", "make the change by hand")
    return after


def _below(node: yaml.Node | None, path: Path) -> yaml.Node | None:
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node


def _end_line(node: yaml.Node) -> int:
    """The first line after the node, without the blank lines and comments that follow it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    ends_its_line = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return int(node.end_mark.line) + (0 if ends_its_line else 1)


def _with_key(text: str, root: yaml.Node | None, path: Path, items: Sequence[Any]) -> str:
    """The mapping at the parent of `path`, where it stands in `root`, with one more key."""
    parent = _below(root, path[:-1])
    if not isinstance(parent, yaml.MappingNode):
        return f"{text.rstrip()}\n{path[-1]}:\n{_block(list(items))}".lstrip("\n")
    if parent.flow_style:
        more = f"{', ' if parent.value else ''}{path[-1]}: {_flow(list(items))}"
        return _insert(text, parent.end_mark.index - 1, more)
    column = parent.start_mark.column
    return _insert_lines(text, _end_line(parent), f"{path[-1]}:\n{_block(list(items))}", column)


def _start(root: yaml.Node | None, path: Path) -> yaml.Mark:
    """Where the entry at `path` begins, with its key."""
    parent, node = _below(root, path[:-1]), _below(root, path)
    if node is None:
        raise UsageError(f"{_shown(path)} is not there", "reload the page: the file has changed")
    keys = parent.value if isinstance(parent, yaml.MappingNode) else ()
    return next((key.start_mark for key, _ in keys if key.value == path[-1]), node.start_mark)


def _without(text: str, root: yaml.Node | None, path: Path) -> str:
    """`text` without the entry, which stands where it does in `root`."""
    start, node, parent = _start(root, path), _below(root, path), _below(root, path[:-1])
    assert isinstance(node, yaml.Node) and isinstance(parent, yaml.CollectionNode)
    if parent.flow_style:
        return _without_flow(text, start.index, node.end_mark.index)
    lines = text.splitlines(keepends=True)
    return "".join(lines[: start.line] + lines[_end_line(node) :])


def _without_flow(text: str, start: int, end: int) -> str:
    before, after = text[:start], text[end:]
    if before.rstrip().endswith(","):
        before = before.rstrip()[:-1]
    elif after.lstrip().startswith(","):
        after = after.lstrip()[1:].lstrip()
    return before + after


def _insert(text: str, index: int, more: str) -> str:
    return text[:index] + more + text[index:]


def _insert_lines(text: str, line: int, more: str, column: int) -> str:
    lines = text.splitlines(keepends=True)
    if line and not lines[line - 1].endswith("\n"):
        lines[line - 1] += "\n"
    indented = [f"{' ' * column}{part}\n" for part in more.splitlines()]
    return "".join(lines[:line] + indented + lines[line:])


def _block(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=WIDTH)


def _flow(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=True).strip()


def _shown(path: Path) -> str:
    return " → ".join(map(str, path))
