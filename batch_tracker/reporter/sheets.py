"""One list of rows, on as many sheets as it needs."""

from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.reporter.layout import Layout

ROWS_PER_SHEET = 1_048_575
"""Rows of an Excel sheet (Microsoft, Excel specifications), less the one for the headings."""


class RowSheets:
    """A list that begins on one sheet and continues on `Title 2`, `Title 3` … where it is full."""

    def __init__(
        self,
        book: Workbook,
        sheet: Worksheet,
        layout: Layout,
        *,
        widths: Sequence[float],
        rows_per_sheet: int,
    ) -> None:
        self._book = book
        self._title = sheet.title
        self._layout = layout
        self._widths = widths
        self._rows_per_sheet = rows_per_sheet
        self._sheets = [sheet]
        self._begin(sheet)

    def append(self, row: list[Cell | None]) -> None:
        """Write one row, on a new sheet if need be."""
        if self._filled == self._rows_per_sheet:
            self._continue()
        self._sheets[-1].append(row)
        self._filled += 1

    def end(self) -> None:
        """Finish the last sheet. The filter can only be set now that the rows are counted."""
        last = get_column_letter(len(self._widths))
        self._sheets[-1].auto_filter.ref = f"A1:{last}{self._filled + 1}"

    def lengths(self) -> dict[str, int]:
        """Return, once the workbook is saved, each sheet's part of the zip and its rows."""
        full = dict.fromkeys((sheet.path[1:] for sheet in self._sheets), self._rows_per_sheet + 1)
        return full | {self._sheets[-1].path[1:]: self._filled + 1}

    def _continue(self) -> None:
        self.end()
        position = self._book.index(self._sheets[-1]) + 1
        sheet = self._book.create_sheet(f"{self._title} {len(self._sheets) + 1}", position)
        self._sheets.append(sheet)
        self._begin(sheet)

    def _begin(self, sheet: Worksheet) -> None:
        """Write the headings. What stands above the rows of a sheet must be settled before."""
        for number, width in enumerate(self._widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
        sheet._values_to_row = _place  # type: ignore[attr-defined]  # noqa: SLF001 - see there
        sheet.append(self._layout.headings())
        self._filled = 0


def _place(cells: Iterable[Cell | None], row: int) -> Iterator[Cell]:
    """Say where the cells of a row stand: all there is to do where every value is a cell.

    openpyxl's own version first tries each value as a bare one, catches the error and makes a new
    cell. Were its name to change, that version would take over: slower by a fifth, as right.
    """
    for column, cell in enumerate(cells, start=1):
        if cell is not None:
            cell.column, cell.row = column, row
            yield cell
