"""Why a text is refused as a tracking number: it is damaged, is more than one number, or is none.

Nothing is picked out of a text: a word or a second number beside the first, once glued to it, would
be sent as a number that no carrier has.
"""

import re

from batch_tracker.loader.values import cell_issues
from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.loader.values.date_text import written_date
from batch_tracker.loader.values.plain_text import is_placeholder
from batch_tracker.loader.values.tracking import is_recognisable

LONGEST = 100
"""A limit of our own: Sellercloud documents none, and a longer text is a misplaced one."""
NOT_IN_NUMBERS = re.compile(r"[^A-Za-z0-9./_-]")

SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d+|\d[.,]\d+E\d+", re.ASCII | re.IGNORECASE)
"""What a spreadsheet makes of a long number."""
ZEROS_AFTER_15 = re.compile(r"[0-9]{15}0+")
_SURELY_ROUNDED_FROM = 18

_DECIMAL = re.compile(r"[0-9]+\.[0-9]*")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_NUMERIC_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1(?:\d{4}|\d\d?)", re.ASCII)
_EXCEL_DATE = re.compile(rf"\d{{1,2}}-{_MONTH}(?:-\d\d(?:\d\d)?)?|{_MONTH}-\d\d", re.IGNORECASE)
"""What Excel shows of a number like 11-4 that it took for a date: 4-Nov, Nov-04, 4-Nov-26."""

_DIGIT = re.compile("[0-9]")
_LIST_MARK = re.compile(r"[,;|\n\r]| / ")
_LONGEST_GROUP = 8
"""Carriers print a number in groups of up to eight characters, such as `9400 1112 0620`."""


def fault_of(text: str, number: str) -> CellIssue | None:
    """Why a text (and the same without blanks) is refused as a tracking number, if it is."""
    refusals = (
        (is_placeholder(text) or not number.strip("0"), cell_issues.PLACEHOLDER),
        (SCIENTIFIC.fullmatch(number), cell_issues.TRACKING_ROUNDED_TEXT),
        (_holds_several(text, number), cell_issues.TRACKING_SEVERAL),
        (len(number) > LONGEST, cell_issues.TRACKING_TOO_LONG),
        (NOT_IN_NUMBERS.search(number), cell_issues.TRACKING_CHARACTERS),
        (not _DIGIT.search(number), cell_issues.TRACKING_NO_DIGIT),
        (_is_date(text), cell_issues.TRACKING_DATE),
        (_holds_words(text, number), cell_issues.TRACKING_WORDS),
        (_DECIMAL.fullmatch(number), cell_issues.TRACKING_DECIMAL),
        (_is_surely_rounded(number), cell_issues.TRACKING_ROUNDED_ZEROS),
    )
    return next((finding for holds, finding in refusals if holds), None)


def _is_surely_rounded(number: str) -> bool:
    return len(number) >= _SURELY_ROUNDED_FROM and bool(ZEROS_AFTER_15.fullmatch(number))


def _holds_several(text: str, number: str) -> bool:
    """Whether blanks or list marks part the text into numbers, rather than into printed groups."""
    listed = [piece for piece in _LIST_MARK.split(text) if _DIGIT.search(piece)]
    pieces = [piece for piece in text.replace("/", " ").split() if _DIGIT.search(piece)]
    if len(listed) > 1 or sum(len(piece) > _LONGEST_GROUP for piece in pieces) > 1:
        return True
    groups = [piece for piece in text.split() if _DIGIT.search(piece)]
    is_printed = max(map(len, groups), default=0) <= _LONGEST_GROUP
    return len(groups) > 1 and not is_printed and not is_recognisable(number)


def _holds_words(text: str, number: str) -> bool:
    """Whether a word stands beside the number, as in `Order 1234567` and `UPS 1Z…`.

    The letters of a number may stand apart too, as in `RR 123456789 GB`.
    """
    is_word = [not _DIGIT.search(piece) and any(map(str.isalpha, piece)) for piece in text.split()]
    return any(is_word) and not is_recognisable(number)


def _is_date(text: str) -> bool:
    if _EXCEL_DATE.fullmatch(text):
        return True
    written = written_date(text) if _NUMERIC_DATE.fullmatch(text) else None
    return written is not None and bool(written.moments())
