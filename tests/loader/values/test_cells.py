"""One row per hazard seen in real manifests, and what must hold for any cell at all."""
# ruff: noqa: RUF001 - the hazards are characters that look like others

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batch_tracker.loader.values import carrier_issues, cell_issues, date_issues
from batch_tracker.loader.values.cells import (
    Reading,
    is_blank,
    read_carrier,
    read_po,
    read_tracking_number,
    text_of,
)
from batch_tracker.loader.values.number_format import with_zeros
from batch_tracker.model import Kind, Level, TypedCell

USPS = "9400111206206406656012"
UPS = "1Z999AA10123456784"


def number(raw, number_format="General"):
    return TypedCell(Kind.NUMBER, raw, number_format)


def codes(reading):
    return [issue.code for issue in reading.issues]


def errors(reading):
    return [issue for issue in reading.issues if issue.level is Level.ERROR]


NO_TEXT = [
    (TypedCell(Kind.STRUCK, "1001"), "struck-through"),
    (TypedCell(Kind.RICH, "10012", "4 1^"), "partly-formatted"),
    (TypedCell(Kind.ERROR, "#N/A"), "error-cell"),
    ("#REF!", "error-cell"),
    (TypedCell(Kind.UNCALCULATED, "=A1&B1"), "formula-not-calculated"),
    (TypedCell(Kind.BOOLEAN, "TRUE"), "boolean-cell"),
    (TypedCell(Kind.DATE, "2026-03-04T00:00:00"), "date-cell"),
    (TypedCell("?", "12345"), "cell-unreadable"),
    (number("twelve"), "cell-unreadable"),
    ("12\x0034", "control-character"),
    ("12\x1d34", "control-character"),
    ("12\N{SYMBOL FOR NULL}34", "control-character"),  # as a results workbook shows it
    ("12\N{REPLACEMENT CHARACTER}34", "control-character"),
]

BLANKS = [
    "",
    " ",
    "\t",
    "\n",
    "\xa0",
    "\u200b\u200d",
    "\ufeff",
    "\u3000",
    '=""',
    '""',
    "'",
    '="\xa0"',
    "&nbsp;",
    r"\N",
    r"\\N",
    "(null)",
    "<NULL>",
    "[null]",
    "<NA>",
    "( blank )",
]


