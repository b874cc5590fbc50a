"""Reads the ship dates of one file.

A numeric date such as `03/04/2026` has no order of its own. Judged one by one, such dates let
the first row decide, or change their order within a column; so the order is settled by the
whole column, by the profile, or by asking. Nothing is guessed, and no locale is consulted.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.values import cell_issues
from batch_tracker.loader.values.date_text import EMPTY_YEARS, WrittenDate, written_date
from batch_tracker.loader.values.no_value import is_placeholder
from batch_tracker.loader.values.plain_text import (
    Reading,
    decimal_of,
    is_whole,
    legible,
    refused,
    text_of,
)
from batch_tracker.loader.values.swapped_dates import TurnedDates
from batch_tracker.model import Cell, Field, Issue, Kind, TypedCell
from batch_tracker.settings.profile import DateOrder, Profile

_ORDER_NAMES: dict[DateOrder, str] = {
    "mdy": "month/day/year",
    "dmy": "day/month/year",
    "ymd": "year/month/day",
}
_ASK = "Say which part comes first with --date-order mdy, dmy or ymd (date_order in the profile)."

_YEAR_CODES = frozenset("yYGcx")
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_SERIAL_TEXT = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_EMPTY_DAYS = frozenset({date(1904, 1, 1), date(1970, 1, 1)})
_LARGEST_SERIAL = 9_999_999
_SERIAL_REACH_DAYS = 3 * 366
_MOST_REMEMBERED = 10_000

# What Excel, databases and two-digit years make of no date at all lies before it.
_EARLIEST_YEAR = 2000


class Unsettled(NamedTuple):
    """A numeric date that can still mean different days, and the orders it allows."""

    text: str
    orders: tuple[DateOrder, ...]


class DateColumn:
    """The ship dates of one file: reads each cell, and gathers which order the column proves.

    Read every cell and call `confirm`; then call `settle` and read the unsettled cells again. Once
    a date has proved an order, those after it are read by that order. A date without a time
    (midnight without a zone counts as none: that is how programs write it) gets the profile's
    `ship_time`; a time without a zone is in the profile's `zone`.
    """

    def __init__(self, profile: Profile, *, epoch_1904: bool, today: date) -> None:
        self._profile = profile
        self._zone = ZoneInfo(profile.zone)
        self._first_day = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
        self._today = today
        self._order = profile.date_order
        self._settled = profile.date_order is not None
        self._proofs: dict[DateOrder, str] = {}
        self._open: dict[tuple[DateOrder, ...], str] = {}
        self._trusted = False
        self._against_profile, self._for_profile = "", False
        self._turned = TurnedDates()
        self._remembered: dict[Cell, Reading[str]] = {}

    def read(self, cell: Cell) -> Reading[str] | Unsettled:
        """The ship date in the API's shape (`2026-03-04T12:00:00.000Z`, UTC), or why there is none.

        `Unsettled` comes only before `settle`, and never when the profile says the order.
        """
        reading: Reading[str] | Unsettled | None = self._remembered.get(cell)
        if reading is None:
            reading = self._read(cell)
            if isinstance(reading, Reading) and len(self._remembered) < _MOST_REMEMBERED:
                self._remembered[cell] = reading
        return reading

    def confirm(self) -> None:
        """Says, when every cell has been read, that the order trusted meanwhile was right.

        Raises:
            ColumnsRefused: a later date proves another order, or Excel has turned some dates round.
        """
        self._turned.refuse()
        if self._profile.date_order and self._against_profile and not self._for_profile:
            raise _not_as_told(self._profile.date_order, self._against_profile)
        if self._trusted and len(self._proofs) > 1:
            raise _contradiction(self._proofs)

    def settle(self) -> None:
        """Fixes the order of numeric dates by what the column has proved.

        Raises:
            ColumnsRefused: dates prove different orders, or some are unclear and none proves any.
        """
        if self._settled:
            return
        if len(self._proofs) > 1:
            raise _contradiction(self._proofs)
        self._order = next(iter(self._proofs), None)
        for orders, text in self._open.items():
            if self._order not in orders:
                raise _unclear(text, orders)
        self._settled = True
        self._remembered.clear()

    def _read(self, cell: Cell) -> Reading[str] | Unsettled:
        if isinstance(cell, TypedCell):
            if cell.kind == Kind.DATE:
                return self._read_date_cell(cell)
            if cell.kind == Kind.NUMBER:
                return self._read_number(cell)
        text, issues = legible(cell, Field.SHIPPED_ON)
        return Reading(None, issues) if text is None else self._read_text(text, cell, issues)

    def _read_date_cell(self, cell: TypedCell) -> Reading[str]:
        try:
            moment = datetime.fromisoformat(cell.raw)
        except ValueError:
            return refused(cell_issues.UNREADABLE_CELL, cell, Field.SHIPPED_ON)
        self._turned.note_cell(moment)
        return self._judged(moment, cell, ())

    def _read_number(self, cell: TypedCell) -> Reading[str] | Unsettled:
        number = decimal_of(cell)
        if number is None:
            return refused(cell_issues.UNREADABLE_CELL, cell, Field.SHIPPED_ON)
        if number > _LARGEST_SERIAL and is_whole(number):
            return self._read_text(text_of(cell), cell, ())
        return self._read_serial(number, cell)

    def _read_serial(self, serial: Decimal, cell: TypedCell) -> Reading[str]:
        """Excel's number for a day: whole days since the workbook's first day, and a fraction."""
        if 0 <= serial <= 1:
            return refused(cell_issues.DATE_EMPTY, cell, Field.SHIPPED_ON)
        days_off = serial - (self._today - self._first_day).days
        if abs(days_off) > _SERIAL_REACH_DAYS:
            return refused(cell_issues.DATE_NUMBER_IMPLAUSIBLE, cell, Field.SHIPPED_ON)
        milliseconds = round(serial * 86_400_000)
        moment = datetime.combine(self._first_day, time()) + timedelta(milliseconds=milliseconds)
        note = _from_number(cell, moment)
        return self._judged(moment, cell, (note,))

    def _read_text(
        self, text: str, cell: Cell, issues: tuple[Issue, ...]
    ) -> Reading[str] | Unsettled:
        moment = self._by_format(text)
        if moment is not None:
            return self._judged(moment, cell, issues)
        if _EPOCH.fullmatch(text):
            return self._read_epoch(text, cell, issues)
        try:
            written = written_date(text)
        except ValueError:
            return refused(cell_issues.DATE_IMPOSSIBLE, cell, Field.SHIPPED_ON)
        if written is None:
            return refused(_not_a_date(text), cell, Field.SHIPPED_ON)
        return self._read_written(written, text, cell, issues)

    def _by_format(self, text: str) -> datetime | None:
        """The text by the first of the profile's formats that fits all of it.

        A format without a year fits none: the year would be made up.
        """
        for date_format in self._profile.date_formats:
            if _YEAR_CODES.isdisjoint(re.findall("%(.)", date_format)):
                continue
            try:
                return datetime.strptime(text, date_format.strip())  # noqa: DTZ007 - zone comes later
            except (ValueError, re.error):
                continue
        return None

    def _read_epoch(self, text: str, cell: Cell, issues: tuple[Issue, ...]) -> Reading[str]:
        """Seconds (10 digits) or milliseconds (13) since 1970, UTC."""
        milliseconds = int(text.ljust(13, "0"))
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
        return self._judged(moment, cell, (*issues, _from_number(cell, moment)))

    def _read_written(
        self, written: WrittenDate, text: str, cell: Cell, issues: tuple[Issue, ...]
    ) -> Reading[str] | Unsettled:
        if written.is_empty:
            return refused(cell_issues.DATE_EMPTY, cell, Field.SHIPPED_ON)
        moments = written.moments()
        if not moments:
            return refused(cell_issues.DATE_IMPOSSIBLE, cell, Field.SHIPPED_ON)
        if len(written.orders) > 1:
            self._turned.note_text(text, moments)
        if len(written.orders) > 1 and self._order is not None:
            self._note_witness(self._order, moments, text)
            return self._in_order(self._order, moments, cell, issues)
        moments = self._plausible(moments) or moments
        if len(set(moments.values())) == 1:
            self._note_proof(written, moments, text)
            return self._judged(next(iter(moments.values())), cell, issues)
        if self._settled:
            return refused(cell_issues.DATE_ORDER_UNKNOWN, cell, Field.SHIPPED_ON)
        self._open.setdefault(tuple(moments), text)
        return self._as_proved(moments, text, cell, issues)

    def _as_proved(
        self, moments: dict[DateOrder, datetime], text: str, cell: Cell, issues: tuple[Issue, ...]
    ) -> Reading[str] | Unsettled:
        """An unclear date by the order that one before it has proved, if any has."""
        proved = next(iter(self._proofs), None)
        if proved not in moments:
            return Unsettled(text, tuple(moments))
        self._trusted = True
        return self._judged(moments[proved], cell, issues)

    def _in_order(
        self,
        order: DateOrder,
        moments: dict[DateOrder, datetime],
        cell: Cell,
        issues: tuple[Issue, ...],
    ) -> Reading[str]:
        if order in moments:
            return self._judged(moments[order], cell, issues)
        facts = {"order": _ORDER_NAMES[order]}
        return refused(cell_issues.DATE_AGAINST_ORDER, cell, Field.SHIPPED_ON, **facts)

    def _plausible(self, moments: dict[DateOrder, datetime]) -> dict[DateOrder, datetime]:
        """The readings whose year can be a ship date's; so `26/03/04` is not from 2004."""
        oldest = max(self._today.toordinal() - self._profile.max_age_days, 1)
        years = range(date.fromordinal(oldest).year, self._today.year + 2)
        return {order: moment for order, moment in moments.items() if moment.year in years}

    def _note_proof(
        self, written: WrittenDate, moments: dict[DateOrder, datetime], text: str
    ) -> None:
        if len(moments) == 1 and len(written.orders) > 1:
            self._proofs.setdefault(next(iter(moments)), text)

    def _note_witness(
        self, order: DateOrder, moments: dict[DateOrder, datetime], text: str
    ) -> None:
        """Note whether the date speaks for the order that was told, against it, or for neither."""
        if order not in moments:
            self._against_profile = self._against_profile or text
        elif len(self._plausible(moments)) == 1:
            self._for_profile = True

    def _judged(self, moment: datetime, cell: Cell, issues: tuple[Issue, ...]) -> Reading[str]:
        """The moment in the API's shape, if it can be when something was shipped."""
        day = moment.date()
        age_days = (self._today - day).days
        facts = {"day": day, "limit": self._profile.max_age_days}
        if day.year in EMPTY_YEARS or day in _EMPTY_DAYS:
            return refused(cell_issues.DATE_EMPTY, cell, Field.SHIPPED_ON)
        if day.year < _EARLIEST_YEAR:
            return refused(cell_issues.DATE_LONG_PAST, cell, Field.SHIPPED_ON, **facts)
        if age_days < -1:
            return refused(cell_issues.DATE_IN_FUTURE, cell, Field.SHIPPED_ON, **facts)
        if age_days > self._profile.max_age_days:
            label = Field.SHIPPED_ON.label
            issues = (*issues, cell_issues.DATE_TOO_OLD.issue(text_of(cell), label, **facts))
        return Reading(self._in_utc(moment), issues)

    def _in_utc(self, moment: datetime) -> str:
        if moment.tzinfo is None and moment.time() == time():
            moment = datetime.combine(moment, self._profile.ship_time)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        return utc.isoformat(timespec="milliseconds") + "Z"


