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
    "word",
    [
        *("No", "Nr", "Num", "Nbr", "Nmbr", "Nos", "Nrs", "Numbers", "Número", "Números"),
        *("Nummer", "Nummern", "Numer", "#", "№", "Nº"),
    ],
)
def test_each_word_for_a_number_is_the_same(word):
    assert normalise(f"Tracking {word}") == "trackingnumber"


@pytest.mark.parametrize(
    "word",
    [
        *("of", "the", "de", "du", "des", "d'", "l'", "la", "le", "les", "el", "los", "il"),
        *("di", "del", "dell'", "della", "der", "die", "das", "dem", "den"),
    ],
)
def test_a_small_word_of_any_language_does_not_count(word):
    assert normalise(f"Date {word} expedition") == "dateexpedition"
    assert normalise(word) == word.strip("'"), "unless it stands alone"


@pytest.mark.parametrize("unit", ["kg", "kgs", "lb", "lbs", "oz", "cm", "USD", "EUR", "UTC", "GMT"])
def test_a_unit_behind_a_name_comes_off(unit):
    assert header_text(f"Total {unit}") == (("Total " + unit, "Total"), (), (unit,))


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
    "listed",
    [
        *("Y/N", "Yes or No", "J/N", "Ja oder Nein", "O/N", "oui ou non", "S/N", "V/F", "T/F"),
        *(
            "0/1",
            "X or blank",
            "x, empty",
            "Y=1",
            "UPS/FedEx/",
            "UPS, FedEx, etc",
            "UPS,FedEx,etc.",
        ),
        *("UPS / USPS / other", "UPS, DHL, …", "UPS, DHL, ..."),
    ],
)
def test_a_list_of_answers_or_carriers_is_a_hint(listed):
    assert is_hint(listed)
    assert not is_hint(f"{listed}, {listed} by Monday")


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


@pytest.mark.parametrize(
    ("names", "zone"),
    [
        ("UTC, GMT, Z, Zulu", "UTC"),
        ("EST, EDT, ET, Eastern, Eastern Time", "America/New_York"),
        ("CDT, CT, Central Time", "America/Chicago"),
        ("MST, MDT, MT, Mountain Time", "America/Denver"),
        ("PST, PDT, PT, Pacific, Pacific Time", "America/Los_Angeles"),
        ("CET, CEST, MEZ, MESZ", "Europe/Berlin"),
    ],
)
def test_a_zone_is_known_by_each_of_its_names(names, zone):
    assert {name: zone_of((name,)) for name in names.split(", ")} == dict.fromkeys(
        names.split(", "), zone
    )
    assert all(map(is_hint, names.split(", ")))


def test_a_zone_is_told_unless_two_have_its_name():
    assert zone_of(("MM/DD/YYYY", "EST")) == "America/New_York"
    assert zone_of(("CST",)) is None
    assert not is_hint("CST")
