"""Which rows belong to the table: it ends where it ends, and goes on where it goes on."""

import csv

import pytest
from openpyxl import Workbook

from batch_tracker.errors import SourceRefused
from batch_tracker.loader import open_manifest
from batch_tracker.model import State, Update
from batch_tracker.settings.profile import Profile
from tests.loader.rows.conftest import TODAY, read_all

HEADER = "PO Number,Tracking Number,Carrier,Ship Date"
ONE = "1001,1Z999AA10123456784,UPS,2026-11-20"
TWO = "1002,9400111899255192744104,USPS,2026-11-20"
FEDEX = "771820933116"
THREE = f"1003,{FEDEX},FedEx,2026-11-20"


def sent(found):
    """Return the POs that are sent."""
    return [record.update.po for record in found.values() if record.update and not record.state]


def codes(found):
    """Return the codes of the rows that are not sent."""
    return [record.code for record in found.values() if record.state]


def workbook(path, lines, title="Sheet1"):
    """Write lines as a workbook, whole numbers as number cells."""
    book = Workbook()
    book.active.title = title
    for row, cells in enumerate(csv.reader(lines), 1):
        for column, text in enumerate(cells, 1):
            if text:
                is_number = text.isdigit() and len(text) < 10
                book.active.cell(row, column).value = int(text) if is_number else text
    book.save(path)
    return path


NO_ROWS = [
    "---------,---------------,-------,---------",
    "==================",
    "(2 rows affected)",
    "2 rows selected.",
    "TRL,2",
    "*** End of report ***",
    "Printed 11/20/2026 3:30 PM by Ann",
    '"Printed Friday, November 20, 2026 by Ann"',
    "Printed Friday, November 20, 2026 by Ann",
    "* residential delivery",
    "Total weight,12.5,,",
    "Gesamt: 2",
    "Packages: 2",
    "# exported by ann",
    "-- exported by ann",
    "-,-,-,-",
    "Driver signature:,,Date:,",
    "Driver signature: ____________,,Date: ________,",
    "UPS Total,,,2",
    "(continued on next page)",
    "ACME Freight,Daily manifest,Page,2",
    "Seite 2 von 3",
]


@pytest.mark.parametrize("line", NO_ROWS)
@pytest.mark.parametrize("below", [(), (THREE,)])
def test_a_line_that_is_no_row_is_skipped_and_ends_nothing(read, tmp_path, line, below):
    lines = [HEADER, ONE, TWO, line, *below]
    for found, _ in (read(*lines), read_all(workbook(tmp_path / "m.xlsx", lines))):
        assert sent(found) == [1001, 1002, 1003][: 2 + len(below)]
        assert found[4].state is State.SKIPPED
        assert found[4].message.endswith(".")


def test_the_mark_that_ends_a_file_of_old_is_no_row(read):
    found, _ = read(HEADER, ONE, "\x1a")
    assert (sent(found), codes(found)) == ([1001], ["rule"])


@pytest.mark.parametrize(
    "line",
    [
        "Required,Required,Optional,YYYY-MM-DD",
        "int,varchar(50),varchar(20),date",
        "Enter PO number,Max 50 characters,UPS / FedEx / USPS,MM/DD/YYYY",
        "e.g. your number,e.g. from the label,e.g. UPS,e.g. today",
        "e.g. 1234567,e.g. 1Z999AA10123456784,e.g. UPS,e.g. 11/20/2026",
        "1,2,3,4",
        "(1),(2),(3),(4)",
    ],
)
def test_a_row_that_explains_the_columns_is_skipped(read, line):
    found, _ = read(HEADER, line, ONE)
    assert (sent(found), codes(found)) == ([1001], ["hint"])


@pytest.mark.parametrize(
    "title",
    [
        "VOIDED PACKAGES",
        "Voided packages (1)",
        "Backorders",
        "Returns",
        "Cancelled orders",
        "Not yet shipped",
        "Awaiting pickup",
        "On hold",
        "Stornierte Sendungen",
        "Envíos cancelados",
        "Colis retournés",
        "Spedizioni annullate",
        "已作废包裹",
        "待发货",
        "Status: Voided",
        "Status:,Voided",
        "Backordered items,,,",
    ],
)
@pytest.mark.parametrize("headers", [(), (HEADER,), ("PO Number,Reason,Expected",)])
def test_what_stands_below_a_title_that_speaks_against_it_is_passed_over(
    read, tmp_path, title, headers
):
    lines = [HEADER, ONE, TWO, "", title, *headers, THREE]
    for found, _ in (read(*lines), read_all(workbook(tmp_path / "m.xlsx", lines))):
        assert sent(found) == [1001, 1002]
        assert found[len(lines)].state is State.SKIPPED
        assert title.split(",")[0] in found[len(lines)].message


