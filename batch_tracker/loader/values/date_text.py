"""Takes a date in text apart, without deciding which of its numbers is the day or the month.

Shapes, all seen in exports of carriers and shipping tools, each with a time of day or without:
`2026-03-04`, `3/4/2026`, `03.04.26`, `04-Mar-2026`, `Mar 4, 2026`, `20260304`, `20260304130203`,
and Endicia's `03/04/26-01:02:03:PM`.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from batch_tracker.settings.profile import DateOrder

_CLOCK = (
    r"(?:(?:[T,]\s*| |-(?=.*[AP]M))(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:[ :]?(?P<half>[AP])\.?M\.?)?"
    r" ?(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?"
)
_FLAGS = re.ASCII | re.IGNORECASE
_NUMERIC = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[-/.])(?P<middle>\d{1,2})(?P=mark)(?P<last>\d{1,4})" + _CLOCK,
    _FLAGS,
)
_NAMED = tuple(
    re.compile(shape + _CLOCK, _FLAGS)
    for shape in (
        r"(?P<day>\d{1,2})[- /.]?(?P<month>[A-Z]{3,9})\.?[- /,]{0,2}(?P<year>\d{4}|\d\d)",
        r"(?P<month>[A-Z]{3,9})\.?[- ](?P<day>\d{1,2})(?:ST|ND|RD|TH)?,?[- ](?P<year>\d{4})",
    )
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>Z)?)?",
    _FLAGS,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_CENTURY = 2000
EMPTY_YEARS = frozenset({0, 1, 1899, 1900})
"""Years in which databases, .NET and Excel (in that order) put a date that is not there."""
_WIDEST_OFFSET_HOURS = 14


class WrittenDate(NamedTuple):
    """A date as written: three numbers, and the orders in which they can be meant.

    `century` is what a two-digit year lacks. `clock` is midnight where no time is written.
    """

    numbers: tuple[int, int, int]
    orders: tuple[DateOrder, ...]
    century: int
    clock: time

    @property
    def is_empty(self) -> bool:
        """Whether this is a day that programs write for none: 1/0/1900, 0001-01-01, 00/00/0000."""
        if self.century:
            return self.numbers in {(0, 0, 0), (1, 0, 0)}
        return self.numbers[self.orders[0].index("y")] in EMPTY_YEARS

    def moments(self) -> dict[DateOrder, datetime]:
        """What the date means by each order in which it is a day of the calendar."""
        found: dict[DateOrder, datetime] = {}
        for order in self.orders:
            part = dict(zip(order, self.numbers, strict=True))
            try:
                day = date(part["y"] + self.century, part["m"], part["d"])
            except ValueError:
                continue
            found[order] = datetime.combine(day, self.clock)
        return found


def written_date(text: str) -> WrittenDate | None:
    """The date in a text, or None where it has no known shape.

    Raises:
        ValueError: the shape is known, but there is no such month or time of day.
    """
    text = " ".join(text.split())
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match)
    for shape in _NAMED:
        if match := shape.fullmatch(text):
            return _in_year_order(match, _month(match["month"]))
    match = _COMPACT.fullmatch(text)
    return _in_year_order(match, int(match["month"])) if match else None


def _numeric(match: re.Match[str]) -> WrittenDate | None:
    first, middle, last = match["first"], match["middle"], match["last"]
    century = 0
    orders: tuple[DateOrder, ...]
    match len(first), len(last):
        case 4, 1 | 2:
            orders = ("ymd",)
        case 1 | 2, 4:
            orders = ("mdy", "dmy")
        case 1, 2:
            orders, century = ("mdy", "dmy"), _CENTURY
        case 2, 2:
            orders, century = ("mdy", "dmy", "ymd"), _CENTURY
        case _:
            return None
    return WrittenDate((int(first), int(middle), int(last)), orders, century, _clock(match))


def _in_year_order(match: re.Match[str], month: int) -> WrittenDate:
    year = int(match["year"])
    year += 0 if len(match["year"]) == len("2026") else _CENTURY
    return WrittenDate((year, month, int(match["day"])), ("ymd",), 0, _clock(match))


def _month(name: str) -> int:
    """The month of an English name, whole or cut to three letters or more.

    Raises:
        ValueError: there is no such month.
    """
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name.lower()):
            return number
    raise ValueError(name)


def _clock(match: re.Match[str]) -> time:
    """The time of day; raises ValueError where there is none such."""
    part = match.groupdict()
    if part["hour"] is None:
        return time()
    hour = int(part["hour"])
    if half := part.get("half"):
        hour = _hour_of_day(hour, half.upper())
    microsecond = int((part.get("fraction") or "0").ljust(6, "0")[:6])
    zone = _zone(part["zone"])
    return time(hour, int(part["minute"]), int(part["second"] or 0), microsecond, tzinfo=zone)


def _hour_of_day(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a clock's face
        raise ValueError(hour)
    return hour % 12 + (12 if half == "P" else 0)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > _WIDEST_OFFSET_HOURS or minutes >= 60:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
