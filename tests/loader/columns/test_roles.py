"""What becomes of every column, and which of those not read are asked about."""

from datetime import date

import pytest

from batch_tracker.errors import ColumnsUnclear
from batch_tracker.loader.columns.header import find_header
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.model import Field, SourceRow, TypedCell
from batch_tracker.settings.column_answer import read_answers
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 11, 23)
UPS, USPS = "1Z999AA10123456784", "9400111899255192744104"
HEAD = ["PO", "Tracking Number", "Carrier", "Ship Date"]
ROWS = [["1001", UPS, "UPS", "2026-11-20"], ["1002", USPS, "USPS", "2026-11-20"]]


def found(header, *cells, answers=(), head=HEAD, profile=None):
    """Find the columns of a manifest with one more column than usual."""
    table = [[*head, header], *([*row, cell] for row, cell in zip(ROWS, cells, strict=True))]
    rows = [SourceRow(number, row) for number, row in enumerate(table, 1)]
    profiles = Candidates(profile).overridden({"column": read_answers(list(answers))})
    return find_header(rows, place="m.csv", profiles=profiles, today=TODAY)


def asked(header, *cells, **details):
    with pytest.raises(ColumnsUnclear) as caught:
        found(header, *cells, **details)
    return caught.value


@pytest.mark.parametrize(
    ("seems", "cells"),
    [
        ("hold tracking numbers", (UPS, USPS)),
        ("hold tracking numbers", ("1Z 999 AA1 01 2345 6784", "9400 1118 9925 5192 7441 04")),
        ("hold tracking numbers", ("RR 123456785 CZ", "")),
        ("hold tracking numbers", ("778123456", "778123457")),
        ("hold tracking numbers", (TypedCell("n", "771820933116"), "")),
        ("hold ship dates", ("2026-11-20", "2026-11-19")),
        ("hold ship dates", ("11/04/2026", "11/05/2026")),
        ("hold ship dates", ("20261120", "20261119")),
        ("hold ship dates", ("20261120153000", "20261119080000")),
        ("hold ship dates", (TypedCell("d", "2026-11-20T00:00:00"), "")),
        ("hold carriers", ("UPS Ground", "USPS")),
        ("hold carriers", ("FedEx", "Our Own Truck")),
        ("say whether a shipment counts", ("Y", "N")),
        ("say whether a shipment counts", ("N", "N")),
        ("say whether a shipment counts", ("", "x")),
        ("say whether a shipment counts", ("", "1")),
        ("say whether a shipment counts", ("1", "1")),
        ("say whether a shipment counts", ("0", "1")),
        ("say whether a shipment counts", (TypedCell("b", "TRUE"), TypedCell("b", "FALSE"))),
        ("say whether a shipment counts", ("Sí", "No")),
        ("say whether a shipment counts", ("是", "否")),
        ("say whether a shipment counts", ("ja", "nein")),
        ("say whether a shipment counts", ("A", "V")),
        ("say whether a shipment counts", ("fine", "VOID")),
        ("say whether a shipment counts", ("✓", "")),
    ],
)
def test_an_unknown_column_whose_cells_speak_of_a_field_is_asked_about(seems, cells):
    error = asked("Foo", *cells)
    [question] = error.questions
    assert f'Column E, "Foo", is not read, but seems to {seems}: ' in question.text
    assert question.text in error.message
    assert error.message.startswith("m.csv: ")


@pytest.mark.parametrize(
    ("seems", "header"),
    [
        ("hold tracking numbers", "Trk ref 2"),
        ("hold tracking numbers", "Waybill ref"),
        ("hold tracking numbers", "Tracking Number (old)"),
        ("say whether a shipment counts", "Tracking Number (Return)"),
        ("hold tracking numbers", "Envío X"),
        ("say whether a shipment counts", "Voidance"),
        ("say whether a shipment counts", "Delet X"),
        ("hold carriers", "Carrier X"),
        ("hold ship dates", "Ship cut-off date"),
        ("hold POs", "PO X"),
    ],
)
def test_an_unknown_column_whose_header_speaks_of_a_field_is_asked_about(seems, header):
    [question] = asked(header, "red", "blue").questions
    assert f"seems to {seems}: " in question.text


def test_a_bare_yes_or_no_under_a_name_that_tells_a_status_is_asked_about():
    for header in ("Mark", "Type", "Status", "Flag"):
        for cells in (("Y", "N"), ("", "x"), ("A", "V")):
            assert f'"{header}", is not read' in asked(header, *cells).message
        for cells in (("Shipped", "Printed"), ("fragile", ""), ("Active", "Active")):
            assert found(header, *cells).columns[4].status == "checked"
    assert found("Residential Flag", "Y", "N").columns[4].status != "not understood"


@pytest.mark.parametrize(
    "cells",
    [
        ("red", "blue"),
        ("12", "3"),
        ("0", "0"),
        ("2", "2"),
        ("", ""),
        ("N/A", "-"),
        ("12.50", "1,234.00"),
        ("Reno NV", "Waco TX"),
        ("SO-9", "MUG-01"),
        ("ann@example.com", "bob@example.com"),
        ("w267460 x", "w98419 x"),
        (TypedCell("n", "46345.5"), TypedCell("n", "46346")),
        ("10:30", "11:15"),
        ("2030-12-31", "2031-01-01"),
    ],
)
def test_an_unknown_column_that_speaks_of_nothing_is_listed(cells):
    column = found("Foo", *cells).columns[4]
    assert (column.header, column.read_as, column.status) == ("Foo", None, "not understood")