def test_a_void_section_takes_back_its_numbers(read):
    found, _ = read(HEADER, ONE, "", "Voided", THREE)
    assert found[5].code == "void-section"
    assert found[5].update == Update(
        po=1003,
        tracking_number="771820933116",
        carrier="FedEx",
        shipped_on="2026-11-20T12:00:00.000Z",
    )


@pytest.mark.parametrize(
    "title",
    ["Exceptions", "Open orders", "Voided: 1", "Voided packages,1", "Voided packages - page 2"],
)
def test_what_stands_below_a_title_that_may_speak_against_it_is_held(read, title):
    found, _ = read(HEADER, ONE, "", title, THREE)
    assert sent(found) == [1001]
    assert (found[5].state, found[5].code) == (State.INVALID, "section-unclear")
    assert "line 5, column 1 (PO Number): " in found[5].message


def test_a_title_amid_rows_is_not_trusted_to_pass_over_those_below(read):
    found, _ = read(HEADER, ONE, "Pending,,,", TWO)
    assert sent(found) == [1001]
    assert found[4].code == "section-unclear"


@pytest.mark.parametrize("title", ["Shipped", "SHIPPED PACKAGES (1)", "Versandt"])
def test_a_title_that_says_shipped_ends_a_section(read, title):
    found, _ = read(HEADER, ONE, "", "Voided", TWO, "", title, THREE)
    assert sent(found) == [1001, 1003]


@pytest.mark.parametrize("between", [HEADER, "FedEx", "Total,1,,"])
def test_what_may_be_another_section_than_the_voided_one_is_held(read, between):
    found, _ = read(HEADER, ONE, "", "Voided", TWO, between, THREE)
    assert sent(found) == [1001]
    assert (found[5].code, found[7].code) == ("void-section", "section-unclear")


def test_a_title_above_the_headers_counts_unless_a_person_says_where_these_are(read, tmp_path):
    for title in ("VOIDED PACKAGES", "Returns", "Report:,Voided shipments", "Status,Void"):
        found, _ = read(title, HEADER, ONE)
        assert codes(found) == ["above-header", "section-unclear"]
        assert sent(read(title, HEADER, ONE, profile=Profile(header_row=2))[0]) == [1001]
    for title in (
        *("Include voided: No", "Voided:,No", "Exclude:,Voided shipments", "Status:,Shipped"),
        *("Shipped packages 11/20/2026", "Daily report"),
    ):
        assert sent(read(title, HEADER, ONE)[0]) == [1001]
    found, _ = read_all(workbook(tmp_path / "m.xlsx", [HEADER, ONE], "Voided"))
    assert codes(found) == ["section-unclear"]
    found, _ = read_all(workbook(tmp_path / "m.xlsx", ["Daily report", HEADER, ONE], "Voided"))
    assert codes(found) == ["above-header", "section-unclear"]
    found, _ = read_all(workbook(tmp_path / "m.xlsx", ["Shipped packages", HEADER, ONE], "Voided"))
    assert sent(found) == [1001]


def test_titles_that_say_nothing_are_noted_and_the_table_goes_on(read):
    found, notes = read(HEADER, "UPS", ONE, "Customer:,ACME,,", TWO, "", "Miscellaneous", THREE)
    assert sent(found) == [1001, 1002, 1003]
    [note] = [note for note in notes if "titles" in note]
    for title in ("'UPS' (row 2)", "'Customer: ACME' (row 4)", "'Miscellaneous' (row 7)"):
        assert title in note


def test_a_footer_amid_the_table_is_not_noted_as_a_title(read):
    found, notes = read(HEADER, ONE, "Printed 11/20/2026 3:30 PM by Ann", TWO)
    assert sent(found) == [1001, 1002]
    assert not [note for note in notes if "titles" in note]


