"""The restore manifest: an ordinary manifest that gives POs back what they held before a run."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.errors import ReportFailed
from batch_tracker.model import RESTORE_COLUMNS, RESTORE_SHEET, Field
from batch_tracker.reporter.cells import TEXT, clean
from batch_tracker.reporter.release import Register, draft, inspect, release, save
from batch_tracker.reporter.sheets import ROWS_PER_SHEET
from batch_tracker.reporter.streamed import streamed_book
from batch_tracker.reporter.styles import heading

PROFILE = "sellercloud"
"""The shipped profile whose headers the manifest has: so a command can name it where the settings
name another."""

_FIELDS = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
_LOST_HEADINGS = ("PO", "Field", "Before", "Now", "Why")
_WIDTHS, _LOST_WIDTHS = (14, 30, 20, 28), (14, 18, 30, 30, 90)


class Lost(NamedTuple):
    """A value that can't be given back."""

    field: Field
    old: str
    new: str
    why: str


class Reversal(NamedTuple):
    """What one PO can be given back, and what it can't."""

    po: int
    values: Mapping[Field, str]
    lost: tuple[Lost, ...]


class Written(NamedTuple):
    """Where the restore manifest is, how many POs it restores, how many values it can't."""

    path: Path
    restored: int
    lost: int


def write_restoration(path: Path, reversals: Iterable[Reversal], register: Register) -> Written:
    """Write the restore manifest, every cell as text, and beside it what can't be restored.

    Raises:
        ReportFailed: where the file can't be written, or has more rows than a sheet holds.
    """
    with (
        draft(path, what="restore manifest", again="undo") as name,
        streamed_book(name.parent) as book,
    ):
        restore, lost = (book.add_sheet(title) for title in (RESTORE_SHEET, "Cannot be undone"))
        counts = _fill(restore, lost, reversals)
        save(book.save, name)
        inspect(name, {restore.path[1:]: counts[0] + 1, lost.path[1:]: counts[1] + 1})
        return Written(release(name, path, register), *counts)


def _fill(restore: Worksheet, lost: Worksheet, reversals: Iterable[Reversal]) -> tuple[int, int]:
    """Write both sheets; return how many rows each has below its headings."""
    _begin(restore, RESTORE_COLUMNS, _WIDTHS)
    _begin(lost, _LOST_HEADINGS, _LOST_WIDTHS)
    restored = given_up = 0
    for each in reversals:
        if each.values:
            restored += 1
            _append(restore, [str(each.po), *(each.values.get(field, "") for field in _FIELDS)])
        for value in each.lost:
            given_up += 1
            _append(lost, [str(each.po), value.field.label, value.old, value.new, value.why])
        if max(restored, given_up) > ROWS_PER_SHEET:
            raise ReportFailed("The restore manifest has more rows than an Excel sheet holds.")
    return restored, given_up


def _begin(sheet: Worksheet, headings: tuple[str, ...], widths: tuple[int, ...]) -> None:
    for letter, width in zip("ABCDE", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.append([heading(sheet, text) for text in headings])


def _append(sheet: Worksheet, texts: list[str]) -> None:
    """Write a row of text cells; formatted as text, they stay so when somebody edits them."""
    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, clean(text) or None)
        cell.data_type = "s" if text else "n"
        cell.number_format = TEXT
        cells.append(cell)
    sheet.append(cells)
