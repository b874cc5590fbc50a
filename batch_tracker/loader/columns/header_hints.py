"""Hints that stand beside a header's name: how its values are written, not what they are."""

import re

from batch_tracker.loader.values.carrier_names import canonical_carrier
from batch_tracker.loader.values.status_text import says_not_void, says_yes
from batch_tracker.settings.profile import DateOrder

_DATE = re.compile(
    r"(?P<first>[a-z]+)(?P<gap>[./\-\s]?)(?P<second>[a-z]+)(?P=gap)(?P<third>[a-z]+)"
    r"(?:[t,\s]*h{1,2}:m{2}(?::s{2})?(?:\.\d+|\.s+)?\s*(?:am/pm|a|tt|z)?)?"
)
_COMPACT = re.compile(r"(y{4}|y{2})(m{2})(d{2})|(m{2})(d{2})(y{4}|y{2})|(d{2})(m{2})(y{4}|y{2})")
_PARTS = {"d": "d", "t": "d", "g": "d", "m": "m", "y": "y", "a": "y"}
"""Letters for day, month and year: English, German (TT.MM.JJJJ), Italian, French, Spanish."""
_MONTH_NAME = re.compile(r"\bmon(?:th)?\b")
_YEAR_IN_FULL = 4

_ZONES = {
    **dict.fromkeys(("utc", "gmt", "z", "zulu"), "UTC"),
    **dict.fromkeys(("est", "edt", "et", "eastern", "eastern time"), "America/New_York"),
    **dict.fromkeys(("cdt", "ct", "central time"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mountain time"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific", "pacific time"), "America/Los_Angeles"),
    **dict.fromkeys(("cet", "cest", "mez", "mesz"), "Europe/Berlin"),
}
"""Zones by the names that headers use. CST is not here: it is China's, too."""

_OTHER_ANSWERS = frozenset({"v", "blank", "empty"})
"""What a list of yes and no has besides them: `V/F`, `X or blank`."""
_UNITS = re.compile(
    r"kgs?|gr?|grams|lbs?|pounds|oz|ounces|cm|mm|m|in|inch|inches|ft|feet|cbm|m3|cuft|usd|eur|gbp"
    r"|cad|aud|cny|rmb|[$€£¥%]|pcs|pieces|ctns?|ea|each|days|hours|min|公斤|千克|克|元|件"
)
_TYPES = re.compile(
    r"(?:m|o|s|es|req(?:uired)?|mandatory|opt(?:ional)?|if (?:any|available|applicable|known)"
    r"|pflichtfeld|pflicht|obligatorio|obligatoire|obbligatorio|facultatif|opcional|必填|选填|可选"
    r"|text|number|numeric|string|date|time|datetime|alphanumeric|integer|int|(?:var)?char(?:\(\d+\))?"
    r"|local(?: time)?|sellercloud"
    r"|(?:no|without|ohne|sin|sans|senza)(?: (?:spaces?|blanks?|dashes|leerzeichen|espacios|espaces"
    r"|spazi))|(?:digits|numbers|letters|text|numeric) only|only (?:digits|numbers)|as text"
    r"|(?:do not|don't) (?:edit|change|modify)|read[- ]only|see (?:notes?|legend|below)"
    r"|(?:max\.?|up to|at most)?\s*\d+\s*(?:char(?:acter)?s?|digits?|zeichen)?(?: max)?)"
)
_EXAMPLE = re.compile(
    r"(?:e\.?g\.?|i\.?e\.?|ex\.?|example|format|as|like|such as|z\. ?b\.|p\. ?ej\.|per es\.)"
    r"[\s:]+(.*)",
    re.DOTALL,
)
_TRAILING_UNITS = frozenset({"kg", "kgs", "lb", "lbs", "oz", "cm", "usd", "eur", "utc", "gmt"})
_AND_SO_ON = frozenset({"", "etc", "etc.", "other", "…", "..."})
_LISTED = re.compile(r"\s*(?:[/|,;=]|\bor\b|\boder\b|\bou\b)\s*")


def is_hint(text: str) -> bool:
    """Whether a text in brackets only says how the column's values are written."""
    text = " ".join(text.casefold().split())
    if not text or text in _ZONES or _UNITS.fullmatch(text):
        return True
    if _TYPES.fullmatch(text) or _EXAMPLE.fullmatch(text):
        return True
    return _date_parts(text) is not None or _lists(text)


def is_trailing_hint(word: str) -> bool:
    """Whether a header's last word, without brackets, is such a hint."""
    word = word.casefold().strip("()[]")
    is_list = "/" in word and _lists(word)
    return word in _TRAILING_UNITS or is_list or _date_parts(word) is not None


def date_order_of(hints: tuple[str, ...]) -> DateOrder | None:
    """Return the order of day, month and year that a date format among the hints tells.

    None, too, for a year of four digits in front: such a date can't be misread.
    """
    for hint in hints:
        text = hint.casefold()
        if example := _EXAMPLE.fullmatch(text):
            text = example[1]
        parts = _date_parts(" ".join(text.split()))
        if parts and len(parts[0]) < _YEAR_IN_FULL:
            return _ORDERS[_roles(parts)]
    return None


def zone_of(hints: tuple[str, ...]) -> str | None:
    """Return the IANA zone that the hints name, if any."""
    return next((_ZONES[hint.casefold()] for hint in hints if hint.casefold() in _ZONES), None)


_ORDERS: dict[str, DateOrder] = {"mdy": "mdy", "dmy": "dmy", "ymd": "ymd"}


def _date_parts(text: str) -> tuple[str, str, str] | None:
    """Return the three parts of a date format such as `mm/dd/yyyy`, if the text is one."""
    text = _MONTH_NAME.sub("mmm", text)
    if compact := _COMPACT.fullmatch(text):
        first, second, third = (group for group in compact.groups() if group)
        return first, second, third
    if not (found := _DATE.fullmatch(text)):
        return None
    parts = found["first"], found["second"], found["third"]
    is_one_letter = all(len(set(part)) == 1 and len(part) <= _YEAR_IN_FULL for part in parts)
    return parts if is_one_letter and _roles(parts) in _ORDERS else None


def _roles(parts: tuple[str, ...]) -> str:
    """Return which part is the day, the month and the year; a J is a French day or German year."""
    known = [_PARTS.get(part[0], "") for part in parts]
    left = "d" if "y" in known else "y"
    return "".join(
        role or (left if part[0] == "j" else "?") for role, part in zip(known, parts, strict=True)
    )


def _lists(text: str) -> bool:
    """Whether the text lists what the cells may hold: yes and no, or carriers."""
    parts = [part for part in _LISTED.split(text) if part not in _AND_SO_ON]
    if len(parts) > 1 and all(map(_is_answer, parts)):
        return True
    return bool(parts) and all(map(canonical_carrier, parts))


def _is_answer(text: str) -> bool:
    return text in _OTHER_ANSWERS or says_yes(text) or says_not_void(text)
