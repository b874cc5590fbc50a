"""Which row holds the headers: the best of the candidates; labels beside values are none."""

from datetime import date

import pytest

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.columns.header import find_header
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.model import SourceRow, TypedCell
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 11, 23)
HEAD = "PO Number,Tracking Number,Carrier,Ship Date"
ROW = "1001,1Z999AA10123456784,UPS,2026-11-20"


def found(*lines, profile=None):
    """Find the headers of lines of text, or of lists of cells."""
    rows = [
        SourceRow(number, line.split(",") if isinstance(line, str) else line)
        for number, line in enumerate(lines, 1)
        if line
    ]
    profiles = Candidates(profile)
    return find_header(rows, place="m.csv", profiles=profiles, today=TODAY)


@pytest.mark.parametrize(
    "above",
    [
        ["Report: PO and Tracking", "PO,Carrier"],
        ["PO:,All,Carrier:,UPS", "From:,2026-11-01,To:,2026-11-20", ""],
        ["PO Number:,1001 to 1002,Carrier:,all of them"],
        ["Printed,2026-11-20,Carrier,UPS", "Warehouse,Reno"],
        ["Carrier,Packages", "UPS,12", "FedEx,3", ""],
        ["PO,Status,Carrier", ""],
    ],
)
def test_titles_criteria_and_summaries_above_are_no_headers(above):
    assert found(*above, HEAD, ROW).row == len(above) + 1


def test_of_equal_headers_the_first_counts():
    assert found(HEAD, ROW, HEAD, ROW).row == 1


@pytest.mark.parametrize(
    "lines",
    [
        ["PACKING LIST", "PO Number:,1001,Carrier:,UPS", "Line,Qty,Item", "1,2,MUG-01"],
        ["PO Number,1001,Ship Date,2026-11-20", "Carton,Weight,Tracking Number", "1,4.5,1Z9"],
        [["PO Number", TypedCell("n", "1001"), "Carrier", "FedEx"], "Line,Qty", "1,2"],
        ["PO No.,4500012345,Tracking,1Z999AA10123456784", "Item,Qty", "3,4"],
    ],
)
def test_labels_beside_their_values_are_refused_with_what_was_seen(lines):
    with pytest.raises(ColumnsRefused) as caught:
        found(*lines)
    assert "has values beside its names" in caught.value.message
    assert '"PO' in caught.value.message
    assert "header_row" in caught.value.hint


def test_a_profile_may_say_that_labels_are_headers():
    profile = Profile(header_row=1)
    assert found("PO,1001,Carrier", "1002,Reno,UPS", profile=profile).row == 1


def test_a_table_with_more_columns_further_down_does_not_swallow_one_above():
    with pytest.raises(ColumnsRefused, match="row 4 has other headers than row 1"):
        found("PO Number,Carrier", "1001,UPS", "1002,USPS", HEAD, ROW)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("PO,Tracking,,Ship", "Number,Number,Carrier,Date"),
        (",Tracking,,Ship", "PO,Number,Carrier,Date"),
        ("PO,Tracking,Carrier,", "Number,#,Name,Ship Date"),
        ("Purchase,Carrier,Shipping,Date", "Order,Tracking Number,Company,Shipped"),
    ],
)
def test_headers_over_two_rows_are_read_together(upper, lower):
    header = found("Mesa Logistics", upper, lower, ROW)
    assert header.row == 3
    assert len(header.fields) == 4
    pairs = zip(upper.split(","), lower.split(","), strict=True)
    assert header.names == tuple(" ".join(filter(None, pair)) for pair in pairs)


def test_a_hint_row_below_the_headers_does_not_change_their_names():
    header = found(HEAD, "Required,Required,Optional,YYYY-MM-DD", ROW)
    assert (header.row, header.names) == (1, tuple(HEAD.split(",")))


def test_a_format_in_the_header_settles_the_order_of_its_dates():
    head = "PO,Carrier,Ship Date (DD/MM/YYYY)"
    assert found(head, "1001,UPS,11/04/2026").profile.date_order == "dmy"
    told = Profile(date_order="mdy")
    assert found(head, "1001,UPS,11/04/2026", profile=told).profile.date_order == "mdy"
    assert found("PO,Shipped On (EST)", "1001,2026-11-20").profile.zone == "America/New_York"
