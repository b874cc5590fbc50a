"""One row per shape and hazard of ship dates, and how a whole column settles its order."""
# ruff: noqa: RUF001 - some hazards are characters that look like others

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.values.cells import Reading
from batch_tracker.loader.values.dates import Ambiguous, DateColumn
from batch_tracker.model import Kind, Level, TypedCell
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 3, 20)
NOON = "2026-03-04T12:00:00.000Z"


def column(*, epoch_1904=False, today=TODAY, **settings):
    return DateColumn(Profile(**settings), epoch_1904=epoch_1904, today=today)


def number(raw):
    return TypedCell(Kind.NUMBER, raw)


def day_cell(raw):
    return TypedCell(Kind.DATE, raw)


def codes(reading):
    return [issue.code for issue in reading.issues]


DATE_ONLY = [
    "2026-03-04",
    "2026/03/04",
    "2026.3.4",
    "20260304",
    "04-Mar-2026",
    "4-MAR-26",
    "4 March 2026",
    "04Mar2026",
    "Mar 4, 2026",
    "March 4th, 2026",
    "mar-04-2026",
    "4 mar. 2026",
    " 2026-03-04 ",
    "2026-03-04 00:00:00",
    "2026-03-04T00:00",
    "4-Mar-2026 12:00:00 AM",
    "Wednesday, March 4, 2026",
    "Wed Mar 04 2026",
    "Wed 4 Mar 2026",
    "Mittwoch, den 4. März 2026",
    "Mi, 04.Mär.2026",
    "mercredi 4 mars 2026",
    "miércoles, 4 de marzo de 2026",
    "4 de março de 2026",
    "quarta-feira, 4 de março de 2026",
    "mercoledì 4 marzo 2026",
    "woensdag 4 maart 2026",
    "4-mrt-2026",
    "4th March 2026",
    "4th of March 2026",
    "4 MAR 26",
    "2026-Mar-04",
    "2026 March 4",
    "2026. 3. 4.",
    "2026. 03. 04",
    "2026年3月4日",
    "2026年3月4日 星期三",
    "2026年03月04日(水)",
    "2026년 3월 4일",
    "2026-W10-3",
    "2026W103",
    day_cell("2026-03-04T00:00:00"),
    day_cell("2026-03-04"),
    number("20260304"),
    number("20260304.0"),
]

TIMED = [
    ("2026-03-04T13:02:03.210Z", "13:02:03.210"),
    ("2026-03-04T13:02:03.2109876Z", "13:02:03.210"),
    ("2026-03-04T13:02:03", "13:02:03.000"),
    ("2026-03-04 13:02", "13:02:00.000"),
    ("2026-03-04 08:02:03 -05:00", "13:02:03.000"),
    ("2026-03-04T18:32:03+0530", "13:02:03.000"),
    ("2026-03-04T13:02:03 UTC", "13:02:03.000"),
    ("2026-03-04T00:00:00Z", "00:00:00.000"),
    ("20260304130203", "13:02:03.000"),
    ("20260304T130203Z", "13:02:03.000"),
    ("4-Mar-26 1:02:03 PM", "13:02:03.000"),
    ("Mar 4, 2026, 1:02\u202fp.m.", "13:02:00.000"),
    ("4 March 2026 12:30 AM", "00:30:00.000"),
    ("4 March 2026 12:30pm", "12:30:00.000"),
    ("2026-03-04 08:02 EST", "13:02:00.000"),
    ("2026-03-04 14:02:03 CET", "13:02:03.000"),
    ("Wed Mar 04 2026 08:02:03 GMT-0500 (Eastern Standard Time)", "13:02:03.000"),
    ("Wed Mar 04 08:02:03 EST 2026", "13:02:03.000"),
    ("Wed, 4 Mar 2026 08:02:03 -0500", "13:02:03.000"),
    ("04/Mar/2026:08:02:03 -0500", "13:02:03.000"),
    ("2026-03-04T14:02+01:00[Europe/Berlin]", "13:02:00.000"),
    ("2026-03-04-13.02.03.000000", "13:02:03.000"),
    ("2026-03-04-13.02.03", "13:02:03.000"),
    ("Mar 4 2026  1:02PM", "13:02:00.000"),
    ("March 4, 2026 at 1:02 PM", "13:02:00.000"),
    ("4 Mar 2026 1 PM", "13:00:00.000"),
    ("4. März 2026 um 13:02 Uhr", "13:02:00.000"),
    ("4 mars 2026 à 13h02", "13:02:00.000"),
    ("4 mars 2026 13h", "13:00:00.000"),
    ("4 de marzo de 2026 a las 1:02 p. m.", "13:02:00.000"),
    ("2026年3月4日 13:02", "13:02:00.000"),
    ("2026年3月4日13時02分03秒", "13:02:03.000"),
    ("202603041302", "13:02:00.000"),
    ("20260304 13:02", "13:02:00.000"),
    ("20260304T1302", "13:02:00.000"),
    (day_cell("2026-03-04T13:02:03"), "13:02:03.000"),
    (number("20260304130203"), "13:02:03.000"),
]


