"""The Summary sheet: the run at a glance, with a chart of its rows."""

from collections.abc import Sequence

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.worksheet.worksheet import Worksheet

from batch_tracker.model import RunSummary, State
from batch_tracker.reporter.layout import heading, state_cell, text_cell
from batch_tracker.reporter.summary import MEANINGS, facts, next_steps


def write_summary(sheet: Worksheet, summary: RunSummary) -> None:
    """Fill the sheet: what ran, what came of it, what to do next, how it was set."""
    for column, width in zip("ABC", (18, 26, 80), strict=True):
        sheet.column_dimensions[column].width = width
    told = list(facts(summary))
    for label, text in told:
        sheet.append([heading(sheet, label), text_cell(sheet, text)])
    sheet.append([])
    _write_counts(sheet, summary)
    sheet.add_chart(_chart(sheet, head=len(told) + 2), f"E{len(told) + 2}")
    _write_list(sheet, "Next", list(next_steps(summary)))
    _write_list(sheet, "Notes", summary.notes)
    _write_list(sheet, "Settings", [f"{name} = {v}" for name, v in summary.settings.items()])


def _write_counts(sheet: Worksheet, summary: RunSummary) -> None:
    sheet.append([heading(sheet, name) for name in ("Result", "Rows", "Meaning")])
    for state in State:
        count = _number(sheet, summary.counts.get(state, 0))
        sheet.append([state_cell(sheet, state), count, text_cell(sheet, MEANINGS[state])])
    sheet.append([heading(sheet, "all rows"), _number(sheet, summary.rows)])


def _number(sheet: Worksheet, number: int) -> SheetCell:
    cell = WriteOnlyCell(sheet, number)
    cell.number_format = "#,##0"
    return cell


def _write_list(sheet: Worksheet, title: str, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            sheet.append([])
        label = heading(sheet, title) if number == 0 else None
        sheet.append([label, text_cell(sheet, line)])


def _chart(sheet: Worksheet, *, head: int) -> BarChart:
    """Draw the table of counts under row `head` as bars, in the order of the table."""
    chart = BarChart()
    chart.type = "bar"
    chart.title = "Rows by result"
    chart.legend = None
    chart.gapWidth = 40
    chart.width, chart.height = 18, 9
    chart.add_data(Reference(sheet, 2, head, max_row=head + len(State)), titles_from_data=True)
    chart.set_categories(Reference(sheet, 1, head + 1, max_row=head + len(State)))
    chart.dataLabels = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    chart.series[0].graphicalProperties.solidFill = "1F6FB2"
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = False
    chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.majorGridlines = None
    return chart
