"""Why a text is refused as a carrier: it is something else that got into the carrier's column."""

import re

from batch_tracker.loader.values import cell_issues
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
        (lambda: len(name) > LONGEST, cell_issues.CARRIER_TOO_LONG),
        (lambda: not any(map(str.isalpha, name)), cell_issues.CARRIER_NO_LETTER),
        (lambda: '"' in name, cell_issues.CARRIER_QUOTE),
        (lambda: folded in _TRUTH_VALUES, cell_issues.CARRIER_TRUTH_VALUE),
        (lambda: _ELSEWHERE.fullmatch(folded), cell_issues.CARRIER_ELSEWHERE),
        (lambda: _ADDRESS.search(folded), cell_issues.CARRIER_ADDRESS),
        (lambda: _is_date(name), cell_issues.CARRIER_DATE),
        (lambda: _is_number(name), cell_issues.CARRIER_IS_NUMBER),
        (lambda: _holds_number(name), cell_issues.CARRIER_WITH_NUMBER),
    )
    return next((issue for holds, issue in refusals if holds()), None)


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
