"""What a workbook's number format puts on the screen, where that is not simply the number.

A format can show text and digits that the cell does not hold: `"PO-"0` shows 12345 as PO-12345,
and `"99999"` shows any number as 99999. (Format codes: ECMA-376 part 1, section 18.8.31.)
"""

import re
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<end>;)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_COLOUR = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|\$-[0-9A-F]+)", re.IGNORECASE
)
_PLAIN = re.compile(r"[#0?](?:[#0?,]*[#0?])?(?:\.[#0?]*)?|[G@]")
_ZEROS = re.compile(r"(0{2,100})(?:;.*)?", re.DOTALL)
_BARE_TEXT = frozenset(" $-+/():!^&'~{}<>=€£¥")


class _Part(NamedTuple):
    """One step of a format: a place for digits (`#`, `0`, `?`, `G` for all) or text shown as is."""

    text: str
    literal: bool


def zero_width(number_format: str) -> int:
    """How many digits a format of zeros only always shows; 0 for any other format."""
    zeros = _ZEROS.fullmatch(number_format)
    return len(zeros[1]) if zeros else 0


def with_zeros(number_format: str, digits: str) -> str:
    """The digits with the zeros in front that the format shows, whatever parts them into groups.

    Only a format of nothing but zeros says so: `0000 0000` does, `# 000` and `"PO-"0000` do not.
    """
    parts = _parts(number_format) or ()
    places = [part.text for part in parts if not part.literal]
    marks = {part.text for part in parts if part.literal}
    is_zeros = len(places) > 1 and set(places) == {"0"} and marks <= {" ", "-"}
    return digits.zfill(len(places)) if is_zeros else digits


def shown_otherwise(number_format: str, digits: str) -> str:
    """What the screen shows for a whole number of these digits; "" where it is just the number.

    Thousands marks, decimals and zeros in front count as just the number.
    """
    parts = _parts(number_format)
    if parts is None:
        return f"it through the number format {number_format!r}"
    if parts and not any(part.literal for part in parts):
        return ""
    return repr(_render(parts, digits))


def embellishes(number_format: str) -> bool:
    """Whether the format shows a text cell as more, or less, than its text, as `"1Z"@` does.

    The fourth section is for text; one section alone is for text too if it has an `@`.
    """
    sections: list[list[_Part | None]] = [[]]
    for token in _TOKEN.finditer(number_format):
        if token["end"]:
            sections.append([])
        else:
            sections[-1].append(_part(token))
    if len(sections) == 4:  # noqa: PLR2004 - positive, negative, zero, text
        section = sections[3]
    elif len(sections) == 1 and _Part("@", literal=False) in sections[0]:
        section = sections[0]
    else:
        return False
    return "".join(part.text if part else "" for part in section).strip() not in {"@", "G"}


@lru_cache(maxsize=256)
def _parts(number_format: str) -> tuple[_Part, ...] | None:
    """The format for positive numbers, or None where what it shows is not worked out here."""
    section = takewhile(lambda token: not token["end"], _TOKEN.finditer(number_format or "General"))
    parts = [_part(token) for token in section]
    shown = tuple(part for part in parts if part and part.text)
    return None if None in parts or not _is_worked_out(shown) else shown


def _is_worked_out(parts: tuple[_Part, ...]) -> bool:
    """Whether the number's digits only have to be dealt out over the places.

    Thousands marks and decimals beside a text move with the number's size.
    """
    places = "".join(part.text for part in parts if not part.literal)
    has_text = any(part.literal for part in parts)
    if has_text and not set(places).isdisjoint(",."):
        return False
    return not places or bool(_PLAIN.fullmatch(places))


def _part(token: re.Match[str]) -> _Part | None:
    other, bracket = token["other"], token["bracket"]
    if other is not None:
        literal = other in _BARE_TEXT
        return _Part(other, literal) if literal or other in "#0?,.@" else None
    if bracket is not None:
        return _Part("", literal=True) if _COLOUR.fullmatch(bracket) else None
    if token["general"]:
        return _Part("G", literal=False)
    return _Part(token["quoted"] or token["escaped"] or "", literal=True)


def _render(parts: tuple[_Part, ...], digits: str) -> str:
    """The digits dealt out from the right; the leftmost place takes all that are left."""
    places = sum(not part.literal for part in parts)
    shown: list[str] = []
    for part in reversed(parts):
        if part.literal:
            shown.append(part.text)
            continue
        places -= 1
        taken = digits[-1:] if places else digits
        digits = digits.removesuffix(taken)
        shown.append(taken or part.text.strip("#?G@"))
    return "".join(reversed(shown))
