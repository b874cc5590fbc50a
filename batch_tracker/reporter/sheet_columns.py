"""The columns of a sheet that lists rows: their headings, their widths, which of them stay."""

import re
from collections.abc import Collection, Iterator, Sequence

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.errors import ReportFailed
from batch_tracker.model import (
    BEFORE_COLUMNS,
    LEADING_COLUMNS,
    TRAILING_COLUMNS,
    Cell,
    Kind,
    ResultRow,
    TypedCell,
    nameless,
)
from batch_tracker.reporter.cells import GENERAL
from batch_tracker.reporter.styles import BLUE, heading, lines_of

FIRST = len(LEADING_COLUMNS)
"""The column, from 0, in which the source's own begin."""
MAX_COLUMNS = 16_384
"""Columns of an Excel sheet (Microsoft, Excel specifications)."""
MESSAGE_WIDTH = 50

_LEADING_WIDTHS = (12, 15, MESSAGE_WIDTH)
_TRAILING_WIDTHS = (24, 15, 12, 29, 14)
_BEFORE_WIDTHS = (25, 18, 26, 18)
_NARROWEST, _WIDEST = 8, 40
_MOST_FROZEN = 105
"""Characters across that may stay in place; with more, a small screen has no room to move."""
_BRACKETS = re.compile(r"\[[^\]]*\]|[\\\"]")
"""What a number format says and does not show: colours, conditions, locales, quotes."""


class SheetColumns:
    """The source's columns, with ours before and behind them.

    `width` is how many cells the widest row of the source has, `text` the positions of those of
    its columns that are written as text: the PO's first.
    """

    def __init__(
        self, headers: Sequence[str], *, width: int, text: Sequence[int], compared: bool
    ) -> None:
        self.width = max(width, len(headers))
        self.po = text[0] if text else 0
        self.text: Collection[int] = frozenset(text)
        self.compared = compared
        self._names = [*headers, *map(nameless, range(len(headers) + 1, self.width + 1))]
        self._trailing = TRAILING_COLUMNS + (BEFORE_COLUMNS if compared else ())
        self._refuse_too_many()

    @property
    def behind(self) -> int:
        """The column, from 0, in which ours begin again, behind the source's own."""
        return FIRST + self.width

    def headings(self, sheet: Worksheet) -> list[SheetCell | None]:
        """Return the header row, in bold; the columns that are ours stand out."""
        return [
            *(heading(sheet, name, fill=BLUE) for name in LEADING_COLUMNS),
            *(heading(sheet, name) for name in self._names),
            *(heading(sheet, name, fill=BLUE) for name in self._trailing),
        ]

    def heading_lines(self, widths: Sequence[float]) -> int:
        """Return how many lines the header row takes up."""
        names = (*LEADING_COLUMNS, *self._names, *self._trailing)
        return max(map(lines_of, names, widths))

    def widths(self, sample: Sequence[ResultRow]) -> list[float]:
        """Return the width of every column, in characters, judged by the first rows."""
        longest = [_length(name) for name in self._names]
        for row in sample:
            for column, cell in enumerate(row.cells[: self.width]):
                longest[column] = max(longest[column], _length(cell))
        return [*_LEADING_WIDTHS, *_fitted(longest), *self._trailing_widths()]

    def frozen(self, widths: Sequence[float]) -> int:
        """Return how many columns stay when a person moves to the right.

        Those are ours before the source's own and, where it is near enough, all up to the PO.
        """
        to_po = FIRST + self.po + 1
        return to_po if sum(widths[:to_po]) <= _MOST_FROZEN else FIRST

    def _trailing_widths(self) -> Sequence[float]:
        return _TRAILING_WIDTHS + (_BEFORE_WIDTHS if self.compared else ())

    def _refuse_too_many(self) -> None:
        if self.behind + len(self._trailing) > MAX_COLUMNS:
            raise ReportFailed(
                f"The manifest has {self.width:,} columns. With the results beside them they do "
                f"not fit on an Excel sheet, which holds {MAX_COLUMNS:,}.",
                hint="Delete the columns that are not needed and run the file again.",
            )


def _fitted(longest: Sequence[int]) -> Iterator[float]:
    return (min(max(length + 2, _NARROWEST), _WIDEST) for length in longest)


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
