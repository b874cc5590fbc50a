"""A profile: how the manifests of one source are to be read.

Profiles come from three places, all in the same TOML shape: those shipped in
`batch_tracker/profiles/`, `[profiles.NAME]` tables in the settings file, and a file named with
`--profile`. This module is the shape; finding the one that fits a file is the loader's.
"""

import re
from collections.abc import Sequence
from datetime import time
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Constrained

from batch_tracker.model import Field
from batch_tracker.settings.column_answer import ColumnAnswer, key_of

DateOrder = Literal["mdy", "dmy", "ymd"]
"""Which part of a numeric date such as `03/04/2026` comes first."""

Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Sendable = Literal[Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON]
Position = Annotated[int, Constrained(ge=1)]
"""A column's place in the row, counted from 1."""
Column = Filled | Position
"""A column, by its header or its place."""

Finding = Literal[
    "unknown-po", "cancelled", "received", "other-number", "not-shipped", "drop-ship", "same"
]
"""What a look at a PO before sending can show; `compare.py` says when it does."""
Handling = Literal["hold", "warn", "send"]
"""What becomes of such a row: not sent, sent with a warning, or sent without a word."""

_USUAL_HANDLING: dict[Finding, Handling] = {
    # Absence proves nothing: tenants differ in which POs the list shows.
    "unknown-po": "warn",
    "cancelled": "hold",
    "received": "warn",
    "other-number": "warn",
    "not-shipped": "warn",
    "drop-ship": "warn",
    "same": "hold",
}


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"{name!r} is not a time zone. Write it like America/New_York or UTC"
        raise ValueError(msg) from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
"""The IANA name of a time zone this machine knows."""


def _on_the_wall(moment: time) -> time:
    if moment.tzinfo:
        msg = "give only the time, such as 18:00, without a zone"
        raise ValueError(msg)
    return moment


TimeOfDay = Annotated[time, AfterValidator(_on_the_wall)]
"""A time as a clock on the wall shows it."""


def _one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        msg = f"{pattern!r} is not a regular expression: {error}"
        raise ValueError(msg) from error
    if groups != 1:
        msg = f"{pattern!r} needs exactly one group: the one with the PO's digits"
        raise ValueError(msg)
    return pattern


class Profile(BaseModel):
    """How one source is read. Every setting has a default that suits most files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    description: str = ""
    headers: tuple[str, ...] = ()
    """Headers that must all be there for this profile to be chosen without being named."""

    sheet: str | None = None
    header_row: int | None = Constrained(default=None, ge=0, le=1_000_000_000)
    """Row of the headers, from 1; 0 says that there is none (columns go by position)."""
    encoding: str | None = None
    delimiter: str | None = Constrained(default=None, min_length=1, max_length=1)

    columns: dict[Field, Column | Annotated[tuple[Column, ...], Constrained(min_length=1)]] = {}
    """Which column holds a field; of several, the first that is not blank in a row. Fields not
    named are looked for by their usual names."""
    ignore: tuple[Column, ...] = ()
    """Columns that are not read, whatever they seem to hold."""
    constants: dict[Sendable, Filled] = {}
    """A value for a field that the file has no column for, such as one carrier for all rows."""
    carriers: dict[str, str] = {}
    """Carrier names of the file (any case) and what to send for them; "" sends no carrier."""
    po_pattern: Annotated[str, AfterValidator(_one_group)] | None = None
    """Takes the PO out of a cell that holds more: a regular expression with one group."""

    date_order: DateOrder | None = None
    date_formats: tuple[str, ...] = ()
    """`strptime` formats tried first, in order, for text dates."""
    zone: Zone = "UTC"
    """Zone of the file's dates and times."""
    ship_time: TimeOfDay = time(12, 0)
    """Time of day sent for a date without one; noon shows as the same day from UTC-11 to UTC+11."""
    max_age_days: int = Constrained(default=365, ge=0, le=36_500)
    """A ship date older than this is sent with a warning: it may be a misread one."""

    void_values: tuple[str, ...] = (
        "y",
        "yes",
        "true",
        "1",
        "x",
        "void",
        "voided",
        "refunded",
        "cancelled",
        "canceled",
    )
    """What the void column says (any case, `*` for any text) where the shipment does not count."""
    skip_rows: dict[str, tuple[str, ...]] = {}
    """Rows to pass over: a header, and the values that mark a row as no shipment (any case; `*`
    stands for any text)."""
    on_conflict: Literal["hold", "first", "last"] = "hold"
    """Which row is sent where rows disagree on a PO: none, or the first or last in the file."""
    strict_tracking: bool = False
    """Whether a tracking number that contradicts its carrier or check digit is an error."""
    fill_carrier: bool = False
    """Whether a row that names no carrier gets the one whose prefixed numbers alone its number
    fits, with a note. Without it nothing is sent that the file does not say."""
    findings: dict[Finding, Handling] = {}
    """What is done with rows whose POs, looked at before sending, are not as expected."""

    def columns_of(self, field: Field) -> tuple[str | int, ...]:
        """Return the columns that hold a field, as far as the profile says; the first counts."""
        told = self.columns.get(field, ())
        return told if isinstance(told, tuple) else (told,)

    def answered(self, answers: Sequence[ColumnAnswer]) -> Self:
        """Return the profile with what a person has said of single columns, which outranks it."""
        if not answers:
            return self
        said = {answer.key: answer for answer in answers}
        told = {
            field: tuple(answer.column for answer in said.values() if answer.field is field)
            for field in Field
        }
        kept = {
            field: tuple(each for each in self.columns_of(field) if key_of(each) not in said)
            for field in self.columns
        }
        ignored = [answer.column for answer in said.values() if answer.field is None]
        told = {field: columns for field, columns in told.items() if columns}
        return self.model_copy(
            update={
                "columns": {f: columns for f, columns in {**kept, **told}.items() if columns},
                "constants": {f: v for f, v in self.constants.items() if f not in told},
                "ignore": (*(c for c in self.ignore if key_of(c) not in said), *ignored),
            }
        )

    def handling(self, *, force: bool = False) -> dict[Finding, Handling]:
        """Return what is done about every finding: as `findings` says, else the usual.

        With `force` a PO that holds these very values is sent all the same.
        """
        forced: dict[Finding, Handling] = {"same": "send"} if force else {}
        return {**_USUAL_HANDLING, **self.findings, **forced}

    @model_validator(mode="after")
    def _one_source_each(self) -> Self:
        if both := self.columns.keys() & self.constants.keys():
            msg = f"{min(both)} has a column and a constant. Keep one of them"
            raise ValueError(msg)
        return self
