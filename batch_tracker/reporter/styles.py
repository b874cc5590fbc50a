"""How the sheets look: colours, headings, states, and how many lines a text takes up.

The colours differ in lightness as well as in hue, and the state is always there as a word, so a
black-and-white print and a colour-blind reader lose nothing.
"""

from textwrap import wrap

from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.model import Level, State
from batch_tracker.reporter.cells import clean

_DARK, _ORANGE, _PINK, _PALE, _YELLOW = "B2430A", "F6B26B", "E8B4D4", "FFF2CC", "FFE14D"
BLUE, _GREY, _GREEN = "DCEBF7", "EDEDED", "D9EFD3"
_STATE_FILLS = {
    State.UPDATED: BLUE,
    State.UNCHANGED: _GREY,
    State.DUPLICATE: _GREY,
    State.SKIPPED: _GREY,
    State.INVALID: _ORANGE,
    State.CONFLICT: _ORANGE,
    State.REJECTED: _DARK,
    State.FAILED: _DARK,
    State.IN_DOUBT: _PINK,
    State.NOT_SENT: _PALE,
}
LEVEL_FILLS = {Level.ERROR: _ORANGE, Level.WARNING: _YELLOW, Level.NOTE: _GREEN}

TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
STRUCK = Font(name="Calibri", size=11, strike=True)
_INDENTED = Alignment(horizontal="left", vertical="top", indent=1)
LINK = Font(name="Calibri", size=11, color="0563C1", underline="single")
_LETTERS = 1.17
"""Letters that fit where a column is one wide: widths are counted in digits, which are wider."""


def heading(sheet: Worksheet, text: str, *, fill: str = _GREY) -> Cell:
    """Return a bold text cell."""
    cell = text_cell(sheet, text)
    cell.font = _font(bold=True)
    cell.fill = solid(fill)
    return cell


def text_cell(sheet: Worksheet, text: str) -> Cell:
    """Return a cell that is text, whatever it starts with."""
    cell = WriteOnlyCell(sheet, clean(text))
    cell.data_type = "s"
    cell.alignment = WRAPPED
    return cell


def state_cell(sheet: Worksheet, state: State) -> Cell:
    """Return a state as a word on its colour, bold where a person has to look at the row."""
    cell = WriteOnlyCell(sheet, state.value)
    cell.fill = solid(_STATE_FILLS[state])
    dark = _STATE_FILLS[state] == _DARK
    cell.font = _font(bold=state.needs_attention, color="FFFFFF" if dark else "000000")
    cell.alignment = _INDENTED
    return cell


def solid(colour: str) -> PatternFill:
    """Return the fill that is all of one colour."""
    return PatternFill("solid", fgColor=colour)


def lines_of(text: str, width: float) -> int:
    """Return about how many lines a text takes up in a column of this width."""
    if len(text) <= width and "\n" not in text:
        return 1
    return sum(len(wrap(line, int(width * _LETTERS))) or 1 for line in text.split("\n"))


def _font(*, bold: bool, color: str = "000000") -> Font:
    """Return the font of every other cell; one without a name is shown in any."""
    return Font(name="Calibri", size=11, bold=bold, color=color)