@pytest.mark.parametrize("cell", DATE_ONLY)
def test_a_date_without_a_time_gets_the_ship_time_in_the_zone(cell):
    assert column().read(cell).value == NOON
    reading = column(zone="America/New_York", ship_time=time(18, 30)).read(cell)
    assert reading.value == "2026-03-04T23:30:00.000Z"


@pytest.mark.parametrize(("cell", "clock"), TIMED)
def test_a_time_is_kept(cell, clock):
    assert column().read(cell) == Reading(f"2026-03-04T{clock}Z")


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("3/4/2026", "2026-03-04T12:00:00.000Z"),
        ("03/04/26", "2026-03-04T12:00:00.000Z"),
        ("03-04-2026", "2026-03-04T12:00:00.000Z"),
        ("3.4.2026", "2026-03-04T12:00:00.000Z"),
        (" 03/04/26-01:02:03:PM", "2026-03-04T13:02:03.000Z"),
        ("3/4/2026 4:00:00 AM", "2026-03-04T04:00:00.000Z"),
        ("3/4/2026 16:05", "2026-03-04T16:05:00.000Z"),
        ("03/04/2026 1:02 PM", "2026-03-04T13:02:00.000Z"),
    ],
)
def test_a_numeric_date_follows_the_order_of_the_profile(cell, utc):
    assert column(date_order="mdy").read(cell) == Reading(utc)
    swapped = utc.replace("03-04", "04-03")
    assert column(date_order="dmy", today=date(2026, 4, 20)).read(cell) == Reading(swapped)
    assert isinstance(column().read(cell), Ambiguous)


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        (number("46085"), NOON),
        (number("46085.0"), NOON),
        (number("46085.543090277781"), "2026-03-04T13:02:03.000Z"),
        (number("1772629323"), "2026-03-04T13:02:03.000Z"),
        ("1772629323", "2026-03-04T13:02:03.000Z"),
        ("/Date(1772629323210)/", "2026-03-04T13:02:03.210Z"),
        (r"\/Date(1772629323210-0500)\/", "2026-03-04T13:02:03.210Z"),
        ("1772629323210", "2026-03-04T13:02:03.210Z"),
        (number("1.77262932321E+12"), "2026-03-04T13:02:03.210Z"),
    ],
)
def test_a_number_of_days_or_seconds_is_a_date_and_noted(cell, utc):
    reading = column().read(cell)
    assert (reading.value, codes(reading)) == (utc, ["date-from-number"])
    assert "2026-03-04" in reading.issues[0].message


def test_a_day_number_counts_from_1904_where_the_workbook_does():
    assert column(epoch_1904=True).read(number("44623")).value == NOON


