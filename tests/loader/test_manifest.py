"""The stage's one door: every row once and in order, dates settled, our own workbook read back."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from batch_tracker.errors import BatchTrackerError, ColumnsRefused, SourceRefused
from batch_tracker.loader import open_manifest, shipped_profiles
from batch_tracker.model import BEFORE_COLUMNS, LEADING_COLUMNS, TRAILING_COLUMNS, Field, State
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 11, 23)
UPS = "1Z999AA10123456784"


def opened(path, profile=None, known=None, **overrides):
    known = shipped_profiles() if known is None else known
    return open_manifest(path, profile=profile, known=known, today=TODAY, overrides=overrides)


def csv_file(tmp_path, *lines):
    path = tmp_path / "m.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def workbook(path, **sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_manifest_says_what_it_is(tmp_path):
    path = csv_file(tmp_path, "Shipments", "", "PO,Carrier", "1001,UPS")
    with opened(path) as manifest:
        assert (manifest.path, manifest.name, manifest.sheet) == (path, "m.csv", "")
        assert manifest.headers == ("PO", "Carrier")
        assert manifest.header_row == 3
        assert dict(manifest.fields) == {Field.PO: 0, Field.CARRIER: 1}
        assert manifest.kind == "CSV file"
        [[title, record]] = manifest.chunks()
        assert manifest.progress() == 1
    assert (title.number, title.state, title.code) == (1, State.SKIPPED, "above-header")
    assert record.number == 4


@pytest.mark.parametrize("size", [1, 3, 4, 5000])
def test_chunks_hold_every_row_once_in_order(tmp_path, size):
    lines = ["Title", "PO,Carrier", *(f"{i},UPS" for i in range(1, 9)), "", "Total,", "PO,Carrier"]
    with opened(csv_file(tmp_path, *lines)) as manifest:
        chunks = list(manifest.chunks(size))
    numbers = [record.number for chunk in chunks for record in chunk]
    assert numbers == [1, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13]
    assert all(len(chunk) <= size for chunk in chunks)


CELL = st.sampled_from(
    ["", " ", "1001", "PO-7", UPS, "9.4E+21", "UPS", "2026-11-20", "13/11/2026", "Total", "PO", "y"]
)


@settings(max_examples=60)
@given(st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=12))
def test_whatever_the_rows_each_is_judged_once(tmp_path_factory, table):
    lines = [",".join(row) for row in table]
    path = csv_file(tmp_path_factory.mktemp("m"), "PO,Tracking Number,Carrier,Ship Date", *lines)
    with opened(path, known=()) as manifest:
        records = [record for chunk in manifest.chunks(5) for record in chunk]
    expected = [n for n, row in enumerate(table, 2) if any(cell.strip() for cell in row)]
    assert [record.number for record in records] == expected
    for record in records:
        is_settled = record.state in {State.SKIPPED, State.INVALID}
        assert record.update is not None or is_settled or record.pending
        assert record.state is None or (record.code and record.message)


def test_unclear_dates_wait_for_the_column_and_are_settled_by_it(tmp_path):
    lines = ["PO,Ship Date", "1001,04/11/2026", "1002,2026-11-05", "1003,13/11/2026"]
    with opened(csv_file(tmp_path, *lines)) as manifest:
        [records] = manifest.chunks()
        assert [record.pending for record in records] == [True, False, False]
        assert records[0].update.shipped_on is None
        settled = manifest.read_again((r.number, r.cells) for r in records if r.pending)
        [record] = settled
    assert record.pending is False
    assert record.update.shipped_on == "2026-11-04T12:00:00.000Z"


def test_dates_that_stay_unclear_are_asked_about(tmp_path):
    with opened(csv_file(tmp_path, "PO,Ship Date", "1001,04/11/2026")) as manifest:
        [[record]] = manifest.chunks()
        with pytest.raises(ColumnsRefused, match="--date-order"):
            manifest.read_again([(record.number, record.cells)])


def test_a_date_that_contradicts_those_read_before_it_refuses_the_file(tmp_path):
    lines = ["PO,Ship Date", "1001,11/13/2026", "1002,04/11/2026", "1003,13/11/2026"]
    with (
        opened(csv_file(tmp_path, *lines)) as manifest,
        pytest.raises(ColumnsRefused, match="contradict"),
    ):
        list(manifest.chunks())


def test_the_date_order_can_be_said(tmp_path):
    path = csv_file(tmp_path, "PO,Ship Date", "1001,04/11/2026")
    with opened(path, date_order="dmy") as manifest:
        [[record]] = manifest.chunks()
    assert record.update.shipped_on == "2026-11-04T12:00:00.000Z"


def test_a_hidden_row_that_waited_is_still_marked(tmp_path):
    book = Workbook()
    for row in (["PO", "Ship Date"], ["1001", "04/11/2026"], ["1002", "13/11/2026"]):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    book.save(tmp_path / "m.xlsx")
    with opened(tmp_path / "m.xlsx") as manifest:
        [[record, _]] = manifest.chunks()
        assert record.pending
        [record] = manifest.read_again([(record.number, record.cells)])
    assert [issue.code for issue in record.issues] == ["hidden-row"]


def test_dates_of_a_workbook_that_counts_from_1904(tmp_path):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["PO", "Ship Date"])
    book.active.append([1001, date(2026, 11, 20)])
    book.save(tmp_path / "m.xlsx")
    with opened(tmp_path / "m.xlsx") as manifest:
        [[record]] = manifest.chunks()
    assert record.update.shipped_on == "2026-11-20T12:00:00.000Z"


FORMER = ("Result", "Message", "Code", "HTTP Status", "Attempts", "Completed At", "Source Row")
"""What an earlier version added, all of it behind the manifest's columns."""
BEFORE = ("OLD", "FedEx", "2026-01-02", "Ordered")
FORMS = [
    pytest.param((LEADING_COLUMNS, TRAILING_COLUMNS), id="now"),
    pytest.param((LEADING_COLUMNS, TRAILING_COLUMNS + BEFORE_COLUMNS), id="now, compared"),
    pytest.param(((), FORMER), id="formerly"),
    pytest.param(((), FORMER + BEFORE_COLUMNS), id="formerly, compared"),
]


