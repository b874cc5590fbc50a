"""What surrounds the cells: places, hidden and merged rows, sheets, and how parts are found."""

import openpyxl
import pytest

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.source import MAX_COLUMNS
from batch_tracker.model import SourceRow


def cell(place, text):
    where = f' r="{place}"' if place else ""
    return f'<c{where} t="inlineStr"><is><t>{text}</t></is></c>'


def row(number, *cells, more=""):
    where = f' r="{number}"' if number else ""
    return f"<row{where}{more}>{''.join(cells)}</row>"


HEADER = row(1, cell("A1", "PO"), cell("B1", "Tracking"))


def test_cells_stand_where_they_say(xlsx_file, read):
    rows, source = read(
        xlsx_file(
            row(2, cell("B2", "b"), cell("AA2", "aa")) + row(5, cell("C5", "c"), cell("A5", "a"))
        )
    )
    assert rows == [
        SourceRow(2, ["", "b", *[""] * 24, "aa"]),
        SourceRow(5, ["a", "", "c"]),
    ]
    assert source.address(2, 26) == "Sheet1!AA2"
    assert source.notes == ["3 blank rows left out."]


def test_texts_that_many_cells_share_are_read(xlsx_file, read):
    """Excel keeps every text apart from the cells, and so does no library that the tests use."""
    strings = "".join(f"<si><t>text {n}</t></si>" for n in range(300))
    cells = "".join(row(n + 1, f'<c r="A{n + 1}" t="s"><v>{299 - n}</v></c>') for n in range(300))
    rows, _ = read(xlsx_file(cells, strings=strings))
    assert [each.cells for each in rows] == [[f"text {299 - n}"] for n in range(300)]


def test_cells_without_a_place_follow_each_other(xlsx_file, read):
    rows, _ = read(xlsx_file(row(0, cell("", "a"), "<c/>", cell("", "c")) + row(0, cell("", "d"))))
    assert rows == [SourceRow(1, ["a", "", "c"]), SourceRow(2, ["d"])]


def test_rows_of_formatted_blanks_are_passed_over_and_keep_their_number(xlsx_file, read):
    blank = '<c r="{}" s="1"/>'
    rows, source = read(
        xlsx_file(
            row(1, cell("A1", "a"))
            + row(2, blank.format("A2"), blank.format("B2"))
            + row(3, blank.format("A3"))
            + row(4, cell("A4", "d"))
            + row(5, blank.format("A5"))
            + row(0, cell("", "f"))
            + row(7, blank.format("A7"))
        )
    )
    assert rows == [SourceRow(1, ["a"]), SourceRow(4, ["d"]), SourceRow(6, ["f"])]
    assert source.notes == ["3 blank rows left out."]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (row(1, cell("A1", "x"), cell("A1", "y")), "cell A1 stands there twice"),
        (row(1, cell("A2", "x")), "a cell A2 stands in row 1"),
        (row(1, cell("XFE1", "x")), "a cell XFE1 stands in row 1"),
        (row(2, cell("A2", "x")) + row(2, cell("A2", "y")), "row 2 follows row 2"),
        (row(3) + row(2), "row 2 follows row 3"),
        (row("1048577"), "row 1048577 follows"),
        (row("9" * 5000), "row 9{20} follows row 0"),
        ("<row r='1'><c r='A1'>", "damaged"),
    ],
)
def test_places_that_contradict_are_damage(xlsx_file, read, rows, message):
    with pytest.raises(SourceRefused, match=message):
        read(xlsx_file(rows))


def test_the_declared_dimension_is_not_believed(xlsx_file, read):
    many = "".join(row(n, cell(f"A{n}", "x")) for n in range(1, 12))
    rows, _ = read(xlsx_file(many, before='<dimension ref="A1:A1"/>'))
    assert len(rows) == 11


def test_hidden_rows_come_marked_and_are_noted(xlsx_file, read):
    hidden = "".join(row(n, cell(f"A{n}", "x"), more=' hidden="1"') for n in range(12, 19))
    rows, source = read(xlsx_file(HEADER + row(2, cell("A2", "x")) + hidden))
    assert [entry.hidden for entry in rows] == [False, False, *[True] * 7]
    assert (
        "7 rows are hidden in the sheet (12, 13, 14, 15, 16, …) and are included." in source.notes
    )


def test_rows_hidden_by_a_filter_are_called_so(xlsx_file, read):
    rows = HEADER + row(2, cell("A2", "x"), more=' hidden="1"')
    _, source = read(xlsx_file(rows, before='<sheetPr filterMode="1"/>'))
    assert source.notes == ["1 row is hidden by a filter in the sheet (2) and is included."]


