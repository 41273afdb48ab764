"""Files to read, for mail and for what CI keeps: the desk's view without its forms, and what is to be decided."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from pipeline.catalogue.project import Edition
from pipeline.core.contract import ObservationRow, open_errors
from pipeline.core.files import write_file
from pipeline.review.desk import audit
from pipeline.review.desk import exhibit_views as exhibits
from pipeline.review.desk.desk_pages import templates, title_of
from pipeline.review.desk.page_crops import Crops
from pipeline.review.desk.workspace import Workspace
from pipeline.review.settings import SETTINGS
from pipeline.review.to_decide import Work

STYLE = Path(__file__).parent / "static" / "desk.css"


def write_report(workspace: Workspace, crops: Crops, earlier: list[ObservationRow], path: Path) -> None:
    """Write the review of the edition on the workspace to `path`, whole or not at all."""
    state = workspace.current()
    lines = [line for line in exhibits.lines(state) if line.figure]
    shown = []
    for line in lines:
        pictures = [(crop, _embedded(crops, crop)) for crop in exhibits.crops(line.figure, state, workspace.document)]
        blocks = exhibits.blocks(line.figure, state, earlier)
        findings = [f for f in state.tables.findings if f["figure"] == line.figure]
        shown.append((line, pictures, blocks, findings))
    template = templates().get_template("still.html.jinja")
    text = template.render(
        edition=workspace.edition,
        title=title_of(workspace),
        style=STYLE.read_text("utf-8"),
        shown_ones=shown,
        accepted=sum(line.standing == "accepted" for line in lines),
        loose=[f for f in state.tables.findings if not f["figure"]],
        doubted={str(r["observation_id"]) for r in state.tables.observations if audit.doubted(r)},
        errors=open_errors(state.tables.findings),
        outcome=audit.outcome(state.decisions.audit),
    )
    write_file(path, text)


def write_work(edition: Edition, work: Work, drafted: Sequence[str], path: Path) -> None:
    """Write what is to be decided about a new edition, whole, to `path`."""
    template = templates().get_template("new_report.html.jinja")
    style = STYLE.read_text("utf-8")
    write_file(path, template.render(edition=edition, work=work, drafted=drafted, style=style))


def _embedded(crops: Crops, crop: exhibits.Crop) -> str:
    """The picture as an address that holds it; "" for a page that cannot be drawn, which the report says."""
    try:
        return "data:image/png;base64," + base64.b64encode(crops.png(crop.page, crop.box, SETTINGS.report_dpi)).decode()
    except OSError:
        return ""