@pytest.mark.parametrize(
    ("cell", "po", "noted"),
    [
        ("12345", 12345, []),
        (" 12345  ", 12345, []),
        ("1", 1, []),
        ("2147483647", 2147483647, []),
        ("007123", 7123, ["po-leading-zeros"]),
        ("00000000000000012", 12, ["po-leading-zeros"]),
        ("\xa012345\n", 12345, ["blanks-trimmed"]),
        ("\u200b12\u200b345\ufeff", 12345, ["invisible-removed"]),
        ("１２３", 123, ["wide-characters"]),
        ('="12345"', 12345, ["quotes-removed"]),
        ('"12345"', 12345, ["quotes-removed"]),
        ("'12345", 12345, ["quotes-removed"]),
        ("' 12345 '", 12345, ["quotes-removed"]),
        ("“12345”", 12345, ["quotes-removed"]),
        ('\u3000"00１"', 1, ["wide-characters", "quotes-removed", "po-leading-zeros"]),
        (number("12345"), 12345, []),
        (number("12345.0"), 12345, []),
        (number("1.2345E4"), 12345, []),
        (number("1.2345E+4"), 12345, []),
        (number("7123", "000000"), 7123, []),
        (number("7123", "#,##0.00"), 7123, []),
        (number("7123", "[Red]0_);(0)"), 7123, []),
        (number("7123", "@"), 7123, []),
        (number("7123", ""), 7123, []),
        ("&nbsp;12345", 12345, ["entities-decoded", "blanks-trimmed"]),
        (number("12345", '"PO-"0'), 12345, ["number-shown-otherwise"]),
        (number("12345", '[=12345]"PO-9";0'), 12345, ["number-shown-otherwise"]),
    ],
)
def test_a_po_is_read_and_what_was_cleaned_is_noted(cell, po, noted):
    reading = read_po(cell)
    assert (reading.value, codes(reading)) == (po, noted)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *NO_TEXT,
        ("PO-556677", "po-not-a-number"),
        (number("12345", '"VOID "0'), "shown-as-void"),
        ("#1001", "po-not-a-number"),
        ("100004-1", "po-not-a-number"),
        ("+5", "po-not-a-number"),
        ("12.5", "po-not-a-number"),
        ('"12345', "po-not-a-number"),
        ("1001;1002", "po-several"),
        ("1001, 1002", "po-several"),
        ("1001 / 1002", "po-several"),
        ("1001\n1002", "po-several"),
        ("PO-1001 PO-1002", "po-several"),
        ("12345.0", "po-decimal"),
        ("12345,00", "po-decimal"),
        ("1,000", "po-grouped"),
        ("1 000", "po-grouped"),
        ("1\xa0000", "po-grouped"),
        ("1_000", "po-grouped"),
        ("1.234.567", "po-grouped"),
        ("٣٤٥", "po-foreign-digits"),
        ("²", "po-foreign-digits"),
        ("100²", "po-foreign-digits"),
        ("1.2E+06", "po-rounded"),
        ("1E+06", "po-rounded"),
        ("0", "po-out-of-range"),
        ("000", "po-out-of-range"),
        ("2147483648", "po-out-of-range"),
        ("9" * 5000, "po-out-of-range"),
        (USPS, "po-out-of-range"),
        ("N/A", "placeholder"),
        ("-", "placeholder"),
        (number("0"), "po-out-of-range"),
        (number("9.4E21"), "po-out-of-range"),
        (number("1E999"), "po-out-of-range"),
        (number("-5"), "number-negative"),
        (number("12345.5"), "number-not-whole"),
        (number("12344.999999999998"), "number-not-whole"),
        (number("1E99999999999"), "cell-unreadable"),
        (number("1_000"), "cell-unreadable"),
        (number("NaN"), "cell-unreadable"),
    ],
)
def test_a_cell_that_is_no_po_is_refused_by_name(cell, code):
    reading = read_po(cell)
    assert (reading.value, codes(reading)) == (None, [code])
    assert reading.issues[0].hint


@pytest.mark.parametrize(
    ("cell", "pattern", "po", "said"),
    [
        ("PO-556677", r"PO-(\d+)", 556677, []),
        ("100004-1", r"^(\d+)-\d$", 100004, []),
        ("PO-00017", r"PO-(\d+)", 17, ["po-leading-zeros"]),
        ("1001;1002", r"^(\d+)", 1001, []),
        (number("912345"), r"^9(\d+)$", 12345, []),
        ("1001;1002", r"(\d+)", None, ["po-several"]),
        ("556677", r"PO-(\d+)", None, ["po-pattern-no-match"]),
        ("PO-", r"PO-(\d+)?", None, ["po-pattern-no-match"]),
        ("PO-٣", r"PO-(\d+)", None, ["po-foreign-digits"]),
        ("PO-12A", r"PO-(\w+)", None, ["po-not-a-number"]),
        ("PO-0", r"PO-(\d+)", None, ["po-out-of-range"]),
        ("", r"PO-(\d+)", None, []),
    ],
)
def test_a_pattern_must_find_exactly_one_po(cell, pattern, po, said):
    reading = read_po(cell, pattern)
    assert (reading.value, codes(reading)) == (po, said)