def with_results(form, *cells, **told):
    """Put the cells of a row between those that a results workbook adds to it."""
    told = {"Result": "updated", "Cell": "Results!D2", "Source Row": 2} | told
    told |= dict(zip(BEFORE_COLUMNS, BEFORE, strict=True))
    leading, trailing = form
    return [*map(told.get, leading), *cells, *map(told.get, trailing)]


@pytest.mark.parametrize("form", FORMS)
def test_our_own_results_workbook_is_read_like_the_original(tmp_path, form):
    leading, trailing = form
    head = [*leading, "PO", "Tracking Number", "Result", *trailing]
    rows = [
        head,
        with_results(form, "March list", None, None, Code="above-header"),
        with_results(form, "1001", UPS, "kept"),
        with_results(form, "1002", "9.4E+21", None, Code="tracking-rounded-text"),
    ]
    path = workbook(
        tmp_path / "m-results.xlsx",
        Results=rows,
        Needs_attention=[head, rows[3]],
        Summary=[["Rows", 3], ["Carrier", "n/a"]],
    )
    with opened(path) as manifest:
        assert manifest.sheet == "Results"
        assert manifest.headers == ("PO", "Tracking Number", "Result")
        assert [column.letter for column in manifest.columns][:2] == list("DE" if leading else "AB")
        assert any("results workbook" in note for note in manifest.notes)
        [records] = manifest.chunks()
    assert [(record.state, record.code) for record in records] == [
        (State.SKIPPED, "above-header"),
        (None, ""),
        (State.INVALID, "tracking-rounded-text"),
    ]
    assert all(len(record.cells) <= 3 for record in records)
    assert records[1].cells == ["1001", UPS, "kept"]
    [issue] = records[2].issues
    assert issue.column == 1
    assert issue.address == f"Results!{'E' if leading else 'B'}4", "as the workbook itself has it"


