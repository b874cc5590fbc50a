"""What the reporter tells: one row, and the run as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Self

from batch_tracker.errors import BatchTrackerError, ColumnsRefused
from batch_tracker.model.cells import Cell, Issue, Level
from batch_tracker.model.columns import ManifestColumn
from batch_tracker.model.references import plain
from batch_tracker.model.snapshots import PoSnapshot
from batch_tracker.model.states import RunStatus, State


class ResultRow(NamedTuple):
    """One row as the reporter gets it from the ledger.

    `wording` says what became of it, and may name other rows by references (references.py).
    `before` is None where the PO was not looked up before it was sent.
    """

    number: int
    cells: list[Cell]
    state: State
    wording: str
    code: str
    status: int | None
    attempts: int
    completed_at: datetime | None
    issues: tuple[Issue, ...]
    before: PoSnapshot | None = None

    @property
    def message(self) -> str:
        """What became of it; other rows are named by their numbers in the source."""
        return plain(self.wording)

    @property
    def has_warning(self) -> bool:
        """Whether something about the row is odd, though no reason to hold it back."""
        return any(issue.level is Level.WARNING for issue in self.issues)


LEADING_COLUMNS = ("Result", "Cell", "Message")
"""What the results workbook puts before the source's own columns, so that it stays in sight."""

TRAILING_COLUMNS = ("Code", "HTTP Status", "Attempts", "Completed At", "Source Row")
"""What it puts behind them."""


RESTORE_SHEET = "Restore"
RESTORE_COLUMNS = ("POID", "TrackingNumber", "ShippedViaCarrier", "ShippedOn")
"""The sheet of a restore manifest and its headings, by which it is known."""

BEFORE_COLUMNS = (
    "Before: Tracking Number",
    "Before: Carrier",
    "Before: Ship Date",
    "Before: Status",
)
"""What stands behind those where the run looked at the POs first."""


def nameless(column: int) -> str:
    """Return how the results workbook heads a column without a header; `column` is from 1."""
    return f"(column {column})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run as a whole, as the Summary sheet, the closing lines and the JSON object tell it.

    `counts` names every state, those without rows with 0. `report` is the path of the results
    workbook, `page` that of the page, where one was asked for. `run` and `source` are None where
    nothing was begun. Times are UTC. `quota` reads `calls/seconds` (`10800/3600`). `settings` never
    holds a secret. `notes` is what the loader noticed about the file: its encoding, hidden rows and
    so on.
    """

    run: str | None
    status: RunStatus
    source: str | None
    report: str | None
    counts: Mapping[State, int]
    calls: int
    seconds: float
    message: str
    server: str = ""
    username: str = ""
    account: str = ""
    """The name of the account that has this login, where the settings have several."""
    sheet: str = ""
    profile: str = ""
    profile_reason: str = ""
    quota: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    columns: tuple[ManifestColumn, ...] = ()
    """What became of each column of the manifest."""
    page: str | None = None
    is_rehearsal: bool = False
    """Whether a pretend server took the calls."""
    warnings: int = 0
    """How many rows have at least one warning, whatever became of them."""
    held: int = 0
    """How many rows are held back because of their warnings."""

    @property
    def rows(self) -> int:
        """All rows of the file, whatever became of them."""
        return sum(self.counts.values())

    @classmethod
    def of_refusal(cls, error: BatchTrackerError, *, source: str | None = None) -> Self:
        """Return the summary of a file of which nothing was sent."""
        columns = error.columns if isinstance(error, ColumnsRefused) else ()
        return replace(cls.of_nothing(str(error), source=source), columns=columns)

    @classmethod
    def of_nothing(
        cls, message: str, *, source: str | None = None, status: RunStatus = "error"
    ) -> Self:
        """Return the summary of a command that ended before it had read a row."""
        return cls(
            run=None,
            status=status,
            source=source,
            report=None,
            counts=dict.fromkeys(State, 0),
            calls=0,
            seconds=0.0,
            message=message,
        )


class Progress(NamedTuple):
    """How far a stage is: `reading`, `comparing`, `sending` or `writing`; units are rows.

    `total` is None while it is not known; `note` says what a person should know now, such as the
    time at which a wait for the quota ends.
    """

    stage: str
    done: int
    total: int | None = None
    note: str = ""