def test_seconds_since_1970_are_utc_whatever_the_zone():
    assert column(zone="Asia/Tokyo").read("1772629323").value == "2026-03-04T13:02:03.000Z"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("soon", "date-unreadable"),
        ("10", "date-unreadable"),
        ("4/2", "date-unreadable"),
        ("13:02", "date-unreadable"),
        ("030426", "date-unreadable"),
        ("2026-03/04", "date-unreadable"),
        ("3/4/6", "date-unreadable"),
        ("2026-03-04-05:00", "date-unreadable"),
        ("2026-03-04 13:02 CST", "date-zone-unknown"),
        ("2026-03-04 13:02 XYZ", "date-zone-unknown"),
        ("2026-03-04 1:02 PM ET", "date-zone-unknown"),
        ("Monday, March 4, 2026", "date-weekday"),
        ("Mon 03/04/2026", "date-weekday"),
        ("mar 04/03/2026", "date-weekday"),
        ("4 Brumaire 2026", "date-unreadable"),
        ("3 jui 2026", "date-unreadable"),
        ("2026-W10", "date-unreadable"),
        ("2026-W60-1", "date-impossible"),
        ("2026年3月4日 下午1:02", "date-unreadable"),
        ("2026-03-04 - 2026-03-06", "date-unreadable"),
        ("٠٤/٠٣/٢٠٢٦", "date-unreadable"),
        ("46085", "date-serial-text"),
        ("46085.5", "date-serial-text"),
        ("2026-02-30", "date-impossible"),
        ("2026-13-04", "date-impossible"),
        ("13/13/2026", "date-impossible"),
        ("30/02/2026", "date-impossible"),
        ("03042026", "date-impossible"),
        ("4-Foo-2026", "date-unreadable"),
        ("2026-03-04 25:00", "date-impossible"),
        ("2026-03-04 13:00 PM", "date-impossible"),
        ("2026-03-04T13:00+25:00", "date-impossible"),
        ("2026-03-22", "date-in-future"),
        ("2026-12-04", "date-in-future"),
        ("9999-12-31T23:59:59-14:00", "date-in-future"),
        ("9999999999999", "date-in-future"),
        ("00100101", "date-long-past"),
        ("12/31/1999", "date-long-past"),
        ("0", "date-empty"),
        ("1/0/1900", "date-empty"),
        ("01/00/00", "date-empty"),
        ("00/00/0000", "date-empty"),
        ("0000-00-00", "date-empty"),
        ("1/1/0001 12:00:00 AM", "date-empty"),
        ("12/30/1899", "date-empty"),
        ("1970-01-01T00:00:00Z", "date-empty"),
        ("1904-01-01", "date-empty"),
        ("1899-12-31", "date-empty"),
        ("0000000000", "date-empty"),
        (number("0"), "date-empty"),
        (number("1"), "date-empty"),
        (number("0.75"), "date-empty"),
        (day_cell("1899-12-30T00:00:00"), "date-empty"),
        (day_cell("1900-01-01T00:00:00"), "date-empty"),
        (day_cell("1904-01-01T00:00:00"), "date-empty"),
        (number("12345"), "date-number-implausible"),
        (number("-46085"), "date-number-implausible"),
        (number("3042026"), "date-number-implausible"),
        (number("1E-300"), "date-empty"),
        (number("20260304.5"), "date-number-implausible"),
        (number("1E300"), "date-unreadable"),
        (number("x"), "cell-unreadable"),
        (day_cell("yesterday"), "cell-unreadable"),
        ("4-Mar-2026 garbage", "date-unreadable"),
        ("garbage 4-Mar-2026", "date-unreadable"),
        ("2026-03-04 garbage", "date-unreadable"),
        ("20260304 garbage", "date-unreadable"),
        ("2026-W10-3 garbage", "date-unreadable"),
        ("2026-03-04T10:00:00+15:00", "date-impossible"),
        ("2026-03-04T10:00:00+01:75", "date-impossible"),
        ("2026-03-04T10:00:00+01:60", "date-impossible"),
        ("2026-03-04 0:30 AM", "date-impossible"),
        ("pending", "placeholder"),
        ("N/A", "placeholder"),
        ("########", "placeholder"),
        ("#VALUE!", "error-cell"),
        (TypedCell(Kind.ERROR, "#N/A"), "error-cell"),
        (TypedCell(Kind.UNCALCULATED, "=NOW()"), "formula-not-calculated"),
        (TypedCell(Kind.BOOLEAN, "TRUE"), "boolean-cell"),
    ],
)
def test_a_cell_that_is_no_ship_date_is_refused_by_name(cell, code):
    reading = column().read(cell)
    assert (reading.value, codes(reading)) == (None, [code])
    assert reading.issues[0].hint


@pytest.mark.parametrize("cell", ["", " ", "\xa0", '=""'])
def test_a_blank_date_has_no_value_and_no_issue(cell):
    assert column().read(cell) == Reading()


def test_tomorrow_is_accepted_because_the_clocks_of_two_zones_differ():
    assert column().read("2026-03-21").value == "2026-03-21T12:00:00.000Z"


@pytest.mark.parametrize("cell", ["2025-03-19", "04-Mar-2016", day_cell("2016-03-04T00:00:00")])
def test_an_old_date_is_sent_with_a_warning(cell):
    reading = column().read(cell)
    assert reading.value
    assert [(issue.code, issue.level) for issue in reading.issues] == [
        ("date-too-old", Level.WARNING)
    ]


def test_from_when_a_date_is_old_is_a_setting():
    assert codes(column().read("2025-03-20")) == []
    assert codes(column(max_age_days=36_500).read("2000-03-20")) == []
    assert codes(column(max_age_days=5).read("2026-03-14")) == ["date-too-old"]


