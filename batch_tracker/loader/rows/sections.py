"""The parts of a file below titles that speak against their rows: voids, returns, backorders."""

from typing import NamedTuple

from batch_tracker.loader.rows.exclusions import Exclusion, Places, invalid
from batch_tracker.loader.rows.report_lines import Says, title_says
from batch_tracker.loader.values.cell_issues import quoted
from batch_tracker.model import Issue, SourceRow, State
from batch_tracker.model.references import row_reference


class _Section(NamedTuple):
    title: str
    row: int
    """0: it is not a row's, but the sheet's name."""
    says: Says

    def __str__(self) -> str:
        place = row_reference(self.row) if self.row else "the sheet's name"
        return f"{quoted(self.title)} ({place})"


class Sections:
    """Which section the rows of a file are in, as its titles come by.

    A title that stands apart decides that its rows are passed over. Where something makes that
    doubtful (the headers come again after its rows, or a title that says nothing follows), they are
    held; an issue is placed in `column`.
    """

    def __init__(self, places: Places, column: int) -> None:
        self._places = places
        self._column = column
        self._section: _Section | None = None
        self._has_rows = False

    @property
    def is_open(self) -> bool:
        """Whether the rows are in no section that speaks against them."""
        return self._section is None

    def begin_with(self, title: str, row: int) -> None:
        """Begin with a title above the headers, or with the sheet's name (row 0)."""
        if title_says(title) in {Says.VOID, Says.NOT_SHIPPED}:
            self._section = _Section(title, row, Says.UNCLEAR)
        elif title_says(title) is Says.SHIPPED:
            self._section = None

    def begin(self, title: str, row: int, *, is_apart: bool) -> None:
        """Begin the section of a title, which may stand apart from the rows above it or not."""
        says = title_says(title)
        if says is Says.SHIPPED:
            self._section = None
        elif says is Says.NOTHING:
            self._doubt()
        else:
            self._section = _Section(title, row, says if is_apart else Says.UNCLEAR)
        self._has_rows = False

    def interrupt(self) -> None:
        """Doubt that the section goes on below a line that may end it, if it has rows."""
        if self._has_rows:
            self._doubt()

    def _doubt(self) -> None:
        if self._section is not None:
            self._section = self._section._replace(says=Says.UNCLEAR)

    def exclusion(self, row: SourceRow) -> Exclusion | None:
        """Return why a row is not sent, where its section speaks against it."""
        section = self._section
        if section is None:
            return None
        self._has_rows = True
        if section.says is Says.UNCLEAR:
            return self._doubtful(row, section)
        is_void = section.says is Says.VOID
        return Exclusion(
            State.SKIPPED,
            "void-section" if is_void else "unsent-section",
            f"This row is below the title {section}.",
            voids=is_void,
        )

    def _doubtful(self, row: SourceRow, section: _Section) -> Exclusion:
        issue = Issue(
            code="section-unclear",
            message=f"The row is below the title {section}, so it may not have been shipped.",
            hint="If it was shipped, put the row into its own file, with the headers, and run "
            "that.",
        )
        return invalid(self._places.at(row, self._column, issue))
