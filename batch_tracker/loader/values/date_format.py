"""Excel's number formats: which of them show a date, and which date a serial number is.

Source: ECMA-376 part 1, 18.8.30 (built-in formats) and 18.17.4 (serial dates).
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

GENERAL = "General"

BUILT_IN = {
    "0": GENERAL,
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    "14": "mm-dd-yy",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "m/d/yy h:mm",
    "37": "#,##0 ;(#,##0)",
    "38": "#,##0 ;[Red](#,##0)",
    "39": "#,##0.00;(#,##0.00)",
    "40": "#,##0.00;[Red](#,##0.00)",
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mmss.0",
    "48": "##0.0E+0",
    "49": "@",
    # 27 to 36 and 50 to 58 are dates and times of East Asian locales; elsewhere Excel shows them
    # as below.
    **dict.fromkeys(
        ["27", "28", "29", "30", "31", "36", "50", "51", "52", "53", "54", "57", "58"], "m/d/yyyy"
    ),
    **dict.fromkeys(["32", "33", "34", "35", "55", "56"], "h:mm:ss"),
}
"""Formats by their number as a workbook spells it, which may be one of 5,000 digits."""

_LITERAL = re.compile(
    r'"[^"]*"|\\.|[_*].'  # quoted text, an escaped character, padding
    r"|\[[^\]]*\]"  # colours, conditions, locales, elapsed time
    r"|am/pm|a/p|general|e[+-]",
    re.IGNORECASE | re.DOTALL,
)
_CALENDAR = re.compile(r"[yde]|b{2}|m{3}")

_DAY_MS = 86_400_000
_END_1900, _END_1904 = 2_958_466, 2_957_004
"""Serial numbers of 1 January 10000, in either epoch."""
_PHANTOM = 60
"""29 February 1900: no such day, but Excel counts it."""


_WORD = re.compile(r"(?:G/)?([^\W\d_]+)")
_DATE_LETTERS = frozenset("ymdhsegb")


def plain_code(code: str) -> str:
    """The format code, with `General` for a code that is another language's word for it.

    A program that writes `Standard`, `Estándar` or `Texte` took it off the screen it ran on.
    """
    word = _WORD.fullmatch(code.strip())
    return GENERAL if word and not set(word[1].lower()) <= _DATE_LETTERS else code


@lru_cache(maxsize=1024)
def shows_date(code: str) -> bool:
    """Whether a format shows a calendar date; one that shows a time of day only does not."""
    section = _LITERAL.sub("", code).partition(";")[0].lower()
    if _CALENDAR.search(section):
        return True
    return "m" in section and "h" not in section and "s" not in section


@lru_cache(maxsize=4096)
def iso_of_serial(raw: str, *, epoch_1904: bool) -> str | None:
    """The ISO 8601 date and time, to the millisecond, of a serial number.

    None where there is no such date: not a number, before the epoch's first day, after 9999, or
    Excel's phantom 29 February 1900.
    """
    try:
        serial = float(raw)
    except ValueError:
        return None
    first, end = (0, _END_1904) if epoch_1904 else (1, _END_1900)
    if not first <= serial < end or (not epoch_1904 and int(serial) == _PHANTOM):
        return None
    try:
        return (
            _epoch(serial, epoch_1904) + timedelta(milliseconds=round(serial * _DAY_MS))
        ).isoformat()
    except OverflowError:
        return None


def _epoch(serial: float, epoch_1904: bool) -> datetime:
    if epoch_1904:
        return datetime(1904, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone
    return datetime(1899, 12, 31 if serial < _PHANTOM else 30)  # noqa: DTZ001