def test_cleaning_a_date_is_noted():
    reading = column().read('="２026-03-04"')
    assert (reading.value, codes(reading)) == (NOON, ["wide-characters", "quotes-removed"])


def test_formats_of_the_profile_win():
    by_format = column(date_formats=("%d%m%Y", " %m/%d/%y-%I:%M:%S:%p", "%H:%M %d %b %Y %z"))
    assert by_format.read("04032026").value == NOON
    assert by_format.read(" 03/04/26-01:02:03:PM").value == "2026-03-04T13:02:03.000Z"
    assert by_format.read("08:02 4 Mar 2026 -0500").value == "2026-03-04T13:02:00.000Z"
    assert by_format.read("2026-03-04").value == NOON


def test_a_format_that_is_none_fits_nothing():
    assert column(date_formats=("%d %d", "%", "%Q", "%Y %Y")).read("2026-03-04").value == NOON


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("%d|%m|%Y", "04|03|2026"),
        ("%d|%m|%y", "04|03|26"),
        ("%G|W%V|%u", "2026|W10|3"),
        ("on %c", "on Wed Mar  4 12:00:00 2026"),
        ("on %x", "on 03/04/26"),
    ],
)
def test_each_code_of_a_year_makes_a_format_a_dates(date_format, text):
    assert column().read(text).value is None
    assert column(date_formats=(date_format,)).read(text).value == NOON


@pytest.mark.parametrize("date_format", ["%d %b", "%d %b %%Y"])
def test_a_format_without_a_year_makes_none_up(date_format):
    assert column(date_formats=(date_format,)).read("4 Mar").value is None
    assert column(date_formats=(date_format,)).read("4 Mar %Y").value is None


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-08 02:30", "2026-03-08T07:30:00.000Z"),
        ("2025-11-02 01:30", "2025-11-02T05:30:00.000Z"),
    ],
)
def test_an_hour_that_the_clock_change_skips_or_repeats_is_read(text, utc):
    assert column(zone="America/New_York").read(text).value == utc


# The order of a whole column


def settled(*texts, **settings):
    dates = column(**settings)
    for text in texts:
        dates.read(text)
    dates.decide_order()
    return [dates.read(text).value for text in texts]


def days(values):
    return [value[:10] for value in values]


@pytest.mark.parametrize(
    ("texts", "read_as"),
    [
        (["03/04/2026", "03/14/2026"], ["2026-03-04", "2026-03-14"]),
        (["03/14/2026", "03/04/2026"], ["2026-03-14", "2026-03-04"]),
        (["02/03/2026", "14/03/2026"], ["2026-03-02", "2026-03-14"]),
        (["14/03/2026", "02/03/2026"], ["2026-03-14", "2026-03-02"]),
        (["03/04/26", "03/14/26"], ["2026-03-04", "2026-03-14"]),
        (["26/03/04", "26/02/03"], ["2026-03-04", "2026-02-03"]),
        (["02.03.26 10:00", "14.03.26"], ["2026-03-02", "2026-03-14"]),
        (["03/03/2026", "02/02/26"], ["2026-03-03", "2026-02-02"]),
        (["2026-03-04", "14/03/2026", "02/03/2026"], ["2026-03-04", "2026-03-14", "2026-03-02"]),
        (["Mon 02/03/2026", "04/03/2026"], ["2026-03-02", "2026-03-04"]),
        (["Wed 03/04/2026", "03/05/2026"], ["2026-03-04", "2026-03-05"]),
        (["Wednesday 3/4/2026", "Wed. 03/04/2026"], ["2026-03-04", "2026-03-04"]),
        (["03/14/2026", "14.03.2026", "02.03.2026"], ["2026-03-14", "2026-03-14", "2026-03-02"]),
        (["03/14/2026", "20-02-2026", "14. 3. 2026"], ["2026-03-14", "2026-02-20", "2026-03-14"]),
        (["03/14/2026", "03-04-2026"], ["2026-03-14", "2026-03-04"]),
    ],
)
def test_one_date_settles_the_order_of_the_column_wherever_it_stands(texts, read_as):
    assert days(settled(*texts)) == read_as


def test_a_date_is_unsettled_until_the_column_is_settled():
    dates = column()
    assert dates.read("03/04/2026") == Ambiguous("03/04/2026", ("mdy", "dmy"))
    assert dates.read("03/03/2026").value == "2026-03-03T12:00:00.000Z"
    assert dates.read("03/14/2026").value == "2026-03-14T12:00:00.000Z"
    dates.decide_order()
    assert dates.read("03/04/2026").value == NOON


