"""Rows below the headers that hold headers: the same again, or those of a second table."""

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.columns.guess import guess_header
from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.rows.exclusions import cell_at
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import SourceRow


class HeaderRows:
    """What the headers of a file look like, wherever they come again."""

    def __init__(self, header: Header, source: Source) -> None:
        self._header = header
        self._name = source.name
        self._is_by_position = any(isinstance(c, int) for c in header.profile.columns.values())

    def repeat(self, row: SourceRow) -> bool:
        """Whether a row repeats the headers of the columns that are read."""
        names = self._header.names
        return bool(self._header.row) and all(
            normalise(text_of(cell_at(row, column))) == normalise(names[column])
            for column in self._header.fields.values()
        )

    def others(self, row: SourceRow) -> bool:
        """Whether a row holds other headers, by the usual name of one of our columns at least.

        Raises:
            SourceRefused: it heads a second table of shipments, which would be misread.
        """
        if not self._header.row or self._is_by_position:
            return False
        guess = guess_header(row, Candidates(self._header.profile))
        if not guess.is_complete or len(guess.columns) == 1:
            return bool(guess.columns)
        ours = self._header.fields
        fits = all(ours.get(field) in columns for field, columns in guess.columns.items())
        if fits and len(guess.columns) >= len(ours):
            return False
        raise SourceRefused(
            f"{self._name}: row {row.number} has other headers than row "
            f"{self._header.row}. The file is two tables in one.",
            hint="Make a file of each table, and run both.",
        )
