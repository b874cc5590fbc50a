"""The first rows below the headers, column by column."""

from collections.abc import Callable, Sequence

from batch_tracker.loader.values.plain_text import clean, is_blank, text_of
from batch_tracker.model import Cell, SourceRow


class Sample:
    """Rows to judge columns by."""

    def __init__(self, rows: Sequence[SourceRow]) -> None:
        self._rows = rows

    def of(self, fits: Callable[[Cell], bool], column: int) -> "Sample":
        """Return the rows whose cell in a column fits; all where none does."""
        fitting = [row for row in self._rows if fits(cell_of(row, column))]
        return Sample(fitting or self._rows)

    def cells(self, column: int) -> list[Cell]:
        """Return the column's cells that are not blank."""
        return [cell for row in self._rows if not is_blank(cell := cell_of(row, column))]

    def first(self, column: int) -> Cell:
        """Return the column's first cell that is not blank, or a blank."""
        return next(iter(self.cells(column)), "")

    def agree(self, columns: Sequence[int]) -> bool:
        """Whether the columns say the same in every row."""
        return all(len({said(cell_of(row, c)) for c in columns}) == 1 for row in self._rows)


def cell_of(row: SourceRow, column: int) -> Cell:
    """Return the row's cell in a column; a blank where the row is shorter."""
    return row.cells[column] if column < len(row.cells) else ""


def said(cell: Cell) -> str:
    """Return what a cell says, whatever its case and what surrounds it."""
    return clean(text_of(cell))[0].casefold()
