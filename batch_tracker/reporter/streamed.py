"""Workbooks whose rows go to files of their own until they are saved, so that memory stays flat."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.hyperlink import Hyperlink

if TYPE_CHECKING:  # its stubs do not say what a streamed sheet has in common with this one
    from openpyxl.worksheet.worksheet import Worksheet as WriteOnlyWorksheet
else:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet


class _Writer(WorksheetWriter):
    """openpyxl's own, but for a file that is none of its temporary ones."""

    out: str

    def cleanup(self) -> None:
        """Remove the file."""
        Path(self.out).unlink()


class StreamedSheet(WriteOnlyWorksheet):
    """A sheet whose rows are cells, or None where there is none, and go to the file `part`.

    openpyxl writes to the system's temporary folder, where a killed process would leave them.
    """

    _hyperlinks: list[Hyperlink]
    _writer: _Writer | None

    def __init__(self, book: Workbook, title: str, part: Path) -> None:
        super().__init__(book, title)
        self._part = part

    @property
    def links(self) -> int:
        """How many links the rows have so far."""
        return len(self._hyperlinks)

    def link(self, place: str, target: str) -> None:
        """Make a link of the cell at `place`, which jumps to the address `target`.

        A link of the cell itself would be written for every later row that reuses the cell.
        """
        self._hyperlinks.append(Hyperlink(ref=place, location=target, display=target))

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = _Writer(self, out=str(self._part))
            self._writer.write_top()

    def _values_to_row(self, cells: Iterable[Cell | None], row: int) -> Iterator[Cell]:
        """Say where the cells of a row stand: all there is to do where every value is a cell.

        openpyxl's own version first tries each value as a bare one, catches the error and makes a
        new cell. Were its name to change, that version would take over: slower by a fifth, as
        right.
        """
        for column, cell in enumerate(cells, start=1):
            if cell is not None:
                cell.column, cell.row = column, row
                yield cell


class StreamedBook(Workbook):
    """A workbook of such sheets, whose files are in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(write_only=True)
        self._folder = folder

    def add_sheet(self, title: str, index: int | None = None) -> StreamedSheet:
        """Add a sheet, at the end or at a position from 0."""
        part = self._folder / f"sheet{len(self.worksheets) + 1}.xml"
        sheet = StreamedSheet(self, title, part)
        self._add_sheet(sheet, index)  # type: ignore[attr-defined]
        return sheet


@contextmanager
def streamed_book(folder: Path) -> Iterator[StreamedBook]:
    """Open a workbook, and close the files of its sheets whatever happens."""
    book = StreamedBook(folder)
    book.properties.creator = "batch-tracker"
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            with suppress(OSError, WorkbookAlreadySaved):
                sheet.close()
        raise
