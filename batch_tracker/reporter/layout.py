"""What a row of the results looks like: headings, widths, colours, comments.

The colours differ in lightness as well as in hue, and the state is always there as a word, so a
black-and-white print and a colour-blind reader lose nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.errors import ReportFailed
from batch_tracker.model import (
    BEFORE_COLUMNS,
    RESULT_COLUMNS,
    BeforeImage,
    Cell,
    Issue,
    Level,
    ResultRow,
    State,
    TypedCell,
    nameless,
)
from batch_tracker.reporter.cells import Ink, clean, ink, serial, text_ink

MAX_COLUMNS = 16_384
"""Columns of an Excel sheet (Microsoft, Excel specifications)."""
MAX_COMMENTS = 1_000
"""Comments for errors, and as many again for warnings; the Message column covers every row.

Excel draws each comment as a shape of its own and turns slow with many thousands of them.
"""

_RESULT_WIDTHS = (12, 60, 24, 12, 10, 25, 12)
_BEFORE_WIDTHS = (25, 18, 26, 18)
_COMPLETED_FORMAT = 'yyyy-mm-dd hh:mm:ss "UTC"'
_NARROWEST, _WIDEST = 8, 40
_COMMENT_LIMIT = 600
_NOT_SHOWN = "not shown"

_DARK, _ORANGE, _PINK, _YELLOW = "B2430A", "F6B26B", "E8B4D4", "FFF2CC"
_BLUE, _GREY = "DCEBF7", "EDEDED"
_STATE_FILLS = {
    State.UPDATED: _BLUE,
    State.UNCHANGED: _GREY,
    State.DUPLICATE: _GREY,
    State.SKIPPED: _GREY,
    State.INVALID: _ORANGE,
    State.CONFLICT: _ORANGE,
    State.REJECTED: _DARK,
    State.FAILED: _DARK,
    State.IN_DOUBT: _PINK,
    State.NOT_SENT: _YELLOW,
}
_LEVEL_FILLS = {Level.ERROR: _ORANGE, Level.WARNING: _YELLOW}


class Mark(NamedTuple):
    """Why a cell is coloured: the worst level, and the words of its comment."""

    level: Level
    text: str


class Pen(SheetCell):
    """A cell of one column and style, written over and over with one value after the other.

    `Ink` has settled value, type and style, so openpyxl need not guess them again for every cell:
    that is a fifth of the whole workbook's time.
    """

    __slots__ = ()

    def write(self, written: Ink) -> None:
        """Take the value that the next row has here."""
        self._value = written.value
        self.data_type = written.data_type


class Layout:
    """Turns result rows into cells, and knows the headings and widths that go with them."""

    def __init__(
        self,
        sheet: Worksheet,
        headers: Sequence[str],
        *,
        width: int,
        text_columns: Collection[int],
        compared: bool,
    ) -> None:
        self._sheet = sheet
        self._added = RESULT_COLUMNS + (BEFORE_COLUMNS if compared else ())
        self._width = _fitting(max(width, len(headers)), len(self._added))
        self._compared = compared
        self._text_columns = frozenset(text_columns)
        extra = range(len(headers) + 1, self._width + 1)
        self._names = [*headers, *map(nameless, extra)]
        self._pens: dict[tuple[int, str, Level | None], Pen] = {}
        self._states = {state: state_cell(sheet, state) for state in State}
        self._comments: Counter[Level] = Counter()

    def headings(self) -> list[SheetCell | None]:
        """Return the header row, in bold."""
        return [heading(self._sheet, name) for name in (*self._names, *self._added)]

    def widths(self, sample: Sequence[ResultRow]) -> list[float]:
        """Return the width of every column, in characters, judged by the first rows."""
        longest = [len(name) for name in self._names]
        for row in sample:
            for column, cell in enumerate(row.cells[: self._width]):
                longest[column] = max(longest[column], _length(cell))
        own = (min(max(n + 2, _NARROWEST), _WIDEST) for n in longest)
        return [*own, *_RESULT_WIDTHS, *(_BEFORE_WIDTHS if self._compared else ())]

    def row(self, row: ResultRow) -> list[SheetCell | None]:
        """Return the cells of one row: the source's own, then what became of it.

        Append the list before the next call, and only once: the next row writes with the same pens.
        """
        missing = self._width - len(row.cells)
        if missing < 0:
            raise ReportFailed(
                f"Row {row.number} has {len(row.cells)} cells, where {self._width} were announced.",
                hint="This is a defect of batch-tracker; please report it.",
            )
        cells = row.cells + [""] * missing
        values: list[SheetCell | None]
        values = [self._source(column, cell) for column, cell in enumerate(cells)]
        if row.issues:
            self._mark(values, cells, row.issues)
        values += self._result(row)
        return values + self._before(row.before) if self._compared else values

    def _source(self, column: int, cell: Cell) -> Pen | None:
        if column in self._text_columns:
            return self._write(column, text_ink(cell))
        return self._write(column, ink(cell)) if cell else None

    def _write(self, column: int, written: Ink, level: Level | None = None) -> Pen:
        key = (column, written.format, level)
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = self._new_pen(written.format, level)
        pen.write(written)
        return pen

    def _new_pen(self, number_format: str, level: Level | None) -> Pen:
        pen = Pen(self._sheet, row=1, column=1)
        pen.number_format = number_format
        if level is not None:
            pen.fill = _solid(_LEVEL_FILLS[level])
        return pen

    def _mark(
        self, values: list[SheetCell | None], cells: list[Cell], issues: Iterable[Issue]
    ) -> None:
        """Colour the offending cells and say on each what is wrong with it."""
        for column, mark in _marks(issues).items():
            if 0 <= column < self._width:
                paint = text_ink if column in self._text_columns else ink
                marked = self._write(column, paint(cells[column]), mark.level)
                marked.comment = self._comment(mark)
                values[column] = marked

    def _comment(self, mark: Mark) -> Comment | None:
        self._comments[mark.level] += 1
        if self._comments[mark.level] > MAX_COMMENTS:
            return None
        lines = mark.text.count("\n") + len(mark.text) // 45 + 1
        return Comment(mark.text, "batch-tracker", width=320, height=24 + 16 * lines)

    def _result(self, row: ResultRow) -> list[SheetCell | None]:
        first = self._width
        return [
            self._states[row.state],
            self._write(first + 1, ink(_message(row))),
            self._write(first + 2, ink(row.code)),
            self._write(first + 3, Ink(row.status, "n")),
            self._write(first + 4, Ink(row.attempts, "n")),
            self._write(first + 5, _moment(row.completed_at)),
            self._write(first + 6, Ink(row.number, "n")),
        ]

    def _before(self, before: BeforeImage | None) -> list[SheetCell | None]:
        """Write what the PO held as text: a number typed over it stays text, too."""
        first = self._width + len(RESULT_COLUMNS)
        if before is None:
            return [None] * len(BEFORE_COLUMNS)
        status = before.status if before.found else _NOT_SHOWN
        shown = (before.tracking_number, before.carrier, before.shipped_on, status)
        return [self._write(first + n, text_ink(text)) for n, text in enumerate(shown)]


def _message(row: ResultRow) -> str:
    """Return what became of the row and, behind it, what it was sent in spite of."""
    warnings = (
        " ".join(filter(None, ["Warning:", _place(issue), issue.message, issue.hint]))
        for issue in row.issues
        if issue.level is Level.WARNING
    )
    return " ".join([row.message, *warnings])


def _place(issue: Issue) -> str:
    return f"{issue.address}:" if issue.address else ""


def heading(sheet: Worksheet, text: str) -> SheetCell:
    """Return a bold text cell."""
    cell = text_cell(sheet, text)
    cell.font = Font(bold=True)
    cell.fill = _solid(_GREY)
    return cell


def text_cell(sheet: Worksheet, text: str) -> SheetCell:
    """Return a cell that is text, whatever it starts with."""
    cell = WriteOnlyCell(sheet, clean(text))
    cell.data_type = "s"
    return cell


def _fitting(width: int, added: int) -> int:
    if width + added > MAX_COLUMNS:
        raise ReportFailed(
            f"The manifest has {width:,} columns; with the results beside them they do not fit "
            f"on an Excel sheet, which holds {MAX_COLUMNS:,}.",
            hint="Delete the columns that are not needed and run the file again.",
        )
    return width


def state_cell(sheet: Worksheet, state: State) -> SheetCell:
    """Return a state as a word on its colour, bold where a person has to look at the row."""
    cell = WriteOnlyCell(sheet, state.value)
    cell.fill = _solid(_STATE_FILLS[state])
    dark = _STATE_FILLS[state] == _DARK
    cell.font = Font(bold=state.needs_attention, color="FFFFFF" if dark else "000000")
    return cell


def _moment(moment: datetime | None) -> Ink:
    if moment is None:
        return Ink(None)
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return Ink(serial(utc.replace(tzinfo=None, microsecond=0)), "n", _COMPLETED_FORMAT)


def _solid(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def _marks(issues: Iterable[Issue]) -> Mapping[int, Mark]:
    """Gather the issues cell by cell; notes colour nothing, and an error outweighs a warning."""
    marks: dict[int, Mark] = {}
    for issue in issues:
        if issue.column is None or issue.level not in _LEVEL_FILLS:
            continue
        words = clean(f"{issue.message} {issue.hint}".strip())
        earlier = marks.get(issue.column, Mark(issue.level, ""))
        level = min(earlier.level, issue.level, key=list(_LEVEL_FILLS).index)
        text = f"{earlier.text}\n{words}".strip()
        marks[issue.column] = Mark(level, text[:_COMMENT_LIMIT])
    return marks


def _length(cell: Cell) -> int:
    """Return about how many characters wide a cell shows."""
    if isinstance(cell, TypedCell):
        return min(len(cell.raw), 19)
    return max(map(len, cell.split("\n")))
