"""Every address in a results workbook points to the cell it speaks of, whatever the file."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from batch_tracker import ledger
from batch_tracker.errors import ColumnsRefused, SourceRefused
from batch_tracker.model import LEADING_COLUMNS, State
from batch_tracker.settings import Settings
from batch_tracker.stories import outcome
from batch_tracker.stories.stage import stage

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "samples" / "hazards").iterdir()),
    *sorted(ROOT.glob("samples/profiles/*/*")),
    *sorted((ROOT / "tests" / "acceptance" / "field_cases").iterdir()),
]
FIRST = len(LEADING_COLUMNS)

CELL = r"(?P<sheet>Results|'Results \d+')!(?P<column>[A-Z]+)(?P<row>\d+)"
IN_WORKBOOK = r"(?:'[^']+'|[^\s'!]+)!(?P<letters>[A-Z]+)(?P<number>\d+)"
IN_TEXT = r"line (?P<line>\d+), column (?P<place>\d+)(?: \(.*?\))?"
LOCATED = re.compile(rf"{CELL} \[source: (?:{IN_WORKBOOK}|{IN_TEXT})\]: ", re.DOTALL)
ROWS = re.compile(r"[Rr]ows? (?P<rows>\d+(?:, \d+)*) of Results \[source: (?P<sources>[\d, ]+)\]")
NOT_IN_RESULTS = re.compile(r"row 1 of the source")
"""The row of the headers."""
ANY_ADDRESS = re.compile(r"\b[\w']+!\$?[A-Z]{1,3}\$?\d+\b|\bline \d|\brows? \d")


def written(path, folder, **settings):
    """Read and plan a file, and return its workbook, as it would be if nothing could be sent."""
    chosen = Settings(home=folder, output=folder / "reports", **settings)
    with ledger.open_ledger(folder) as db:
        run = stage(db, path, chosen, on_progress=lambda _: None, force=False)
        ended = outcome.write_workbook(run, chosen, lambda _: None)
    return load_workbook(ended.summary.report)


def rows_of(sheet):
    """The rows of a sheet, each as its cells by their headings; the source's are numbers."""
    headings = [cell.value for cell in sheet[1]]
    last = len(headings) - headings[::-1].index("Code") - 1
    for row in sheet.iter_rows(min_row=2):
        ours = dict(zip(headings[:FIRST], row, strict=False))
        yield ours | dict(zip(headings[last:], row[last:], strict=True))


def sources_of(book):
    """The source's number of each row of the sheet Results."""
    return {row["Result"].row: row["Source Row"].value for row in rows_of(book["Results"])}


def check_located(found, book, sources, shift):
    """Hold the cell that is named against the cell of the source that is."""
    number = int(found["number"] or found["line"])
    letters = found["letters"]
    column = column_index_from_string(letters) if letters else int(found["place"])
    row = int(found["row"])
    assert sources[row] == number
    target = book[found["sheet"].strip("'")][f"{found['column']}{row}"]
    assert target.column == shift + column
    assert target.fill.fill_type, "the cell is coloured"
    assert target.comment, "and says why"
    return target


def check_addresses(book, *, shift=FIRST):
    """Check every address of every sheet; return the cells and rows that were named.

    `shift` is how many columns further right a cell of the source stands.
    """
    sources = sources_of(book)
    named = []
    for title in book.sheetnames[:-1]:
        for row in rows_of(book[title]):
            message = row["Message"].value or ""
            found = LOCATED.finditer(message)
            cells = [check_located(each, book, sources, shift) for each in found]
            rows = []
            for found in ROWS.finditer(message):
                there = [int(number) for number in found["rows"].split(", ")]
                assert [str(sources[number]) for number in there] == found["sources"].split(", ")
                rows += there
            rest = NOT_IN_RESULTS.sub("", ROWS.sub("", LOCATED.sub("", message)))
            assert not ANY_ADDRESS.search(rest), message
            check_links(row, cells, rows, sources)
            named += cells + rows
    for sheet in book:
        for comment in (cell.comment for row in sheet for cell in row if cell.comment):
            for found in ROWS.finditer(comment.text):
                assert sources[int(found["rows"])] == int(found["sources"])
            rest = NOT_IN_RESULTS.sub("", ROWS.sub("", comment.text))
            assert not ANY_ADDRESS.search(rest), comment.text
    return named


def check_links(row, cells, rows, sources):
    cell = row["Cell"]
    needed = State(row["Result"].value).needs_attention or cells
    assert bool(cell.value) == bool(cell.hyperlink) == bool(needed)
    if needed:
        target = re.fullmatch(CELL, cell.value)
        assert cell.hyperlink.location == cell.value
        assert sources[int(target["row"])] == row["Source Row"].value
        assert not cells or cell.value == f"Results!{cells[0].coordinate}"
    link = row["Message"].hyperlink
    others = [number for number in rows if sources[number] != row["Source Row"].value]
    assert bool(link) == bool(others)
    if others:
        assert int(re.fullmatch(CELL, link.location)["row"]) == others[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_address_points_to_the_cell_it_speaks_of(path, tmp_path):
    try:
        book = written(path, tmp_path)
    except (SourceRefused, ColumnsRefused):
        assert not (tmp_path / "reports").exists()
        return
    check_addresses(book)


AFTER_BLANK_ROWS = """March list
,,,
PO,Tracking Number,Carrier,Void


1001,T000001001,ACME,N

1002,T000001002,ACME,N
1002,T000002002,ACME,N
1003,T000001003,ACME,N

1003,T000001003,ACME,N
1004,T000001004,ACME,Y
1004,T000001004,ACME,N
x,9.4E+21,ACME,N
"""


@pytest.mark.parametrize("warnings", ["send", "hold"])
def test_rows_that_speak_of_other_rows_name_those_of_the_workbook(tmp_path, warnings):
    path = tmp_path / "m.csv"
    path.write_text(AFTER_BLANK_ROWS, "utf-8")
    book = written(path, tmp_path, warnings=warnings)
    assert check_addresses(book)
    told = {row["Source Row"].value: row["Message"].value for row in rows_of(book["Results"])}
    assert "Rows 4, 5 of Results [source: 8, 9] do not agree on PO 1002" in told[8]
    assert "Same as row 6 of Results [source: 10]" in told[12]
    assert "Row 8 of Results [source: 13] voids this tracking number" in told[14]
    assert "Results!D10 [source: line 15, column 1 (PO)]" in told[15]
    assert "Results!E10 [source: line 15, column 2 (Tracking Number)]" in told[15]


def test_a_workbook_that_is_run_again_names_its_own_cells_and_the_new_one_s(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(AFTER_BLANK_ROWS, "utf-8")
    written(path, tmp_path)
    (first,) = (tmp_path / "reports").iterdir()
    book = written(first, tmp_path)
    assert check_addresses(book, shift=0)
    last = list(rows_of(book["Results"]))[-1]
    assert "Results!D10 [source: Results!D10]" in last["Message"].value
