"""What stands around a header's name comes off, and what says how its values are written stays."""

import pytest

from batch_tracker.loader.columns.header_hints import date_order_of, is_hint, zone_of
from batch_tracker.loader.columns.header_text import header_text, normalise


@pytest.mark.parametrize(
    "spelling",
    [
        "Número de Guía",
        "NUMERO DE LA GUIA",
        "Nº guía",
        "N° Guía",
        "No. de guía",
        "numero_guia",
        "Nr Guía:",
    ],
)
def test_accents_small_words_and_every_sign_for_number_do_not_count(spelling):
    assert normalise(spelling) == "numberguia"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("1. PO Number", "PO Number"),
        ("(2) PO Number", "PO Number"),
        ("b) PO Number", "PO Number"),
        ("PO Number (required)", "PO Number"),
        ("Void (Y/N)", "Void"),
        ("Void? Y/N", "Void?"),
        ("Void [Yes or No]", "Void"),
        ("Storno (J/N)", "Storno"),
        ("Weight [kg]", "Weight"),
        ("Weight\uff08公斤\uff09", "Weight"),
        ("Carrier (UPS/FedEx, USPS, etc.)", "Carrier"),
        ("Ship Date (MM/DD/YYYY)", "Ship Date"),
        ("Ship Date - yyyy-mm-dd", "Ship Date"),
        ("Ship Date (format: DD-MON-YYYY hh:mm)", "Ship Date"),
        ("Ship Date (e.g. 11/20/2026)", "Ship Date"),
        ("Ship Date UTC", "Ship Date"),
        ("Tracking Number (max 30 characters)", "Tracking Number"),
    ],
)
def test_numbering_units_formats_and_hints_come_off(header, name):
    assert name in header_text(header).spellings
    assert name != header_text(header).spellings[0]


@pytest.mark.parametrize(
    "inner", ["return", "estimated", "supplier", "home", "void", "by customer", "old", "2nd leg"]
)
def test_what_says_more_than_how_values_are_written_stays(inner):
    assert not is_hint(inner)
    assert "Tracking Number" not in header_text(f"Tracking Number ({inner})").spellings


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Table1[PO Number]", "PO Number"),
        ("Table1[[#Headers],[PO Number]]", "PO Number"),
        ("'Ship List'[PO Number]", "PO Number"),
        ("dbo.shipments.po_number", "po_number"),
    ],
)
def test_a_tables_name_comes_off(header, name):
    assert name in header_text(header).spellings


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("Tracking No./快递单号", ("Tracking No.", "快递单号")),
        ("Ship Date 发货日期", ("Ship Date", "发货日期")),
        ("快递单号 (Tracking No.)", ("快递单号", "Tracking No.")),
        ("Carrier - Transportista", ("Carrier", "Transportista")),
        ("Carrier\nTransportista", ("Carrier", "Transportista")),
    ],
)
def test_two_languages_are_parted(header, parts):
    assert parts in [tuple(map(str.strip, split)) for split in header_text(header).splits]


@pytest.mark.parametrize(
    ("hint", "order"),
    [
        ("MM/DD/YYYY", "mdy"),
        ("m/d/yy h:mm AM/PM", "mdy"),
        ("DD.MM.YYYY", "dmy"),
        ("TT.MM.JJJJ", "dmy"),
        ("TT.MM.JJ", "dmy"),
        ("JJ/MM/AAAA", "dmy"),
        ("GG/MM/AAAA", "dmy"),
        ("dd-mon-yyyy", "dmy"),
        ("ddmmyyyy", "dmy"),
        ("YY-MM-DD", "ymd"),
        ("format: MM/DD/YYYY", "mdy"),
        ("YYYY-MM-DD", None),
        ("YYYYMMDD", None),
        ("Y/N", None),
        ("max 10", None),
    ],
)
def test_a_format_tells_the_order_of_day_and_month(hint, order):
    assert is_hint(hint)
    assert date_order_of((hint,)) == order


def test_a_zone_is_told_unless_two_have_its_name():
    assert zone_of(("MM/DD/YYYY", "EST")) == "America/New_York"
    assert zone_of(("UTC",)) == "UTC"
    assert zone_of(("CST",)) is None
    assert not is_hint("CST")
