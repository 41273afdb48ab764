"""Where each registered edition stands: built or out of date, with a baseline or without, how much is flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pipeline.catalogue.project import Edition, Project
from pipeline.core.errors import UsageError
from pipeline.intake.preflight import check_file
from pipeline.run.extraction import SUMMARY, Cache, Summary, request_for


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of `editions status`. `build` is `up to date`, `out of date`, `never`, or what is wrong."""

    edition: str
    build: str
    baseline: bool
    summary: Summary | None

    @property
    def study(self) -> str:
        return self.edition.partition("/")[0]

    def cells(self) -> tuple[object, ...]:
        baseline = "yes" if self.baseline else "none"
        if self.summary is None:
            return (self.edition, self.build, baseline, "", "", "", "")
        rows = self.summary.rows
        counts = (self.summary.pages, rows["observations"], rows["findings"], self.summary.open_errors)
        return (self.edition, self.build, baseline, *counts)

    def json(self) -> dict[str, object]:
        return asdict(self) | {"open_errors": self.summary.open_errors if self.summary else None}


def standing(project: Project, targets: Sequence[str] = ()) -> list[Standing]:
    """One for each registered edition that `targets` name. An edition that is not usable says so in `build`."""
    return [_standing(project, edition) for edition in project.editions(targets)]


def _standing(project: Project, edition: Edition) -> Standing:
    built = project.built(edition)
    summary = Summary.load(built) if (built / SUMMARY).is_file() else None
    return Standing(str(edition), _freshness(project, edition, summary), project.baseline(edition).is_dir(), summary)


def _freshness(project: Project, edition: Edition, summary: Summary | None) -> str:
    try:
        request = request_for(project, edition)
        sha256 = check_file(edition.pdf)
    except UsageError as error:
        return str(error)
    if request.expected_sha256 != sha256:
        return "the PDF is not the registered one"
    if summary is None:
        return "never"
    return "up to date" if Cache(project).find(request.provenance(sha256)) else "out of date"
