"""A workbook's table of shared texts, kept as one block of UTF-8: a fifth of what a list takes."""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.rich_text import TAGS, mark_of, rich_cell
from batch_tracker.loader.sources.xml_part import MAX_TEXT, PartReader
from batch_tracker.model import Cell, Run, TypedCell

MAX_MEMORY = 320 << 20
"""Bytes of text and index: about 10 million different tracking numbers."""
_INDEX_ENTRY = 8
_RICH_ENTRY = 400
"""Bytes of a text in several fonts, beside its letters."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """The texts by position. Raises IndexError for a position there is no text at."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._starts = array("Q", [0])
        self._rich: dict[int, TypedCell] = {}
        self._rich_bytes = 0

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, position: int) -> Cell:
        if position < 0:
            raise IndexError(position)
        if position in self._rich:
            return self._rich[position]
        starts = self._starts
        return self._text[starts[position] : starts[position + 1]].decode()

    def extend(self, cells: Sequence[Cell]) -> None:
        """Add texts at the end."""
        for position, cell in enumerate(cells, start=len(self)):
            if not isinstance(cell, str):
                self._rich[position] = cell
                self._rich_bytes += _RICH_ENTRY + len(cell.raw)
        encoded = [cell.encode() if isinstance(cell, str) else b"" for cell in cells]
        ends = accumulate(map(len, encoded), initial=len(self._text))
        self._starts.extend(islice(ends, 1, None))
        self._text += b"".join(encoded)
        if self._rich_bytes + len(self._text) + _INDEX_ENTRY * len(self._starts) > MAX_MEMORY:
            raise SourceRefused(
                f"its cells hold more than {MAX_MEMORY >> 20} MB of different texts.",
                hint="Split it into several workbooks, or save the sheet as CSV.",
            )


class _Texts(PartReader):
    """`si` elements: plain (`t`) or rich (`r/t`) text; phonetic guides (`rPh`) are left out."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.found: list[Cell] = []
        self._pieces: list[str] = []
        self._runs: list[Run] = []
        self._marks = ""
        self._phonetic = False
        self._parser.CharacterDataHandler = self._pieces.append

    def _begin(self, prefix: str) -> None:
        self._t, self._si, self._rph, self._r = (prefix + tag for tag in ("t", "si", "rPh", "r"))
        self._font_tags = {prefix + tag: tag for tag in TAGS}

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name == self._t:
            self._pieces.clear()
        elif name == self._rph:
            self._phonetic = True
        elif name in self._font_tags:
            self._marks += mark_of(self._font_tags[name], attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == self._t:
            if not self._phonetic:
                self._runs.append(Run("".join(self._pieces), self._marks))
        elif name == self._si:
            self._end_text()
        elif name == self._r:
            self._marks = ""
        elif name == self._rph:
            self._phonetic = False

    def _end_text(self) -> None:
        runs = self._runs
        if any(run.marks for run in runs):
            self.found.append(rich_cell(Run(unescaped(run.text), run.marks) for run in runs))
        else:
            self.found.append(unescaped("".join(run.text for run in runs)))
        runs.clear()
        self._pieces.clear()

    def refuse_long_text(self) -> None:
        """Raise SourceRefused where the text that has begun is too long already."""
        if sum(map(len, self._pieces)) + sum(len(run.text) for run in self._runs) > MAX_TEXT:
            raise self._damaged(f"a text is longer than {MAX_TEXT:,} characters")


def read_shared_strings(part: str, chunks: Iterable[bytes]) -> SharedStrings:
    """Read the part. Raises SourceRefused past the limits."""
    strings = SharedStrings()
    for texts in _batches(_Texts(part), chunks):
        strings.extend(texts)
    return strings


def _batches(reader: _Texts, chunks: Iterable[bytes]) -> Iterator[list[Cell]]:
    for _ in reader.feed(chunks):
        yield reader.found
        reader.found.clear()
        reader.refuse_long_text()


def unescaped(text: str) -> str:
    """Text with Excel's `_x000D_` for characters that XML can't hold turned back.

    A half of a surrogate pair on its own is no character: such a text is left as it stands.
    """
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    try:
        return decoded.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return text
