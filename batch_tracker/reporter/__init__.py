"""The reporter: what became of every row, as a workbook, a page, closing lines and JSON.

write_workbook is to be had from workbook.py: most commands write none and need no openpyxl.

workbook.py        the story: rows in, a checked workbook out
sheets.py          one list of rows, on as many sheets as it needs
sheet_columns.py   the columns of a list: headings, widths, which of them stay in sight
row_text.py        what is said of a row, with addresses of the workbook; places.py finds them
row_cells.py       the cells of a row: values, colours, comments; row_xml.py writes them
cells.py           how a cell of the source is written without coming to life or changing
styles.py          colours, headings, states, lines of text
summary_sheet.py   the Summary sheet and its chart
restoration.py     the manifest that undoes a run
streamed.py        workbooks whose rows go to the disk at once
drafts.py          a folder for what is being written, gone afterwards, even after a kill
release.py         check of the bytes, a name; what a person has changed is never replaced
file_names.py      what the files of a run are called
page.py            the page to look at, with page.html, page.css and page.js
page_rows.py       its lists: reasons, warnings, and the rows that need a person
page_charts.py     its charts
plot.py            what charts are drawn on
markup.py          elements, and text that can't break out of them
data_frame.py      the results as a pandas table, for programs
columns.py         what became of the source's columns, in lines
times.py           moments by the reader's clock, with the zone named
summary.py         the closing lines and the JSON object
"""

from batch_tracker.reporter.summary import summaries_json, summary_json, summary_text

__all__ = ["summaries_json", "summary_json", "summary_text"]