@pytest.mark.parametrize("header", ["Parcel Key Number", "Foo ID", "Foo Count", "Foo No."])
def test_a_number_under_a_name_for_numbers_is_no_yes(header):
    assert found(header, "1", "1").columns[4].status == "not understood"
    assert asked(header, "Y", "N")


@pytest.mark.parametrize("header", ["Ship To Zip", "Invoice No.", "Phone", "SKU", "Weight"])
def test_a_known_column_is_not_looked_into(header):
    assert found(header, UPS, USPS).columns[4].status == "known"


@pytest.mark.parametrize(
    ("field", "header", "cells"),
    [
        ("Tracking Number", "Tracking URL", ("https://ups.com/track?n=1Z", "x")),
        ("Tracking Number", "Container No.", ("MSCU0134393", "CMAU1759676")),
        ("Tracking Number", "BOL", ("12345", "12346")),
        ("Carrier", "Service", ("UPS Ground", "USPS Priority")),
        ("Ship Date", "Created Date", ("2026-11-20", "2026-11-19")),
        ("Ship Date", "Date", ("11/20/2026", "11/19/2026")),
        ("Ship Date", "Shipped", ("11/20", "11/19")),
    ],
)
def test_a_name_that_may_be_a_field_is_asked_about_where_the_field_has_no_column(
    field, header, cells
):
    without = ["City" if name == field else name for name in HEAD]
    assert f'"{header}"' in asked(header, *cells, head=without).message
    assert found(header, *cells).columns[4].status in {"known", "checked"}


def test_a_constant_is_as_good_as_a_column():
    profile = Profile(constants={Field.CARRIER: "UPS"})
    head = ["City" if name == "Carrier" else name for name in HEAD]
    assert found("Service", "UPS Ground", "UPS Air", head=head, profile=profile)


def test_an_answer_says_what_a_column_is_or_that_it_is_ignored():
    column = found("Foo", UPS, USPS, answers=["Foo=ignore"]).columns[4]
    assert (column.read_as, column.status) == (None, "ignored")
    header = found("Foo", "Y", "N", answers=["foo=void"])
    assert header.fields[Field.VOID] == 4
    assert header.columns[4].status == "read"
    header = found("Foo", UPS, USPS, answers=["5=tracking_number"])
    assert header.fields[Field.TRACKING_NUMBER] == 4
    assert header.columns[1].status == "known"


def test_an_answer_outranks_what_a_profile_says():
    profile = Profile(
        columns={Field.CARRIER: "Carrier"},
        constants={Field.SHIPPED_ON: "2026-11-20"},
        ignore=("Foo",),
    )
    answers = ["Foo=shipped_on", "Carrier=ignore"]
    header = found("Foo", "2026-11-20", "", answers=answers, profile=profile)
    assert header.fields[Field.SHIPPED_ON] == 4
    assert Field.CARRIER not in header.fields
    assert header.profile.constants == {}


def test_every_answer_of_a_question_settles_it():
    [question] = asked("Foo", UPS, USPS).questions
    assert [option.words for option in question.options] == [
        'read it as the tracking number where "Tracking Number" is blank',
        'read it as the PO where "PO" is blank',
        'read it as the carrier where "Carrier" is blank',
        'read it as the ship date where "Ship Date" is blank',
        "read it as the void flag (a yes means void)",
        "ignore it",
    ]
    for option in question.options:
        assert found("Foo", UPS, USPS, answers=option.answers)
    header = found("Foo", UPS, USPS, answers=question.options[0].answers)
    assert header.choices[Field.TRACKING_NUMBER][:2] == (1, (4,))


def test_columns_without_a_header_of_their_own_are_named_by_their_place():
    head = ["PO", "", "Carrier", "Ship Date"]
    [question] = asked("City", "Reno", "Waco", head=head).questions
    assert question.text.startswith("Column B without a header is not read")
    assert question.options[-1].answers == ("2=ignore",)
    header = found("City", "Reno", "Waco", head=head, answers=["2=ignore"])
    assert header.columns[1][:4] == ("B", "", None, "ignored")
    header = found("City", "Reno", "Waco", head=head, answers=["2=tracking_number"])
    assert header.fields[Field.TRACKING_NUMBER] == 1
    [question] = asked('15" box', "Y", "N").questions
    assert question.options[-1].answers == ("5=ignore",)


def test_several_questions_are_asked_at_once():
    table = [
        [*HEAD, *(f"Foo {letter}" for letter in "abcdefg")],
        *([*row, *[UPS] * 7] for row in ROWS),
    ]
    rows = [SourceRow(number, row) for number, row in enumerate(table, 1)]
    with pytest.raises(ColumnsUnclear) as caught:
        find_header(rows, place="m.csv", profiles=Candidates(None), today=TODAY)
    assert len(caught.value.questions) == 7
    assert "2 more columns are like that" in caught.value.message


def test_rows_that_are_no_shipments_do_not_speak_for_a_column():
    table = [[*HEAD, "Foo"], [*ROWS[0], "red"], ["Total", "", "", "", "Y"]]
    rows = [SourceRow(number, row) for number, row in enumerate(table, 1)]
    assert find_header(rows, place="m.csv", profiles=Candidates(None), today=TODAY)
