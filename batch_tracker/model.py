"""The values that pass between the stages: frozen, and without behaviour worth a name of its own.

source file → SourceRow → Record (an Update, or Issues) → Step → Attempt → Outcome → workbook
              loader      loader                          plan    sender    ledger    reporter
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Self, TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constrained


class State(StrEnum):
    """What became of a row; each row ends in exactly one."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    INVALID = "invalid"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
    NOT_SENT = "not sent"

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look at a row in this state."""
        return self not in {State.UPDATED, State.UNCHANGED, State.DUPLICATE, State.SKIPPED}


class Field(StrEnum):
    """What a column of a manifest can mean to us."""

    PO = "po"
    TRACKING_NUMBER = "tracking_number"
    CARRIER = "carrier"
    SHIPPED_ON = "shipped_on"
    VOID = "void"

    @property
    def label(self) -> str:
        """The field's name in messages for people."""
        return _LABELS[self]


_LABELS = {
    Field.PO: "PO",
    Field.TRACKING_NUMBER: "tracking number",
    Field.CARRIER: "carrier",
    Field.SHIPPED_ON: "ship date",
    Field.VOID: "void flag",
}


class Kind(StrEnum):
    """What a workbook says a cell is, where it is not text."""

    NUMBER = "n"
    DATE = "d"
    BOOLEAN = "b"
    ERROR = "e"
    UNCALCULATED = "f"
    """A formula whose result was never stored in the file."""


class TypedCell(NamedTuple):
    """A cell that is not text, as it stands in the workbook.

    `raw` is, by kind: NUMBER the decimal text of the file, untouched; DATE the ISO 8601 date and
    time without zone; BOOLEAN `TRUE` or `FALSE`; ERROR the error's name (`#N/A`);
    UNCALCULATED the formula. `format` is the cell's number format.
    """

    kind: str
    raw: str
    format: str = "General"


Cell: TypeAlias = str | TypedCell
"""Text as it stands (a blank is `""`), or what the workbook says it is."""


class SourceRow(NamedTuple):
    """One row of the file. `number` is its line (CSV) or row number (Excel), counted from 1."""

    number: int
    cells: list[Cell]
    hidden: bool = False


class Level(StrEnum):
    """How much an issue matters: an error keeps the row from being sent, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is wrong with, or was done to, one cell (or, with `column` None, one row).

    `column` is the cell's position in the row, counted from 0; `address` is how a person finds it
    (`Sheet1!C17`, `line 17, Tracking Number`); `text` is the cell as it stands in the file.
    """

    code: str
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    column: int | None = None
    address: str = ""
    text: str = ""


class Update(BaseModel):
    """What one row asks the server to change; a field that is None is left as it is.

    A PO id is an int32 in Sellercloud's Swagger. `shipped_on` has the shape of the documented
    request example (`2024-04-09T12:26:18.210Z`), in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    po: int = Constrained(ge=1, le=2_147_483_647)
    tracking_number: str | None = Constrained(default=None, min_length=1)
    carrier: str | None = Constrained(default=None, min_length=1)
    shipped_on: str | None = Constrained(
        default=None, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
    )

    def body(self) -> dict[str, str]:
        """The PUT's JSON body: only the fields this row has."""
        fields = {
            "ShippedOn": self.shipped_on,
            "ShippedViaCarrier": self.carrier,
            "TrackingNumber": self.tracking_number,
        }
        return {name: value for name, value in fields.items() if value is not None}


class Record(NamedTuple):
    """A row as the loader hands it to the ledger.

    Either `update` is what to send (`state` is None), or `state` is INVALID or SKIPPED and
    `code` and `message` say why. A SKIPPED void row keeps its `update`: the number it voids.
    `pending` rows wait for the whole date column to be seen, and are judged again after it.
    """

    number: int
    cells: list[Cell]
    update: Update | None = None
    state: State | None = None
    code: str = ""
    message: str = ""
    issues: tuple[Issue, ...] = ()
    pending: bool = False


class Step(NamedTuple):
    """One PUT to make. `row` is the row's position among the rows of its run, from 1.

    `attempts` counts the calls already made for it; `doubtful` says that one of them was never
    answered.
    """

    row: int
    update: Update
    attempts: int = 0
    doubtful: bool = False


class Answer(StrEnum):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: the same request would be refused again."""
    WEATHER = "weather"
    """The server's trouble, not the row's: worth another try."""
    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"
    LOST = "lost"
    """Sent, and no whole answer came back: the server may have applied it or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a reply means. `status` is None where no reply came.

    `retry_at` is set with THROTTLED where the server named the time (UTC); `retry_after_s` where
    it named a delay.
    """

    answer: Answer
    code: str
    message: str
    status: int | None = None
    retry_at: datetime | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a row ended. `completed_at` is UTC; `same_as` is the source row a duplicate repeats."""

    row: int
    state: State
    code: str = ""
    message: str = ""
    status: int | None = None
    attempts: int = 0
    completed_at: datetime | None = None
    same_as: int | None = None


class BeforeImage(NamedTuple):
    """What the server showed of a PO before this run sent anything; "" where it showed nothing.

    `found` is False where it did not show the PO at all. `shipped_on` is the server's own text.
    """

    found: bool
    tracking_number: str = ""
    carrier: str = ""
    shipped_on: str = ""
    status: str = ""
    shipping_status: str = ""
    drop_ship: str = ""
    """The drop-ship order that the PO belongs to."""


class Judgement(NamedTuple):
    """What follows from looking before: an outcome where the row is held, or warnings, or both."""

    outcome: Outcome | None = None
    warnings: tuple[Issue, ...] = ()


class ResultRow(NamedTuple):
    """One row as the reporter gets it from the ledger.

    `before` is None where the PO was not looked up before it was sent.
    """

    number: int
    cells: list[Cell]
    state: State
    message: str
    code: str
    status: int | None
    attempts: int
    completed_at: datetime | None
    issues: tuple[Issue, ...]
    before: BeforeImage | None = None


RunStatus: TypeAlias = Literal["success", "partial", "error", "stopped"]
"""How a run ended: every row fine, some rows for a person, nothing sent, or stopped early."""


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
    sheet: str = ""
    profile: str = ""
    profile_reason: str = ""
    quota: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    page: str | None = None
    is_rehearsal: bool = False
    """Whether a pretend server took the calls."""

    @property
    def rows(self) -> int:
        """All rows of the file, whatever became of them."""
        return sum(self.counts.values())

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


RESULT_COLUMNS = (
    "Result",
    "Message",
    "Code",
    "HTTP Status",
    "Attempts",
    "Completed At",
    "Source Row",
)
"""What the results workbook adds behind the source's own columns."""

BEFORE_COLUMNS = (
    "Before: Tracking Number",
    "Before: Carrier",
    "Before: Ship Date",
    "Before: Status",
)
"""What it adds behind those where the run looked at the POs first."""


def nameless(column: int) -> str:
    """Return how the results workbook heads a column without a header; `column` is from 1."""
    return f"(column {column})"


class Progress(NamedTuple):
    """How far a stage is: `reading`, `comparing`, `sending` or `writing`; units are rows.

    `total` is None while it is not known; `note` says what a person should know now, such as the
    time at which a wait for the quota ends.
    """

    stage: str
    done: int
    total: int | None = None
    note: str = ""
