"""One list of rows, on as many sheets as it needs."""

from collections.abc import Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.model import ResultRow
from batch_tracker.reporter.places import title_of
from batch_tracker.reporter.row_cells import CELL, MESSAGE, RowCells
from batch_tracker.reporter.row_text import RowText
from batch_tracker.reporter.sheet_columns import MESSAGE_WIDTH, SheetColumns
from batch_tracker.reporter.streamed import StreamedBook, StreamedSheet
from batch_tracker.reporter.styles import lines_of

ROWS_PER_SHEET = 1_048_575
"""Rows of an Excel sheet (Microsoft, Excel specifications), less the one for the headings."""
MAX_LINKS = 10_000
"""Links on a sheet: Excel holds 65,530 (its specifications), and each costs memory until the end.

The addresses themselves are on every row.
"""

_LOCK = SheetProtection(
    sheet=True,  # False allows a thing all the same
    autoFilter=False,
    formatCells=False,
    formatColumns=False,
    formatRows=False,
)


class RowSheets:
    """A list that begins on one sheet and continues on `Title 2`, `Title 3` … where it is full.

    A copy of rows of another list is locked, without a password: what is corrected in it would
    not be read.
    """

    def __init__(
        self,
        book: StreamedBook,
        sheet: StreamedSheet,
        columns: SheetColumns,
        cells: RowCells,
        *,
        widths: Sequence[float],
        rows_per_sheet: int,
        is_copy: bool,
    ) -> None:
        self._book = book
        self._title = sheet.title
        self._columns = columns
        self._cells = cells
        self._widths = widths
        self._rows_per_sheet = rows_per_sheet
        self._is_copy = is_copy
        self._sheets = [sheet]
        self._begin(sheet)

    def append(self, row: ResultRow, text: RowText) -> None:
        """Write one row, on a new sheet if need be."""
        if self._filled == self._rows_per_sheet:
            self._continue()
        number = self._filled + 2
        linked = self._link(number, text)
        cells, comments = self._cells.of(row, text, linked=linked)
        lines = lines_of(text.message, MESSAGE_WIDTH)
        self._sheets[-1].write(cells, lines=lines, comments=comments)
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
        sheet = self._book.add_sheet(title_of(self._title, len(self._sheets)), position)
        self._sheets.append(sheet)
        self._begin(sheet)

    def _begin(self, sheet: StreamedSheet) -> None:
        """Write the headings. What stands above the rows of a sheet must be settled before."""
        for number, width in enumerate(self._widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = f"{get_column_letter(self._columns.frozen(self._widths) + 1)}2"
        sheet.print_title_rows = "1:1"
        fit_to_width(sheet)
        if self._is_copy:
            sheet.protection = _LOCK
        lines = self._columns.heading_lines(self._widths)
        sheet.append(self._columns.headings(sheet), lines=lines)
        self._filled = 0

    def _link(self, number: int, text: RowText) -> bool:
        """Make links of the addresses in a row, while there is room; say whether there is."""
        sheet = self._sheets[-1]
        if sheet.links >= MAX_LINKS:
            return False
        for column, target in ((CELL, text.cell), (MESSAGE, text.other)):
            if target:
                sheet.link(f"{get_column_letter(column + 1)}{number}", target)
        return True


def fit_to_width(sheet: Worksheet) -> None:
    """Have a sheet printed on pages that hold all its columns, each with its number."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0  # any number of pages
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("&A, page &P of &N"))