def _from_number(cell: Cell, moment: datetime) -> Issue:
    label = Field.SHIPPED_ON.label
    return cell_issues.DATE_FROM_NUMBER.issue(text_of(cell), label, day=moment.date())


def _not_a_date(text: str) -> cell_issues.CellIssue:
    if not text.strip("0"):
        return cell_issues.DATE_EMPTY
    if is_placeholder(text):
        return cell_issues.PLACEHOLDER
    return (
        cell_issues.DATE_SERIAL_TEXT
        if _SERIAL_TEXT.fullmatch(text)
        else cell_issues.DATE_UNREADABLE
    )


def _contradiction(proofs: dict[DateOrder, str]) -> ColumnsRefused:
    cases = (f"{text!r} is {_ORDER_NAMES[order]}" for order, text in proofs.items())
    message = f"The ship dates contradict each other: {', but '.join(cases)}."
    return ColumnsRefused(message, hint=_ASK)


def _not_as_told(order: DateOrder, text: str) -> ColumnsRefused:
    """Say that every date that can tell is against the order that was told.

    The dates of the month's first twelve days would be read all the same, and wrongly.
    """
    return ColumnsRefused(
        f"The ship date {text!r} is no date when read as {_ORDER_NAMES[order]}, as the profile "
        "or --date-order says, and no date in the column can be read in that order alone.",
        hint="Say which part comes first with --date-order mdy, dmy or ymd (date_order in the "
        "profile), or correct that date.",
    )


def _unclear(text: str, orders: Iterable[DateOrder]) -> ColumnsRefused:
    meanings = " or ".join(_ORDER_NAMES[order] for order in orders)
    message = f"The ship date {text!r} can be {meanings}, and no date in the column settles it."
    return ColumnsRefused(message, hint=_ASK)
