"""In which encoding a text file is written, checked over the whole file before a row is used.

Guessing from the first lines would meet the one accented name in row 90,000 with half of the
rows already handed on. The check reads a block at a time: memory stays flat.
"""

import codecs
import io
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import SourceRefused

MAX_LINE = 2 << 20
"""Characters of one line: a row of 1,000 columns of 500 characters takes half a million."""
_BLOCK = 1 << 20
_SAMPLE = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_HINT = "Save it in Excel as CSV UTF-8, or name its encoding in the profile."


class Encoding(NamedTuple):
    """A codec's name, and what to tell a person about the choice ("" if nothing)."""

    codec: str
    note: str = ""


class _Undecodable(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def find_encoding(path: Path, wanted: str | None) -> Encoding:
    """The encoding: as wanted, by its byte order mark, UTF-8, or Windows-1252.

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
        note = "Read as UTF-16, judged by its zero bytes: it has no byte order mark."
        return _only(path, unmarked)._replace(note=note)
    return _utf8_or_windows(path)


def _known(codec: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=codec)
    except LookupError as error:
        raise SourceRefused(
            f"the profile's encoding {codec!r} is not known.",
            hint="Use a name such as utf-8, utf-16 or cp1252.",
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


def _utf8_or_windows(path: Path) -> Encoding:
    try:
        _check(path, "utf-8")
    except _Undecodable as fault:
        note = f"Read as Windows-1252, because line {fault.line} is not UTF-8."
    else:
        return Encoding("utf-8")
    try:
        _check(path, "cp1252")
    except _Undecodable as fault:
        raise SourceRefused(
            f"line {fault.line} is neither UTF-8 nor Windows-1252 text.", hint=_HINT
        ) from fault
    return Encoding("cp1252", note)


def _check(path: Path, codec: str) -> None:
    """Decode all of the file; line ends are LF, CR LF or CR, as for the reader of the rows."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
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
