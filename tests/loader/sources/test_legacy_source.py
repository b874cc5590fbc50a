"""xls, xlsb and ods: read by calamine in a child process, which may die without harm."""

import struct

import pytest

from batch_tracker.errors import SourceRefused
from batch_tracker.model import Kind, SourceRow, TypedCell
from tests.samples.file_parts import ods_parts, xlsb_parts

CELLS = {
    (1, 1): "PO",
    (1, 2): "Tracking",
    (3, 1): 7123.0,
    (3, 2): "9400111899223344556677",
    (4, 1): 9.4e21,
    (5, 1): 0.5,
    (6, 1): "  ",
}
ROWS = [
    SourceRow(2, ["", "PO", "Tracking"]),
    SourceRow(4, ["", TypedCell(Kind.NUMBER, "7123"), "9400111899223344556677"]),
    SourceRow(5, ["", TypedCell(Kind.NUMBER, "9.4e+21")]),
    SourceRow(6, ["", TypedCell(Kind.NUMBER, "0.5")]),
]


def ods_table(name: str, *rows: str) -> str:
    inside = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{inside}</table:table>'


def ods_text(*texts: str, repeated: int = 1) -> str:
    return "".join(
        '<table:table-cell office:value-type="string" '
        f'table:number-columns-repeated="{repeated}"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )


@pytest.mark.parametrize("form", ["xls_file", "xlsb_file"])
def test_keeps_coordinates_text_and_digits(form, request, read):
    rows, source = read(request.getfixturevalue(form)(CELLS))
    assert rows == ROWS
    assert "2 blank rows left out." in source.notes
    assert source.address(4, 2) == "Sheet1!C4"
    assert source.progress() > 0.5


@pytest.mark.parametrize(
    ("form", "kind"),
    [("xls_file", "Excel 97-2003 workbook"), ("xlsb_file", "Excel binary workbook")],
)
def test_says_what_it_is_and_what_it_cannot_tell(form, kind, request, read):
    path = request.getfixturevalue(form)(CELLS)
    rows, source = read(path.rename(path.with_suffix(".csv")))
    assert rows == ROWS
    assert source.kind == kind
    assert any("#N/A" in note for note in source.notes)


def test_ods_cells_keep_their_kinds(ods_file, read):
    row = (
        '<table:table-cell office:value-type="float" office:value="123"/>'
        '<table:table-cell office:value-type="date" office:date-value="2026-03-04"/>'
        '<table:table-cell office:value-type="date" office:date-value="2026-03-04T12:30:00"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    )
    rows, source = read(ods_file(ods_table("May 4", row)))
    assert rows == [
        SourceRow(
            1,
            [
                TypedCell(Kind.NUMBER, "123"),
                TypedCell(Kind.DATE, "2026-03-04T00:00:00"),
                TypedCell(Kind.DATE, "2026-03-04T12:30:00"),
                TypedCell(Kind.BOOLEAN, "TRUE"),
            ],
        )
    ]
    assert source.address(1, 0) == "'May 4'!A1"


def test_reads_the_sheet_with_known_headers(ods_file, read):
    tables = ods_table("Notes", ods_text("hello")) + ods_table("Data", ods_text("PO", "Tracking"))
    rows, source = read(ods_file(tables))
    assert rows == [SourceRow(1, ["PO", "Tracking"])]
    assert source.sheet == "Data"
    assert 'Only the sheet "Data" is read; not read: "Notes".' in source.notes


def test_passes_over_a_hidden_sheet(xls_file, read):
    _, source = read(xls_file(CELLS, hidden_sheet="Old"))
    assert source.sheet == "Sheet1"
    assert not any("Old" in note for note in source.notes)


def test_can_be_read_again(xls_file, open_file):
    with open_file(xls_file(CELLS)) as source:
        assert list(source.rows()) == list(source.rows()) == ROWS
        assert source.notes.count("2 blank rows left out.") == 1


def test_leaves_no_child_when_given_up_halfway(xls_file, open_file):
    with open_file(xls_file(CELLS)) as source:
        rows = source.rows()
        next(rows)
        child = source._child
    assert child.returncode is not None


def test_a_file_that_aborts_the_reader_is_refused(ods_file, open_file):
    # 60 million cells in 1 KB: calamine asks for memory it does not get, and aborts its process.
    row = ods_text("x", repeated=1000)
    bomb = ods_table("S", row).replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="60000">'
    )
    path = ods_file(bomb)
    with pytest.raises(SourceRefused, match="too much memory or time"), open_file(path) as source:
        list(source.rows())


@pytest.mark.parametrize("kept", [700, 4400, 5000])
def test_a_damaged_file_is_refused(xls_file, open_file, kept):
    path = xls_file(CELLS)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SourceRefused, match=r"^manifest\.xls: "):
        open_file(path)


def test_an_xlsb_with_cells_that_would_be_left_out_is_refused(zip_file, read):
    parts = xlsb_parts({(0, 0): "PO", (0, 1): "Tracking", (1, 0): 1001.0})
    sheet = parts["xl/worksheets/sheet1.bin"]
    rich = struct.pack("<LLB", 1, 0, 1) + struct.pack("<L", 3) + "1Z9".encode("utf-16-le")
    record = bytes([62, len(rich)]) + rich
    end = bytes([0x92, 0x01, 0])
    assert sheet.endswith(end)
    parts["xl/worksheets/sheet1.bin"] = sheet.removesuffix(end) + record + end
    with pytest.raises(SourceRefused, match="several fonts"):
        read(zip_file(parts, "manifest.xlsb"))


def test_an_ods_as_other_programs_write_it_is_read(zip_file, read):
    """Its type is not the first part, and blanks stand between the tags."""
    table = (
        "<table:table table:name='S'>\n <table:table-row>\n  <table:table-cell "
        "office:value-type='string'>\n   <text:p>PO <text:span>1</text:span> <text:span>2"
        "</text:span></text:p>\n  </table:table-cell>\n </table:table-row>\n</table:table>"
    )
    parts = ods_parts(table)
    rows, _ = read(zip_file(dict(sorted(parts.items())), "manifest.ods"))
    assert rows[0].cells == ["PO 1 2"]
