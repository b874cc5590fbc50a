"""Takes a date in text apart, without deciding which of its numbers is the day or the month.

Shapes, all seen in exports of carriers, databases and shipping tools, each with a time of day or
without, with the weekday before it or without: `2026-03-04`, `3/4/2026`, `03.04.26`, `4. 3. 2026`,
`04-Mar-2026`, `Mar 4, 2026`, `4 de marzo de 2026`, `2026-Mar-04`, `2026年3月4日`, `20260304`,
`20260304130203`, `Wed Mar 04 13:02:03 UTC 2026`.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from batch_tracker.loader.values.date_words import MONTHS, WEEKDAYS, ZONES
from batch_tracker.settings.profile import DateOrder

_TIME = (
    r"(?P<hour>\d{1,2})(?:(?P<point>[:.h])(?P<minute>\d\d)"
    r"(?:(?:(?P=point)|(?<=h\d\d):)(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"|(?= ?(?:[ap]\.? ?m\b|uhr|h\b)))"
    r"(?:[ :]?(?P<half>[ap])\.? ?m\b\.?)?(?: ?(?:uhr|hrs?|h)\b\.?)?"
)
_ZONE = (
    r"(?: ?(?P<zone>z|(?:utc|gmt)?[+-]\d\d?(?::?\d\d)?|[a-z]{2,4})(?: ?\([^()]*\)|\[[^\[\]]*\])?"
    r"|\[(?P<named>[a-z]{1,4})\])?"
)
"""A name in brackets says in words what stands before it; alone, only Java writes one."""
_BEFORE_TIME = (
    r"(?:t|,? ?(?:at|um|om|alle|ore|a las|a la|as) |,? ?a |, ?| |:(?=\d\d:)"
    r"|-(?=.*[ap]m|\d\d\.\d\d\.\d\d))"
)
"""The hyphen is DB2's and Endicia's; elsewhere it may be a zone's sign: `2026-03-04-05:00`."""
_CLOCK = rf"(?:{_BEFORE_TIME}{_TIME}{_ZONE})?"
_NUMERIC = re.compile(
    rf"(?P<first>\d{{1,4}})(?P<mark>\. ?|[-/])(?P<middle>\d{{1,2}})(?P=mark)(?P<last>\d{{1,4}})\.?"
    rf"{_CLOCK}",
    re.ASCII,
)
_MONTH = r"(?P<month>[a-z]{3,10})"
_DAY_FIRST = (
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?\.?[- /]?(?:of |de )?{_MONTH}\.?"
    rf"[- /,]{{0,2}}(?:de |del )?(?P<year>\d{{4}}|\d\d){_CLOCK}"
)
_MONTH_FIRST = rf"{_MONTH}\.?[- ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[- ](?P<year>\d{{4}}){_CLOCK}"
_YEAR_FIRST = rf"(?P<year>\d{{4}})(?P<mark>[- /]){_MONTH}\.?(?P=mark)(?P<day>\d\d?){_CLOCK}"
_YEAR_LAST = rf"{_MONTH} (?P<day>\d{{1,2}}),? {_TIME}{_ZONE},? (?P<year>\d{{4}})"
_NAMED = tuple(
    re.compile(shape, re.ASCII) for shape in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _YEAR_LAST)
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:[t ]?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?(?P<zone>z)?)?",
    re.ASCII,
)
_COMPACT_DAY = re.compile(rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d){_CLOCK}", re.ASCII)
_WEEK = re.compile(r"(\d{4})-?w(\d\d)-?([1-7])", re.ASCII)

_CHINESE_DAY = re.compile(
    r"(\d{4}) ?[年년] ?(\d\d?) ?[月월] ?(\d\d?) ?[日号號일]?"
    r"(?: ?(?:星期|周|週)[一二三四五六日天]| ?[월화수목금토일]요일"
    r"| ?\([月火水木金土日월화수목금토일]\))?"
)
_CHINESE_TIME = re.compile(r"(\d\d?) ?[时時点點시] ?(\d\d) ?[分분](?: ?(\d\d) ?[秒초])?")
_WEEKDAY = re.compile(r"([a-z]{2,}(?:-feira)?)\.?,? ?(?:den |le |il )?(?=[a-z0-9])(.+)", re.DOTALL)

_CENTURY = 2000
EMPTY_YEARS = frozenset({0, 1, 1899, 1900})
"""Years in which databases, .NET and Excel (in that order) put a date that is not there."""
_WIDEST_OFFSET_HOURS = 14


