"""What a row of the results looks like: its cells, their widths, marks and comments."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.errors import ReportFailed
from batch_tracker.model import (
    BEFORE_COLUMNS,
    RESULT_COLUMNS,
    Cell,
    Issue,
    Kind,
    Level,
    PoSnapshot,
    ResultRow,
    State,
    TypedCell,
    nameless,
)
from batch_tracker.reporter.cells import GENERAL, Ink, clean, ink, serial, text_ink
from batch_tracker.reporter.styles import (
    BLUE,
    LEVEL_FILLS,
    STRUCK,
    TOP,
    WRAPPED,
    heading,
    lines_of,
    solid,
    state_cell,
)

MAX_COLUMNS = 16_384
"""Columns of an Excel sheet (Microsoft, Excel specifications)."""
MAX_COMMENTS = 1_000
"""Comments for errors, and as many again for warnings; the Message column covers every row.

Excel draws each comment as a shape of its own and turns slow with many thousands of them.
"""

_RESULT_WIDTHS = (13, 60, 24, 15, 12, 25, 14)
_BEFORE_WIDTHS = (25, 18, 26, 18)
_COMPLETED_FORMAT = 'yyyy-mm-dd hh:mm:ss "UTC"'
_NARROWEST, _WIDEST = 8, 40
_COMMENT_LIMIT = 600
_NOT_SHOWN = "not shown"
_BRACKETS = re.compile(r"\[[^\]]*\]|[\\\"]")
"""What a number format says and does not show: colours, conditions, locales, quotes."""

_MESSAGE = RESULT_COLUMNS.index("Message")


class Mark(NamedTuple):
    """Why a cell is coloured: the worst level, and the words of its comment."""

    level: Level
    text: str


class Pen(SheetCell):
    """A cell of one column and style, written over and over with one value after the other.

    `Ink` has settled value, type and style, so openpyxl need not guess them again for every cell:
    that is a third of the whole workbook's time.
    """

    @cached_property
    def style_id(self) -> int:
        """The number of the style, which is complete before the first value is written."""
        return int(super().style_id)

    def write(self, written: Ink) -> None:
        """Take the value that the next row has here; a blank is no empty text."""
        self._value = written.value
        self.data_type = "n" if written.value is None else written.data_type


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
        self._pens: dict[tuple[int, str, bool, Level | None], Pen] = {}
        self._states = {state: state_cell(sheet, state) for state in State}
        self._comments: Counter[Level] = Counter()

    def headings(self) -> list[SheetCell | None]:
        """Return the header row, in bold; the columns that are ours stand out."""
        own = [heading(self._sheet, name) for name in self._names]
        return [*own, *(heading(self._sheet, name, fill=BLUE) for name in self._added)]

    def widths(self, sample: Sequence[ResultRow]) -> list[float]:
        """Return the width of every column, in characters, judged by the first rows."""
        longest = [_length(name) for name in self._names]
        for row in sample:
            for column, cell in enumerate(row.cells[: self._width]):
                longest[column] = max(longest[column], _length(cell))
        own = (min(max(n + 2, _NARROWEST), _WIDEST) for n in longest)
        return [*own, *_RESULT_WIDTHS, *(_BEFORE_WIDTHS if self._compared else ())]

    def heading_lines(self, widths: Sequence[float]) -> int:
        """Return how many lines the header row takes up."""
        return max(map(lines_of, (*self._names, *self._added), widths), default=1)

    def lines(self, row: ResultRow) -> int:
        """Return how many lines a row takes up: those of its message."""
        return lines_of(_message(row), _RESULT_WIDTHS[_MESSAGE])

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
        return self._show(column, ink(cell)) if cell else None

    def _show(self, column: int, written: Ink) -> Pen | None:
        """Write what is no blank."""
        return None if written.value is None else self._write(column, written)

    def _write(self, column: int, written: Ink, level: Level | None = None) -> Pen:
        key = (column, written.format, written.struck, level)
        pen = self._pens.get(key)
        if pen is None:
            pen = self._pens[key] = self._new_pen(*key)
        pen.write(written)
        return pen

    def _new_pen(
        self,
        column: int,
        number_format: str,
        struck: bool,
        level: Level | None,
    ) -> Pen:
        pen = Pen(self._sheet, row=1, column=1)
        pen.number_format = number_format
        if struck:
            pen.font = STRUCK
        pen.alignment = WRAPPED if column == self._width + _MESSAGE else TOP
        if level is not None:
            pen.fill = solid(LEVEL_FILLS[level])
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
            self._show(first + _MESSAGE, ink(_message(row))),
            self._show(first + 2, ink(row.code)),
            self._show(first + 3, Ink(row.status, "n")),
            self._show(first + 4, Ink(row.attempts, "n")),
            self._show(first + 5, _moment(row.completed_at)),
            self._show(first + 6, Ink(row.number, "n")),
        ]

    def _before(self, before: PoSnapshot | None) -> list[SheetCell | None]:
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


def _fitting(width: int, added: int) -> int:
    if width + added > MAX_COLUMNS:
        raise ReportFailed(
            f"The manifest has {width:,} columns; with the results beside them they do not fit "
            f"on an Excel sheet, which holds {MAX_COLUMNS:,}.",
            hint="Delete the columns that are not needed and run the file again.",
        )
    return width


def _moment(moment: datetime | None) -> Ink:
    if moment is None:
        return Ink(None)
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return Ink(serial(utc.replace(tzinfo=None, microsecond=0)), "n", _COMPLETED_FORMAT)


def _marks(issues: Iterable[Issue]) -> Mapping[int, Mark]:
    """Gather the issues cell by cell; notes colour nothing, and an error outweighs a warning."""
    marks: dict[int, Mark] = {}
    for issue in issues:
        if issue.column is None or issue.level not in LEVEL_FILLS:
            continue
        words = clean(f"{issue.message} {issue.hint}".strip())
        earlier = marks.get(issue.column, Mark(issue.level, ""))
        level = min(earlier.level, issue.level, key=list(LEVEL_FILLS).index)
        text = f"{earlier.text}\n{words}".strip()
        marks[issue.column] = Mark(level, text[:_COMMENT_LIMIT])
    return marks


def _length(cell: Cell) -> int:
    """Return about how many characters wide a cell shows; a number too wide shows as `#####`."""
    if not isinstance(cell, TypedCell):
        return max(map(len, cell.split("\n")))
    raw = min(cell.raw.removesuffix("T00:00:00"), cell.raw[:19], key=len)
    if cell.format == GENERAL or cell.kind not in {Kind.NUMBER, Kind.DATE}:
        return len(raw)
    shown = max(map(len, _BRACKETS.sub("", cell.format).split(";")))
    if cell.kind == Kind.DATE:
        return max(len(raw), shown)
    return len(raw.partition(".")[0]) + shown
