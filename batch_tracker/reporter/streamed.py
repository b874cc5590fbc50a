"""Workbooks whose rows go to files of their own until they are saved, so that memory stays flat."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import tostring

from batch_tracker.reporter.row_xml import WrittenCell, row_xml, written_cell

if TYPE_CHECKING:  # its stubs do not say what a streamed sheet has in common with this one
    from openpyxl.worksheet.worksheet import Worksheet as WriteOnlyWorksheet
else:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet


_LINE_HEIGHT, _MOST_LINES = 15, 20
_NO_COMMENTS: Mapping[int, Comment] = MappingProxyType({})


class _Writer(WorksheetWriter):
    """openpyxl's own, but for the rows, and for a file that is none of its temporary ones."""

    out: str

    def get_stream(self) -> Generator[None, Any, None]:
        """Write what is sent: openpyxl's elements, and rows as they are."""
        with Path(self.out).open("wb") as file:
            file.write(f'<worksheet xmlns="{SHEET_MAIN_NS}">'.encode())
            with suppress(GeneratorExit):
                while True:
                    part = yield
                    if part is not None:
                        file.write(part if isinstance(part, bytes) else tostring(part))
            file.write(b"</worksheet>")

    def write_top(self) -> None:
        """Write all up to the first row."""
        super().write_top()
        self.xf.send(b"<sheetData>")

    def write_rows(self) -> None:
        """End the rows: they are written already."""
        self.xf.send(b"</sheetData>")

    def cleanup(self) -> None:
        """Remove the file."""
        Path(self.out).unlink()


class StreamedSheet(WriteOnlyWorksheet):
    """A sheet whose rows go to the file `part`: cells, or None where there is none.

    openpyxl writes to the system's temporary folder, where a killed process would leave them. It
    also takes four times as long for a row, which it makes into a tree of XML first.
    """

    _comments: list[CommentRecord]
    _hyperlinks: list[Hyperlink]
    _writer: _Writer | None

    def __init__(self, book: Workbook, title: str, part: Path) -> None:
        super().__init__(book, title)
        self._part = part
        self._written = 0

    @property
    def links(self) -> int:
        """How many links the rows have so far."""
        return len(self._hyperlinks)

    def link(self, place: str, target: str) -> None:
        """Make a link of the cell at `place`, which jumps to the address `target`."""
        self._hyperlinks.append(Hyperlink(ref=place, location=target, display=target))

    def append(  # type: ignore[override]
        self, cells: Sequence[Cell | None], *, lines: int = 1
    ) -> None:
        """Write a row of openpyxl's cells, high enough for so many lines of text."""
        self.write([None if cell is None else written_cell(cell) for cell in cells], lines=lines)

    def write(
        self,
        cells: Sequence[WrittenCell | None],
        *,
        lines: int = 1,
        comments: Mapping[int, Comment] = _NO_COMMENTS,
    ) -> None:
        """Write a row, high enough for so many lines of text; the comments by columns from 0.

        Excel would find that height out by itself, other programs do not.
        """
        self._written += 1
        height = _LINE_HEIGHT * min(lines, _MOST_LINES) if lines > 1 else None
        self._get_writer().xf.send(row_xml(cells, self._written, height).encode())
        for column, comment in comments.items():
            cell = Cell(self, row=self._written, column=column + 1)
            cell.comment = comment
            self._comments.append(CommentRecord.from_cell(cell))

    def abandon(self) -> None:
        """Close the file, which is of no more use."""
        if self._writer is not None:
            self._writer.close()

    def _get_writer(self) -> _Writer:
        if self._writer is None:
            self._writer = _Writer(self, out=str(self._part))
            self._writer.write_top()
        return self._writer


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
            with suppress(OSError):
                sheet.abandon()  # type: ignore[attr-defined]
        raise
