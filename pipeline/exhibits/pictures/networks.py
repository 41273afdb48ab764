"""The two networks of recognition as rapidocr brings them: one finds lines of text, one reads them.

Only its model files are used, by onnxruntime: rapidocr itself takes a second of each process to load. One of each in a
process, made at its first use.
"""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.exhibits.pictures.output_layer import noted, taken_apart

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THREADS = 1
"""Of the networks in a process: two take a third more processor time for the same. Processes go side by side."""
SYMBOLS = "▲▼●■◆△▽○□•→←↑↓↗↘€£±×≤≥½–—‘’“”…°"
"""Read besides Latin letters, ASCII and digits: marks that reports print beside labels."""
COLUMNS = 64
"""Columns of lines whose chance is told at a time: each takes 4 bytes for each of the 18,000 characters."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What reads lines: `features` of a batch of lines, the `levels` of the characters of Latin script (`known` are
    their numbers among all, `characters` the characters; the first one stands for none), and the `chances` of all."""

    features: Any
    levels: Any
    chances: Any
    characters: tuple[str, ...]
    known: NDArray[np.intp]

    def read(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Of a batch of lines (lines, 3, height, width), values -1 to 1: for each column of each line the likeliest
        character of Latin script, and its chance among all characters; 0 where there is none."""
        import numpy as np

        features = result(self.features, batch)
        best = result(self.levels, features).argmax(axis=2)
        chances = np.zeros(best.shape, np.float32)
        lines, columns = np.nonzero(best)
        for start in range(0, len(lines), COLUMNS):
            at = lines[start : start + COLUMNS], columns[start : start + COLUMNS]
            among_all = result(self.chances, features[at][None])[0]
            chances[at] = among_all[np.arange(len(among_all)), self.known[best[at]]]
        return best, chances


def result(network: Any, given: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(network.run(None, {network.get_inputs()[0].name: given})[0], np.float32)


@functools.cache
def detection_network() -> Any:
    """The session that maps a bitmap (1, 3, height, width), values -1 to 1, to the chance of text at each pixel."""
    return _session(_model("det"))


@functools.cache
def recogniser() -> Recogniser:
    """The network that reads lines, without the characters of other scripts."""
    import numpy as np

    path = _model("rec")
    names = ["", *noted(path, "character").splitlines(), " "]
    known = [0, *(i for i, name in enumerate(names) if _latin(name))]
    parts = taken_apart(path, known)
    features, levels, chances = (_session(model) for model in (parts.features, parts.levels, parts.chances))
    return Recogniser(features, levels, chances, tuple(names[i] for i in known), np.array(known))


def _latin(character: str) -> bool:
    if len(character) != 1:
        return False
    if character in SYMBOLS or " " <= character <= "~":
        return True
    return "\u00c0" <= character <= "\u017f" and unicodedata.name(character, "").startswith("LATIN")


def _model(task: str) -> Path:
    """The model of rapidocr for the task. Raises FileNotFoundError where rapidocr does not bring one."""
    package = importlib.util.find_spec("rapidocr")
    folders = package.submodule_search_locations if package is not None else None
    for folder in folders or ():
        for path in sorted(Path(folder, "models").glob(f"*_{task}_*.onnx")):
            return path
    raise FileNotFoundError(f"rapidocr's model for '{task}' is not installed")


def _session(model: Path | bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.enable_cpu_mem_arena = False  # what one large bitmap took is free for the next thing
    options.log_severity_level = 4
    given = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
