"""Which row holds the headers and which column which field: found, or asked for, never guessed."""

from datetime import date

import pytest

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.columns.header import find_header
from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.columns.names import suggest, usual_columns
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.model import Field, SourceRow
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 11, 23)


def rows(*lines: str) -> list[SourceRow]:
    """Rows as a CSV file has them, numbered from 1; an empty line is a number passed over."""
    return [SourceRow(i, line.split(",")) for i, line in enumerate(lines, 1) if line]


def found(*lines: str, profile: Profile | None = None, known=()):
    return find_header(
        rows(*lines), place="manifest.csv", profiles=Candidates(profile, known), today=TODAY
    )


def by_name(header) -> dict[str, str]:
    return {str(field): header.names[column] for field, column in header.fields.items()}


def refusal(*lines: str, profile: Profile | None = None, known=()) -> ColumnsRefused:
    with pytest.raises(ColumnsRefused) as caught:
        found(*lines, profile=profile, known=known)
    return caught.value


@pytest.mark.parametrize(
    "spelling",
    [
        "Tracking Number",
        "TRACKING NUMBER",
        "tracking_number",
        "trackingNumber",
        "TrackingNo",
        "Tracking No.",
        "Tracking Nbr",
        "Tracking #",
        "TRACKING#",
        "Tracking Number*",
        "Tracking Number (M)",
        "  Tracking\u00a0Number ",
        "Tracking Number".translate({i: i + 0xFEE0 for i in range(0x21, 0x7F)}),  # full width
        "Tracking №",
    ],
)
def test_spellings_of_one_header_are_one(spelling):
    assert normalise(spelling) == "trackingnumber"


def test_digits_part_from_words_and_abbreviations_join():
    assert normalise("PackageReference1") == normalise("Package Reference 1")
    assert normalise("P.O. No.") == normalise("PO #") == "ponumber"
    assert normalise("Reference Number(s)") == normalise("Reference Number")


# Header sets as real exports have them; what the usual names make of each.
VERBATIM = {
    "Invoice No,Pro #,BOL,Ship Date": {"tracking_number": "Pro #", "shipped_on": "Ship Date"},
    "Order No.,Cust PO No.,Tracking Number,Division,Shipped Quantity,Actual Ship Date,Carrier": {
        "po": "Cust PO No.",
        "tracking_number": "Tracking Number",
        "shipped_on": "Actual Ship Date",
        "carrier": "Carrier",
    },
    "Service,Tracking #,PO #,Merchant,Registered,Acknowledged": {
        "tracking_number": "Tracking #",
        "po": "PO #",
    },
    "Tracking Number*,Carrier*,Document Type*,Document Number*,Note,Delete": {
        "tracking_number": "Tracking Number*",
        "carrier": "Carrier*",
    },
    "Status,Warehouse receipt #,Created On,Carrier,PRO Number,BOL # / Supplier Reference,"
    "Customer Purchase Order #,Invoice Number": {
        "carrier": "Carrier",
        "tracking_number": "PRO Number",
        "po": "Customer Purchase Order #",
    },
    "po_number,sku,quantity,carrier_name,ship_method,ship_method_code,ship_date,tracking_number": {
        "po": "po_number",
        "carrier": "carrier_name",
        "shipped_on": "ship_date",
        "tracking_number": "tracking_number",
    },
    "PackageTrackingNumber,ShipToAddress1,ShipmentInformationVoidIndicator,PackageReference1": {
        "tracking_number": "PackageTrackingNumber",
    },
    "Container Number,PO#,Dlv Date,Buyer,Vendor,Class": {"po": "PO#"},
    "Container number,POL,POD,ATD,ATA": {"shipped_on": "ATD"},
    "ASN Number*,Ship Date*,Ship Method,Carrier,Tracking Number,Standard Carrier Alpha Code": {
        "shipped_on": "Ship Date*",
        "carrier": "Carrier",
        "tracking_number": "Tracking Number",
    },
    "Postal Code,Postmark,PO Line,Tracking URL,Tracking Status,Delivery Confirm": {},
    "Invoice Date,Created Date,PO Date,POD Delivery Date,Estimated Ship Date,Status": {},
    "Order Number,Order - Number,Order ID,Customer Reference,Reference 1": {},
}


@pytest.mark.parametrize("headers", VERBATIM)
def test_usual_names_map_real_headers_and_nothing_else(headers):
    names = headers.split(",")
    mapped = usual_columns(names)
    assert all(len(columns) == 1 for columns in mapped.values())
    assert {str(f): names[columns[0]] for f, columns in mapped.items()} == VERBATIM[headers]


def test_the_better_name_wins_over_the_lesser():
    header = found("PO Number,Customer PO,Master Tracking Number,Tracking Number", "7,8,9A,1Z9")
    assert by_name(header) == {"po": "PO Number", "tracking_number": "Tracking Number"}


def test_a_po_column_wins_over_an_order_number():
    header = found("Order Number,PO,Tracking Number", "900,1001,1Z999AA10123456784")
    assert by_name(header)["po"] == "PO"


def test_an_order_number_alone_is_asked_about():
    error = refusal("Order Number,Tracking Number,Carrier", "900,1Z999AA10123456784,UPS")
    assert "row 1" in error.message
    assert "no column for the PO" in error.message
    assert '"Order Number", "Tracking Number", "Carrier"' in error.message
    assert 'columns.po = "Order Number"' in error.hint
    assert "--profile" in error.hint


def test_a_misspelt_header_is_suggested_and_not_taken():
    error = refusal("PO Nummber,Tracking Number", "1001,1Z999AA10123456784")
    assert 'Did you mean "PO Nummber"' in error.hint