def test_a_po_in_other_text_is_mended_with_a_pattern():
    assert "po_pattern" in read_po("PO-556677").issues[0].hint


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ('"PO-"0', "'PO-12345'"),
        (r"\P\O0", "'PO12345'"),
        ("00-000", "'12-345'"),
        ('0" pcs"', "'12345 pcs'"),
        ('"99999"', "'99999'"),
        ('"#"General', "'#12345'"),
        (";;;", "''"),
        ("000-000-000", "'000-012-345'"),
        ("0%", "'0%'"),
        ("0,", "'0,'"),
        ('"PO-"#,##0', "#,##0"),
        ("[>1]0;0", "[>1]0;0"),
        ("[DBNum1]0", "[DBNum1]0"),
    ],
)
def test_a_number_that_the_sheet_shows_as_something_else_is_warned_of(number_format, shown):
    (warning,) = read_po(number("12345", number_format)).issues
    assert warning.level is Level.WARNING
    assert shown in warning.message
    assert "12345" in warning.message


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        (UPS, UPS, []),
        (UPS.lower(), UPS.lower(), []),
        (USPS, USPS, []),
        ("007123", "007123", []),
        ("123456789-C", "123456789-C", []),
        ("A/1.2_3", "A/1.2_3", []),
        ("123456789012345", "123456789012345", []),
        ("RR123456789GB", "RR123456789GB", []),
        (f'="{USPS}"', USPS, ["quotes-removed"]),
        (f"'{USPS}'", USPS, ["quotes-removed"]),
        (f"'{USPS}", USPS, ["quotes-removed"]),
        (f"\ufeff{USPS}\u200b", USPS, ["invisible-removed"]),
        ("\xa01Z9", "1Z9", ["blanks-trimmed"]),
        ("１Ｚ９", "1Z9", ["wide-characters"]),
        ("9400 1112 0620 6406 6560 12", USPS, ["inner-blanks-removed"]),
        ("1Z 999 AA1 01 2345 6784", UPS, ["inner-blanks-removed"]),
        ("RR 123456789 GB", "RR123456789GB", ["inner-blanks-removed"]),
        ("MSKU 305438 3", "MSKU3054383", ["inner-blanks-removed"]),
        ("42012345 " + USPS[:8], "42012345" + USPS[:8], ["inner-blanks-removed"]),
        ("9400111206206400", "9400111206206400", ["tracking-maybe-rounded"]),
        ("94001112062064000", "94001112062064000", ["tracking-maybe-rounded"]),
        (number("123456789012"), "123456789012", []),
        (number("123456789012345"), "123456789012345", []),
        (number("1.23456789012345E+14"), "123456789012345", []),
        (number("999999999999999"), "999999999999999", []),
        (number("7123", "000000"), "007123", ["tracking-zeros-shown"]),
        (number("7123", "0000"), "7123", []),
        (number("123456", "000-000"), "123456", ["number-shown-otherwise"]),
        (
            number("94617881364", r"0000\ 0000\ 0000"),
            "094617881364",
            ["number-shown-otherwise", "tracking-zeros-shown"],
        ),
        (number("7123", '"PO-"00000'), "7123", ["number-shown-otherwise"]),
        (f"42012345 {USPS}", f"42012345{USPS}", ["inner-blanks-removed"]),
        ("1Z999AA1 0123456784", UPS, ["inner-blanks-removed"]),
        (f"&#xD;{UPS}&nbsp;", UPS, ["entities-decoded", "blanks-trimmed"]),
        ("123-45-6789", "123-45-6789", []),
        ("60-082-03-25135-0", "60-082-03-25135-0", []),
        ("99.00.123456.12345678", "99.00.123456.12345678", []),
        ("123456789-1", "123456789-1", []),
        ("1LS7119013618127-1", "1LS7119013618127-1", []),
        ("1234E567", "1234E567", []),
        ("E21", "E21", []),
        ("4201234594001112062064066560", "4201234594001112062064066560", []),
        ("99-99-9999", "99-99-9999", []),
    ],
)
def test_a_tracking_number_is_kept_as_it_stands(cell, value, said):
    reading = read_tracking_number(cell)
    assert (reading.value, codes(reading)) == (value, said)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *NO_TEXT,
        (number("9.400111206206407E+21"), "tracking-rounded-number"),
        (number(USPS), "tracking-rounded-number"),
        (number("1000000000000000"), "tracking-rounded-number"),
        (number("1E15"), "tracking-rounded-number"),
        ("9.40011E+21", "tracking-rounded-text"),
        ("9,40011E+21", "tracking-rounded-text"),
        ("9E+21", "tracking-rounded-text"),
        ("9.4e21", "tracking-rounded-text"),
        ("9E21", "tracking-rounded-text"),
        ("94E20", "tracking-rounded-text"),
        ("940011189925519.0E7", "tracking-rounded-text"),
        ("940011189925519e+7", "tracking-rounded-text"),
        ("9.40011E+021", "tracking-rounded-text"),
        ("9,40011E 21", "tracking-rounded-text"),
        ("9400111899324659531776", "tracking-rounded-double"),
        ("9400111899263984730112", "tracking-rounded-double"),
        ("9400111899263984000000", "tracking-rounded-double"),
        ("94001118992551930000,00", "tracking-decimal"),
        ("771.820.933.116", "tracking-grouped"),
        ("771,820,933,116", "tracking-grouped"),
        ("1,234,567", "tracking-grouped"),
        (f"{UPS}.", "tracking-ends"),
        (f"{UPS}-", "tracking-ends"),
        ("/771820933116", "tracking-ends"),
        ("_771820933116_", "tracking-ends"),
        (f"{UPS}*", "tracking-characters"),
        (f"{UPS} (1/2)", "tracking-piece"),
        (f"{UPS} 1 of 2", "tracking-piece"),
        (f"{UPS}-1", "tracking-piece"),
        ("771820933116/2", "tracking-piece"),
        ("771820933116-01", "tracking-piece"),
        (f"{UPS}{UPS}", "tracking-several"),
        (f"{UPS}{USPS}", "tracking-several"),
        ("1Z9&bogus;", "entity-unknown"),
        ("940011120620640000", "tracking-rounded-zeros"),
        ("1E+5", "tracking-rounded-text"),
        ("1.5E3", "tracking-rounded-text"),
        ("9400111206206400000000", "tracking-rounded-zeros"),
        ("9400 1112 0620 6400 0000 00", "tracking-rounded-zeros"),
        (number("123456789.5"), "number-not-whole"),
        (number("-7123"), "number-negative"),
        (number("0"), "placeholder"),
        (number("0", "0000"), "placeholder"),
        ("0000", "placeholder"),
        ("Add a tracking number", "placeholder"),
        ("N/A", "placeholder"),
        ("TBD", "placeholder"),
        ("pending", "placeholder"),
        ("None", "placeholder"),
        ("null", "placeholder"),
        ("-", "placeholder"),
        ("n.a.", "placeholder"),
        ("Not available", "placeholder"),
        ("#######", "placeholder"),
        (f"{UPS},{USPS}", "tracking-several"),
        (f"{UPS}; {USPS}", "tracking-several"),
        (f"{UPS}\n{USPS}", "tracking-several"),
        (f"{UPS} | {USPS}", "tracking-several"),
        (f"{UPS} / {USPS}", "tracking-several"),
        (f"{UPS}/{USPS}", "tracking-several"),
        (f"{UPS} {USPS}", "tracking-several"),
        ("1" * 101, "tracking-too-long"),
        (f"{UPS};", "tracking-characters"),
        (f"#{UPS}", "tracking-characters"),
        (f"={UPS}", "formula-not-calculated"),
        ("1Z\u20139", "tracking-characters"),
        ("1Ζ9", "tracking-characters"),
        ("٣٤٥1", "tracking-characters"),
        ("https://example.com/?n=1Z9", "tracking-characters"),
        ("Will call", "tracking-no-digit"),
        ("Order 1234567", "tracking-words"),
        (f"UPS {UPS}", "tracking-words"),
        (f"USPS {USPS}", "tracking-words"),
        ("PRO 123456789", "tracking-words"),
        ("N/A 5", "tracking-words"),
        (f"{UPS} and 9400", "tracking-several"),
        (f"{USPS} 9400", "tracking-several"),
        ("12/3/2026", "tracking-date"),
        ("2026-11-04", "tracking-date"),
        ("11.4.26", "tracking-date"),
        ("4-Nov", "tracking-date"),
        ("NOV-04", "tracking-date"),
        ("794617881364.0", "tracking-decimal"),
        ("5.42", "tracking-decimal"),
        (f"{USPS}.", "tracking-decimal"),
    ],
)
def test_a_cell_that_is_no_tracking_number_is_refused_by_name(cell, code):
    reading = read_tracking_number(cell)
    assert (reading.value, codes(reading)) == (None, [code])
    assert reading.issues[0].hint