@pytest.mark.parametrize("form", FORMS)
def test_a_shifted_row_stays_refused_in_the_results_workbook_until_its_code_is_emptied(
    tmp_path, form
):
    leading, trailing = form
    head = [*leading, "PO", "Tracking Number", "City", "Carrier", "(column 5)", *trailing]
    extra = with_results(form, "1001", UPS, "Austin", "TX", "UPS", Code="too-many-cells")
    blank = with_results(form, "1002", UPS, "Austin", "TX", None, Code="too-many-cells")
    short = with_results(form, "1003", UPS, None, None, None, Code="too-few-cells")
    mended = with_results(form, "1004", UPS, "Austin TX", "UPS", None)
    forgotten = with_results(form, "1005", UPS, "Austin", "TX", "UPS")
    rows = [head, extra, blank, short, mended, forgotten]
    with opened(workbook(tmp_path / "r.xlsx", Results=rows)) as manifest:
        assert manifest.headers == ("PO", "Tracking Number", "City", "Carrier")
        [records] = manifest.chunks()
    assert [record.code for record in records] == [
        "too-many-cells",
        "too-many-cells",
        "too-few-cells",
        "",
        "too-many-cells",
    ]
    assert "empty its Code cell" in records[1].message
    assert records[3].update.carrier == "UPS"


@pytest.mark.parametrize("form", FORMS)
def test_a_value_that_was_merged_away_stays_missing_until_it_is_typed(tmp_path, form):
    leading, trailing = form
    rows = [
        [*leading, "PO", "Tracking Number", "Carrier", *trailing],
        with_results(form, "1001", None, "UPS", Code="merged-cell"),
        with_results(form, "1002", UPS, "UPS", Code="merged-cell"),
    ]
    with opened(workbook(tmp_path / "r.xlsx", Results=rows)) as manifest:
        [records] = manifest.chunks()
    assert [record.code for record in records] == ["merged-cell", ""]
    [issue] = records[0].issues
    assert issue.address == f"Results!{'E' if leading else 'B'}2"


@pytest.mark.parametrize("form", FORMS)
def test_a_results_workbook_in_which_somebody_merged_cells_is_read_with_care(tmp_path, form):
    leading, trailing = form
    book = Workbook()
    book.active.append([*leading, "PO", "Tracking Number", *trailing])
    for po in ("1001", "1002"):
        book.active.append(with_results(form, po, UPS))
    book.active.merge_cells(
        start_row=2, end_row=3, start_column=len(leading) + 2, end_column=len(leading) + 2
    )
    book.save(tmp_path / "r.xlsx")
    with opened(tmp_path / "r.xlsx") as manifest:
        [records] = manifest.chunks()
    assert [record.code for record in records] == ["", "merged-cell"]
    assert "tracking number is merged with that of {row 2}" in records[1].message


