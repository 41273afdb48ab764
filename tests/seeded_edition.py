"""A real edition into which faults are seeded: all that the checks know of it, one figure at a time.

The document is read once. A fault goes either into what the readers agreed on (`everyone`: as if every reader had made
the same mistake) or into the reading of one of them before they are reconciled (`one_reader`). What is judged after
that is the program's own: claims, witnesses, ledger and rules, with the pages and the text of the edition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from pipeline.catalogue.model import Catalogue
from pipeline.checks.checking import check
from pipeline.checks.claims.linking import verify
from pipeline.checks.claims.reading_claims import Prose, read_claims
from pipeline.checks.edition import ledger_places
from pipeline.checks.ledger import account
from pipeline.exhibits.assembly import assemble, boxes_by_page
from pipeline.exhibits.document import Document, document_at
from pipeline.exhibits.reading import ExhibitRegion, Part
from pipeline.layout.text import Passage, prose
from pipeline.observations.bases import assign_bases
from pipeline.observations.observe import observe, tell_apart
from pipeline.observations.repeats import repeats
from tests.faults import Fault

Noticed = Counter[str]
"""Codes of findings, how often each."""
Values = list[tuple[str, float]]
Seed = Callable[["Edition", Part, Fault, Random], Noticed | None]


@dataclass(frozen=True)
class Edition:
    """An edition that was read, its exhibits by figure, and its text."""

    document: Document
    catalogue: Catalogue
    name: str
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]
    said: Prose

    @classmethod
    def read(cls, path: Path, catalogue: Catalogue, name: str, kept_at: Path | None = None) -> Edition:
        study = catalogue.study
        document = document_at(path, study, kept_at)
        parts, _ = assemble(document.regions, document.text, document.pages)
        passages = prose(document.text, boxes_by_page(parts))
        groups = [(group.id, group.names) for group in study.groups]
        said = read_claims(passages, groups, study.figure_words, name, study.decimal_mark)
        return cls(document, catalogue, name, tuple(parts), tuple(passages), said)

    def of(self, figure: str) -> list[Part]:
        return [part for part in self.parts if part.figure == figure]

    def judged(self, parts: Sequence[Part]) -> tuple[Values, Noticed]:
        """The values of one figure, made of `parts`, and what is noticed about them."""
        observations, found = observe(parts, self.catalogue, self.name, self.document.sha256)
        observations, raised = repeats(observations)
        observations, alike = tell_apart(observations)
        found += [*raised, *alike]
        observations = assign_bases(observations)
        judged = verify(self.said.claims, [o.row() for o in observations])
        numbers = {page for part in parts for page in (part.page, *(v.entry.page for v in part.values))}
        pages = [page for page in self.document.pages if page.number in numbers]
        found += account(
            pages, self.document.text, self.said, ledger_places(observations, parts), self.catalogue.study.id, self.name
        )[1]
        observations, raised = check(observations, self.catalogue, found, judged, self.passages, pages)
        found += raised
        values = sorted((str(o.key), o.value) for o in observations)
        return values, Counter(f.code for f in found if f.figure in (None, parts[0].figure))

    def region_of(self, part: Part) -> ExhibitRegion | None:
        """The region that a part was made of."""
        same = (r for r in self.document.regions if r.page == part.page and r.box == part.box)
        return next(same, None)


def everyone(edition: Edition, part: Part, fault: Fault, random: Random) -> Noticed | None:
    """What is new when all readers made the same mistake in `part`; None where it could not be made."""
    wrong = fault(part, random)
    if wrong is None or wrong == part:
        return None
    return _new(edition, part, [wrong if other is part else other for other in edition.of(part.figure)])


def one_reader(edition: Edition, part: Part, fault: Fault, random: Random) -> Noticed | None:
    """What is new when the preferred reader alone made the mistake; None where there is no other reader."""
    region = edition.region_of(part)
    if region is None or len(region.readings) < 2:
        return None
    first = region.readings[0]
    wrong = fault(replace(part, values=tuple(replace(part.values[0], entry=entry) for entry in first.entries)), random)
    if wrong is None or tuple(v.entry for v in wrong.values) == first.entries:
        return None
    misread = replace(first, entries=tuple(v.entry for v in wrong.values))
    regions = [replace(r, readings=(misread, *r.readings[1:])) if r is region else r for r in edition.document.regions]
    parts, raised = assemble(regions, edition.document.text, edition.document.pages)
    parts = [one for one in parts if one.figure == part.figure]
    noticed = _new(edition, part, parts) if parts else None
    return noticed + Counter(f.code for f in raised if f.figure == part.figure) if noticed is not None else None


def _new(edition: Edition, part: Part, parts: Sequence[Part]) -> Noticed | None:
    """None where the mistake changes no value: it is told by something else, or the readers outvoted it."""
    values, noticed = edition.judged(parts)
    before, usual = edition.judged(edition.of(part.figure))
    return noticed - usual if values != before else None
