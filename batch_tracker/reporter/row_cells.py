"""The cells of a row of the results: the source's own, coloured and commented, between ours."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.errors import ReportFailed
from batch_tracker.model import (
    BEFORE_COLUMNS,
    CORRECTED,
    Cell,
    Issue,
    Level,
    PoSnapshot,
    ResultRow,
    State,
)
from batch_tracker.reporter.cells import GENERAL, Content, clean, content, serial, text_content
from batch_tracker.reporter.row_text import RowText
from batch_tracker.reporter.sheet_columns import FIRST, SheetColumns
from batch_tracker.reporter.styles import (
    LEVEL_FILLS,
    LINK,
    STRUCK,
    TOP,
    WRAPPED,
    solid,
    state_cell,
)
from batch_tracker.reporter.times import local, zone_name

CELL, MESSAGE = 1, 2
"""The columns, from 0, in which addresses are."""
MAX_COMMENTS = 1_000
"""Comments for errors, and as many again for warnings; the Message column covers every row.

Excel draws each comment as a shape of its own and turns slow with many thousands of them.
"""

_COMMENT_LIMIT = 600
_NOT_SHOWN = "not shown"


class CellIssue(NamedTuple):
    """Why a cell is coloured: the worst level, and the words of its comment."""

    level: Level
    text: str


class CellStyle(NamedTuple):
    """How a cell looks: its number format, struck through or not, coloured for an issue, a link."""

    format: str = GENERAL
    struck: bool = False
    level: Level | None = None
    is_link: bool = False


class ReusedCell(SheetCell):
    """A cell of one column and style, written over and over with one value after the other.

    `Content` has settled value, type and style, so openpyxl need not guess them again for every
    cell: that is a third of the whole workbook's time.
    """

    @cached_property
    def style_id(self) -> int:
        """The number of the style, which is complete before the first value is written."""
        return int(super().style_id)

    def write(self, written: Content) -> None:
        """Take the value that the next row has here; a blank is no empty text."""
        self._value = written.value
        self.data_type = "n" if written.value is None else written.data_type


class RowCells:
    """Turns result rows into cells.

    `resolved` puts the rows that a text names in words of the workbook.
    """

    def __init__(
        self, sheet: Worksheet, columns: SheetColumns, resolved: Callable[[str], str]
    ) -> None:
        self._sheet = sheet
        self._columns = columns
        self._resolved = resolved
        self._reused: dict[tuple[int, CellStyle], ReusedCell] = {}
        self._states = {state: state_cell(sheet, state) for state in State}
        self._comments: Counter[Level] = Counter()

    def of(self, row: ResultRow, text: RowText, *, linked: bool) -> list[SheetCell | None]:
        """Return the cells of one row: what became of it, and the source's own.

        With `linked`, what will be a link looks like one. Append the list before the next call,
        and only once: the next row is written into the same cells.
        """
        missing = self._columns.width - len(row.cells)
        if missing < 0:
            raise ReportFailed(
                f"Row {row.number} has {len(row.cells)} cells, but {self._columns.width} "
                "were expected.",
                hint="This is a defect of batch-tracker; please report it.",
            )
        cells = row.cells + [""] * missing
        own: list[SheetCell | None]
        own = [self._source(column, cell) for column, cell in enumerate(cells)]
        if row.issues:
            self._colour(own, cells, row.issues)
        before = self._before(row.before) if self._columns.compared else ()
        return [*self._leading(row, text, linked=linked), *own, *self._trailing(row), *before]

    def _leading(self, row: ResultRow, text: RowText, *, linked: bool) -> list[SheetCell | None]:
        cell, message = content(text.cell), content(text.message)
        level = Level.WARNING if row.has_warning else None
        return [
            self._states[row.state],
            self._show(CELL, cell, is_link=linked),
            self._show(MESSAGE, message, level=level, is_link=linked and bool(text.other)),
        ]

    def _source(self, column: int, cell: Cell) -> ReusedCell | None:
        if column in self._columns.text:
            return self._write(FIRST + column, text_content(cell))
        return self._show(FIRST + column, content(cell)) if cell else None

    def _trailing(self, row: ResultRow) -> list[SheetCell | None]:
        first = self._columns.behind
        return [
            self._show(first, content(row.code)),
            self._show(first + 1, Content(row.status, "n")),
            self._show(first + 2, Content(row.attempts, "n")),
            self._show(first + 3, _moment(row.completed_at)),
            self._show(first + 4, Content(row.number, "n")),
        ]

    def _before(self, before: PoSnapshot | None) -> list[SheetCell | None]:
        """Write what the PO held as text: a number typed over it stays text, too."""
        if before is None:
            return [None] * len(BEFORE_COLUMNS)
        first = self._columns.behind + 5
        status = before.status if before.found else _NOT_SHOWN
        shown = (before.tracking_number, before.carrier, before.shipped_on, status)
        return [self._write(first + n, text_content(text)) for n, text in enumerate(shown)]

    def _colour(
        self, own: list[SheetCell | None], cells: list[Cell], issues: Iterable[Issue]
    ) -> None:
        """Colour the cells that are spoken of, and say on each what is wrong with it."""
        for column, found in self._by_cell(issues).items():
            if 0 <= column < self._columns.width:
                paint = text_content if column in self._columns.text else content
                coloured = self._write(FIRST + column, paint(cells[column]), level=found.level)
                coloured.comment = self._comment(found)
                own[column] = coloured

    def _by_cell(self, issues: Iterable[Issue]) -> Mapping[int, CellIssue]:
        """Gather the issues cell by cell; the gravest colours it, and of notes only corrections."""
        found: dict[int, CellIssue] = {}
        for issue in issues:
            if issue.column is None or (issue.level is Level.NOTE and issue.code != CORRECTED):
                continue
            words = clean(self._resolved(f"{issue.message} {issue.hint}".strip()))
            earlier = found.get(issue.column, CellIssue(issue.level, ""))
            level = min(earlier.level, issue.level, key=list(LEVEL_FILLS).index)
            text = f"{earlier.text}\n{words}".strip()
            found[issue.column] = CellIssue(level, text[:_COMMENT_LIMIT])
        return found

    def _comment(self, found: CellIssue) -> Comment | None:
        self._comments[found.level] += 1
        if self._comments[found.level] > MAX_COMMENTS:
            return None
        lines = found.text.count("\n") + len(found.text) // 45 + 1
        return Comment(found.text, "batch-tracker", width=320, height=24 + 16 * lines)

    def _show(
        self, column: int, written: Content, *, level: Level | None = None, is_link: bool = False
    ) -> ReusedCell | None:
        """Write what is no blank."""
        if written.value is None:
            return None
        return self._write(column, written, level=level, is_link=is_link)

    def _write(
        self, column: int, written: Content, *, level: Level | None = None, is_link: bool = False
    ) -> ReusedCell:
        key = column, CellStyle(written.format, written.struck, level, is_link)
        cell = self._reused.get(key)
        if cell is None:
            cell = self._reused[key] = self._new_cell(*key)
        cell.write(written)
        return cell

    def _new_cell(self, column: int, style: CellStyle) -> ReusedCell:
        cell = ReusedCell(self._sheet, row=1, column=1)
        cell.number_format = style.format
        cell.alignment = WRAPPED if column == MESSAGE else TOP
        if style.level is not None:
            cell.fill = solid(LEVEL_FILLS[style.level])
        if style.struck:
            cell.font = STRUCK
        if style.is_link:
            cell.font = LINK
        return cell


def _moment(moment: datetime | None) -> Content:
    if moment is None:
        return Content(None)
    here = local(moment)
    shown = f'yyyy-mm-dd hh:mm:ss "{zone_name(here)}"'
    return Content(serial(here.replace(tzinfo=None, microsecond=0)), "n", shown)
