"""Reads the XML parts of a workbook with expat, and refuses XML that is made to do harm."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from batch_tracker.errors import SourceRefused

MAX_DEPTH = 64
"""Elements within elements: a workbook's parts go 10 deep."""
MAX_TOKEN = 4 << 20
"""Bytes of one tag or comment, which expat keeps in memory until it is whole."""
MAX_TEXT = 1_000_000
"""Characters of one cell: Excel's own limit is 32,767."""
_TEXT_BUFFER = 1 << 16
"""Characters handed over in one piece: twice the longest text that Excel puts in a cell."""


class PartReader(ABC):
    """One part, read piece by piece. A subclass says what to do with its tags.

    `_tag` gives a tag's name without the prefix the part's root has: parts differ in their
    prefixes (`c`, `x:c`) and namespaces (transitional, strict), not in their names.
    """

    def __init__(self, part: str) -> None:
        self._part = part
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = _TEXT_BUFFER
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._root

    def feed(self, chunks: Iterable[bytes]) -> Iterator[None]:
        """Read the part; pauses after each chunk for the caller to take what was found."""
        fed = 0
        for chunk in chunks:
            self._parse(chunk, last=False)
            fed += len(chunk)
            if self._depth > MAX_DEPTH or fed - self._parser.CurrentByteIndex > MAX_TOKEN:
                raise self._damaged("it is nested or stretched beyond reason")
            yield
        self._parse(b"", last=True)
        yield

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise self._damaged(str(error)) from error

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        prefix, colon, _ = name.rpartition(":")
        self._begin(prefix + colon)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._start(name, attributes)

    @abstractmethod
    def _begin(self, prefix: str) -> None:
        """Take note of the prefix of the part's names."""

    @abstractmethod
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Adds one to `_depth`."""

    @abstractmethod
    def _end(self, name: str) -> None:
        """An element ends. Takes one from `_depth`."""

    def _refuse_doctype(self, *_: object) -> None:
        # A workbook never has one; entities in it can blow up or reach for other files.
        raise SourceRefused(
            f"its part {self._part} holds a document type declaration, as harmful files do; "
            "it is not read.",
            hint="Ask its sender for a CSV file.",
        )

    def _damaged(self, why: str) -> SourceRefused:
        return SourceRefused(
            f"the workbook is damaged ({self._part}: {why}).",
            hint="Open it in Excel and save it again.",
        )


class _Tags(PartReader):
    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.found: list[tuple[str, dict[str, str]]] = []

    def _begin(self, prefix: str) -> None:
        self._prefix = prefix

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name.startswith(self._prefix):
            self.found.append((name[len(self._prefix) :], attributes))

    def _end(self, name: str) -> None:  # noqa: ARG002 - expat passes it
        self._depth -= 1


def tags(part: str, chunks: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """The start tags of a part in order: name and attributes."""
    reader = _Tags(part)
    for _ in reader.feed(chunks):
        yield from reader.found
        reader.found.clear()