def test_a_proved_order_is_trusted_at_once_and_confirmed_by_the_whole_column():
    dates = column()
    assert dates.read("03/04/2026") == Ambiguous("03/04/2026", ("mdy", "dmy"))
    dates.read("03/14/2026")
    assert dates.read("03/04/2026").value == NOON
    dates.confirm()
    dates.read("13/03/2026")
    with pytest.raises(ColumnsRefused, match="'13/03/2026' is day/month/year"):
        dates.confirm()


def test_clear_dates_of_two_orders_need_no_confirmation():
    dates = column()
    assert days([dates.read(text).value for text in ("03/14/2026", "13/03/2026")]) == [
        "2026-03-14",
        "2026-03-13",
    ]
    dates.confirm()


def test_an_order_that_the_unclear_date_can_not_have_is_not_trusted():
    dates = column()
    dates.read("26/03/14")
    assert dates.read("03/04/2026") == Ambiguous("03/04/2026", ("mdy", "dmy"))


def test_a_column_that_proves_both_orders_is_refused_with_both_texts():
    with pytest.raises(ColumnsRefused) as refusal:
        settled("03/14/2026", "03/04/2026", "13/03/2026")
    assert "'03/14/2026'" in refusal.value.message
    assert "'13/03/2026'" in refusal.value.message
    assert "--date-order" in refusal.value.hint
    assert "date_order" in refusal.value.hint


def test_an_order_borrowed_from_dates_with_another_mark_is_taken_back():
    dates = column()
    dates.read("03/14/2026")
    assert dates.read("03-02-2026").value == "2026-03-02T12:00:00.000Z"
    dates.confirm()
    dates.read("14-03-2026")
    with pytest.raises(ColumnsRefused, match="'14-03-2026' is day/month/year"):
        dates.confirm()


def test_dates_with_a_mark_that_proves_nothing_beside_two_orders_are_asked_about():
    with pytest.raises(ColumnsRefused, match="contradict each other"):
        settled("03/14/2026", "14.03.2026", "03-02-2026")


@pytest.mark.parametrize("texts", [["03/04/2026"], ["03/03/2026", "02/03/26"]])
def test_a_column_that_proves_no_order_is_refused_with_a_text(texts):
    with pytest.raises(ColumnsRefused) as refusal:
        settled(*texts)
    assert repr(texts[-1]) in refusal.value.message
    assert "--date-order" in refusal.value.hint


def test_an_order_that_can_not_be_meant_by_an_unclear_date_settles_nothing():
    with pytest.raises(ColumnsRefused, match="'03/04/2026'"):
        settled("26/03/14", "03/04/2026")


def test_a_column_without_numeric_dates_needs_no_order():
    assert days(settled("2026-03-04", "4-Mar-2026")) == ["2026-03-04"] * 2
    column().decide_order()


def test_the_order_of_the_profile_needs_no_proof_and_takes_no_exception():
    dates = column(date_order="mdy")
    assert dates.read("03/04/2026").value == NOON
    contrary = dates.read("14/03/2026")
    assert (contrary.value, codes(contrary)) == (None, ["date-against-order"])
    assert "month/day/year" in contrary.issues[0].message
    dates.decide_order()
    assert codes(column(date_order="ymd").read("03/04/2026")) == ["date-against-order"]
    assert column(date_order="dmy").read("2026-03-04").value == NOON


def test_an_order_that_every_telling_date_contradicts_is_asked_about():
    dates = column(date_order="mdy")
    dates.read("03/04/2026")
    dates.read("14/03/2026")
    with pytest.raises(ColumnsRefused, match="'14/03/2026'") as refusal:
        dates.confirm()
    assert "--date-order" in refusal.value.hint
    dates.read("03/13/2026")
    dates.confirm()


def test_after_settling_an_unseen_unclear_date_is_an_error_not_unsettled():
    dates = column()
    dates.decide_order()
    assert codes(dates.read("03/04/2026")) == ["date-order-unknown"]


def test_an_impossible_date_proves_nothing():
    with pytest.raises(ColumnsRefused):
        settled("03/04/2026", "30/02/2026")