def test_merged_rows_are_known_before_the_first_row(xlsx_file, open_file):
    merged = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:B4"/></mergeCells>'
    with open_file(xlsx_file(HEADER + row(2, cell("A2", "x")), after=merged)) as source:
        next(source.rows())
        assert source.merged == {(r, c): 2 for r in (3, 4) for c in (0, 1)}
        assert source.notes == [
            "1 merged range of more than one row (A2:B4): the value counts only for the first row."
        ]


def test_merged_ranges_are_found_wherever_chunks_break(xlsx_file, read):
    count = 5000
    merged = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(2, 2 * count, 2))
    _, source = read(xlsx_file(HEADER, after=f"<mergeCells>{merged}</mergeCells>"))
    assert sorted(source.merged) == [(n + 1, 0) for n in range(2, 2 * count, 2)]


def test_a_merge_of_everything_takes_little_memory(xlsx_file, read):
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    _, source = read(xlsx_file(HEADER, after=merged))
    assert len(source.merged) == 200_000


def test_results_left_to_excel_are_noted(xlsx_file, read):
    formula = "<c r='C1'><f>1+1</f><v>0</v></c>"
    rows = row(1, cell("A1", "PO"), cell("B1", "Tracking"), formula)
    _, source = read(xlsx_file(rows, properties='<calcPr fullCalcOnLoad="1"/>'))
    assert source.notes[0].startswith("1 formula result may be out of date")
    _, source = read(xlsx_file(HEADER, properties='<calcPr fullCalcOnLoad="1"/>'))
    assert source.notes == []