def test_a_partly_formatted_cell_is_shown_in_both_readings():
    old_and_new = TypedCell(Kind.RICH, UPS + USPS, f"{len(UPS)}s {len(USPS)}")
    (issue,) = read_tracking_number(old_and_new).issues
    assert "struck through" in issue.message
    assert repr(USPS) in issue.message
    assert repr(UPS + USPS) in issue.message
    footnote = TypedCell(Kind.RICH, "10012", "4 1^")
    assert "raised (superscript)" in read_po(footnote).issues[0].message
    assert "'1001' or '10012'" in read_po(footnote).issues[0].message


def test_a_character_that_can_be_mistaken_is_named():
    message = read_tracking_number("1Z\u20139*").issues[0].message
    assert "EN DASH" in message
    assert "'*'" in message


CARRIERS = {"fedex ground": "FedEx", "03": "UPS", "hand": "", "n/a": "Other"}


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("UPS", "UPS", []),
        ("Old Dominion (LTL)", "Old Dominion (LTL)", []),
        ("FEDEX Ground", "FedEx", []),
        ("FedEx\n Ground", "FedEx", ["inner-blanks-shortened"]),
        ("DHL  eCom", "DHL eCom", ["inner-blanks-shortened"]),
        ("'UPS'", "UPS", ["quotes-removed"]),
        ("Ｕ-Pack", "U-Pack", ["wide-characters"]),
        ("Österreichische Post", "Österreichische Post", []),
        ("03", "UPS", []),
        (number("3", "00"), "UPS", []),
        ("Hand", None, []),
        ("n/a", "Other", []),
        ("A&amp;B Freight", "A&B Freight", ["entities-decoded"]),
        ("A&amp;amp;B Freight", "A&B Freight", ["entities-decoded"]),
        ("O&#039;Brien Haulage", "O'Brien Haulage", ["entities-decoded"]),
        ("Caf&eacute; Express", "Café Express", ["entities-decoded"]),
        ("Day & Ross", "Day & Ross", []),
        ("AT&T;", "AT&T;", []),
        ("FedEx First Overnight 8:30", "FedEx First Overnight 8:30", []),
        ("UPS 2nd Day Air 10:30", "UPS 2nd Day Air 10:30", []),
        ("Priority Mail 2-Day", "Priority Mail 2-Day", []),
        ("4PX", "4PX", []),
        ("Parcel2Go.com", "Parcel2Go.com", []),
        ("St. Louis Street Couriers", "St. Louis Street Couriers", []),
        ("Other", "Other", []),
        ("Ontario Northland", "Ontario Northland", []),
        ("See-Rail Express", "See-Rail Express", []),
        ("Select Express", "Select Express", []),
        ("Carrier Direct", "Carrier Direct", []),
        ("TBD", None, ["carrier-placeholder"]),
        ("undefined", None, ["carrier-placeholder"]),
        ("NaT", None, ["carrier-placeholder"]),
        ("[object Object]", None, ["carrier-placeholder"]),
        ("{}", None, ["carrier-placeholder"]),
        ("Not Applicable", None, ["carrier-placeholder"]),
        ("Select carrier", None, ["carrier-placeholder"]),
        ("Please choose a carrier...", None, ["carrier-placeholder"]),
        ("Select…", None, ["carrier-placeholder"]),
        ("Carrier", None, ["carrier-placeholder"]),
        ("Bitte wählen", None, ["carrier-placeholder"]),
        ("--", None, ["carrier-placeholder"]),
        ("-- Select --", None, ["carrier-placeholder"]),
        ("(select)", None, ["carrier-placeholder"]),
        ("Not assigned", None, ["carrier-placeholder"]),
        ("not found", None, ["carrier-placeholder"]),
        ("No carrier", None, ["carrier-placeholder"]),
        ("DBNull", None, ["carrier-placeholder"]),
        ("ninguno", None, ["carrier-placeholder"]),
        ("keine", None, ["carrier-placeholder"]),
        ("无", None, ["carrier-placeholder"]),
        ("No Limit Freight", "No Limit Freight", []),
        ("Default Logistics", "Default Logistics", []),
        ("Null & Sons", "Null & Sons", []),
        ("Error Free Freight", "Error Free Freight", []),
        ("5 lbs Logistics", "5 lbs Logistics", []),
    ],
)
def test_a_carrier_is_mapped_or_kept_as_it_stands(cell, value, said):
    reading = read_carrier(cell, CARRIERS)
    assert (reading.value, codes(reading)) == (value, said)
    assert not errors(reading)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *(case for case in NO_TEXT if case[0] != number("twelve")),
        (number("7"), "number-cell"),
        ("=A1&B1", "formula-not-calculated"),
        ("12345", "carrier-no-letter"),
        ("U" * 51, "carrier-too-long"),
        ('UPS"', "carrier-quote"),
        (UPS, "carrier-is-a-number"),
        ("4E+11", "carrier-is-a-number"),
        (f"UPS {UPS}", "carrier-with-number"),
        ("FedEx #771820933116", "carrier-with-number"),
        ("UPS/1Z999AA10123456784", "carrier-with-number"),
        ("USPS 9400 1112 0620", "carrier-with-number"),
        ("FALSE", "carrier-truth-value"),
        ("yes", "carrier-truth-value"),
        ("Nein", "carrier-truth-value"),
        ("see tracking", "carrier-elsewhere"),
        ("See notes below", "carrier-elsewhere"),
        ("20 Nov 2026", "carrier-date"),
        ("Nov 20, 2026", "carrier-date"),
        ("info@example.com", "carrier-address"),
        ("https://example.com/track", "carrier-address"),
        ("12 Main Street", "carrier-address"),
        ("Springfield, IL 62701", "carrier-address"),
        ("P.O. Box 12", "carrier-address"),
        ("ditto", "carrier-elsewhere"),
        ("Same as above", "carrier-elsewhere"),
        ("various", "carrier-elsewhere"),
        ("{carrier}", "carrier-code"),
        ("${carrier}", "carrier-code"),
        ("%CARRIER%", "carrier-code"),
        ("<b>UPS</b>", "carrier-code"),
        ("System.String", "carrier-code"),
        ("Column1", "carrier-code"),
        ("???? Post", "carrier-code"),
        ("UPS?", "carrier-code"),
        ("UPS or FedEx", "carrier-several"),
        ("UPS/FedEx", "carrier-several"),
        ("2 lbs", "carrier-with-number"),
        ("CafÃ© Express", "carrier-misread"),
        ("Ã–sterreichische Post", "carrier-misread"),
        ("UPS &bogus; Ground", "entity-unknown"),
    ],
)
def test_a_cell_that_is_no_carrier_is_refused_by_name(cell, code):
    reading = read_carrier(cell, CARRIERS)
    assert (reading.value, codes(reading)) == (None, [code])


