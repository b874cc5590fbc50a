"""An Excel workbook (xlsx, xlsm): its parts unpacked, checked and read as a stream.

One sheet is read, or the sheets over which a results workbook of ours goes on: then the rows of
the second are numbered as if they stood below a full first one.

Own code because the file's own text matters: a 22-digit tracking number that Excel holds as a
number is destroyed, and only its cell type and raw digits show it. Libraries hand out a float.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from batch_tracker.loader.sources.archive import Archive
from batch_tracker.loader.sources.merged_cells import find_merged_cells
from batch_tracker.loader.sources.shared_strings import SharedStrings, read_shared_strings
from batch_tracker.loader.sources.sheet_choice import (
    HEADER_WITHIN,
    Sheet,
    choose_sheet,
    continuations,
    others_note,
)
from batch_tracker.loader.sources.sheet_reader import MAX_ROW, SheetReader
from batch_tracker.loader.sources.source import (
    MAX_NAMED,
    Source,
    cell_address,
    column_letters,
)
from batch_tracker.loader.sources.workbook import read_styles, read_workbook
from batch_tracker.model import Cell, SourceRow
from batch_tracker.model.wording import plural


class XlsxSource(Source):
    """The rows of a workbook; the shared texts are in memory, the rows are not."""

    kind = "Excel workbook"

    def __init__(
        self, path: Path, sheet: str | None, recognised: Callable[[Sequence[Cell]], int]
    ) -> None:
        super().__init__(path)
        self._archive = Archive(path)
        try:
            self._open(sheet, recognised)
        except BaseException:
            self.close()
            raise

    def _open(self, wanted: str | None, recognised: Callable[[Sequence[Cell]], int]) -> None:
        self._workbook = read_workbook(self._archive)
        self.epoch_1904 = self._workbook.epoch_1904
        self._styles = read_styles(self._archive, self._workbook.styles)
        self._strings = self._shared_strings()
        self._unpacked = 0
        self._filtered = False

        def has_header(sheet: Sheet) -> bool:
            rows = self._reader(sheet.name).read(self._chunks(sheet.name))
            return any(recognised(row.cells) for row in _top(rows))

        chosen = choose_sheet(self._workbook.sheets, wanted, has_header)
        self.sheet = chosen.name
        further = [] if wanted else continuations(self._workbook.sheets, chosen)
        self._sheets = [chosen.name, *further]
        self._opening_notes += others_note(self._workbook.sheets, self._sheets)

    def _shared_strings(self) -> SharedStrings:
        part = self._workbook.strings
        if part not in self._archive:
            return SharedStrings()
        return read_shared_strings(part, self._archive.chunks(part))

    def _reader(self, sheet: str) -> SheetReader:
        return SheetReader(
            self._workbook.parts[sheet],
            strings=self._strings,
            styles=self._styles,
            epoch_1904=self.epoch_1904,
        )

    def _chunks(self, sheet: str) -> Iterator[bytes]:
        for chunk in self._archive.chunks(self._workbook.parts[sheet]):
            self._unpacked += len(chunk)
            yield chunk

    def _read(self) -> Iterator[SourceRow]:
        self._unpacked = 0
        self.merged = dict(self._find_merged())
        headings: list[Cell] = []
        for place, sheet in enumerate(self._sheets):
            for row in self._read_sheet(sheet):
                if not place:
                    headings = headings or row.cells
                    yield row
                elif row.number > 1 or row.cells != headings:
                    yield row._replace(number=row.number + place * MAX_ROW)

    def _find_merged(self) -> Iterator[tuple[tuple[int, int], int]]:
        for place, sheet in enumerate(self._sheets):
            merged = find_merged_cells(self._archive.chunks(self._workbook.parts[sheet]))
            self._reading_notes += merged.notes()
            first = place * MAX_ROW
            for (row, column), above in merged.above.items():
                yield (row + first, column), above + first

    def _read_sheet(self, sheet: str) -> Iterator[SourceRow]:
        reader = self._reader(sheet)
        previous = 0
        for row in reader.read(self._chunks(sheet)):
            self._blank_rows += row.number - previous - 1
            previous = row.number
            yield row
        self._filtered = reader.filtered
        self._reading_notes += _unlike_shown(reader)
        if reader.formulas and self._workbook.recalculates:
            self._reading_notes.append(
                f"{plural(reader.formulas, 'formula result')} may be out of date. Excel "
                "has not worked them out since they changed. Open the workbook in Excel "
                "and save it."
            )

    def _why_hidden(self) -> str:
        return " by a filter" if self._filtered else ""

    def _address(self, row: int, column: int, header: str) -> str:  # noqa: ARG002 - see Source
        """`Sheet1!C17`."""
        place, row_before = divmod(row - 1, MAX_ROW)
        return cell_address(self._sheets[place], row_before + 1, column)

    def progress(self) -> float:
        """By the bytes of the unpacked sheets."""
        sizes = (self._archive.size(self._workbook.parts[sheet]) for sheet in self._sheets)
        return min(1.0, self._unpacked / max(1, sum(sizes)))

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


def _unlike_shown(reader: SheetReader) -> list[str]:
    """Notes on what is read otherwise than the sheet shows it."""
    notes = []
    hidden = [column_letters(column) for column in sorted(reader.hidden_columns)]
    if hidden:
        are = "is" if len(hidden) == 1 else "are"
        named = ", ".join(hidden[:MAX_NAMED]) + (", …" if len(hidden) > MAX_NAMED else "")
        hidden_columns = plural(len(hidden), "column")
        notes.append(f"{hidden_columns} {are} hidden in the sheet ({named}) and {are} included.")
    if reader.embellished.total:
        cells = plural(reader.embellished.total, "text cell")
        notes.append(
            f"The number format of {cells} ({reader.embellished}) shows other text than "
            "the cell holds. The cell's own value is used."
        )
    if reader.strikes_by_rule:
        notes.append(
            "A rule of the sheet (conditional formatting) may strike cells through. The "
            "program cannot see that; please look."
        )
    return notes


def _top(rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    return (row for row in islice(rows, HEADER_WITHIN) if row.number <= HEADER_WITHIN)
