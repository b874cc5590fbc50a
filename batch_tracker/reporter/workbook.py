"""The results workbook: every row of the source once, in order, with what became of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

from batch_tracker.model import Progress, ResultRow, RunSummary, State
from batch_tracker.reporter.places import RESULTS, Places
from batch_tracker.reporter.release import (
    Register,
    disagreement,
    draft,
    inspect,
    release,
    save,
)
from batch_tracker.reporter.row_cells import RowCells
from batch_tracker.reporter.row_text import Wording
from batch_tracker.reporter.sheet_columns import FIRST, SheetColumns
from batch_tracker.reporter.sheets import ROWS_PER_SHEET, RowSheets
from batch_tracker.reporter.streamed import StreamedBook, StreamedSheet, streamed_book
from batch_tracker.reporter.summary_sheet import write_summary

ATTENTION, WARNINGS = "Needs attention", "Warnings"

_SAMPLE = 200
"""Rows looked at before the first is written: a streamed sheet takes its widths first."""
_EVERY = 1_000
"""Rows from one progress report to the next."""


def write_workbook(
    path: Path,
    *,
    summary: RunSummary,
    headers: Sequence[str],
    width: int,
    text_columns: Sequence[int],
    rows: Iterable[ResultRow],
    position_of: Callable[[int], int | None],
    on_progress: Callable[[Progress], None],
    register: Register,
    compared: bool = False,
    rows_per_sheet: int = ROWS_PER_SHEET,
) -> Path:
    """Write the results workbook, check it, and only then give it its name.

    The rows are streamed once, and memory stays flat. An earlier workbook of that name stays as it
    is until the new one is complete; one that a person has changed stays for good.

    Args:
        path: Where the workbook belongs. A missing folder is made.
        summary: The run as a whole; its counts are what the rows are checked against.
        headers: The source's headings, as they stood.
        width: Cells of the widest row. Columns past the headings are called `(column 9)`.
        text_columns: Positions (from 0) of the PO and tracking number columns.
        rows: Every row of the source with what became of it, in source order.
        position_of: Says which of the rows, from 1, has a number of the source, if any.
        on_progress: Told the number of rows written.
        register: Where the digests of the files of this run are kept.
        compared: Whether the run looked at the POs first; what they held gets columns of its own.
        rows_per_sheet: Rows after which a list continues on another sheet.

    Returns:
        The path written: `path`, or one with a number where a file of that name is not replaced,
        because somebody has changed it or has it open.

    Raises:
        ReportFailed: where the file can't be written, or the rows do not agree with the summary.
    """
    columns = SheetColumns(headers, width=width, text=text_columns, compared=compared)
    places = Places(rows_per_sheet, position_of)
    wording = Wording(places, first=FIRST, po=columns.po)
    with draft(path) as name, streamed_book(name.parent) as book:
        sheets = _list_sheets(book, summary)
        cells = RowCells(sheets[RESULTS], columns, wording.resolved)
        coming = _checked(rows, summary, on_progress)
        sample = list(islice(coming, _SAMPLE))
        widths = columns.widths(sample)
        lists = {
            title: RowSheets(
                book,
                sheet,
                columns,
                cells,
                widths=widths,
                rows_per_sheet=rows_per_sheet,
                is_copy=title != RESULTS,
            )
            for title, sheet in sheets.items()
        }
        _write_rows(chain(sample, coming), wording, places, lists)
        write_summary(book.add_sheet("Summary"), summary)
        save(book.save, name)
        inspect(name, {part: n for each in lists.values() for part, n in each.lengths().items()})
        return release(name, path, register)


def _list_sheets(book: StreamedBook, summary: RunSummary) -> dict[str, StreamedSheet]:
    """Make the sheets that list rows, in reading order; the book opens on what needs a person."""
    titles = [RESULTS, ATTENTION, *([WARNINGS] if summary.warnings else [])]
    sheets = {title: book.add_sheet(title) for title in titles}
    needed = any(count for state, count in summary.counts.items() if state.needs_attention)
    opened = sheets[ATTENTION if needed else RESULTS]
    opened.sheet_view.tabSelected = True
    book.active = opened
    return sheets


def _write_rows(
    rows: Iterable[ResultRow], wording: Wording, places: Places, lists: Mapping[str, RowSheets]
) -> None:
    for position, row in enumerate(rows, start=1):
        text = wording.of(row, places.at(position))
        lists[RESULTS].append(row, text)
        if row.state.needs_attention:
            lists[ATTENTION].append(row, text)
        if row.has_warning and WARNINGS in lists:
            lists[WARNINGS].append(row, text)
    for each in lists.values():
        each.end()


def _checked(
    rows: Iterable[ResultRow],
    summary: RunSummary,
    on_progress: Callable[[Progress], None],
) -> Iterator[ResultRow]:
    """Pass the rows on, and refuse them where they are out of order or do not add up."""
    found: Counter[State] = Counter()
    last = warned = 0
    for done, row in enumerate(rows):
        if done % _EVERY == 0:
            on_progress(Progress("writing", done, summary.rows))
        if row.number <= last:
            raise disagreement(f"row {row.number} came after row {last}")
        last = row.number
        found[row.state] += 1
        warned += row.has_warning
        yield row
    for state in State:
        if found[state] != (counted := summary.counts.get(state, 0)):
            raise disagreement(
                f"{found[state]:,} rows are {state}, where the run counts {counted:,}"
            )
    if warned != summary.warnings:
        raise disagreement(
            f"{warned:,} rows have warnings, where the run counts {summary.warnings:,}"
        )
    on_progress(Progress("writing", summary.rows, summary.rows))
