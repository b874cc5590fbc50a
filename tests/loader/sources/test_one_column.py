"""A table whose lines each stand in one cell is told what it is, not that it has no headers."""

import re
from datetime import date

import pytest

from batch_tracker.errors import ColumnsRefused, SourceRefused
from batch_tracker.loader import open_manifest

HEADER = ("PO Number", "Tracking Number", "Carrier", "Ship Date")
ROW = ("1001", "1Z999AA10123456784", "UPS", "2026-11-20")


def opened(path):
    return open_manifest(path, profile=None, known=[], today=date(2026, 11, 23))


def lines(divider):
    return [divider.join(HEADER), *[divider.join(ROW)] * 3]


@pytest.mark.parametrize(
    ("divider", "said"),
    [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars"), ("^", r"\^")],
)
def test_whole_lines_in_column_a_of_a_workbook(xlsx_file, divider, said):
    rows = "".join(
        f"<row r='{n}'><c r='A{n}' t='inlineStr'><is><t>{line}</t></is></c></row>"
        for n, line in enumerate(lines(divider), 1)
    )
    with pytest.raises(SourceRefused, match=f"one column.*divided by {said}") as refusal:
        opened(xlsx_file(rows))
    assert "Text to Columns" in refusal.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join(f'"{line}"' for line in lines(",")), "one cell in quotes.*commas"),
        ("\n".join(f'"{line}"' for line in lines(";")), "one cell in quotes.*semicolons"),
        ("\n".join(lines(":")), "divided by :"),
        ("\n".join(lines("     ")), "fixed width"),
    ],
)
def test_whole_lines_in_a_text_file(text_file, text, said):
    with pytest.raises(SourceRefused, match=said) as refusal:
        opened(text_file(text))
    assert refusal.value.hint


@pytest.mark.parametrize("divider", ["^", "~", ", ", " | "])
def test_other_delimiters_are_read(text_file, divider):
    with opened(text_file("\n".join(lines(divider)))) as manifest:
        records = [record for chunk in manifest.chunks() for record in chunk]
    assert {record.update.tracking_number for record in records} == {ROW[1]}


def test_a_blank_before_a_quote_is_no_part_of_the_cell(text_file):
    quoted = ", ".join(f'"{each}"' for each in HEADER)
    text = f'{quoted}\n"1001", "{ROW[1]}", "Smith, Jones & Co", "2026-11-20"\n'
    with opened(text_file(text)) as manifest:
        [[record]] = manifest.chunks()
    assert record.update.carrier == "Smith, Jones & Co"


def test_quotes_escaped_with_a_backslash_are_named(text_file):
    text = f'{",".join(HEADER)},Note\n{",".join(ROW)},"so \\"big\\", yes"\n'
    said = re.compile("line 2.*backslash")
    with pytest.raises(SourceRefused, match=said), opened(text_file(text)) as manifest:
        list(manifest.chunks())


def test_a_table_of_other_columns_is_still_told_what_it_lacks(text_file):
    with pytest.raises(ColumnsRefused):
        opened(text_file("Name,Town\nA,B\n"))
