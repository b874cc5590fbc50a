"""The reporter: what became of every row, as a workbook, a page, closing lines and JSON.

write_workbook is to be had from workbook.py: most commands write none and need no openpyxl.

workbook.py        the story: rows in, a checked workbook out
cells.py           how a cell of the source is written without coming to life or changing
layout.py          what a row looks like: its cells, their widths, marks and comments
styles.py          colours, headings, states, lines of text
sheets.py          one list of rows, on as many sheets as it needs
summary_sheet.py   the Summary sheet and its chart
page.py            the page to look at, with page.html, page.css and page.js
page_rows.py       its lists: reasons, and the rows that need a person
page_charts.py     its charts
plot.py            what charts are drawn on
markup.py          elements, and text that can't break out of them
release.py         temporary file, check of the bytes, swap
summary.py         the closing lines and the JSON object
"""

from batch_tracker.reporter.summary import summaries_json, summary_json, summary_text

__all__ = ["summaries_json", "summary_json", "summary_text"]