@pytest.mark.parametrize("number", [f"{UPS}123456789012", f"123456789012{UPS}", f"ABCDEF{UPS}1"])
def test_a_long_number_of_which_one_part_alone_is_a_carriers_is_one_number(number):
    assert read_tracking_number(number).value == number


@pytest.mark.parametrize(
    "name",
    [
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"),
        *("#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
    ],
)
def test_the_name_of_an_error_is_an_error_as_text_too(name):
    for read in (read_po, read_tracking_number, lambda cell: read_carrier(cell, {})):
        for cell in (name, TypedCell(Kind.ERROR, name)):
            assert codes(read(cell)) == ["error-cell"]


@pytest.mark.parametrize("cell", BLANKS)
def test_a_blank_has_no_value_and_no_issue(cell):
    assert is_blank(cell)
    assert read_po(cell) == read_tracking_number(cell) == read_carrier(cell, {}) == Reading()


@pytest.mark.parametrize(
    "cell",
    ["0", "-", "²", number("0"), TypedCell(Kind.ERROR, ""), TypedCell(Kind.UNCALCULATED, "")],
)
def test_what_shows_something_is_not_blank(cell):
    assert not is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" as is ", " as is "),
        (number("12345"), "12345"),
        (number("12345.0"), "12345"),
        (number("-5"), "-5"),
        (number("0.5"), "0.5"),
        (number("7123", "000000"), "007123"),
        (number("9.400111206206407E+21"), "9.400111206206407E+21"),
        (TypedCell(Kind.DATE, "2026-03-04T00:00:00"), "2026-03-04"),
        (TypedCell(Kind.DATE, "2026-03-04T13:02:03"), "2026-03-04 13:02:03"),
        (TypedCell(Kind.BOOLEAN, "TRUE"), "TRUE"),
        (TypedCell(Kind.ERROR, "#N/A"), "#N/A"),
    ],
)
def test_text_of_a_cell_is_what_a_person_sees(cell, text):
    assert text_of(cell) == text


