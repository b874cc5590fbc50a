"""A cell of the source looks as it did, and never comes to life."""

import re
import zipfile
from datetime import datetime, time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from batch_tracker.model import Kind, TypedCell
from batch_tracker.reporter.sheet_columns import FIRST

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "#N/A",
    "#REF!",
    "\t=1+1",
    "\r=1+1",
    "=",
    "'=1",
    "<f>1</f>",
    "{=1}",
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
EDGY_TEXT = st.text(st.sampled_from("=+-@#_x0041F\r\n\t\x00\x07\ud800\udc00\uffff 1A"), max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**25), 10**25).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
FORMATS = st.sampled_from(["General", "0.00", "00000", "m/d/yyyy", "@", '"PO-"0', "[[", "\x07"])
TYPED = st.builds(
    TypedCell,
    st.sampled_from(list(Kind)),
    st.one_of(NUMBERS, ANY_TEXT, st.datetimes().map(datetime.isoformat), st.just("TRUE")),
    st.one_of(FORMATS, ANY_TEXT),
)
CELLS = st.lists(st.one_of(ANY_TEXT, EDGY_TEXT, TYPED), min_size=1, max_size=40)
few = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def shown(text):
    """How a text must read afterwards, character by character; None for a blank."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(shown_character, text)) or None


def shown_character(character):
    code = ord(character)
    if code < 0x20 and character not in "\t\n":
        return chr(0x2400 + code)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF} else character


def unescaped(text):
    """The text as a spreadsheet shows it: `_x0041_` stands for a character (ST_Xstring)."""
    if text is None:
        return None
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


@pytest.fixture
def column(written, row):
    """Writes cells one below the other in their column, and returns what they came to."""

    def build(cells, **options):
        rows = [row(n, "1", "1Z", "UPS", cell) for n, cell in enumerate(cells, start=2)]
        sheet = written(rows, **options)["Results"]
        return [sheet.cell(n, FIRST + 4) for n in range(2, len(cells) + 2)]

    return build


@pytest.fixture
def one(column):
    return lambda cell, **options: column([cell], **options)[0]


@few
@given(CELLS)
def test_no_cell_of_any_manifest_is_live(column, cells):
    for source, cell in zip(cells, column(cells), strict=True):
        assert cell.data_type in {"s", "n", "b", "d"}
        if isinstance(source, str) and source:
            assert cell.data_type == "s"


@few
@given(st.lists(st.one_of(ANY_TEXT, EDGY_TEXT), min_size=1, max_size=40), st.booleans())
def test_text_reads_as_it_stood(column, texts, is_key):
    found = column(texts, text_columns=(3,) if is_key else ())
    assert [unescaped(cell.value) for cell in found] == [shown(text) for text in texts]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_live_is_inert_even_when_edited(one, text):
    cell = one(text)
    assert (cell.value, cell.data_type) == (shown(text), "s")
    assert text[0] not in "=+-@#" or cell.number_format == "@"


def test_text_that_looks_like_an_escaped_character_is_not_read_as_one(one):
    assert one("_x0041_").value == "_x005F_x0041_"


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383])
def test_text_of_the_greatest_length_is_whole(one, text):
    assert one(text).value == text


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384])
def test_longer_text_is_cut_and_says_so(one, text):
    value = one(text).value
    assert value.endswith(" […cut]")
    assert len(value.encode("utf-16-le")) // 2 in {32_766, 32_767}
    assert text.startswith(value.removesuffix(" […cut]"))


@few
@given(st.lists(NUMBERS, min_size=1, max_size=40))
def test_a_number_keeps_its_value_or_is_text(column, numbers):
    for raw, cell in zip(numbers, column([TypedCell("n", n) for n in numbers]), strict=True):
        if cell.data_type == "n":
            assert float(cell.value) == float(raw)
        else:
            assert cell.value == raw
            assert (
                len(re.sub("[eE].*|[^0-9]", "", raw).strip("0")) > 15
                or abs(Decimal(raw).adjusted()) > 15
            )


@pytest.mark.parametrize(
    "raw", ["9.95", "0.1", "12345", "1E2", "0.30000000000000004", "9.949999999999999", "-0.5"]
)
def test_a_number_keeps_the_digits_of_the_file(write, row, raw):
    path = write([row(2, "1", "1Z", "UPS", TypedCell("n", raw, "0.00"))])
    with zipfile.ZipFile(path) as archive:
        assert f"<v>{raw}</v>".encode() in archive.read("xl/worksheets/sheet1.xml")
    cell = load_workbook(path)["Results"]["G2"]
    assert (cell.value, cell.number_format) == (float(raw), "0.00")


@pytest.mark.parametrize("raw", ["9400111899223197228490", "1234567890123456.7", "1E+400", "abc"])
def test_a_number_excel_would_round_stands_as_text(one, raw):
    cell = one(TypedCell("n", raw))
    assert (cell.value, cell.data_type) == (raw, "s")


@pytest.mark.parametrize("code", ["m/d/yyyy", "[$-409]d-mmm-yy;@", "yyyy-mm-dd hh:mm"])
def test_a_date_is_a_date_in_its_own_format(one, code):
    cell = one(TypedCell("d", "2026-03-04T05:06:00", code))
    assert (cell.value, cell.number_format) == (datetime.fromisoformat("2026-03-04T05:06:00"), code)


def test_a_date_without_a_date_format_gets_one(one):
    cell = one(TypedCell("d", "2026-03-04T05:06:00", "General"))
    assert cell.value == datetime.fromisoformat("2026-03-04T05:06:00")
    assert cell.is_date


@few
@given(
    st.datetimes(
        datetime.fromisoformat("1900-01-01T00:00:00"), datetime.fromisoformat("9999-12-31T00:00:00")
    )
)
def test_every_date_excel_knows_round_trips_to_the_millisecond(one, moment):
    difference = one(TypedCell("d", moment.isoformat(), "m/d/yyyy")).value - moment
    assert abs(difference.total_seconds()) < 0.001


@pytest.mark.parametrize("raw", ["1899-12-31T00:00:00", "2026-03-04T05:06:00+01:00", "noon"])
def test_a_date_excel_has_not_stands_as_text(one, raw):
    assert one(TypedCell("d", raw, "m/d/yyyy")).value == raw


def test_a_truth_value_stays_one(column):
    cells = column([TypedCell("b", "TRUE"), TypedCell("b", "FALSE"), TypedCell("b", "MAYBE")])
    assert [cell.value for cell in cells] == [True, False, "MAYBE"]
    assert [cell.data_type for cell in cells] == ["b", "b", "s"]


@pytest.mark.parametrize("raw", ["2958466", "-1", "1E+300"])
def test_a_number_beyond_all_dates_does_not_pretend_to_be_one(one, raw):
    cell = one(TypedCell("n", raw, "m/d/yyyy"))
    assert (float(cell.value), cell.number_format) == (float(raw), "General")


def test_a_time_of_day_is_shown_as_one(one):
    cell = one(TypedCell("n", "0.5", "h:mm"))
    assert (cell.value, cell.number_format) == (time(12), "h:mm")


@pytest.mark.parametrize("kind", ["e", "f"])
@pytest.mark.parametrize("raw", ["#N/A", "=VLOOKUP(A2,B:C,2,0)"])
def test_an_error_or_a_formula_stands_as_text(one, kind, raw):
    cell = one(TypedCell(kind, raw))
    assert (cell.value, cell.data_type, cell.number_format) == (raw, "s", "@")


@pytest.mark.parametrize("code", ["[[", "\x07", "\ud800", 'yyyy"', "x" * 300, "0" * 256])
def test_a_number_format_that_could_spoil_the_file_is_left_out(one, code):
    cell = one(TypedCell("n", "7", code))
    assert (cell.value, cell.number_format) == (7, "General")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00712", "00712"),
        ("=1", "=1"),
        ("", None),
        (TypedCell("n", "12345"), "12345"),
        (TypedCell("n", "12345.0"), "12345"),
        (TypedCell("n", "1.2345678E7"), "12345678"),
        (TypedCell("n", "712", "00000"), "00712"),
        (TypedCell("n", "123456789012345"), "123456789012345"),
        (TypedCell("n", "712", "000000;-0"), "000712"),
        (TypedCell("n", "1234", "#,##0"), "1234"),
        (TypedCell("e", "#N/A"), "#N/A"),
        (TypedCell("f", "=A1"), "=A1"),
    ],
)
def test_key_columns_are_text(one, cell, text):
    found = one(cell, text_columns=(3,))
    assert (found.value, found.number_format) == (text, "@")
    assert text is None or found.data_type == "s"


@pytest.mark.parametrize(
    "raw",
    ["9.4001118992231972E+21", "9400111899223197228490", "9400111899223190000000", "1E+15", "12.5"],
)
def test_a_number_of_a_key_column_that_is_no_good_number_stays_one(one, raw):
    cell = one(TypedCell("n", raw), text_columns=(3,))
    assert (float(cell.value), cell.data_type, cell.number_format) == (float(raw), "n", "@")


def test_a_number_that_the_screen_shows_otherwise_is_not_taken_for_its_digits(one):
    cell = one(TypedCell("n", "12345", '"PO-"0'), text_columns=(3,))
    assert (cell.value, cell.number_format) == (12345, '"PO-"0')


def test_a_date_or_truth_value_of_a_key_column_is_not_laundered_into_text(column):
    cells = [TypedCell("d", "2026-03-04T00:00:00", "m/d/yyyy"), TypedCell("b", "TRUE")]
    date, truth = column(cells, text_columns=(3,))
    assert (date.value, date.number_format) == (
        datetime.fromisoformat("2026-03-04T00:00:00"),
        "m/d/yyyy",
    )
    assert (truth.value, truth.data_type, truth.number_format) == (True, "b", "@")


def test_a_blank_is_a_blank_and_no_empty_text(column):
    blanks = ["", TypedCell("n", ""), TypedCell("e", "")]
    for options in ({}, {"text_columns": (3,)}):
        assert {(cell.value, cell.data_type) for cell in column(blanks, **options)} == {(None, "n")}
