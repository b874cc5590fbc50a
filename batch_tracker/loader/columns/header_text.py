"""A header's text: its words in one spelling, and what only surrounds the name in it.

A header says more than a name: `1. Tracking No. (UPS/FedEx)*`, `Ship Date 发货日期 [UTC]`,
`Table1[PO Number]`. Numbering, hints, marks and a table's name come off; a second language stays
beside the first, for both must say the same.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from batch_tracker.loader.columns.header_hints import is_hint, is_trailing_hint

_MARKS = re.compile(r"\((?:m|o|s|es|required|mandatory|optional)\)", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NUMBER = frozenset({"no", "nr", "num", "nbr", "nmbr", "nos", "nrs", "numbers"})
_NUMBER |= frozenset({"numero", "numeros", "nummer", "nummern", "numer"})
_COMPOUND = re.compile(r"(?<=[a-z]{4})(?:nr|nummer)\Z")
"""A German word for a number: `Bestellnr.` is `Bestellnummer` is `Bestell-Nr.`."""
_SMALL = frozenset(
    {
        *("of", "the", "de", "du", "des", "d", "l", "la", "le", "les", "el", "los", "il"),
        *("di", "del", "dell", "della", "der", "die", "das", "dem", "den"),
    }
)
"""Words that do not count: `Numero de la guia` is `Numero guia`."""

_NUMBERING = re.compile(r"\s*(?:\(?\d{1,3}[.):]|\(?[A-Za-z]\))\s*(?=[^\W\d])")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|【([^【】]*)】|<([^<>]*)>")
_IN_TABLE = re.compile(r"(?:'[^']+'|[^\W\d]\w*)(?:\[+(?:#[^\]]*\],\s*\[)?)([^\[\]]+)\]+\s*")
_DOTTED = re.compile(r"(?:[^\W\d]\w*\.)+([^\W\d]\w*)")
_APART = re.compile(r"\s*[/|;]\s*|\s+[-\u2013\u2014]\s+")
_LINES = re.compile(rf"{_APART.pattern}|\s*[\r\n]+\s*")
_OTHER_SCRIPT = re.compile(r"[^\x00-\u024f\u1e00-\u1eff\u2000-\u206f\s]+")
_TRAILING = re.compile(r"(.+?)[\s:,\-\u2013]+([^\s:,\u2013]+)\s*", re.DOTALL)


class HeaderText(NamedTuple):
    """What a header says.

    `spellings` are the texts by which to look its name up, the fullest first. Each of `splits` is
    a way to part it into texts that may say the same in several languages. `hints` is what was
    taken off (`MM/DD/YYYY`, `UTC`, `Y/N`).
    """

    spellings: tuple[str, ...]
    splits: tuple[tuple[str, ...], ...]
    hints: tuple[str, ...]


_LONGEST = 1_000
"""Characters of a header that are looked at; normal forms of more can be huge."""


@lru_cache(maxsize=4096)
def words_of(header: str) -> tuple[str, ...]:
    """Return a header's words in one spelling: without accents, numbers of any kind `number`."""
    text = _MARKS.sub(" ", _unaccented(header[:_LONGEST])).replace("#", " no ")
    words = _WORD.findall(_HUMP.sub(" ", text).casefold())
    if len(words) > 1 and words[0] == "n":
        words[0] = "number"
    words = ["number" if word in _NUMBER else _COMPOUND.sub("number", word) for word in words]
    return tuple([word for word in words if word not in _SMALL] or words)


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=4096)
def normalise(header: str) -> str:
    """Return the header's words in one spelling, without blanks.

    `Tracking No.`, `TRACKING#`, `tracking_number*` and `trackingNumber` are all `trackingnumber`.
    """
    return "".join(words_of(header))


@lru_cache(maxsize=4096)
def header_text(header: str) -> HeaderText:
    """Take a header apart."""
    whole = unicodedata.normalize("NFKC", header[:_LONGEST]).strip()
    bare, hints = _without_hints(_NUMBERING.sub("", whole, count=1))
    names = [whole, bare]
    if table := _IN_TABLE.fullmatch(bare) or _DOTTED.fullmatch(bare):
        names.append(table[1])
    parted = _by_script(bare)
    splits = [tuple(filter(normalise, apart.split(parted))) for apart in (_APART, _LINES)]
    several = dict.fromkeys(split for split in splits if len(split) > 1)
    return HeaderText(tuple(dict.fromkeys(names)), tuple(several), hints)


def is_foreign(text: str) -> bool:
    """Whether a text is in another script than the Latin one."""
    return bool(_OTHER_SCRIPT.search(text))


def _without_hints(text: str) -> tuple[str, tuple[str, ...]]:
    hints = []
    for found in reversed(list(_BRACKETS.finditer(text))):
        inner = next(group for group in found.groups() if group is not None)
        if is_hint(inner):
            hints.append(inner.strip())
            text = f"{text[: found.start()]} {text[found.end() :]}"
    while (last := _TRAILING.fullmatch(text)) and is_trailing_hint(last[2]):
        hints.append(last[2].strip())
        text = last[1]
    return text.strip(), tuple(hints)


def _by_script(text: str) -> str:
    """Part the scripts of a bilingual header, and take its second language out of brackets."""

    def unbracketed(found: re.Match[str]) -> str:
        inner = next(group for group in found.groups() if group is not None)
        return f" | {inner} "

    text = _BRACKETS.sub(unbracketed, text)
    return _OTHER_SCRIPT.sub(lambda found: f" | {found[0]} | ", text)
