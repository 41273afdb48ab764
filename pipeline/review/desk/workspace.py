"""The edition on the desk: what was read of it, the catalogue, the decisions, and the tables that follow from them.

A decision is judged before it is written: texts of files as they would be → catalogue and decisions → tables. Only the
exhibit that it is about is judged at once; the whole edition follows in the background, and then takes its place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.catalogue.decisions import KINDS, Decisions, author_of, file_of, in_force, load_decisions
from pipeline.catalogue.model import Catalogue, load_catalogue
from pipeline.catalogue.project import Edition, Project, held
from pipeline.checks.edition import Assembled, Extraction, assembled, judge
from pipeline.core.contract import ObservationRow
from pipeline.core.errors import UsageError, describe
from pipeline.core.files import write_file
from pipeline.core.table_files import read_parquet
from pipeline.exhibits.document import Document, with_drawn
from pipeline.review.settings import SETTINGS

CATALOGUE_FILES = ("study.yml", "questions.yml", "crosswalk.yml")


@dataclass(frozen=True)
class State:
    """The edition at one moment. `texts` are the files that it follows from, "" where there is none."""

    catalogue: Catalogue
    decisions: Decisions
    tables: Extraction
    texts: Mapping[Path, str]
    number: int = 0
    """Counts up with every state; pages name it, so that a page knows that it is out of date."""
    whole: bool = True
    """False while only the exhibit of the last decision has been judged anew."""
    problem: str = ""
    """Why the whole edition could not be judged anew, where it could not."""

    def rows(self, figure: str) -> list[ObservationRow]:
        return [row for row in self.tables.observations if row["figure"] == figure]

    def row(self, observation: str) -> ObservationRow | None:
        return next((row for row in self.tables.observations if row["observation_id"] == observation), None)


@dataclass(frozen=True)
class Edit:
    """New texts of files, what was done in words, and the exhibit that it is about (None: the whole edition)."""

    texts: Mapping[Path, str]
    said: str
    figure: str | None = None
    document: Document | None = None
    """The document, where a region was read anew."""


Propose = Callable[[State], Edit]
"""Makes a change of the state that stands. Raises Refused where what the steward saw no longer stands."""


class Refused(Exception):
    """A decision that is not done; the message says why and what stands now."""


class Workspace:
    """One edition on the desk. Safe to use from several threads."""

    def __init__(
        self, project: Project, edition: Edition, document: Document, tables: Extraction | None = None
    ) -> None:
        """`tables` are those of a build of exactly these files, where there is one."""
        self.project, self.edition, self.document = project, edition, document
        self.folder = project.root / "schemas" / edition.study
        self.author = author_of(project.root)
        self.done: list[tuple[Edit, Mapping[Path, str]]] = []
        """Decisions of this session that can be undone, each with the texts that stood before it."""
        self.patience = SETTINGS.answer_within
        self._late: Future[str] | None = None
        self._lock = threading.RLock()
        self._completing = threading.Lock()
        self._exhibits: tuple[Document, object, Assembled] | None = None
        self.state = self._judged(self._texts(), 0, tables)

    @property
    def files(self) -> list[Path]:
        names = [self.folder / name for name in CATALOGUE_FILES]
        return names + [file_of(self.folder, kind, self.edition.name) for kind in KINDS]

    def current(self) -> State:
        """The state, judged anew if somebody changed a file by other means (an editor, git)."""
        if self._texts() != self.state.texts:
            with self._lock:
                texts = self._texts()
                if texts != self.state.texts:
                    self.state = self._judged_or_not(texts)
        return self.state

    def decide(self, propose: Propose) -> str:
        """Make the change that `propose` makes of the present state; says what was done.

        Raises Refused (nothing was written) when it does not fit what stands.
        """
        with self._lock:
            before = self.current()
            change = propose(before)
            self._make(before, change)
            self.done.append((change, {path: before.texts[path] for path in change.texts}))
            return change.said

    def soon(self, work: Callable[[], str]) -> str:
        """What the work says; "" where it takes longer than a page may, and `told` says it once it is done."""
        self._late = (pool := ThreadPoolExecutor(1)).submit(work)
        pool.shutdown(wait=False)
        with suppress(TimeoutError):
            self._late.exception(self.patience)
        return self.told() if self._late.done() else ""

    @property
    def settled(self) -> bool:
        return self.state.whole and (self._late is None or self._late.done())

    def told(self) -> str:
        """What late work came to, told once. Raises what it raised."""
        if self._late is None or not self._late.done():
            return "The region is being read …" if self._late else ""
        done, self._late = self._late, None
        return done.result()

    def undo(self, take_back: Callable[[State, Edit, Mapping[Path, str]], Edit]) -> str:
        """Undo the last decision of this session. Raises Refused when there is none, or others built on it."""
        with self._lock:
            if not self.done:
                raise Refused("there is nothing to undo in this session: see the page of signed decisions")
            before = self.current()
            change = take_back(before, *self.done[-1])
            self._make(before, change)
            self.done.pop()
            return change.said

    def _make(self, before: State, change: Edit) -> None:
        document = change.document or self.document
        try:
            after = self._partly(before, {**before.texts, **change.texts}, change.figure, document)
        except UsageError as error:
            raise Refused(str(error)) from error
        changed = {path: text for path, text in change.texts.items() if text != before.texts[path]}
        for path in changed:
            self._check_place(path)
        for path, text in changed.items():
            write_file(path, text)
        self.document, self.state = document, after
        self.warm()

    def _check_place(self, path: Path) -> None:
        """Raises Refused when a link leads the file elsewhere."""
        if not path.resolve().is_relative_to(self.project.root.resolve()):
            raise Refused(f"{path} leads out of the project: put a folder in place of the link")

    # --- judging -----------------------------------------------------------------------------------------------------

    def _texts(self) -> dict[Path, str]:
        return {path: path.read_text("utf-8") if path.is_file() else "" for path in self.files}

    def _judged_or_not(self, texts: Mapping[Path, str]) -> State:
        """As the files say now; the tables as they were, and the problem, where the files are not well formed."""
        number = self.state.number + 1
        try:
            return self._judged(texts, number)
        except UsageError as error:
            return replace(self.state, texts=texts, number=number, whole=True, problem=str(error))

    def _laws(self, texts: Mapping[Path, str], before: State | None = None) -> tuple[Catalogue, Decisions]:
        said = {path: text for path, text in texts.items() if text or path.is_file()}
        same = before and all(texts[self.folder / n] == before.texts[self.folder / n] for n in CATALOGUE_FILES)
        catalogue = before.catalogue if before and same else load_catalogue(self.folder, said)
        return catalogue, load_decisions(catalogue, self.edition.name, said)

    def _judge(
        self, document: Document, catalogue: Catalogue, decisions: Decisions, figure: str | None = None
    ) -> Extraction:
        """What follows; the exhibits are assembled anew only where a region was drawn."""
        known = self._exhibits
        if known is None or known[0] is not document or known[1] != decisions.regions:
            known = self._exhibits = document, decisions.regions, assembled(document, decisions)
        return judge(document, catalogue, self.edition.name, decisions, figure, known[2])

    def _judged(self, texts: Mapping[Path, str], number: int, tables: Extraction | None = None) -> State:
        catalogue, decisions = self._laws(texts)
        wanted = [one for one in in_force(decisions.regions) if not one.exclude]
        if list(dict.fromkeys((r.page, r.drawn) for r in self.document.drawn)) != [(w.page, w.place) for w in wanted]:
            self.document = with_drawn(self.document, self.edition.pdf, wanted, catalogue.study)
        tables = tables or self._judge(self.document, catalogue, decisions)
        return State(catalogue, decisions, tables, texts, number)

    def _partly(self, before: State, texts: Mapping[Path, str], figure: str | None, document: Document) -> State:
        """The state with the exhibit `figure` judged anew, and the rest as it was."""
        catalogue, decisions = self._laws(texts, before)
        number = before.number + 1
        if figure is None:
            return State(catalogue, decisions, before.tables, texts, number, whole=False)
        part = self._judge(document, catalogue, decisions, figure)
        old = before.tables
        tables = replace(
            old,
            observations=[r for r in old.observations if r["figure"] != figure] + part.observations,
            findings=[f for f in old.findings if f["figure"] != figure]
            + [f for f in part.findings if f["figure"] == figure],
        )
        return State(catalogue, decisions, tables, texts, number, whole=False)

    def warm(self) -> None:
        """Judge the whole edition in the background, so that the first decision finds everything at hand."""
        threading.Thread(target=self._complete, daemon=True).start()

    def _complete(self) -> None:
        """The whole edition, one at a time, unless another decision came first (which then completes it)."""
        with self._completing:
            state, document = self.state, self.document
            if state.whole and self._exhibits is not None:
                return
            try:
                tables = self._judge(document, state.catalogue, state.decisions)
            except Exception as error:  # in silence the edition would be "still being checked" for ever
                said = str(error) if isinstance(error, UsageError) else describe(error)
                self._settle(state, replace(state, problem=said))
                return
            self._settle(state, replace(state, tables=tables, whole=True))

    def _settle(self, before: State, after: State) -> None:
        with self._lock:
            if self.state is before:
                self.state = replace(after, number=before.number + 1)


def only_desk(project: Project, edition: Edition) -> AbstractContextManager[None]:
    """Holds the edition's desk. Raises UsageError at once when another process does."""
    path = project.work / f"desk-{edition.study}-{edition.name}.lock"
    return held(path, f"{edition} is on the desk already", "use that one, or end it first")


def earlier_rows(project: Project, edition: Edition) -> list[ObservationRow]:
    """The observations of the study's other editions, as far as they are built."""
    rows: list[ObservationRow] = []
    for other in project.editions([edition.study]):
        table = project.built(other) / "observations.parquet"
        if other != edition and table.is_file():
            rows += read_parquet(table)
    return rows
