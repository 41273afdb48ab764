"""YAML as stewards write it: read with care, refused with file and line."""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.core.errors import UsageError


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping. Raises UsageError that names file and line on a syntax error or on any other top level."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: {error}", "save it as UTF-8") from error
    return parse_yaml(text, path)


@lru_cache(24)  # the files of a study and an edition, before and after a change
def composed(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes of a text and what they say, which nobody may change: a catalogue of thousands of lines is read again
    and again while it is edited."""
    loader = YamlLoader(text)
    node = loader.get_single_node()
    return node, None if node is None else loader.construct_document(node)


def parse_yaml(text: str, path: Path | str) -> dict[str, Any]:
    """As `read_yaml`, of a text; `path` names it in messages."""
    try:
        content = copy.deepcopy(composed(text)[1])
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UsageError(f"{where}: {problem}", "correct the YAML") from error
    except RecursionError as error:
        raise UsageError(f"{path}: it is nested too deeply", "correct the YAML") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(f"{path}: the top level is no mapping", "start it with `key: value` lines")
    return content


class YamlLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C is ten times quicker
    """YAML in which only `true` and `false` are booleans ('no' and 'ja' are answers here) and keys stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is no plain text", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


YamlLoader.yaml_implicit_resolvers = {
    first: [
        (tag, regexp)
        for tag, regexp in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _word, _first in (("true", "t"), ("false", "f")):
    YamlLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(rf"^{_word}$"), [_first])
