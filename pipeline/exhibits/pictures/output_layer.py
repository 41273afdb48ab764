"""The recognition network taken apart before its output layer, which is then applied where it is needed only.

The layer gives every column of a line one of some 18,000 characters, most of them Chinese: four tenths of the time of
recognition. A model file is an ONNX message (https://github.com/onnx/onnx, onnx.proto) in the wire format of protocol
buffers; its last nodes and their weights become models of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

GRAPH, NOTE = 7, 14
"""Fields of a model: its graph, and a key with its text (onnx.proto, ModelProto)."""
NODE, INITIALIZER, INPUT, OUTPUT = 1, 5, 11, 12
"""Fields of a graph: its nodes, its weights, its inputs and outputs (GraphProto)."""
INPUTS, OUTPUTS, OPERATOR = 1, 2, 4
"""Fields of a node (NodeProto)."""
SHAPE, NAME, CONTENT = 1, 8, 9
"""Fields of a weight (TensorProto)."""
VARINT, LENGTH_DELIMITED = 0, 2
"""Wire types of whole numbers, and of texts, bytes and messages within messages."""


class UnknownModel(ValueError):
    """The model does not end with a matrix, a bias and shares that add up to 1."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The recognition network in parts, each an ONNX model: `features` of a batch of lines, of which `levels` gives how
    much speaks for each of some characters, and `chances` the chance of each of all."""

    features: bytes
    levels: bytes
    chances: bytes


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a message: `start` to `end` of the bytes hold it whole, `inner` to `end` its content."""

    number: int
    start: int
    inner: int
    end: int
    value: int

    def of(self, message: bytes) -> bytes:
        return message[self.inner : self.end]


def taken_apart(path: Path, known: Sequence[int]) -> Networks:
    """The model at `path` in parts; `known` are the numbers of the characters that its `levels` tell. Raises
    UnknownModel where it has another form."""
    model = path.read_bytes()
    graph = next(f for f in _fields(model) if f.number == GRAPH).of(model)
    parts = list(_fields(graph))
    weights = {_text(part.of(graph), NAME): part for part in parts if part.number == INITIALIZER}
    result = next(p for p in parts if p.number == OUTPUT)
    layer = _last_nodes([_node(part, graph) for part in parts if part.number == NODE], _text(result.of(graph), 1))
    used = [weights[given] for node in layer for given in node.inputs if given in weights]
    if len(used) != 2:
        raise UnknownModel(f"{path} ends with {len(used)} layers of weights")
    gone = {result.start, *(node.start for node in layer), *(weight.start for weight in used)}
    given, level = layer[0].inputs[0], layer[-1].inputs[0]
    nodes = [graph[node.start : node.end] for node in layer]
    whole = [graph[weight.start : weight.end] for weight in used]
    cut = [_message(INITIALIZER, _of_some(weight.of(graph), known)) for weight in used]
    features = [*(graph[p.start : p.end] for p in parts if p.start not in gone), _message(OUTPUT, _values(given))]
    levels = [*nodes[:-1], *cut, _message(INPUT, _values(given)), _message(OUTPUT, _values(level))]
    chances = [*nodes, *whole, _message(INPUT, _values(given)), graph[result.start : result.end]]
    return Networks(*(_with_graph(model, b"".join(graph)) for graph in (features, levels, chances)))


def noted(path: Path, key: str) -> str:
    """The text that the model at `path` carries under the key. Raises UnknownModel where it carries none."""
    model = path.read_bytes()
    for note in (f.of(model) for f in _fields(model) if f.number == NOTE):
        if _text(note, 1) == key:
            return _text(note, 2)
    raise UnknownModel(f"{path} carries no {key}")


def _last_nodes(nodes: Sequence[_Node], result: str) -> list[_Node]:
    """The nodes from the last matrix to the `result`. Raises UnknownModel where others are among them."""
    by_output = {node.outputs[0]: node for node in nodes}
    layer: list[_Node] = []
    while not layer or layer[0].operator != "MatMul":
        node = by_output.get(layer[0].inputs[0] if layer else result)
        if node is None or node.operator not in ("Softmax", "Identity", "Add", "MatMul"):
            raise UnknownModel(f"the model has {node.operator if node else 'nothing'} before its output")
        layer.insert(0, node)
    return layer


def _of_some(tensor: bytes, known: Sequence[int]) -> bytes:
    """The weights with only the columns that are `known`."""
    import numpy as np

    shape: list[int] = []
    rest: list[bytes] = []
    content = b""
    for field in _fields(tensor):
        if field.number == CONTENT:
            content = field.of(tensor)
        elif field.number == SHAPE:
            shape += [field.value] if field.inner == field.end else _varints(field.of(tensor))
        else:
            rest.append(tensor[field.start : field.end])
    columns = np.frombuffer(content, "<f4").reshape(shape)[..., list(known)]
    sizes = [_key(SHAPE, VARINT) + _number(size) for size in columns.shape]
    return b"".join([*sizes, *rest, _message(CONTENT, columns.tobytes())])


def _values(name: str) -> bytes:
    """The declaration of 32-bit numbers of that name (ValueInfoProto: its type is a tensor of element type 1)."""
    return _message(1, name.encode()) + _message(2, _message(1, _key(1, VARINT) + _number(1)))


def _with_graph(model: bytes, graph: bytes) -> bytes:
    fields = _fields(model)
    return b"".join(_message(GRAPH, graph) if f.number == GRAPH else model[f.start : f.end] for f in fields)


@dataclass(frozen=True, slots=True)
class _Node:
    start: int
    end: int
    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def _node(part: _Field, graph: bytes) -> _Node:
    content = part.of(graph)
    texts = [(f.number, f.of(content)) for f in _fields(content) if f.number in (INPUTS, OUTPUTS, OPERATOR)]
    inputs, outputs, operators = (
        tuple(text.decode() for number, text in texts if number == wanted) for wanted in (INPUTS, OUTPUTS, OPERATOR)
    )
    return _Node(part.start, part.end, operators[0], inputs, outputs)


def _text(message: bytes, number: int) -> str:
    return next(f for f in _fields(message) if f.number == number).of(message).decode()


def _fields(message: bytes) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        kind, value = key & 7, 0
        if kind == VARINT:
            value, at = _varint(message, at)
            inner = at
        elif kind == LENGTH_DELIMITED:
            size, inner = _varint(message, at)
            at = inner + size
        else:
            inner, at = at, at + (8 if kind == 1 else 4)
        yield _Field(key >> 3, start, inner, at, value)


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A whole number in groups of seven bits, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _varints(packed: bytes) -> list[int]:
    at, values = 0, []
    while at < len(packed):
        value, at = _varint(packed, at)
        values.append(value)
    return values


def _key(number: int, kind: int) -> bytes:
    return _number(number << 3 | kind)


def _number(value: int) -> bytes:
    groups = bytearray()
    while value >= 0x80:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


def _message(number: int, content: bytes) -> bytes:
    return _key(number, LENGTH_DELIMITED) + _number(len(content)) + content