def test_each_code_is_said_by_one_finding_that_tells_how_to_mend_it():
    said = [
        value
        for module in (carrier_issues, cell_issues, date_issues)
        for value in vars(module).values()
        if isinstance(value, cell_issues.CellIssue)
    ]
    assert len({finding.code for finding in said}) == len(said)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+|placeholder", finding.code) for finding in said)
    assert all(finding.hint for finding in said if finding.level is not Level.NOTE)


def test_a_huge_cell_is_refused_before_a_pattern_sees_it():
    for huge in ("a" * 900_000, "\ufdfa" * 900_000):
        for reading in (
            read_po(huge, r"^(?:a+)+(\d+)$"),
            read_tracking_number(huge),
            read_carrier(huge, {}),
        ):
            assert codes(reading) in (["cell-too-long"], ["carrier-too-long"])


def test_a_long_cell_is_cut_in_the_message_and_whole_in_the_issue():
    (issue,) = read_po("x" * 500).issues
    assert len(issue.message) < 150
    assert issue.text == "x" * 500


hazards = st.text(
    alphabet="0123456789E+-.,;/'\"= \xa0\u200b\ufeff１²٣ZzPON#\n\x00\ud800", max_size=30
)
texts = st.one_of(st.text(max_size=40), hazards)
typed_cells = st.builds(
    TypedCell,
    st.one_of(st.sampled_from(Kind), st.text(max_size=2)),
    st.one_of(texts, st.floats().map(repr), st.integers().map(str)),
    st.one_of(st.just("General"), st.text(alphabet='0#?.,;"\\[]=$-_* PO@%Ed', max_size=12)),
)
cells = st.one_of(texts, typed_cells)


