"""In which encoding a text file is written, checked over the whole file before a row is used.

Guessing from the first lines would meet the one accented name in row 90,000 with half of the
rows already handed on. The check reads a block at a time: memory stays flat.
"""

import codecs
import io
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.encoding_guess import NAMES, readings

MAX_LINE = 2 << 20
"""Characters of one line: a row of 1,000 columns of 500 characters takes half a million."""
_BLOCK = 1 << 20
_SAMPLE = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HINT = "Save it in Excel as CSV UTF-8, or name its encoding with --encoding."
_MOST_TOLD = 64 << 10
"""Bytes of lines beyond ASCII by which an encoding is guessed."""
_FEWEST_TELLING = 4
"""Bytes beyond ASCII from which on they tell more than that they fit."""
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]+")


class Encoding(NamedTuple):
    """A codec's name, and what to tell a person about the choice ("" if nothing).

    `errors` is what to do about bytes that do not fit; `is_guess` says that others fit as well.
    """

    codec: str
    note: str = ""
    errors: str = "strict"
    is_guess: bool = False


class _Undecodable(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def find_encoding(path: Path, wanted: str | None) -> Encoding:
    """The encoding: as wanted, by its byte order mark, UTF-8, or guessed by its words.

    Raises SourceRefused where the text does not fit, or is no text: NUL characters, endless lines.
    """
    if wanted is not None:
        return _only(path, _known(wanted))
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for bom, codec in _BOMS:
        if sample.startswith(bom):
            return _only(path, codec)
    unmarked = _unmarked_utf16(sample)
    if unmarked:
        note = "Read as UTF-16 because of its zero bytes. It has no byte order mark."
        return _only(path, unmarked)._replace(note=note)
    return _utf8_or_guessed(path)


def _known(codec: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=codec)
    except LookupError as error:
        raise SourceRefused(
            f"the encoding {codec!r} is not known.",
            hint="Use a name such as utf-8, utf-16 or cp1252, with --encoding or in the profile.",
        ) from error
    return codec


def _unmarked_utf16(sample: bytes) -> str:
    """Latin letters in UTF-16 make every second byte zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _only(path: Path, codec: str) -> Encoding:
    try:
        _check(path, codec)
    except _Undecodable as fault:
        raise SourceRefused(f"line {fault.line} is not {codec} text.", hint=_HINT) from fault
    return Encoding(codec)


def _utf8_or_guessed(path: Path) -> Encoding:
    try:
        _check(path, "utf-8")
    except _Undecodable as fault:
        line = fault.line
    else:
        return Encoding("utf-8")
    lines = _lines_beyond_ascii(path)
    if _is_mostly_utf8(lines):
        _check(path, "utf-8", errors="replace")
        note = f"The file is UTF-8, but line {line} and maybe others hold bytes that are not. "
        return Encoding("utf-8", f"{note}such a character is read as \ufffd.", errors="replace")
    for codec in _likeliest(lines):
        with suppress(_Undecodable):
            _check(path, codec)
            note = f"Read as {NAMES[codec]}, because line {line} is not UTF-8."
            return Encoding(codec, note, is_guess=True)
    raise SourceRefused(f"line {line} is neither UTF-8 nor Windows-1252 text.", hint=_HINT)


def _lines_beyond_ascii(path: Path) -> bytes:
    """The first lines that are more than ASCII, which alone tell encodings apart."""
    found = b""
    with path.open("rb") as file:
        while len(found) < _MOST_TOLD and (block := file.read(_BLOCK)):
            beyond = (line for line in block.splitlines() if not line.isascii())
            found = b"\n".join([found, *beyond])[: _MOST_TOLD + 1]
    return found.strip()


def _is_mostly_utf8(lines: bytes) -> bool:
    """Whether more characters beyond ASCII are UTF-8 than not: then some cells are not."""
    characters = _UTF8_CHARACTER.findall(lines)
    strangers = sum(map(len, _HIGH.findall(lines))) - sum(map(len, characters))
    return len(characters) >= strangers


def _likeliest(lines: bytes) -> list[str]:
    telling = sum(map(len, _HIGH.findall(lines))) >= _FEWEST_TELLING
    fitting = [codec for codec in readings(lines) if codec in NAMES] if telling else []
    western = ["cp1252"] if "cp1252" in fitting or not fitting else []
    return list(dict.fromkeys([*western, *fitting, "cp1252"]))


def _check(path: Path, codec: str, errors: str = "strict") -> None:
    """Decode all of the file; line ends are LF, CR LF or CR, as for the reader of the rows."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    lines = io.IncrementalNewlineDecoder(decoder, translate=True)
    line, unended = 1, 0
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                text = lines.decode(block, final=not block)
            except UnicodeDecodeError as error:
                raise _Undecodable(line + _line_ends(error)) from error
            _refuse_nul(text, line)
            ends = text.count("\n")
            unended = len(text) - text.rfind("\n") - 1 if ends else unended + len(text)
            line += ends
            if unended > MAX_LINE:
                raise SourceRefused(
                    f"line {line} is longer than {MAX_LINE:,} characters: this is not a table.",
                    hint="Give the manifest as an Excel workbook or a CSV file.",
                )
            if not block:
                return


def _line_ends(error: UnicodeDecodeError) -> int:
    before = error.object[: error.start].decode(error.encoding, "ignore")
    return len(io.StringIO(before, newline=None).read().split("\n")) - 1


def _refuse_nul(text: str, line: int) -> None:
    if "\0" in text:
        line += text.count("\n", 0, text.index("\0"))
        raise SourceRefused(
            f"line {line} holds a NUL character: the file is damaged, or is not text.",
            hint="Export it again as CSV UTF-8.",
        )