def test_a_column_that_names_one_field_is_not_suggested_for_another():
    assert suggest(["Pro #", "Order ID"], Field.PO) == ["Order ID"]


def test_a_po_alone_has_nothing_to_send():
    error = refusal("PO,City,Service", "1001,Austin,Ground")
    assert "tracking number or carrier or ship date" in error.message


def test_no_header_row_at_all_is_said_so():
    error = refusal("1001,1Z999AA10123456784", "1002,1Z999AA10123456785")
    assert "none of the first 30 rows" in error.message
    assert "header_row" in error.hint


def test_title_rows_above_the_header_are_passed():
    header = found("Mesa Logistics", "", "Shipments,November", "PO,Carrier", "1001,UPS")
    assert header.row == 4


def test_a_header_below_row_30_is_not_looked_for():
    lines = [*(["note"] * 30), "PO,Carrier", "1001,UPS"]
    assert "none of the first 30 rows" in refusal(*lines).message
    assert found(*lines, profile=Profile(header_row=31)).row == 31


def test_two_columns_of_equal_rank_are_asked_about():
    error = refusal(
        "PO,Tracking Number,Tracking No.", "1001,1Z999AA10123456784,9400111899223100001"
    )
    assert '"Tracking Number" (column 2) and "Tracking No." (column 3)' in error.message
    assert "columns.tracking_number = 2" in error.hint


def test_a_column_that_cannot_be_the_field_is_no_rival():
    header = found("PO Number,Purchase Order,Carrier", "spring line,1001,UPS", "fall line,1002,UPS")
    assert by_name(header)["po"] == "Purchase Order"


def test_a_blank_column_and_one_that_says_the_same_are_no_rivals():
    header = found("PO,Tracking Number,Tracking No.", "1001,1Z999AA10123456784,")
    assert by_name(header)["tracking_number"] == "Tracking Number"
    header = found("PO,Tracking No.,Tracking Number", "1001,,1Z999AA10123456784")
    assert by_name(header)["tracking_number"] == "Tracking Number"
    header = found("PO,Tracking Number,Tracking No.", "1001,1Z999AA10123456784,1z999aa10123456784 ")
    assert by_name(header)["tracking_number"] == "Tracking Number"


def test_a_profile_column_goes_by_header_or_position():
    profile = Profile(columns={Field.PO: "order number", Field.TRACKING_NUMBER: 3})
    header = found("Order Number,Ref,Ref,Carrier", "7,x,1Z9,UPS", profile=profile)
    assert header.fields == {Field.PO: 0, Field.TRACKING_NUMBER: 2, Field.CARRIER: 3}


def test_of_two_equal_headers_the_first_is_meant():
    profile = Profile(columns={Field.PO: "Ref"})
    assert found("Carrier,Ref,Ref", "UPS,7,8", profile=profile).fields[Field.PO] == 1


def test_a_header_as_it_stands_beats_one_spelt_alike():
    profile = Profile(columns={Field.PO: "Order #"})
    header = found("Order No.,Order #,Carrier", "7,8,UPS", profile=profile)
    assert header.fields[Field.PO] == 1


def test_a_column_the_profile_names_must_be_there():
    profile = Profile(name="acme", columns={Field.PO: "Our Ref", Field.CARRIER: "Carrier"})
    error = refusal("Our Reference,Carrier", "1001,UPS", profile=profile)
    assert 'profile acme names "Our Ref"' in error.message


def test_a_column_beyond_the_profiles_headers_may_be_missing_and_is_noted():
    profile = Profile(
        name="acme", headers=("Ref", "Carrier"), columns={Field.PO: "Ref", Field.VOID: "Voided?"}
    )
    header = found("Ref,Carrier", "1001,UPS", known=(profile,))
    assert Field.VOID not in header.fields
    assert any('"Voided?"' in note for note in header.notes)


def test_a_constant_takes_the_place_of_a_column():
    profile = Profile(constants={Field.CARRIER: "UPS"})
    header = found("PO,Carrier", "1001,DHL", profile=profile)
    assert Field.CARRIER not in header.fields
    assert header.why.endswith('; carrier always "UPS".')


def test_without_a_header_row_columns_go_by_position():
    profile = Profile(header_row=0, columns={"po": 2, "tracking_number": 3}, ignore=(1,))
    header = found("N,1001,1Z999AA10123456784", "Y,1002,1Z999AA10123456785", profile=profile)
    assert header.row == 0
    assert header.names == ("Column 1", "Column 2", "Column 3")
    assert header.fields == {Field.PO: 1, Field.TRACKING_NUMBER: 2}


def test_a_shipment_is_not_taken_for_the_header_row():
    profile = Profile(columns={Field.PO: 1, Field.TRACKING_NUMBER: 2})
    error = refusal("1001,1Z999AA10123456784", "1002,1Z999AA10123456785", profile=profile)
    assert "row 1" in error.message
    assert "1001" in error.message
    assert "header_row" in error.hint


def test_a_po_column_without_pos_is_noted():
    header = found("PO,Carrier", "red,UPS", "blue,UPS", "1001,UPS")
    assert any('"PO"' in note for note in header.notes)
    assert not found("PO,Carrier", "red,UPS", "1001,UPS", "1002,UPS").notes


def test_each_column_is_named_with_what_it_is_read_as():
    header = found("PO,Carrier,City,Status,Foo", "1001,UPS,Reno,Shipped,bar")
    assert header.why == "Columns found by their usual names."
    assert header.columns == (
        ("A", "PO", "po", "read", "1001"),
        ("B", "Carrier", "carrier", "read", "UPS"),
        ("C", "City", None, "known", "Reno"),
        ("D", "Status", None, "checked", "Shipped"),
        ("E", "Foo", None, "not understood", "bar"),
    )
