"""Text in several fonts: which parts of it are struck through, raised or lowered.

Such a part is shown otherwise than the rest for a reason: it no longer holds, or is a footnote's
mark. Source: ECMA-376 part 1, 18.4 (shared strings), 18.8.22 (fonts).
"""

from collections.abc import Iterable, Mapping

from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import Cell, Kind, Run, TypedCell, rich_format

_FALSE = {"0", "false", "off"}
_RAISED = {"superscript": "^", "subscript": "_"}
TAGS = ("strike", "vertAlign")


def mark_of(tag: str, attributes: Mapping[str, str]) -> str:
    """The letter (see `Run`) of one of the `TAGS` of a run's properties; "" where it is off."""
    value = attributes.get("val")
    if tag == "strike":
        return "" if value in _FALSE else "s"
    return _RAISED.get(value or "", "")


def rich_cell(runs: Iterable[Run]) -> Cell:
    """The runs as one cell: plain text where no letter of it is marked."""
    runs = [run for run in runs if run.text]
    text = "".join(run.text for run in runs)
    marks = {run.marks for run in runs if run.text.strip()}
    if marks <= {""}:
        return text
    if all("s" in each for each in marks):
        return TypedCell(Kind.STRUCK, text)
    return TypedCell(Kind.RICH, text, rich_format(runs))


def struck(cell: Cell) -> Cell:
    """A cell whose own font is struck through; a blank one stays as it is."""
    text = text_of(cell)
    return TypedCell(Kind.STRUCK, text) if text.strip() else cell
