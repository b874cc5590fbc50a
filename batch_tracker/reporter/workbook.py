"""The results workbook: every row of the source once, in order, with what became of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils.exceptions import WorkbookAlreadySaved

from batch_tracker.model import Progress, ResultRow, RunSummary, State
from batch_tracker.reporter.layout import Layout
from batch_tracker.reporter.release import disagreement, draft, inspect, release, save
from batch_tracker.reporter.sheets import ROWS_PER_SHEET, RowSheets
from batch_tracker.reporter.summary_sheet import write_summary

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
    text_columns: Collection[int],
    rows: Iterable[ResultRow],
    on_progress: Callable[[Progress], None],
    compared: bool = False,
    rows_per_sheet: int = ROWS_PER_SHEET,
) -> Path:
    """Write the results workbook, check it, and only then give it its name.

    The rows are streamed once, and memory stays flat. An earlier workbook of that name stays as it
    is until the new one is complete.

    Args:
        path: Where the workbook belongs. A missing folder is made.
        summary: The run as a whole; its counts are what the rows are checked against.
        headers: The source's headings, as they stood.
        width: Cells of the widest row. Columns past the headings are called `(column 9)`.
        text_columns: Positions (from 0) of the PO and tracking number columns.
        rows: Every row of the source with what became of it, in source order.
        on_progress: Told the number of rows written.
        compared: Whether the run looked at the POs first; what they held gets columns of its own.
        rows_per_sheet: Rows after which a list continues on another sheet.

    Returns:
        The path written: `path`, or one with a number where a file of that name can't be replaced
        because it is open.

    Raises:
        ReportFailed: where the file can't be written, or the rows do not agree with the summary.
    """
    with draft(path) as name, _streamed_book() as book:
        sheets = [book.create_sheet(title) for title in ("Results", "Needs attention")]
        layout = Layout(
            sheets[0], headers, width=width, text_columns=text_columns, compared=compared
        )
        coming = _checked(rows, summary.counts, on_progress)
        sample = list(islice(coming, _SAMPLE))
        widths = layout.widths(sample)
        lists = [
            RowSheets(
                book,
                sheet,
                layout,
                widths=widths,
                rows_per_sheet=rows_per_sheet,
                is_copy=sheet is not sheets[0],
            )
            for sheet in sheets
        ]
        _write_rows(chain(sample, coming), layout, *lists)
        write_summary(book.create_sheet("Summary"), summary)
        save(book.save, name)
        inspect(name, lists[0].lengths() | lists[1].lengths())
        return release(name, path)


@contextmanager
def _streamed_book() -> Iterator[Workbook]:
    """Open a workbook whose rows go to temporary files, and close those whatever happens."""
    book = Workbook(write_only=True)
    book.properties.creator = "batch-tracker"
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            with suppress(OSError, WorkbookAlreadySaved):
                sheet.close()
        raise


def _write_rows(
    rows: Iterable[ResultRow], layout: Layout, results: RowSheets, attention: RowSheets
) -> None:
    for row in rows:
        lines = layout.lines(row)
        results.append(layout.row(row), lines=lines)
        if row.state.needs_attention:
            attention.append(layout.row(row), lines=lines)
    results.end()
    attention.end()


def _checked(
    rows: Iterable[ResultRow],
    counts: Mapping[State, int],
    on_progress: Callable[[Progress], None],
) -> Iterator[ResultRow]:
    """Pass the rows on, and refuse them where they are out of order or do not add up."""
    total = sum(counts.values())
    found: Counter[State] = Counter()
    last = 0
    for done, row in enumerate(rows):
        if done % _EVERY == 0:
            on_progress(Progress("writing", done, total))
        if row.number <= last:
            raise disagreement(f"row {row.number} came after row {last}")
        last = row.number
        found[row.state] += 1
        yield row
    for state in State:
        if found[state] != counts.get(state, 0):
            raise disagreement(
                f"{found[state]:,} rows are {state}, where the run counts {counts.get(state, 0):,}"
            )
    on_progress(Progress("writing", total, total))
