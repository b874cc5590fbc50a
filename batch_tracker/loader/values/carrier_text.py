"""Why a text is refused as a carrier: it is something else that got into the carrier's column."""

import re

from batch_tracker.loader.values import carrier_issues
from batch_tracker.loader.values.carrier_names import canonical_carrier
from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.loader.values.date_text import written_date
from batch_tracker.loader.values.tracking import is_recognisable
from batch_tracker.loader.values.tracking_text import is_scientific

LONGEST = 50
"""A limit of our own: Sellercloud documents none, and a longer text is a misplaced one."""

_TRUTH_VALUES = frozenset(
    {
        *("true", "false", "yes", "no", "y", "n", "t", "f", "on", "off", "wahr", "falsch"),
        *("ja", "nein", "oui", "non", "vrai", "faux", "sí", "si", "verdadero", "falso", "vero"),
        *("sim", "não", "是", "否"),
    }
)
_MOST_DIGITS = 5
"""Digits in a name: `FedEx First Overnight 8:30`, `UPS 2nd Day Air 10:30`."""
_WORDS = re.compile(r"[^\s,;:#()/|]+")
_ELSEWHERE = re.compile(
    r"(?:see|as|refer to|cf\.?|siehe|voir|ver)\s+(?:above|below|tracking|note|notes|remark|remarks"
    r"|comment|comments|attached|attachment|invoice|file|sheet|list|column|other|oben|unten)\b.*"
)
_SAME = re.compile(
    r"same(?: as (?:above|before|previous|last))?|ditto|idem|dito|wie oben|igual|various|multiple"
    r"|mixed|several|varios|diverse|divers|vari|同上|多个"
)
"""What means another row's carrier, or more than one."""
_CODE = re.compile(
    r"[{}<>]|[$%][A-Za-z_]+|%\w+%|\?{2,}|(?<=\w)\?\Z|array|object|(?:system|java)\.\w.*|column ?\d+"
    r"|error(?: \d+)?",
    re.IGNORECASE,
)
"""What a program or a lost character has left: `{carrier}`, `<b>UPS</b>`, `???? Post`."""
_OR = re.compile(r"/|,|;|\||\bor\b", re.IGNORECASE)
_MEASURE = re.compile(r"[0-9]+(?:[.,][0-9]+)? ?(?:lbs?|kgs?|oz|pcs|pieces|ctns?|pallets?)")
_STREETS = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|highway|hwy|parkway"
    "|pkwy|suite|ste|apt|unit|plaza|terrace|square"
)
_ADDRESS = re.compile(
    r"\S@\S|\b(?:https?|ftp)://|\bwww\."
    rf"|\b[0-9]{{1,5}}[a-z]? (?:[\w.'-]+ ){{1,4}}(?:{_STREETS})\b"
    r"|\bp\.? ?o\.? box\b|\w{3,}(?:straße|strasse|str\.) ?[0-9]|\b[a-z]{2}[ ,]+[0-9]{5}\b"
)


def fault_of(name: str) -> CellIssue | None:
    """Why a name, its blanks made single, is refused as a carrier's, if it is."""
    folded = name.casefold()
    refusals = (
        (lambda: len(name) > LONGEST, carrier_issues.CARRIER_TOO_LONG),
        (lambda: not any(map(str.isalpha, name)), carrier_issues.CARRIER_NO_LETTER),
        (lambda: '"' in name, carrier_issues.CARRIER_QUOTE),
        (lambda: folded in _TRUTH_VALUES, carrier_issues.CARRIER_TRUTH_VALUE),
        (
            lambda: _ELSEWHERE.fullmatch(folded) or _SAME.fullmatch(folded),
            carrier_issues.CARRIER_ELSEWHERE,
        ),
        (lambda: is_code(name), carrier_issues.CARRIER_CODE),
        (lambda: _names_several(name), carrier_issues.CARRIER_SEVERAL),
        (lambda: misread(name) is not None, carrier_issues.CARRIER_MISREAD),
        (lambda: _MEASURE.fullmatch(folded), carrier_issues.CARRIER_WITH_NUMBER),
        (lambda: _ADDRESS.search(folded), carrier_issues.CARRIER_ADDRESS),
        (lambda: _is_date(name), carrier_issues.CARRIER_DATE),
        (lambda: _is_number(name), carrier_issues.CARRIER_IS_NUMBER),
        (lambda: _holds_number(name), carrier_issues.CARRIER_WITH_NUMBER),
    )
    return next((issue for holds, issue in refusals if holds()), None)


def is_code(name: str) -> bool:
    """Whether a name holds what only a program writes, or marks for characters that were lost."""
    in_name = _CODE.search(name)
    return in_name is not None and (
        not in_name[0][0].isalpha() or _CODE.fullmatch(name) is not None
    )


def misread(name: str) -> str | None:
    """Return what a name was before its UTF-8 was read as Windows-1252, if so: `CafÃ©`."""
    if name.isascii():
        return None
    try:
        meant = name.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return meant if meant != name else None


def _names_several(name: str) -> bool:
    """Whether a cell leaves open which of two known carriers it was: `UPS/FedEx`."""
    parts = _OR.split(name)
    named = {canonical_carrier(part) for part in parts} if len(parts) > 1 else set()
    return len(named) > 1 and None not in named


def _is_date(name: str) -> bool:
    try:
        return written_date(name) is not None
    except ValueError:
        return False


def _is_number(name: str) -> bool:
    return is_recognisable(name) or is_scientific(name)


def _holds_number(name: str) -> bool:
    if sum(map(str.isdigit, name)) > _MOST_DIGITS:
        return True
    words = (word for word in _WORDS.findall(name) if len(word) >= len("1Z9999999"))
    return any(map(is_recognisable, words))