@pytest.mark.parametrize("prefix", ["x:", ""])
@pytest.mark.parametrize(
    "uris",
    [
        (
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        ),
        (
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ],
)
def test_prefixes_and_both_namespaces(zip_file, read, parts_of, prefix, uris):
    main, relations = uris
    parts = parts_of(HEADER, main=main, relations=relations, strings="<si><t>x</t></si>")
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        parts[name] = _prefixed(parts[name], prefix)
    rows, _ = read(zip_file(parts))
    assert rows == [SourceRow(1, ["PO", "Tracking"])]


def _prefixed(xml, prefix):
    if not prefix:
        return xml
    marked = xml.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    return marked.replace(" xmlns=", f" xmlns:{prefix.rstrip(':')}=", 1)


@pytest.mark.parametrize(
    "target", ["worksheets/", "/xl/worksheets/", "../xl/worksheets/", "WorkSheets/"]
)
def test_targets_may_be_absolute_relative_or_in_other_case(xlsx_file, read, target):
    rows, _ = read(xlsx_file(HEADER, target=target))
    assert len(rows) == 1


def test_parts_named_with_backslashes_are_found(zip_file, read, parts_of):
    parts = {name.replace("/", "\\"): text for name, text in parts_of(HEADER).items()}
    rows, _ = read(zip_file(parts))
    assert len(rows) == 1


OTHER = row(1, cell("A1", "Notes"))


@pytest.mark.parametrize(
    ("book", "wanted", "chosen"),
    [
        ({"sheets": {"A": OTHER, "B": HEADER}}, None, "B"),
        ({"sheets": {"A": OTHER, "B": row(30, cell("A30", "PO"))}}, None, "B"),
        ({"sheets": {"A": HEADER, "B": HEADER}, "states": {"A": "hidden"}}, None, "B"),
        ({"sheets": {"A": HEADER, "B": OTHER}, "states": {"A": "veryHidden"}}, None, "B"),
        ({"sheets": {"A": HEADER, "B": OTHER}, "states": {"A": "hidden"}}, "A", "A"),
        ({"sheets": {"A": HEADER, "B": HEADER}}, " b ", "B"),
        (
            {"sheets": {"Results": HEADER, "Needs attention": HEADER, "Summary": OTHER}},
            None,
            "Results",
        ),
        (
            {"sheets": {"Results": HEADER, "Results 2": HEADER, "Needs attention": HEADER}},
            "Results 2",
            "Results 2",
        ),
    ],
)
def test_the_sheet_with_known_headers_is_read(xlsx_file, read, book, wanted, chosen):
    _, source = read(xlsx_file(**book), sheet=wanted)
    assert source.sheet == chosen


@pytest.mark.parametrize(
    ("book", "wanted", "message"),
    [
        ({"sheets": {"A": HEADER, "B": HEADER, "C": OTHER}}, None, 'more than one .* "A", "B"\\.'),
        ({"sheets": {"Results": HEADER, "Results 2": HEADER}}, None, "more than one"),
        ({"sheets": {"A": OTHER, "B": OTHER}}, None, 'several sheets.* "A", "B"'),
        ({"sheets": {"A": OTHER, "B": row(31, cell("A31", "PO"))}}, None, "several sheets"),
        (
            {"sheets": {"A": HEADER}, "states": {"A": "hidden"}},
            None,
            'no visible sheet.*--sheet.*"A"',
        ),
        ({"sheets": {"A": HEADER}}, "March", 'no sheet "March".*"A"'),
        ({"sheets": {"A": "", "B": HEADER}, "kinds": {"A": "chartsheet"}}, "A", "is a chart"),
    ],
)
def test_a_choice_that_is_open_is_refused(xlsx_file, read, book, wanted, message):
    with pytest.raises(SourceRefused) as refusal:
        read(xlsx_file(**book), sheet=wanted)
    assert refusal.match(message)


def test_a_chart_is_no_sheet_to_read(xlsx_file, read):
    rows, source = read(xlsx_file(sheets={"Chart": "", "B": HEADER}, kinds={"Chart": "chartsheet"}))
    assert source.sheet == "B"
    assert len(rows) == 1


def test_a_results_workbook_is_read_on_over_its_further_sheets(xlsx_file, read):
    def sheet(*pos, top=HEADER):
        lines = [row(n, cell(f"A{n}", po)) for n, po in enumerate(pos, start=2)]
        return top + "".join(lines)

    merged = sheet("1003", "1004") + "</sheetData><mergeCells><mergeCell ref='A2:A3'/></mergeCells>"
    book = {
        "Results": sheet("1001", "1002"),
        "Results 2": merged + "<sheetData>",
        "Results 3": sheet("1006", top=row(1, cell("A1", "1005"))),
        "Needs attention": sheet("1001"),
        "Needs attention 2": HEADER,
    }
    rows, source = read(xlsx_file(sheets=book))
    assert [each.cells for each in rows[1:]] == [[str(po)] for po in range(1001, 1007)]
    second, third = 1_048_576, 2 * 1_048_576
    assert [each.number for each in rows[1:]] == [
        2,
        3,
        second + 2,
        second + 3,
        third + 1,
        third + 2,
    ]
    assert source.address(rows[3].number, 0) == "'Results 2'!A2"
    assert source.merged == {(second + 3, 0): second + 2}
    assert source.progress() == 1
    assert source.notes[0] == (
        'Only the sheets "Results", "Results 2", "Results 3" are read; '
        'not read: "Needs attention", "Needs attention 2".'
    )


def test_sheets_not_read_are_noted(xlsx_file, read):
    _, source = read(
        xlsx_file(sheets={"A": HEADER, "B": OTHER, "C": OTHER}, states={"C": "hidden"})
    )
    assert source.notes == ['Only the sheet "A" is read; not read: "B".']


def test_a_cell_far_to_the_right_is_refused_by_name(xlsx_file, read):
    with pytest.raises(SourceRefused, match="cell XFD1048576 is too far to the right"):
        read(xlsx_file(HEADER + row(1_048_576, cell("XFD1048576", "x"))))
    last = row(2, cell("ALL2", "x"))
    rows, _ = read(xlsx_file(HEADER + last))
    assert len(rows[1].cells) == MAX_COLUMNS
    rows, _ = read(xlsx_file(HEADER + row(2, cell("A2", "x"), '<c r="XFD2" s="1"/>')))
    assert rows[1].cells == ["x"]


def test_reading_again_starts_anew(xlsx_file, open_file):
    with open_file(xlsx_file(HEADER + row(4, cell("A4", "x"), more=' hidden="1"'))) as source:
        assert list(source.rows()) == list(source.rows())
        assert len(source.notes) == 2
        assert source.progress() == 1


def test_a_workbook_saved_while_it_is_read_is_refused(xlsx_file, open_file):
    path = xlsx_file(HEADER)
    with open_file(path) as source:
        rows = source.rows()
        next(rows)
        with path.open("ab") as file:
            file.write(b" ")
        with pytest.raises(SourceRefused, match="changed while it was read"):
            list(rows)


def test_a_workbook_as_openpyxl_writes_it(tmp_path, read):
    book = openpyxl.Workbook()
    book.active.append(["PO", "Tracking"])
    book.active.append([7123, "9400111899223344556677"])
    book.create_chartsheet()
    book.save(tmp_path / "a.xlsm")
    rows, source = read(tmp_path / "a.xlsm")
    assert source.sheet == "Sheet"
    assert rows[1].cells[1] == "9400111899223344556677"