@pytest.mark.parametrize(
    ("code", "state"),
    [
        *((line, State.SKIPPED) for line in ("title", "footer", "void-section", "other-table")),
        *((held, State.INVALID) for held in ("section-unclear", "po-unlike-others")),
        ("maybe-void", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_what_a_row_was_in_the_file_is_known_in_the_results_workbook_by_its_code(
    tmp_path, form, code, state
):
    leading, trailing = form
    rows = [
        [*leading, "PO", "Tracking Number", *trailing],
        with_results(form, "1001", UPS, Code=code),
    ]
    with opened(workbook(tmp_path / "r.xlsx", Results=rows)) as manifest:
        [[record]] = manifest.chunks()
    assert (record.state, record.code) == (state, code if state else "")


@pytest.mark.parametrize("form", FORMS)
def test_results_of_a_file_without_headers_are_read_by_the_same_profile(tmp_path, form):
    profile = Profile(header_row=0, columns={"po": 2, "tracking_number": 3}, ignore=(1,))
    with opened(csv_file(tmp_path, f"N,1001,{UPS}"), profile) as manifest:
        headers = manifest.headers
        [[before]] = manifest.chunks()
    leading, trailing = form
    row = with_results(form, "N", "1001", UPS)
    path = workbook(tmp_path / "r.xlsx", Results=[[*leading, *headers, *trailing], row])
    with opened(path, profile) as manifest:
        assert manifest.header_row == 1
        [[after]] = manifest.chunks()
    assert after.update == before.update


def test_a_recognised_profile_also_says_how_the_file_is_opened(tmp_path):
    path = workbook(
        tmp_path / "m.xlsx",
        Shipped=[["PO", "Carrier", "Dock"], [1001, "UPS", 4]],
        Lookup=[["Code", "Meaning"], ["U", "UPS"]],
    )
    profile = Profile(name="dock", headers=("PO", "Carrier", "Dock"), sheet="shipped")
    with opened(path, known=(profile,)) as manifest:
        assert manifest.profile is profile
        assert manifest.sheet == "Shipped"


def test_a_sheet_can_be_named(tmp_path):
    rows = [["PO", "Carrier"], [1001, "UPS"]]
    path = workbook(tmp_path / "m.xlsx", May=rows, June=[rows[0], [1002, "DHL"]])
    with pytest.raises(SourceRefused, match="--sheet"):
        opened(path)
    with opened(path, sheet="June") as manifest:
        [[record]] = manifest.chunks()
    assert record.update.carrier == "DHL"


def test_refusals_name_the_file_and_the_sheet(tmp_path):
    path = workbook(tmp_path / "m.xlsx", May=[["Order Number", "Carrier"], [1, "UPS"]])
    with pytest.raises(ColumnsRefused, match=r"^m\.xlsx, sheet May: row 1"):
        opened(path)


@pytest.mark.parametrize("text", ["", "\n\n", "PO\n", "\x00\x01", "a;b;c\n1;2;3\n"])
def test_a_file_that_is_no_manifest_is_refused_in_words(tmp_path, text):
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(BatchTrackerError) as caught:
        opened(tmp_path / "m.csv")
    assert "m.csv" in str(caught.value)


def test_a_header_without_rows_has_no_records(tmp_path):
    with opened(csv_file(tmp_path, "PO,Carrier")) as manifest:
        assert [record for chunk in manifest.chunks() for record in chunk] == []


def test_the_question_for_an_encoding_is_answered_by_naming_it(tmp_path):
    path = tmp_path / "gbk.csv"
    text = "PO,Tracking Number,Carrier,Ship Date\n1001,SF1234567890123,顺丰速运,2026-11-20\n"
    path.write_bytes(text.encode("gbk"))
    said = re.compile("顺丰速运.* in GBK")
    with opened(path) as manifest, pytest.raises(SourceRefused, match=said) as refusal:
        list(manifest.chunks())
    assert "--encoding" in refusal.value.hint
    with opened(path, encoding="gbk") as manifest:
        [[record]] = manifest.chunks()
    assert record.update.carrier == "顺丰速运"


def test_rows_that_were_deleted_from_a_results_workbook_are_no_gap_of_its_table(tmp_path):
    form = (LEADING_COLUMNS, TRAILING_COLUMNS)
    head = [*LEADING_COLUMNS, "PO", "Tracking Number", *TRAILING_COLUMNS]
    near = with_results(form, "900001", UPS)
    far = with_results(form, "12", "ABC12345678", **{"Source Row": 9})
    for rows in ([head, near, far], [head, near, [], far]):
        with opened(workbook(tmp_path / "r.xlsx", Results=rows)) as manifest:
            [records] = manifest.chunks()
        assert [record.state for record in records] == [None, None]