def test_a_line_that_comes_again_from_above_the_headers_heads_a_page(read):
    lines = ["ACME Freight", "Manifest 1", HEADER, ONE, "ACME Freight", "Manifest 2", HEADER, TWO]
    found, notes = read(*lines)
    assert sent(found) == [1001, 1002]
    assert [found[row].code for row in (5, 6, 7)] == ["page-heading"] * 2 + ["repeated-header"]
    assert not any("titles" in note for note in notes)


@pytest.mark.parametrize(
    ("table", "held"),
    [
        (["Packages by zone", "Zone,Packages", "4,12", "5,3", "Total,15"], 0),
        (["PO count,Packages,Carrier,Last pickup", "12,14,UPS,2026-11-20"], 0),
        (["Carrier,Packages", "UPS,12", "USPS,3"], 0),
        (["Packages by day", "2026-11-19,4", "2026-11-20,5"], 0),
        (["4,12,,", "5,3,,"], 0),
        ([",,UPS,12", ",,USPS,3"], 0),
        (["4,12,UPS,2026-11-20", "5,3,USPS,2026-11-20"], 0),
        (["PO Number,Reason,Expected", "1003,2 short,2026-11-30"], 1),
        (["Invoice,Reference,Customer,Due", "1003,REF123456,ACME,2026-12-20"], 1),
        (["4,12345678,Ground,2026-11-20"], 1),
        (["Orders open:", "1002", "1003"], None),
        (["Voided PO,Tracking Number,Carrier,Void Date", f"1003,{FEDEX},FedEx,2026-11-20"], 1),
        (["Void PO,Void Tracking,Carrier,Date", f"1003,{FEDEX},FedEx,2026-11-20"], 0),
    ],
)
def test_another_table_below_is_not_sent(read, tmp_path, table, held):
    lines = [HEADER, ONE, TWO, "", *table]
    for found, _ in (read(*lines), read_all(workbook(tmp_path / "m.xlsx", lines))):
        assert sent(found) == [1001, 1002]
        invalid = [record for record in found.values() if record.state is State.INVALID]
        assert held is None or len(invalid) == held


@pytest.mark.parametrize(
    "row",
    [
        *("4,12,,", "4,12,UPS,2026-11-20", "1003,12,,"),
        *("4,,Mugs,", "4,,UPS,", "4,,,2026-11-20"),
    ],
)
def test_a_row_amid_the_table_that_shows_no_shipment_is_held(tmp_path, row):
    found, _ = read_all(workbook(tmp_path / "m.xlsx", [HEADER, ONE, row, TWO]))
    assert sent(found) == [1001, 1002]
    assert (found[3].state, found[3].code) == (State.INVALID, "unlike-the-table")


@pytest.mark.parametrize(
    "row",
    [
        "1003,4711,Local Courier,2026-11-20",
        "1003,,UPS,",
        "1003,,,2026-11-20",
        "50000,1Z999AA10123456784,,",
        "4,,UPS,2026-11-20",
    ],
)
def test_a_row_amid_the_table_with_less_than_others_is_sent(read, row):
    found, _ = read(HEADER, ONE, row, TWO)
    assert sent(found) == [1001, int(row.split(",")[0]), 1002]


def test_a_po_alone_amid_the_table_asks_for_nothing(read):
    found, _ = read(HEADER, ONE, "4,,,", TWO)
    assert codes(found) == ["nothing-to-update"]


def test_short_numbers_are_sent_where_they_are_the_rule(read):
    found, _ = read("PO,Tracking,Carrier", *(f"{po},{po}7,Van {po % 2}" for po in range(990, 1010)))
    assert len(sent(found)) == 20
    assert len(sent(read("PO,Tracking", *(f"{po},{po}" for po in range(11, 19)))[0])) == 8


def test_a_carrier_that_rows_above_name_shows_that_the_table_goes_on(read):
    above = [f"{po},ABC{po}45678,Local Courier,2026-11-20" for po in (1001, 1002)]
    found, _ = read(HEADER, *above, "Customer:,ACME,,", "1003,,Local Courier,2026-11-20")
    assert sent(found) == [1001, 1002, 1003]


def test_a_row_below_a_ruled_line_amid_the_table_must_look_like_those_above(read):
    weak = "12,ABC12345678,,"
    assert sent(read(HEADER, ONE, weak)[0]) == [1001, 12]
    assert sent(read(HEADER, "-,-,-,-", ONE, weak)[0]) == [1001, 12]
    assert sent(read(HEADER, ONE, "-,-,-,-", weak)[0]) == [1001]
    assert sent(read(HEADER, ONE, "# exported by ann", weak)[0]) == [1001, 12]


