"""What a text says of a shipment's status: that it does not count, is not on its way, or is."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from batch_tracker.loader.values import status_words
from batch_tracker.loader.values.status_words import any_of, phrases


class Status(StrEnum):
    """What a text says against sending a shipment. UNCLEAR may mean it, or not."""

    VOID = "void"
    NOT_SHIPPED = "not shipped"
    UNCLEAR = "unclear"


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[\W_]+")
_ACCENT = re.compile(r"[\u0300-\u036f]")

_PATTERNS = {
    Status.VOID: re.compile(any_of(*status_words.VOID)),
    Status.NOT_SHIPPED: re.compile(any_of(*status_words.NOT_SHIPPED)),
    Status.UNCLEAR: re.compile(any_of(*status_words.UNCLEAR)),
}
_ALONE = re.compile(any_of(*status_words.UNCLEAR_ALONE))
_SHIPPED = re.compile(any_of(*status_words.SHIPPED))
_AFFIRMING = re.compile(
    rf"(?:(?:{any_of(status_words.BEFORE_AFFIRMING)}) ?)*(?:{any_of(*status_words.AFFIRMING)})"
    rf"(?: ?(?:{any_of(status_words.BEHIND_AFFIRMING)}))*"
)
_DENIED = re.compile(
    rf"{any_of(*status_words.HARMLESS)}"
    rf"|(?:{any_of(status_words.NEGATIONS)}) (?:been |be |yet |any )?"
    rf"(?:{any_of(*status_words.VOID, *status_words.DENIABLE)})"
    rf"|(?:{any_of(*status_words.VOID, *status_words.NOT_SHIPPED)})"
    rf" (?:{any_of(status_words.DENIALS)})$"
)
_AROUND = re.compile(rf"{any_of(*status_words.AROUND)}|[0-9]+")
_STARTS = frozenset(
    phrase.rstrip("*").split()[0][:4]
    for phrase in phrases(
        *status_words.VOID,
        *status_words.NOT_SHIPPED,
        *status_words.UNCLEAR,
        *status_words.UNCLEAR_ALONE,
    )
    if phrase.isascii()
)
"""How the words begin that may say something: few texts hold one, and the patterns are slow."""
_YES, _NO = frozenset(phrases(*status_words.YES)), frozenset(phrases(*status_words.NO))
_NOTHING_VOID = frozenset(phrases(*status_words.NOTHING_VOID))
_WORD_IN_NUMBER = re.compile(r"[A-Za-z]{4,}")


@lru_cache(maxsize=8192)
def status_in(text: str) -> Status | None:
    """Return what any words of a text say against sending; None where none do.

    `Label voided 11/20` says VOID; `not void`, `Voided: 0` and `return receipt` say nothing. A new
    order is not on its way yet, but New York is no status: such a word counts alone.
    """
    words = _telling_words(text)
    bare = " ".join(_AROUND.sub(" ", words).split())
    is_state = any(map(_ALONE.fullmatch, (words, bare)))
    return Status.UNCLEAR if is_state else _said(words)


@lru_cache(maxsize=8192)
def status_alone(text: str) -> Status | None:
    """Return what a text says against sending where it says nothing else: `***VOID***`.

    A word that counts only in a status column, such as `new`, says nothing.
    """
    words = _telling_words(text)
    status = _said(words)
    if status is None:
        return None
    for pattern in (*_PATTERNS.values(), _ALONE, _AROUND):
        words = pattern.sub(" ", words)
    return None if words.strip() else status


def _telling_words(text: str) -> str:
    """Return a text's words but for what is denied in it; none where nothing can be said."""
    words = words_of(text)
    if words.isascii() and _STARTS.isdisjoint(word[:4] for word in words.split()):
        return ""
    return _DENIED.sub(" ", words).strip()


def _said(words: str) -> Status | None:
    return next((each for each, pattern in _PATTERNS.items() if pattern.search(words)), None)


def affirms(header: str) -> bool:
    """Whether a no below the header says that the shipment is not on its way: `Shipped?`."""
    return bool(_AFFIRMING.fullmatch(words_of(header)))


def says_shipped(text: str) -> bool:
    """Whether a text says that something is on its way, and nothing against that."""
    return status_in(text) is None and bool(_SHIPPED.search(words_of(text)))


def says_yes(text: str) -> bool:
    """Whether a text is a yes: `Y`, `TRUE`, `x`, `Sí`, `是`, a tick."""
    return text.strip() in _YES or words_of(text) in _YES


def says_no(text: str) -> bool:
    """Whether a text is a no: `N`, `false`, `0`, `Nein`, `否`, an empty box."""
    return text.strip() in _NO or words_of(text) in _NO


def says_not_void(text: str) -> bool:
    """Whether a text is a no, or what a void flag has for one: `Active`, `none`, `-`."""
    return says_no(text) or text.strip() in _NOTHING_VOID or words_of(text) in _NOTHING_VOID


def status_in_number(number: str) -> Status | None:
    """Return what is written into or beside a number: `VOID-9400…`, `7718…VOID`."""
    found = map(status_alone, _WORD_IN_NUMBER.findall(number))
    return next((status for status in found if status), None)


_LONGEST = 5_000
"""Letters of a cell that are looked at; normal forms of more can be huge."""


def words_of(text: str) -> str:
    """Return the words of a text in small letters, without accents, a blank between them.

    Words run together by capitals alone (`notShipped`) are parted.
    """
    text = text[:_LONGEST]
    apart = text if " " in text else _HUMP.sub(" ", text)
    if not apart.isascii():
        bare = _ACCENT.sub("", unicodedata.normalize("NFKD", apart))
        apart = unicodedata.normalize("NFC", bare)
    return _NO_WORD.sub(" ", apart.casefold()).strip()
