"""Reads the ship dates of one file.

A numeric date such as `03/04/2026` has no order of its own. Judged one by one, such dates let
the first row decide, or change their order within a column; so the order is settled by the
whole column, by the profile, or by asking. Nothing is guessed, and no locale is consulted.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from batch_tracker.loader.values import cell_issues, date_issues
from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.loader.values.date_order import ORDER_NAMES, OrderEvidence
from batch_tracker.loader.values.date_text import (
    EMPTY_YEARS,
    UnknownZone,
    WrittenDate,
    written_date,
)
from batch_tracker.loader.values.no_value import is_placeholder
from batch_tracker.loader.values.plain_text import (
    Reading,
    decimal_of,
    is_whole,
    legible,
    refused,
    text_of,
)
from batch_tracker.loader.values.swapped_dates import SwappedDates
from batch_tracker.model import Cell, Field, Issue, Kind, TypedCell
from batch_tracker.settings.profile import DateOrder, Profile

_YEAR_CODES = frozenset("yYGcx")
_EPOCH = re.compile(
    r"([0-9]{10}(?:[0-9]{3})?)|\\?/Date\(([0-9]{10,13})(?:[+-][0-9]{4})?\)\\?/", re.IGNORECASE
)
"""Seconds or milliseconds since 1970, bare or as .NET writes them in JSON."""
_SERIAL_TEXT = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_EMPTY_DAYS = frozenset({date(1904, 1, 1), date(1970, 1, 1)})
_LARGEST_SERIAL = 9_999_999
_SERIAL_REACH_DAYS = 3 * 366
_MOST_REMEMBERED = 10_000

# What Excel, databases and two-digit years make of no date at all lies before it.
_EARLIEST_YEAR = 2000


class Ambiguous(NamedTuple):
    """A numeric date that can still mean different days, and the orders it allows."""

    text: str
    orders: tuple[DateOrder, ...]


class DateColumn:
    """The ship dates of one file: reads each cell, and gathers which order the column proves.

    Read every cell and call `confirm`; then call `decide_order` and read the ambiguous cells again.
    Once a date has proved an order, those after it are read by that order. A date without a time
    (midnight without a zone counts as none: that is how programs write it) gets the profile's
    `ship_time`; a time without a zone is in the profile's `zone`.
    """

    def __init__(self, profile: Profile, *, epoch_1904: bool, today: date) -> None:
        self._profile = profile
        self._zone = ZoneInfo(profile.zone)
        self._first_day = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
        self._today = today
        self._order = OrderEvidence(profile.date_order)
        self._swapped = SwappedDates()
        self._remembered: dict[Cell, Reading[str]] = {}

    def read(self, cell: Cell) -> Reading[str] | Ambiguous:
        """The ship date in the API's shape (`2026-03-04T12:00:00.000Z`, UTC), or why there is none.

        `Ambiguous` comes only before `decide_order`, and never when the profile says the order.
        """
        reading: Reading[str] | Ambiguous | None = self._remembered.get(cell)
        if reading is None:
            reading = self._read(cell)
            if isinstance(reading, Reading) and len(self._remembered) < _MOST_REMEMBERED:
                self._remembered[cell] = reading
        return reading

    def confirm(self) -> None:
        """Say, when every cell has been read, that the order trusted meanwhile was right.

        Raises:
            ColumnsRefused: a later date proves another order, or Excel has swapped some dates.
        """
        self._swapped.refuse()
        self._order.confirm()

    def decide_order(self) -> None:
        """Fix the order of numeric dates by what the column has proved.

        Raises:
            ColumnsRefused: dates prove different orders, or some are unclear and none proves any.
        """
        if not self._order.is_decided:
            self._order.decide()
            self._remembered.clear()

    def _read(self, cell: Cell) -> Reading[str] | Ambiguous:
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
        self._swapped.note_cell(moment)
        return self._checked(moment, cell, ())

    def _read_number(self, cell: TypedCell) -> Reading[str] | Ambiguous:
        number = decimal_of(cell)
        if number is None:
            return refused(cell_issues.UNREADABLE_CELL, cell, Field.SHIPPED_ON)
        if number > _LARGEST_SERIAL and is_whole(number):
            return self._read_text(text_of(cell), cell, ())
        return self._read_serial(number, cell)

    def _read_serial(self, serial: Decimal, cell: TypedCell) -> Reading[str]:
        """Excel's number for a day: whole days since the workbook's first day, and a fraction."""
        if 0 <= serial <= 1:
            return refused(date_issues.DATE_EMPTY, cell, Field.SHIPPED_ON)
        days_off = serial - (self._today - self._first_day).days
        if abs(days_off) > _SERIAL_REACH_DAYS:
            return refused(date_issues.DATE_NUMBER_IMPLAUSIBLE, cell, Field.SHIPPED_ON)
        milliseconds = round(serial * 86_400_000)
        moment = datetime.combine(self._first_day, time()) + timedelta(milliseconds=milliseconds)
        note = _from_number(cell, moment)
        return self._checked(moment, cell, (note,))

    def _read_text(
        self, text: str, cell: Cell, issues: tuple[Issue, ...]
    ) -> Reading[str] | Ambiguous:
        moment = self._by_format(text)
        if moment is not None:
            return self._checked(moment, cell, issues)
        if epoch := _EPOCH.fullmatch(text):
            return self._read_epoch(epoch[1] or epoch[2], cell, issues)
        try:
            written = written_date(text)
        except UnknownZone:
            return refused(date_issues.DATE_ZONE_UNKNOWN, cell, Field.SHIPPED_ON)
        except ValueError:
            return refused(date_issues.DATE_IMPOSSIBLE, cell, Field.SHIPPED_ON)
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
        return self._checked(moment, cell, (*issues, _from_number(cell, moment)))

    def _read_written(
        self, written: WrittenDate, text: str, cell: Cell, issues: tuple[Issue, ...]
    ) -> Reading[str] | Ambiguous:
        if written.is_empty:
            return refused(date_issues.DATE_EMPTY, cell, Field.SHIPPED_ON)
        moments = written.moments()
        if not moments:
            wrong = date_issues.DATE_WEEKDAY if written.days() else date_issues.DATE_IMPOSSIBLE
            return refused(wrong, cell, Field.SHIPPED_ON)
        if len(written.orders) == 1:
            return self._checked(next(iter(moments.values())), cell, issues)
        if written.weekday is None:
            self._swapped.note_text(text, moments.values())
        return self._read_numeric(written.mark, moments, text, cell, issues)

    def _read_numeric(
        self,
        mark: str,
        moments: dict[DateOrder, datetime],
        text: str,
        cell: Cell,
        issues: tuple[Issue, ...],
    ) -> Reading[str] | Ambiguous:
        plausible = self._plausible(moments)
        if self._order.told is not None:
            fits = self._order.told in moments
            self._order.note_told(text, fits=fits, is_alone=len(plausible) == 1)
            return self._in_order(self._order.told, moments, cell, issues)
        if self._order.is_decided and (order := self._order.order_of(mark)) is not None:
            return self._in_order(order, moments, cell, issues)
        moments = plausible or moments
        if len(set(moments.values())) == 1:
            if len(moments) == 1:
                self._order.note_proof(mark, next(iter(moments)), text)
            return self._checked(next(iter(moments.values())), cell, issues)
        return self._ambiguous(mark, moments, text, cell, issues)

    def _ambiguous(
        self,
        mark: str,
        moments: dict[DateOrder, datetime],
        text: str,
        cell: Cell,
        issues: tuple[Issue, ...],
    ) -> Reading[str] | Ambiguous:
        """A date of several meanings by the order that dates before it have proved, if any has."""
        if self._order.is_decided:
            return refused(date_issues.DATE_ORDER_UNKNOWN, cell, Field.SHIPPED_ON)
        self._order.note_ambiguous(mark, moments, text)
        order = self._order.trust(mark, moments)
        if order is None:
            return Ambiguous(text, tuple(moments))
        return self._checked(moments[order], cell, issues)

    def _in_order(
        self,
        order: DateOrder,
        moments: dict[DateOrder, datetime],
        cell: Cell,
        issues: tuple[Issue, ...],
    ) -> Reading[str]:
        if order in moments:
            return self._checked(moments[order], cell, issues)
        facts = {"order": ORDER_NAMES[order]}
        return refused(date_issues.DATE_AGAINST_ORDER, cell, Field.SHIPPED_ON, **facts)

    def _plausible(self, moments: dict[DateOrder, datetime]) -> dict[DateOrder, datetime]:
        """The readings whose year can be a ship date's; so `26/03/04` is not from 2004."""
        oldest = max(self._today.toordinal() - self._profile.max_age_days, 1)
        years = range(date.fromordinal(oldest).year, self._today.year + 2)
        return {order: moment for order, moment in moments.items() if moment.year in years}

    def _checked(self, moment: datetime, cell: Cell, issues: tuple[Issue, ...]) -> Reading[str]:
        """The moment in the API's shape, if it can be when something was shipped."""
        day = moment.date()
        age_days = (self._today - day).days
        facts = {"day": day, "limit": self._profile.max_age_days}
        if day.year in EMPTY_YEARS or day in _EMPTY_DAYS:
            return refused(date_issues.DATE_EMPTY, cell, Field.SHIPPED_ON)
        if day.year < _EARLIEST_YEAR:
            return refused(date_issues.DATE_LONG_PAST, cell, Field.SHIPPED_ON, **facts)
        if age_days < -1:
            return refused(date_issues.DATE_IN_FUTURE, cell, Field.SHIPPED_ON, **facts)
        if age_days > self._profile.max_age_days:
            label = Field.SHIPPED_ON.label
            issues = (*issues, date_issues.DATE_TOO_OLD.issue(text_of(cell), label, **facts))
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
    return date_issues.DATE_FROM_NUMBER.issue(text_of(cell), label, day=moment.date())


def _not_a_date(text: str) -> CellIssue:
    if not text.strip("0"):
        return date_issues.DATE_EMPTY
    if is_placeholder(text):
        return cell_issues.PLACEHOLDER
    return (
        date_issues.DATE_SERIAL_TEXT
        if _SERIAL_TEXT.fullmatch(text)
        else date_issues.DATE_UNREADABLE
    )
