"""Findings, and the registry of their codes, whose texts stand in findings.yml.

A code begins with its origin: `source-` the report is at fault, `extraction-` the reading may be, `catalogue-` the
catalogue lacks something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.contract import FindingRow, Origin, Severity
from pipeline.core.geometry import Box
from pipeline.core.language import read_yaml


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: what it means and what a steward does about it."""

    code: str
    severity: Severity
    title: str
    meaning: str
    remedy: str

    @property
    def origin(self) -> Origin:
        origin = self.code.split("-", 1)[0]
        assert origin in ("source", "extraction", "catalogue")
        return origin  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing that a check noticed, at a place. `box` in points, origin top left."""

    code: str
    message: str
    severity: Severity
    page: int | None = None
    figure: str | None = None
    box: Box | None = None
    observation_id: str | None = None
    expected: str | None = None
    found: str | None = None

    @property
    def origin(self) -> Origin:
        return REGISTRY[self.code].origin

    def row(self, study: str, edition: str) -> FindingRow:
        """The row of the contract's table `findings`."""
        box = self.box
        return {
            "study": study,
            "edition": edition,
            "page": self.page,
            "figure": self.figure,
            "observation_id": self.observation_id,
            "code": self.code,
            "severity": self.severity,
            "origin": self.origin,
            "message": self.message,
            "expected": self.expected,
            "found": self.found,
            "x0": round(box.x0, 2) if box else None,
            "top": round(box.top, 2) if box else None,
            "x1": round(box.x1, 2) if box else None,
            "bottom": round(box.bottom, 2) if box else None,
        }


def finding(
    code: str,
    message: str,
    *,
    page: int | None = None,
    figure: str | None = None,
    box: Box | None = None,
    observation_id: str | None = None,
    expected: object = None,
    found: object = None,
    severity: Severity | None = None,
) -> Finding:
    """A finding of a registered code (KeyError otherwise), with the code's severity unless another is given."""
    return Finding(
        code=code,
        message=message,
        severity=severity or REGISTRY[code].severity,
        page=page,
        figure=figure,
        box=box,
        observation_id=observation_id,
        expected=None if expected is None else str(expected),
        found=None if found is None else str(found),
    )


CORRECTED = "catalogue-corrected"
"""Of what a steward has looked at: the one flag of origin catalogue that is no doubt."""


def _registered() -> Iterator[Code]:
    told = read_yaml(Path(__file__).with_suffix(".yml"))
    for code, texts in told["codes"].items():
        yield Code(code, **texts)
    for rule, texts in told["rules"].items():
        for origin, added in told["origins"].items():
            title, meaning = texts["title"] + added["title"], texts["meaning"] + added["meaning"]
            yield Code(f"{origin}-{rule}", "error", title, meaning, added["remedy"])


REGISTRY: dict[str, Code] = {code.code: code for code in _registered()}