def is_in_order_within(value, text):
    rest = iter(text)
    return all(char in rest for char in value)


def plain(text):
    narrow = (chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(" " if c.isspace() else c for c in narrow)


@given(cell=cells, pattern=st.sampled_from([None, r"(\d+)", r"O-(\w*)"]))
def test_no_cell_makes_a_reader_fail_and_a_refusal_has_one_error(cell, pattern):
    readings = [read_po(cell, pattern), read_tracking_number(cell), read_carrier(cell, CARRIERS)]
    for reading in readings:
        assert len(errors(reading)) <= 1
        assert reading.value is None or not errors(reading)
    for reading in readings[:2]:
        assert is_blank(cell) == (reading.value is None and not errors(reading))


@given(text=texts)
@example("9400 1112\xa00620")
@example("＝＂１Ｚ９＂")
def test_no_character_is_invented_or_moved(text):
    for reading in (read_po(text), read_tracking_number(text), read_carrier(text, {})):
        if reading.value is not None:
            assert is_in_order_within(str(reading.value), plain(text))


@given(text=texts)
def test_a_text_changed_in_more_than_plain_spaces_is_noted(text):
    for reading in (read_po(text), read_tracking_number(text), read_carrier(text, {})):
        if reading.value is not None and str(reading.value) != text.strip(" "):
            assert reading.issues


@given(number=st.integers(min_value=1, max_value=10**15 - 1))
def test_a_number_cell_of_up_to_15_digits_is_exact(number):
    raw = TypedCell(Kind.NUMBER, str(number))
    exponent = TypedCell(Kind.NUMBER, f"{number:.14E}")
    assert read_tracking_number(raw) == read_tracking_number(exponent) == Reading(str(number))


@pytest.mark.parametrize(
    ("number_format", "digits", "shown"),
    [
        ("0000 0000", "123456", "00123456"),
        ("000 000-000", "12345678", "012345678"),
        ("000-000", "1", "000001"),
        ("# 000", "1", "1"),
        ('"PO-"0000', "1", "1"),
        ("0.000", "1", "1"),
        ("0", "1", "1"),
        ("General", "1", "1"),
    ],
)
def test_zeros_that_a_format_of_zeros_shows_are_kept_however_they_are_grouped(
    number_format, digits, shown
):
    assert with_zeros(number_format, digits) == shown