class UnknownZone(ValueError):
    """The text names a time zone that means none, or several."""


class WrittenDate(NamedTuple):
    """A date as written: three numbers, and the orders in which they can be meant.

    `century` is what a two-digit year lacks. `clock` is midnight where no time is written. `mark`
    stands between the numbers of a date in several orders. `weekday` is 0 for Monday.
    """

    numbers: tuple[int, int, int]
    orders: tuple[DateOrder, ...]
    century: int
    clock: time
    mark: str = ""
    weekday: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether this is a day that programs write for none: 1/0/1900, 0001-01-01, 00/00/0000."""
        if self.century:
            return self.numbers in {(0, 0, 0), (1, 0, 0)}
        return self.numbers[self.orders[0].index("y")] in EMPTY_YEARS

    def days(self) -> dict[DateOrder, datetime]:
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

    def moments(self) -> dict[DateOrder, datetime]:
        """The `days` that are the weekday written beside the date, or all where there is none."""
        return {
            order: day
            for order, day in self.days().items()
            if self.weekday is None or day.weekday() == self.weekday
        }


def written_date(text: str) -> WrittenDate | None:
    """The date in a text, or None where it has no known shape.

    Raises:
        UnknownZone: the date is known, but not its time zone.
        ValueError: the shape is known, but there is no such month or time of day.
    """
    text = _plain(text)
    written = _read(text)
    if written is not None:
        return written
    match = _WEEKDAY.fullmatch(text)
    weekday = WEEKDAYS.get(match[1]) if match else None
    if match is None or weekday is None:
        return None
    written = _read(match[2])
    return written and written._replace(weekday=weekday)


def _plain(text: str) -> str:
    """Lower case, single blanks, no accents, and ASCII marks for the characters 年, 月 and 日."""
    text = " ".join(text.split())
    if text.isascii():
        return text.lower()
    text = _CHINESE_DAY.sub(r"\1-\2-\3 ", text)
    text = _CHINESE_TIME.sub(lambda t: ":".join(part for part in t.groups() if part), text)
    letters = unicodedata.normalize("NFD", text.strip())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.casefold().split())


def _read(text: str) -> WrittenDate | None:
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match)
    for shape in _NAMED:
        match = shape.fullmatch(text)
        if match and (month := MONTHS.get(match["month"])):
            return _in_year_order(match, month)
    if match := _COMPACT.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
        return _in_year_order(match, int(match["month"]))
    return _of_week(match) if (match := _WEEK.fullmatch(text)) else None


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
    numbers = (int(first), int(middle), int(last))
    return WrittenDate(numbers, orders, century, _clock(match), match["mark"])


def _in_year_order(match: re.Match[str], month: int) -> WrittenDate:
    year = int(match["year"])
    year += 0 if len(match["year"]) == len("2026") else _CENTURY
    return WrittenDate((year, month, int(match["day"])), ("ymd",), 0, _clock(match))


def _of_week(match: re.Match[str]) -> WrittenDate:
    year, week, day = map(int, match.groups())
    found = date.fromisocalendar(year, week, day)
    return WrittenDate((found.year, found.month, found.day), ("ymd",), 0, time())


def _clock(match: re.Match[str]) -> time:
    """The time of day; raises ValueError where there is none such."""
    part = match.groupdict()
    if part["hour"] is None:
        return time()
    hour = int(part["hour"])
    if half := part.get("half"):
        hour = _hour_of_day(hour, half)
    microsecond = int((part.get("fraction") or "0").ljust(6, "0")[:6])
    zone = _zone(part["zone"] or part.get("named"))
    minute, second = int(part["minute"] or 0), int(part["second"] or 0)
    return time(hour, minute, second, microsecond, tzinfo=zone)


def _hour_of_day(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a clock's face
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    offset = text.removeprefix("utc").removeprefix("gmt")
    if offset[:1] not in {"+", "-"}:
        if text not in ZONES:
            raise UnknownZone(text)
        return ZONES[text]
    hours, _, minutes = offset[1:].partition(":")
    if len(hours) > len("05"):
        hours, minutes = hours[:2], hours[2:]
    return _offset(int(hours), int(minutes or 0), offset[0])


def _offset(hours: int, minutes: int, sign: str) -> tzinfo:
    if hours > _WIDEST_OFFSET_HOURS or minutes >= 60:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(hours)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset) if offset else UTC
