"""The Summary sheet: the run at a glance, with a chart of its rows."""

from collections.abc import Iterable, Iterator, Sequence

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.model import RunSummary, State
from batch_tracker.reporter.columns import column_lines
from batch_tracker.reporter.sheets import fit_to_width
from batch_tracker.reporter.streamed import StreamedSheet
from batch_tracker.reporter.styles import TOP, heading, lines_of, state_cell, text_cell
from batch_tracker.reporter.summary import MEANINGS, facts, next_steps

_WIDTHS = (14, 76, 10)


def write_summary(sheet: StreamedSheet, summary: RunSummary) -> None:
    """Fill the sheet: what ran, what came of it, what to do next, how it was set."""
    for column, width in zip("ABC", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    fit_to_width(sheet)
    told = [_told(sheet, label, text) for label, text in facts(summary)]
    head = len(told) + 2
    rows = [
        *told,
        [],
        *_counts(sheet, summary),
        *_list(sheet, "Next", list(next_steps(summary))),
        *_list(sheet, "Columns", _source_columns(summary)),
        *_list(sheet, "Notes", _source_notes(summary)),
        *_list(sheet, "Settings", [f"{name} = {v}" for name, v in summary.settings.items()]),
    ]
    for cells in rows:
        text = str(cells[1].value) if len(cells) > 1 and cells[1] else ""
        sheet.append(cells, lines=lines_of(text, _WIDTHS[1]))
    sheet.add_chart(_chart(sheet, head=head), f"E{head}")


def _counts(sheet: Worksheet, summary: RunSummary) -> Iterator[list[SheetCell | None]]:
    yield [heading(sheet, name) for name in ("Result", "Meaning", "Rows")]
    for state in State:
        count = _number(sheet, summary.counts.get(state, 0))
        yield [*_told(sheet, state_cell(sheet, state), MEANINGS[state]), count]
    yield [heading(sheet, "all rows"), None, _number(sheet, summary.rows)]


def _number(sheet: Worksheet, number: int) -> SheetCell:
    cell = WriteOnlyCell(sheet, number)
    cell.number_format = "#,##0"
    cell.alignment = TOP
    return cell


def _source_columns(summary: RunSummary) -> list[str]:
    return _of_source(column_lines(summary.columns), "The letters are those of the source file.")


def _source_notes(summary: RunSummary) -> list[str]:
    return _of_source(summary.notes, "Rows and cells in these notes are those of the source file.")


def _of_source(lines: Iterable[str], note: str) -> list[str]:
    """Return lines that name cells, and say that those are none of this workbook."""
    told = list(lines)
    return [*told, note] if told else []


def _list(sheet: Worksheet, title: str, lines: Sequence[str]) -> Iterator[list[SheetCell | None]]:
    for number, line in enumerate(lines):
        if number == 0:
            yield []
        yield _told(sheet, title if number == 0 else None, line)


def _told(sheet: Worksheet, label: str | SheetCell | None, text: str) -> list[SheetCell | None]:
    name = heading(sheet, label) if isinstance(label, str) else label
    return [name, text_cell(sheet, text)]


def _chart(sheet: Worksheet, *, head: int) -> BarChart:
    """Draw the table of counts under row `head` as bars, in the order of the table."""
    chart = BarChart()
    chart.type = "bar"
    chart.title = "Rows by result"
    chart.legend = None
    chart.gapWidth = 40
    chart.width, chart.height = 14, 9
    chart.add_data(Reference(sheet, 3, head, max_row=head + len(State)), titles_from_data=True)
    chart.set_categories(Reference(sheet, 1, head + 1, max_row=head + len(State)))
    chart.dataLabels = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    chart.series[0].graphicalProperties.solidFill = "1F6FB2"
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = False
    chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.crosses = "max"  # at the foot, since the states go downwards
    chart.y_axis.majorGridlines = None
    return chart
