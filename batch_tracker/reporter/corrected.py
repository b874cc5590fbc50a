"""The corrected file: the table of a manifest as a workbook, with what a person has corrected."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import cast

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.model import Cell, ResultRow
from batch_tracker.reporter.cells import content, text_content
from batch_tracker.reporter.sheets import ROWS_PER_SHEET
from batch_tracker.reporter.streamed import streamed_book
from batch_tracker.reporter.styles import text_cell

_ABOVE_TABLE = "above-header"


def write_corrected(
    path: Path,
    headers: Sequence[str],
    rows: Iterable[ResultRow],
    *,
    text_columns: Collection[int],
) -> None:
    """Write the headers and the rows below them, each cell as it is read.

    A table of more rows than a sheet holds goes on on the next one.
    """
    with streamed_book(path.parent) as book:
        sheet, written = None, 0
        for row in rows:
            if row.code == _ABOVE_TABLE:
                continue
            if sheet is None or written % ROWS_PER_SHEET == 0:
                sheet = book.add_sheet(f"Corrected {written // ROWS_PER_SHEET + 1}")
                sheet.append([text_cell(sheet, header) for header in headers])
            sheet.append(
                [_cell(sheet, each, is_text=n in text_columns) for n, each in enumerate(row.cells)]
            )
            written += 1
        with path.open("wb") as file:
            book.save(file)


def _cell(sheet: Worksheet, source: Cell, *, is_text: bool) -> SheetCell:
    told = text_content(source) if is_text else content(source)
    cell = WriteOnlyCell(sheet, cast("str", told.value))
    if told.value is not None:
        cell.data_type = told.data_type  # a text that looks like a formula stays a text
    cell.number_format = told.format
    return cell
