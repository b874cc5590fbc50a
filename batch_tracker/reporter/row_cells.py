"""The cells of a row of the results: the source's own, coloured and commented, between ours."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from openpyxl.cell.cell import WriteOnlyCell
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
from batch_tracker.reporter.cells import Content, clean, content, serial, text_content
from batch_tracker.reporter.row_text import RowText
from batch_tracker.reporter.row_xml import WrittenCell, written, written_cell
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

_REMEMBERED = 1_000
_COMMENT_LIMIT = 600
_NOT_SHOWN = "not shown"


class CellIssue(NamedTuple):
    """Why a cell is coloured: the worst level, and the words of its comment."""

    level: Level
    text: str


class RowOfCells(NamedTuple):
    """The cells of a row, and the comments on some of them, by their columns from 0."""

    cells: Sequence[WrittenCell | None]
    comments: Mapping[int, Comment]


class RowCells:
    """Turns result rows into cells of the book of `sheet`.

    `resolved` puts the rows that a text names in words of the workbook.
    """

    def __init__(
        self, sheet: Worksheet, columns: SheetColumns, resolved: Callable[[str], str]
    ) -> None:
        self._sheet = sheet
        self._columns = columns
        self._resolved = resolved
        self._states = {state: written_cell(state_cell(sheet, state)) for state in State}
        self._comments: Counter[Level] = Counter()
        self._style = lru_cache(maxsize=None)(self._new_style)
        # Many values stand in row after row: carriers, days, states of POs.
        self._shown = lru_cache(_REMEMBERED)(lambda cell: self._show(content(cell)))
        self._as_text = lru_cache(_REMEMBERED)(lambda cell: self._write(text_content(cell)))

    def of(self, row: ResultRow, text: RowText, *, linked: bool) -> RowOfCells:
        """Return one row: what became of it, and the source's own cells.

        With `linked`, what will be a link looks like one.
        """
        missing = self._columns.width - len(row.cells)
        if missing < 0:
            raise ReportFailed(
                f"Row {row.number} has {len(row.cells)} cells, but {self._columns.width} "
                "were expected.",
                hint="This is a defect of batch-tracker; please report it.",
            )
        cells = row.cells + [""] * missing
        as_text, shown, is_text = self._as_text, self._shown, self._columns.text
        own = [as_text(cell) if n in is_text else shown(cell) for n, cell in enumerate(cells)]
        comments = self._colour(own, cells, row.issues) if row.issues else {}
        before = self._before(row.before) if self._columns.compared else ()
        leading = self._leading(row, text, linked=linked)
        return RowOfCells([*leading, *own, *self._trailing(row), *before], comments)

    def _leading(self, row: ResultRow, text: RowText, *, linked: bool) -> list[WrittenCell | None]:
        level = Level.WARNING if row.has_warning else None
        message = content(text.message)
        return [
            self._states[row.state],
            self._show(content(text.cell), is_link=linked),
            self._show(message, level, is_link=linked and bool(text.other), is_wrapped=True),
        ]

    def _trailing(self, row: ResultRow) -> list[WrittenCell | None]:
        return [
            self._shown(row.code),
            self._show(Content(row.status, "n")),
            self._show(Content(row.attempts, "n")),
            self._show(_moment(row.completed_at)),
            self._show(Content(row.number, "n")),
        ]

    def _before(self, before: PoSnapshot | None) -> list[WrittenCell | None]:
        """Write what the PO held as text: a number typed over it stays text, too."""
        if before is None:
            return [None] * len(BEFORE_COLUMNS)
        status = before.status if before.found else _NOT_SHOWN
        shown = (before.tracking_number, before.carrier, before.shipped_on, status)
        return [self._as_text(text) for text in shown]

    def _colour(
        self, own: list[WrittenCell | None], cells: list[Cell], issues: Iterable[Issue]
    ) -> dict[int, Comment]:
        """Colour the cells that are spoken of; return the comments that say what is wrong."""
        comments = {}
        for column, found in self._by_cell(issues).items():
            if 0 <= column < self._columns.width:
                paint = text_content if column in self._columns.text else content
                own[column] = self._write(paint(cells[column]), found.level)
                if comment := self._comment(found):
                    comments[FIRST + column] = comment
        return comments

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
        self,
        content: Content,
        level: Level | None = None,
        *,
        is_link: bool = False,
        is_wrapped: bool = False,
    ) -> WrittenCell | None:
        """Write what is no blank."""
        if content.value is None:
            return None
        return self._write(content, level, is_link=is_link, is_wrapped=is_wrapped)

    def _write(
        self,
        content: Content,
        level: Level | None = None,
        *,
        is_link: bool = False,
        is_wrapped: bool = False,
    ) -> WrittenCell:
        style = self._style(content.format, content.struck, level, is_link, is_wrapped)
        return written(content.value, content.data_type, style)

    def _new_style(
        self, shown: str, struck: bool, level: Level | None, is_link: bool, is_wrapped: bool
    ) -> int:
        """Return the number of a style: a number format, struck through, coloured for an issue."""
        cell = WriteOnlyCell(self._sheet)
        cell.number_format = shown
        cell.alignment = WRAPPED if is_wrapped else TOP
        if level is not None:
            cell.fill = solid(LEVEL_FILLS[level])
        if struck:
            cell.font = STRUCK
        if is_link:
            cell.font = LINK
        return int(cell.style_id)


def _moment(moment: datetime | None) -> Content:
    if moment is None:
        return Content(None)
    here = local(moment)
    shown = f'yyyy-mm-dd hh:mm:ss "{zone_name(here)}"'
    return Content(serial(here.replace(tzinfo=None, microsecond=0)), "n", shown)
