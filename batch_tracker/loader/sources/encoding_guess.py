"""Which encodings a text can be in that does not say so, and what it says by each.

Bytes fit many encodings: `Česká pošta` of a Czech Windows reads `Èeská pošta` in a western one. So
values that would be sent are read by all that a person could have meant; where they differ, the
person is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise

from batch_tracker.errors import SourceRefused

NAMES = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
    "mac_roman": "MacRoman",
    "koi8_r": "KOI8-R",
    "gb18030": "GBK",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
}
"""What exports are written in today, by Python's name, and as people call it."""
_CONSOLE = {"cp850": "DOS 850", "cp437": "DOS 437", "cp866": "DOS 866"}
"""What only old programs write: thought of where nothing else fits."""
_MOST_VALUES = 500
_MOST_READINGS = 4
_MOST_ODD = 0.2
"""Share of odd words from which on a reading is taken for a wrong one."""
_MESS = 0.2
"""charset-normalizer's own measure, and its default."""

_WORD = re.compile(r"[^\s!-&(-,./:-@\[-`{-~]+")
_PUNCTUATION = frozenset("\u2018\u2019\u201c\u201d\u2013\u2014\xae\u2122\xa9")
"""Quotes, dashes and trade marks."""
_ONE_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "FULLWIDTH": "CJK", "IDEOGRAPHIC": "CJK"}


def readings(data: bytes) -> dict[str, str]:
    """What the bytes say by each encoding in which they look like words; likeliest first."""
    return _sensible(data, list(NAMES)) or _sensible(data, list(_CONSOLE))


def _sensible(data: bytes, codecs: list[str]) -> dict[str, str]:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 10 MB that few files need

    matches = from_bytes(data, cp_isolation=codecs, threshold=_MESS, enable_fallback=False)
    fitting = dict.fromkeys(codec for match in matches for codec in match.could_be_from_charset)
    found = _decoded(data, [codec for codec in fitting if codec in codecs] or codecs)
    return {codec: text for codec, text in found.items() if not _is_odd(text)}


def _decoded(data: bytes, codecs: Iterable[str]) -> dict[str, str]:
    found = {}
    for codec in codecs:
        with suppress(UnicodeDecodeError):
            found[codec] = data.decode(codec)
    return found


def _is_odd(text: str) -> bool:
    """Whether words look as they do when they are read by a wrong encoding."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_is_odd_word, words)) > _MOST_ODD * len(words)


def _is_odd_word(word: str) -> bool:
    foreign = [letter for letter in word if not letter.isascii() and letter not in _PUNCTUATION]
    if not all(map(str.isalpha, foreign)):
        return True
    scripts = {_script(letter) for letter in foreign}
    ascii_beside = any(letter.isascii() and letter.isalnum() for letter in word)
    if len(scripts) > 1 or "HALFWIDTH" in scripts:
        return True
    if scripts and scripts != {"LATIN"}:
        return ascii_beside and "CJK" not in scripts
    return any(map(str.isdigit, word)) or any(_turns_upper(*pair) for pair in pairwise(word))


def _turns_upper(left: str, right: str) -> bool:
    """Whether a capital follows a small letter, one of them beyond ASCII: `CafÈ`."""
    return left.islower() and right.isupper() and not (left + right).isascii()


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "?").split()[0].split("-")[0]
    return _ONE_SCRIPT.get(first, first)


class EncodingGuess:
    """The values that were read by a guessed encoding and would be sent."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._values: dict[str, None] = {}

    def see(self, values: Iterable[str | None]) -> None:
        """Take in values of rows that would be sent."""
        for value in values:
            if value and not value.isascii() and len(self._values) < _MOST_VALUES:
                self._values[value] = None

    def confirm(self) -> None:
        """Say, when every row has been read, that no other encoding gives other values.

        Raises:
            SourceRefused: one does.
        """
        if not self._values:
            return
        own = "\n".join(self._values)
        found = readings(own.encode(self._codec))
        if set(found.values()) == {own}:
            return
        ours = {self._codec: own}
        raise self._question(ours | found if self._codec in found else found | ours)

    def _question(self, found: dict[str, str]) -> SourceRefused:
        shown = dict(self._different(found))
        names = NAMES | _CONSOLE
        said = "; ".join(f"{text!r} in {names[codec]}" for codec, text in shown.items())
        example = next(iter(shown))
        return SourceRefused(
            "the file is not UTF-8, its encoding is not known, and a value to send "
            f"depends on it: {said}.",
            hint=f"Give the encoding, such as --encoding {example} for {names[example]} "
            "(encoding in a profile). Or save the file as CSV UTF-8.",
        )

    @staticmethod
    def _different(found: dict[str, str]) -> Iterator[tuple[str, str]]:
        """The first value that is not read alike, by each encoding that reads it in its own way."""
        columns = zip(*(text.split("\n") for text in found.values()), strict=True)
        values = next(each for each in columns if len(set(each)) > 1 or len(found) == 1)
        seen: set[str] = set()
        for codec, value in zip(found, values, strict=True):
            if value not in seen and len(seen) < _MOST_READINGS:
                seen.add(value)
                yield codec, value