texts = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="0123456789/-.: TZAPMmarJun,+", max_size=25),
    st.from_regex(r"\A[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?\Z"),
    st.from_regex(r"\A[0-9]{8,14}\Z"),
)
cells = st.one_of(
    texts,
    st.builds(
        TypedCell,
        st.one_of(st.sampled_from(Kind), st.text(max_size=2)),
        st.one_of(texts, st.floats().map(repr), st.integers().map(str), st.datetimes().map(str)),
        st.sampled_from(["General", "yyyy-mm-dd", "0000000000"]),
    ),
)
zones = st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue"])


@given(st.lists(cells, max_size=6), zones, st.sampled_from([None, "mdy", "dmy", "ymd"]))
def test_no_cell_makes_a_column_fail_and_a_refusal_has_one_error(column_cells, zone, order):
    dates = column(zone=zone, date_order=order)
    for cell in column_cells:
        dates.read(cell)
    try:
        dates.decide_order()
    except ColumnsRefused:
        return
    for cell in column_cells:
        reading = dates.read(cell)
        errors = [issue for issue in reading.issues if issue.level is Level.ERROR]
        assert len(errors) <= 1
        if reading.value is not None:
            assert not errors
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", reading.value)
            age = TODAY - date.fromisoformat(reading.value[:10])
            assert timedelta(days=-3) <= age <= timedelta(days=365.25 * 27)


moments = st.datetimes(datetime(2025, 4, 1), datetime(2026, 3, 20)).map(  # noqa: DTZ001 - zone follows
    lambda moment: moment.replace(microsecond=0, fold=0, tzinfo=ZoneInfo("America/New_York"))
)
SHAPES = {
    "%m/%d/%Y %I:%M:%S %p": "mdy",
    "%d.%m.%y %H:%M:%S": "dmy",
    "%y-%m-%d %H:%M:%S": "ymd",
    "%Y-%m-%dT%H:%M:%S": None,
    "%Y%m%d%H%M%S": None,
    "%d-%b-%Y %H:%M:%S": None,
    "%B %d, %Y %I:%M:%S %p": None,
    "%m/%d/%y-%I:%M:%S:%p": "mdy",
    "%A, %B %d, %Y %H:%M:%S": None,
    "%a %m/%d/%Y %H:%M:%S": "mdy",
    "%a %b %d %Y %H:%M:%S": None,
    "%Y-%m-%d-%H.%M.%S.000000": None,
    "%d/%b/%Y:%H:%M:%S": None,
    "%Y-%b-%d %H:%M:%S": None,
    "%Y. %m. %d. %H:%M:%S": None,
    "%Y年%m月%d日 %H:%M:%S": None,
    "%d. %B %Y um %H:%M:%S Uhr": None,
}


@given(moments, st.sampled_from(sorted(SHAPES)))
def test_a_moment_survives_every_shape_it_is_written_in(moment, shape):
    dates = column(zone="America/New_York", ship_time=time(0, 0), date_order=SHAPES[shape])
    read = dates.read(moment.strftime(shape)).value
    assert datetime.fromisoformat(read) == moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("cells", "is_refused"),
    [
        (["2026-02-03", "20/02/2026"], True),
        (["2026-02-03", "02/20/2026"], True),
        (["2026-02-20", "20/02/2026"], False),  # Excel's order gave this cell a day beyond the 12th
        (["2026-02-02", "20/02/2026"], False),  # the same day either way
        (["2026-02-03", "20/02/2026", "03/02/2026"], False),  # Excel would have read the last one
        (["2026-02-03"], False),
        (["20/02/2026"], False),
        (["2026-02-03", "20/02/2026", "2026-02-20"], True),  # one cell may have been typed again
        (["2026-02-03", "20/02/2026", "2026-02-20", "2026-02-21", "2026-02-22"], False),
        # Far from the others as it stands, and among them when swapped: no company clears it.
        (["2025-05-11", "20/11/2025", *(f"2025-11-{day}" for day in range(14, 24))], True),
        (["2025-05-11", "20/11/2025", "05/11/2025"], True),
        (["2025-11-05", "20/05/2025", *(f"2025-05-{day}" for day in range(14, 24))], True),
        # The other way round, it needs none.
        (["2025-11-05", "20/11/2025"], False),
    ],
)
@pytest.mark.parametrize("settings", [{}, {"date_order": "dmy"}])
def test_dates_half_swapped_by_excel_are_refused(cells, is_refused, settings):
    dates = column(**settings)
    for cell in cells:
        dates.read(day_cell(f"{cell}T00:00:00") if cell[4] == "-" else cell)
    if is_refused:
        with pytest.raises(ColumnsRefused, match="swapped day and month"):
            dates.confirm()
    else:
        dates.confirm()
