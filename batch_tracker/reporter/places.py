"""Where the rows of the source stand in the workbook."""

from collections.abc import Callable
from typing import NamedTuple

from openpyxl.utils import get_column_letter

RESULTS = "Results"
"""The sheet with every row; a list that is too long continues on `Results 2` and so on."""


class Place(NamedTuple):
    """A row of one of the sheets, by the sheet's name and the row's number there."""

    sheet: str
    row: int

    def cell(self, column: int) -> str:
        """Return the address of a cell of it, such as `Results!D18`; columns count from 0."""
        sheet = f"'{self.sheet}'" if " " in self.sheet else self.sheet
        return f"{sheet}!{get_column_letter(column + 1)}{self.row}"


class Places:
    """Finds rows on the sheets of results.

    `position_of` says, for the number of a row in the source, which row of the list it is, from 1.
    """

    def __init__(self, rows_per_sheet: int, position_of: Callable[[int], int | None]) -> None:
        self._rows_per_sheet = rows_per_sheet
        self._position_of = position_of

    def at(self, position: int) -> Place:
        """Return where a row of the list stands; the headings are above it."""
        sheet, before = divmod(position - 1, self._rows_per_sheet)
        return Place(title_of(RESULTS, sheet), before + 2)

    def of_source(self, number: int) -> Place | None:
        """Return where the row with this number in the source stands, if it is in the list."""
        position = self._position_of(number)
        return self.at(position) if position else None


def title_of(title: str, sheet: int) -> str:
    """Return the name of the sheet of a list, counted from 0."""
    return f"{title} {sheet + 1}" if sheet else title