def test_a_blank_line_alone_ends_nothing(read):
    found, _ = read(
        HEADER, "", ONE, "", "1002,,USPS,2026-11-20", "", "1003,771820933116,,", "", TWO
    )
    assert sent(found) == [1001, 1002, 1003, 1002]


def test_a_row_whose_po_cannot_be_read_stays_a_row(read):
    rows = ["see note,1Z999AA10123456784,,", "TBD,,UPS,2026-11-20", "PO-1003,pending,,"]
    found, _ = read(HEADER, ONE, *rows, TWO)
    assert sent(found) == [1001, 1002]
    assert {found[row].state for row in (3, 4, 5)} == {State.INVALID}


@pytest.mark.parametrize(
    "line", ["PO 1002 was voided this morning", "# 1002: on hold", "The row above is cancelled"]
)
def test_a_note_about_a_row_is_for_a_person(read, line):
    found, _ = read(HEADER, ONE, TWO, "", line)
    assert sent(found) == [1001, 1002]
    assert (found[5].state, found[5].code) == (State.INVALID, "note-to-read")


def test_a_row_that_a_note_speaks_against_is_held_once_the_file_was_read(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(f"{HEADER}\n{ONE}\n{TWO}\n\nPO 1002 was voided this morning", "utf-8")
    with open_manifest(path, profile=None, known=(), today=TODAY) as manifest:
        rows = [(each.number, each.cells) for chunk in manifest.chunks() for each in chunk]
        again = list(manifest.read_again(rows[:2], manifest.doubts({})))
    assert [record.state for record in again] == [None, State.INVALID]
    assert again[1].code == "named-in-a-note"


@pytest.mark.parametrize(
    "line",
    [
        "V = Voided",
        "Total voided: 0",
        "All shipments are subject to our terms. Returns are accepted for a month.",
    ],
)
def test_a_legend_and_terms_of_trade_are_for_nobody(read, line):
    found, _ = read(HEADER, ONE, line, TWO)
    assert (sent(found), found[3].state) == ([1001, 1002], State.SKIPPED)


def test_a_second_table_of_shipments_is_refused_but_below_a_title_that_speaks_against_it(read):
    other = ["Carrier,PO Number,Tracking Number", "FedEx,1003,771820933116"]
    with pytest.raises(SourceRefused, match="row 4 has other headers than row 1"):
        read(HEADER, ONE, "", *other)
    found, _ = read(HEADER, ONE, "", "Voided", *other)
    assert sent(found) == [1001]


def test_a_boxed_table_is_read(read):
    rule = "+------+-----+----+-----+"
    rows = (f"| {line.replace(',', ' | ')} |" for line in (HEADER, ONE, TWO))
    header, *rows = rows
    found, _ = read(rule, header, rule, *rows, rule, "2 rows in set (0.00 sec)")
    assert sent(found) == [1001, 1002]
    assert "invalid" not in {record.state for record in found.values()}


@pytest.mark.parametrize("place", ["Carrier", "Town"])
def test_a_row_with_a_po_and_no_number_is_no_total_for_a_word_in_a_later_column(read, place):
    """A customer may be called Total; only the carrier's column can hold a subtotal's label."""
    header = "PO,Tracking Number,Carrier,Ship Date,Town"
    good = [f"{po},1Z999AA10123456784,UPS,2026-11-20,Reno" for po in range(1000, 1010)]
    odd = "1010,,,2026-11-20,Total" if place == "Town" else "1010,,Total,2026-11-20,Reno"
    found, _ = read(header, *good, odd)
    is_total = found[12].code == "total"
    assert is_total is (place == "Carrier")


def test_a_sentence_about_rows_is_no_title(read):
    found, _ = read(HEADER, ONE, "", "The rows below were all voided by the carrier", TWO)
    assert sent(found) == [1001]
    assert (found[4].code, found[5].code) == ("note-to-read", "section-unclear")


def test_a_cell_beyond_the_headers_counts_whatever_stands_beside_it(tmp_path):
    found, _ = read_all(workbook(tmp_path / "m.xlsx", [HEADER, ONE, f"{TWO},,stray"]))
    assert (sent(found), found[3].code) == ([1001], "too-many-cells")
