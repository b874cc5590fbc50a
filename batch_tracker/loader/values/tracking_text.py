"""Why a text is refused as a tracking number: it is damaged, is more than one number, or is none.

Nothing is picked out of a text: a word or a second number beside the first, once glued to it, would
be sent as a number that no carrier has.
"""

import re

from batch_tracker.loader.values import cell_issues
from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.loader.values.date_text import written_date
from batch_tracker.loader.values.no_value import is_placeholder
from batch_tracker.loader.values.rounding import LONG, NEARLY_SURE, chance
from batch_tracker.loader.values.tracking import has_prefix, is_recognisable

LONGEST = 100
"""A limit of our own: Sellercloud documents none, and a longer text is a misplaced one."""
_SOUND = re.compile(
    r"(?![0-9]{15}0+\Z)(?!0+\Z)(?=[A-Za-z]*[0-9])"
    rf"[A-Za-z0-9]{{1,{LONGEST}}}"
)
NOT_IN_NUMBERS = re.compile(r"[^A-Za-z0-9./_-]")

_SCIENTIFIC = re.compile(r"[+-]?([0-9]{1,17})([.,][0-9]{0,17})?E(\+?)([0-9]{1,3})", re.IGNORECASE)
_FEWEST_DIGITS, _MOST_DIGITS = 7, 40
"""Of a number that is written with an exponent; more or fewer are a number with an E in it."""
ZEROS_AFTER_15 = re.compile(r"[0-9]{15}0+")
_SURELY_ROUNDED_FROM = 18

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]*|,[0-9]{1,2})")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'\u2019])[0-9]{3})(?:\1[0-9]{3})+")
"""Thousands marks. A number with one mark alone is no amount of a spreadsheet's."""
_PIECE = re.compile(
    r"([A-Za-z0-9]{8,})(?:[/_][0-9]{1,3}|\(?[0-9]{1,3}(?:/|of)[0-9]{1,3}\)?|\([0-9]{1,3}\)"
    r"|([-.][0-9]{1,3}))",
    re.IGNORECASE,
)
"""A number and which of several pieces it is: `…/2`, `… (1/2)`, `… 1 of 2`, `…-1`."""
_LONG_DIGITS = 12
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_NUMERIC_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1(?:\d{4}|\d\d?)", re.ASCII)
_EXCEL_DATE = re.compile(rf"\d{{1,2}}-{_MONTH}(?:-\d\d(?:\d\d)?)?|{_MONTH}-\d\d", re.IGNORECASE)
"""What Excel shows of a number like 11-4 that it took for a date: 4-Nov, Nov-04, 4-Nov-26."""

_DIGIT = re.compile("[0-9]")
_LIST_MARK = re.compile(r"[,;|\n\r]| / ")
_LONGEST_GROUP = 8
"""Carriers print a number in groups of up to eight characters, such as `9400 1112 0620`."""


def is_scientific(number: str) -> bool:
    """Whether this is how a spreadsheet or a program shortens a long number: `9.4E+21`, `94E20`."""
    match = _SCIENTIFIC.fullmatch(number)
    if match is None:
        return False
    whole, decimals, sign, exponent = match.groups()
    return bool(decimals or sign) or (_FEWEST_DIGITS <= len(whole) + int(exponent) <= _MOST_DIGITS)


def is_sound(text: str) -> bool:
    """Whether a text is letters and digits alone, and has none of the faults below."""
    if not _SOUND.fullmatch(text) or (("E" in text or "e" in text) and is_scientific(text)):
        return False
    if len(text) < LONG:
        return True
    if text.isdigit() and chance(text) <= NEARLY_SURE:
        return False
    return len(text) < 2 * _LONG_DIGITS or not _is_glued(text)


def fault_of(text: str, number: str) -> CellIssue | None:
    """Why a text (and the same without blanks) is refused as a tracking number, if it is."""
    refusals = (
        (lambda: is_placeholder(text) or not number.strip("0"), cell_issues.PLACEHOLDER),
        (lambda: is_scientific(number), cell_issues.TRACKING_ROUNDED_TEXT),
        (lambda: _GROUPED.fullmatch(text), cell_issues.TRACKING_GROUPED),
        (lambda: _DECIMAL.fullmatch(number), cell_issues.TRACKING_DECIMAL),
        (lambda: _names_a_piece(number), cell_issues.TRACKING_PIECE),
        (lambda: _holds_several(text, number), cell_issues.TRACKING_SEVERAL),
        (lambda: len(number) > LONGEST, cell_issues.TRACKING_TOO_LONG),
        (lambda: NOT_IN_NUMBERS.search(number), cell_issues.TRACKING_CHARACTERS),
        (lambda: not _DIGIT.search(number), cell_issues.TRACKING_NO_DIGIT),
        (lambda: _is_date(text), cell_issues.TRACKING_DATE),
        (lambda: _holds_words(text, number), cell_issues.TRACKING_WORDS),
        (lambda: not (number[0] + number[-1]).isalnum(), cell_issues.TRACKING_ENDS),
        (lambda: _is_surely_rounded(number), cell_issues.TRACKING_ROUNDED_ZEROS),
        (lambda: chance(number) <= NEARLY_SURE, cell_issues.TRACKING_ROUNDED_DOUBLE),
    )
    return next((issue for holds, issue in refusals if holds()), None)


def _names_a_piece(number: str) -> bool:
    """Whether a mark and a small number follow a number that is one by itself.

    Freight carriers end their own numbers so (`123456789-1`), which is why `-1` and `.1` count
    only after a number with a prefix, or as long as a parcel's.
    """
    match = _PIECE.fullmatch(number)
    if match is None or is_recognisable(number):
        return False
    whole, suffix = match.groups()
    return suffix is None or has_prefix(whole) or (whole.isdigit() and len(whole) >= _LONG_DIGITS)


def _is_surely_rounded(number: str) -> bool:
    return len(number) >= _SURELY_ROUNDED_FROM and bool(ZEROS_AFTER_15.fullmatch(number))


def _holds_several(text: str, number: str) -> bool:
    """Whether blanks or list marks part the text into numbers, rather than into printed groups."""
    listed = [piece for piece in _LIST_MARK.split(text) if _DIGIT.search(piece)]
    pieces = [piece for piece in text.replace("/", " ").split() if _DIGIT.search(piece)]
    if len(listed) > 1 or sum(len(piece) > _LONGEST_GROUP for piece in pieces) > 1:
        return True
    if _is_glued(number):
        return True
    groups = [piece for piece in text.split() if _DIGIT.search(piece)]
    is_printed = max(map(len, groups), default=0) <= _LONGEST_GROUP
    return len(groups) > 1 and not is_printed and not is_recognisable(number)


def _is_glued(number: str) -> bool:
    """Whether two numbers, each with a prefix of its own, stand side by side without a blank."""
    if len(number) < 2 * _LONG_DIGITS or has_prefix(number):
        return False
    places = range(_LONG_DIGITS, min(len(number) - _LONG_DIGITS, LONGEST) + 1)
    return any(has_prefix(number[:at]) and has_prefix(number[at:]) for at in places)


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
