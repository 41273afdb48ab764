"""Findings, and the registry of their codes, from which docs/checks.md is generated.

A code begins with its origin: `source-` the report is at fault, `extraction-` the reading may be, `catalogue-` the
catalogue lacks something.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.contract import FindingRow, Origin, Severity
from pipeline.core.geometry import Box


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
_RULES = {
    "sum": (
        "Shares do not sum to 100",
        "The options of a single-answer question exclude each other, yet their shares do "
        "not sum to 100 within rounding.",
    ),
    "net": (
        "Sub-total is not the sum of its parts",
        "A printed sub-total differs from the sum of the values it spans.",
    ),
    "pair": (
        "Half of a pair",
        "The options of the question carry a pair of values, one of each group, and this one does not.",
    ),
    "choose": (
        "More answers than could be given",
        "Respondents could choose k options, yet the shares sum to more than 100·k.",
    ),
    "exclusive": (
        "Answer beside one that excludes it",
        "Two answers that nobody gives together have more than 100 between them.",
    ),
    "range": ("Value out of range", "A share outside 0 to 100, or a score or rank outside its scale."),
    "difference": (
        "Printed difference is not the difference",
        "A printed difference is not that of the two values beside it.",
    ),
    "ranks": ("Ranks are no order", "The ranks of a list are not 1 to k, each once."),
    "rank-total": (
        "Mean ranks do not total",
        "Mean ranks of k options that everybody ranks total k(k+1)/2; a shortfall means incomplete rankings.",
    ),
    "rank-order": (
        "Ranks do not follow the scores",
        "The printed ranks are not the order of the mean scores beside them.",
    ),
    "base": ("Impossible share of the base", "No whole number of the printed respondents gives this share."),
    "exhibits": (
        "Two figures print one value differently",
        "The same question, option, group and wave has different values in two figures.",
    ),
    "rank-exhibit": (
        "Top list does not follow the values",
        "A top list is not in the order of the values that another figure prints for the same options.",
    ),
    "prose": (
        "The text says otherwise than the figure",
        "A sentence states another number than the figure prints, beyond what its wording allows.",
    ),
    "trend": (
        "The text tells another trend than the figure",
        "A sentence says that a series rises or falls at every step, or stays above one half; no series of the figure "
        "that it names does.",
    ),
    "prose-sum": (
        "Shares within the text do not sum to 100",
        "Shares that the text lists one after another nearly sum to 100, but not quite.",
    ),
    "subgroups": ("Total outside its groups", "The value of all respondents does not lie between those of the groups."),
}
"""Rules of `checks.rules`: title and meaning. Each has a code of either origin."""


def _rule_codes() -> list[Code]:
    at_source = "Nothing to do in the data: the report prints it so. Mark it as known once looked at."
    misread = "Compare the values named in the message with the page; correct what was misread."
    codes = []
    for rule, (title, meaning) in _RULES.items():
        codes.append(Code(f"source-{rule}", "error", title, meaning, at_source))
        meaning += " The evidence does not show that the report prints it so."
        codes.append(Code(f"extraction-{rule}", "error", f"{title}, perhaps misread", meaning, misread))
    return codes


REGISTRY: dict[str, Code] = {
    code.code: code
    for code in (
        Code(
            "extraction-unparsed",
            "warning",
            "No number where one is expected",
            "A cell or label of an exhibit holds something that is neither a number nor a mark for a missing value.",
            "Look at the place; correct the value, or exclude the region if it is no exhibit.",
        ),
        Code(
            "extraction-readers-disagree",
            "warning",
            "Readers disagree",
            "Two readers of the same exhibit give this place different numbers or labels.",
            "Look at the place and correct the value if the one published is wrong.",
        ),
        Code(
            "extraction-label-missing",
            "warning",
            "A value without its label",
            "No answer option was found that belongs to the value.",
            "Look at the exhibit and assign the option.",
        ),
        Code(
            "extraction-option-missing",
            "warning",
            "An option without a value",
            "The catalogue's question has an option that no value of the exhibit carries.",
            "If the edition prints it, the reader lost it: add it. If not, say so in questions.yml: `until:` the last "
            "edition that offers it.",
        ),
        Code(
            "extraction-unit-guessed",
            "warning",
            "Nothing tells the unit",
            "Neither a sign, a label, a sum, a text of the exhibit nor the catalogue says what these decimals measure.",
            "Compare with the page; give the question its kind in the catalogue.",
        ),
        Code(
            "extraction-group-unknown",
            "warning",
            "Nothing tells the group",
            "Neither colour, header, caption nor catalogue says which respondents the values describe.",
            "Assign the group, or add the colour or the word to the catalogue.",
        ),
        Code(
            "extraction-group-disagrees",
            "warning",
            "Header and colour tell different groups",
            "The header names one group and the colour of the fill belongs to another.",
            "Look at the exhibit; correct the group or the catalogue's colours.",
        ),
        Code(
            "extraction-not-told-apart",
            "error",
            "Values that nothing tells apart",
            "Two values of one figure have the same question, option, item, group and wave.",
            "A label was missed: look at the exhibit and assign it.",
        ),
        Code(
            "extraction-label-geometry",
            "warning",
            "Printed number and mark disagree",
            "The length of the bar or the angle of the slice says another value than its label.",
            "Look at the chart: was the label tied to the wrong mark, or is the drawing wrong?",
        ),
        Code(
            "extraction-no-mark",
            "warning",
            "A printed number without its mark",
            "A label that is not zero stands where no bar or slice is drawn.",
            "Look at the chart: does the label belong to another mark?",
        ),
        Code(
            "extraction-unnamed-mark",
            "warning",
            "A mark that nothing names",
            "Neither legend nor axis says which option the bar or slice stands for.",
            "Look at the chart and assign the option.",
        ),
        Code(
            "extraction-ambiguous-label",
            "warning",
            "Several labels fit",
            "More than one legend entry or axis label fits the mark.",
            "Look at the chart and assign the right one.",
        ),
        Code(
            "extraction-cut-label",
            "warning",
            "A label that was cut off",
            "A label of the chart ends at the edge of the page: some of it may be missing.",
            "Look at the chart and give the option its full label, if the catalogue knows it.",
        ),
        Code(
            "extraction-torn-label",
            "warning",
            "A label in pieces",
            "Lines among the category labels of the chart could be joined to none of them.",
            "Compare the label with the page.",
        ),
        Code(
            "extraction-no-row-label",
            "warning",
            "A cell without a row label",
            "The row of the table in which the value stands has no label.",
            "Look at the table and assign the option.",
        ),
        Code(
            "extraction-two-values-in-cell",
            "warning",
            "Two numbers in one cell",
            "A cell of the table holds two numbers; a column boundary may have been missed.",
            "Look at the table: which label belongs to which number?",
        ),
        Code(
            "extraction-no-heading",
            "warning",
            "A column without heading",
            "The column of the value has no heading, though most columns of the table have one.",
            "Look at the table: which heading belongs to the column?",
        ),
        Code(
            "extraction-value-as-label",
            "warning",
            "A percentage as label",
            "The label of the value is a percentage: the real labels may stand beside it and have been missed.",
            "Look at the table: is the percentage an answer, or a value of the first column?",
        ),
        Code(
            "extraction-may-span",
            "warning",
            "A value beside a blank",
            "The place above or below the value is blank while other columns have a value there, and nothing parts the "
            "two: the cell may cover both rows.",
            "Look at the table: does the value stand for one row or for both?",
        ),
        Code(
            "extraction-garbled",
            "error",
            "Not what the page prints there",
            "The page's text layer has other characters at the place of the value, or of its label, than were read.",
            "Compare the value with the page and correct it.",
        ),
        Code(
            "extraction-label-astray",
            "warning",
            "Another label stands nearer",
            "A row label or column head of the same exhibit stands nearer to the value than the one it was given.",
            "Look at the exhibit: was a row or column shifted, or were two labels exchanged?",
        ),
        Code(
            "extraction-colour",
            "warning",
            "Another colour on the page",
            "The cell has another hue on the page than the value was read with; colours tell the groups.",
            "Look at the table: whose value is it?",
        ),
        Code(
            "extraction-item-missing",
            "warning",
            "An item of a matrix without values",
            "The catalogue's question has an item that no value of the exhibit carries, while it has most others.",
            "If the edition prints it, the reader lost it: add it. If not, say so in questions.yml: `until:` the last "
            "edition that offers it.",
        ),
        Code(
            "extraction-read-twice",
            "error",
            "One printed number became two values",
            "Two observations come from the same place.",
            "Look at the place and remove the one that is not printed.",
        ),
        Code(
            "extraction-word-cloud",
            "info",
            "A word cloud",
            "The exhibit shows words the larger the more often they were given, and prints no values.",
            "Nothing to do.",
        ),
        Code(
            "extraction-measured",
            "warning",
            "Measured, not printed",
            "No number is printed: the value is measured, and its label seems lost or little proves the scale.",
            "Accept it as a measured value, or correct it from another source.",
        ),
        Code(
            "extraction-ocr-unsupported",
            "warning",
            "Only OCR gives this number",
            "The number was read from a picture and neither a rule nor the mark's geometry supports it.",
            "Compare it with the picture.",
        ),
        Code(
            "extraction-number-unaccounted",
            "warning",
            "A number that went nowhere",
            "A number of the text layer, or of a picture, is neither an observation nor a claim and no reason explains "
            "it.",
            "Look at the place: an exhibit may have been missed.",
        ),
        Code(
            "extraction-revision",
            "warning",
            "Editions differ, perhaps misread",
            "Two editions print other numbers for one wave, and one of them was read with doubt, or most of what both "
            "print for the question differs.",
            "Compare both pages; correct the edition that was misread.",
        ),
        Code(
            "extraction-numbers-lost",
            "error",
            "Too many numbers went nowhere",
            "Of the numbers outside running text more than 2 in 100 are neither an observation nor a claim, and no "
            "reason explains them.",
            "Look at the places that `extraction-number-unaccounted` names; draw the regions that were missed.",
        ),
        Code(
            "extraction-beyond-page",
            "warning",
            "Numbers beyond the edge of the page",
            "Beside the exhibit numbers are drawn outside of the page, where no reader sees them: it is wider than its "
            "page.",
            "Ask the publisher for a copy that shows the whole exhibit, or enter the values from another source.",
        ),
        Code(
            "extraction-hidden-text",
            "info",
            "Text that the page does not show",
            "The text layer holds words that nobody sees: in the colour of their ground, clipped away, in a layer that "
            "is off, transparent, or not painted. They are not read.",
            "Nothing, unless the page shows them after all: then report it as an error of the program.",
        ),
        Code(
            "extraction-covered-text",
            "warning",
            "Text under something painted over it",
            "Words lie under an opaque shape or picture that was drawn later: a redaction, or a number that was "
            "replaced. What lies below is not read.",
            "Compare the values at this place with the page as it looks.",
        ),
        Code(
            "extraction-exhibit-unread",
            "warning",
            "An exhibit without values",
            "A figure with a caption, or a picture of some size, gave no values. An error where nothing was read at "
            "its caption, unless a photograph stands on the page, and where numbers of the page went nowhere.",
            "Look at it; if it holds data, draw its region or enter the values.",
        ),
        Code(
            "extraction-no-exhibits",
            "error",
            "Text without a table or chart",
            "The document has text, whose claims are written, and no table, chart or caption that could be read.",
            "Look at its pages: if they show data, draw its region; if there is none, mark this as known.",
        ),
        Code(
            "extraction-page-scanned",
            "warning",
            "Page read by OCR",
            "The page has no usable text layer; its words come from optical character recognition.",
            "Compare the values of this page with the picture.",
        ),
        Code(
            "extraction-page-unreadable",
            "error",
            "Page not read",
            "The page's drawing or a font of it is damaged, or a reader failed on it or needed more time or memory "
            "than a page may use. The other pages were read.",
            "Obtain a better copy of the page, or enter its values as corrections.",
        ),
        Code(
            "extraction-page-incomplete",
            "error",
            "Page read in part",
            "A font or a picture that the page shows is missing or damaged in the file, one of the readers failed on "
            "the page, or another reader finds text on it that ours does not: values of it may be missing.",
            "Obtain a better copy of the file, or compare the values of this page with what it shows.",
        ),
        Code(
            "extraction-failed",
            "error",
            "Edition not read",
            "The readers crashed on the document, or needed more time or memory than a job may use.",
            "Obtain a better copy of the file, or report the document that cannot be read.",
        ),
        Code(
            "source-restricted",
            "info",
            "The owner restricts copying",
            "The document opens without a password; its owner forbids copying. Facts are read, nothing is reproduced.",
            "Check that you may use the figures.",
        ),
        Code(
            "source-damaged",
            "warning",
            "Damaged file, repaired",
            "The file's structure is damaged; all its pages were found again, and read from a repaired copy.",
            "Obtain a sound copy of the file where there is one.",
        ),
        Code(
            "source-active-content",
            "warning",
            "Script or action in the document",
            "The document holds JavaScript or an action that starts something. Nothing of it is ever run.",
            "Be careful with this file in other programs.",
        ),
        Code(
            "source-embedded-files",
            "info",
            "Files embedded in the document",
            "The document carries other files. They are never opened.",
            "Look whether one of them holds the data of a figure.",
        ),
        Code(
            "source-page-box",
            "warning",
            "Page box that cannot be true",
            "The page's box or rotation is empty, enormous or contradicts itself, or text stands beyond it.",
            "Compare the page's places with what a viewer shows.",
        ),
        Code(
            "catalogue-unmapped",
            "warning",
            "Question not in the catalogue",
            "No question of the catalogue has this wording or these options.",
            "Add the question, or its new wording, to the catalogue.",
        ),
        Code(
            "catalogue-wording",
            "info",
            "Question not printed",
            "The exhibit prints no question; its labels tell which one it is, and the wording is the catalogue's.",
            "Nothing, where the labels are those of that question.",
        ),
        Code(
            "extraction-label-number",
            "warning",
            "A value where a label should be",
            "The label of an option is itself a share, a score or a year: values or waves were taken for the labels.",
            "Look at the exhibit; draw its region again or correct the labels.",
        ),
        Code(
            "catalogue-unmapped-group",
            "warning",
            "Group not in the catalogue",
            "A header stands among those of known groups and names one that the catalogue does not have.",
            "Add the group to study.yml, or the word to the group that it names.",
        ),
        Code(
            "catalogue-unmapped-option",
            "warning",
            "Option not in the catalogue",
            "The question is known but has no such option or item.",
            "If the label is printed so, add it to the catalogue; else correct the label.",
        ),
        Code(
            "catalogue-draft",
            "error",
            "A draft that nobody has confirmed",
            "The catalogue's question, option or group was proposed by the program and is still marked `draft: true`.",
            "Confirm it, or map it to what it is: `editions review` shows the exhibit beside the suggestion.",
        ),
        Code(
            CORRECTED,
            "info",
            "Corrected by a steward",
            "A signed correction replaced what was read; the finding keeps what stood before.",
            "Nothing to do.",
        ),
        Code(
            "catalogue-known-stale",
            "warning",
            "A known finding is gone",
            "A finding that a steward marked as known no longer occurs, or found something else.",
            "If the checks now find another value, look at the page again and append a new entry.",
        ),
        Code(
            "source-chart-table",
            "error",
            "Chart and table of one figure differ",
            "A chart repeats the column of the table beside it, with one value printed otherwise.",
            "Nothing to do in the data; the table's value is published.",
        ),
        *_rule_codes(),
        Code(
            "source-revision",
            "warning",
            "A later edition revised a value",
            "Two editions print different values for the same wave, by more than rounding explains.",
            "Both vintages are published; find out which the publisher stands by. is_latest marks the newer one.",
        ),
        Code(
            "source-revision-rounding",
            "info",
            "A later edition rounds otherwise",
            "Two editions print the same value of a wave with different decimals.",
            "Nothing to do.",
        ),
        Code(
            "source-break",
            "warning",
            "A series breaks",
            "Wording, options, base, group or mode changed: this wave is not comparable with the one before it.",
            "If the change does not matter, say so in the crosswalk (comparable: true); else leave the break.",
        ),
        Code(
            "source-wave-dropped",
            "warning",
            "An edition leaves out a wave",
            "The edition before printed a wave of this question that this edition leaves out.",
            "Look whether the extraction lost a column; if the report leaves it out, nothing to do.",
        ),
        Code(
            "source-options-changed",
            "info",
            "Options came, went, split or joined",
            "The edition prints other options of the question than the edition before.",
            "If an option was split or joined, give the question a net (`of:`) so that waves are harmonised.",
        ),
        Code(
            "source-question-new",
            "info",
            "A new question",
            "No earlier edition prints the question.",
            "Nothing to do.",
        ),
        Code(
            "source-question-dropped",
            "info",
            "A question left out",
            "The edition before printed the question; this one does not.",
            "Look whether the extraction lost the exhibit; if the report leaves it out, nothing to do.",
        ),
        Code(
            "catalogue-suggestion",
            "info",
            "An unmapped question looks like a known one",
            "Text, options or the values of shared waves suggest a question of the catalogue; nothing was mapped.",
            "If it is the same, add the printed wording to the question; if not, add a new question.",
        ),
    )
}
