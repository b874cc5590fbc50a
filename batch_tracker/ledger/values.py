"""The model's values out of rows of the tables, by the names of their columns."""

import sqlite3
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from batch_tracker.model import PoSnapshot, Step, Update

SHIPPED_ON = "strftime('%Y-%m-%dT%H:%M:%fZ', {}.shipped_on / 1000.0, 'unixepoch')"
"""A ship date as an update has it, for a query that gives its table a name."""

UPDATE = f"r.po, r.tracking_number, r.carrier, {SHIPPED_ON.format('r')} AS shipped_on"
"""The columns of an update, for a query that calls the rows `r`."""

IMAGE = ", ".join(f"b.{name} AS before_{name}" for name in PoSnapshot._fields)
"""The columns of a before-image, for a query that calls the before-images `b`."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return a moment as the tables have it: microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(micros: int) -> datetime:
    """Return a moment of the tables, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


@lru_cache(1000)
def shipped_ms(shipped_on: str | None) -> int | None:
    """Return the ship date of an update as the tables have it: milliseconds since 1970."""
    return None if shipped_on is None else micros(datetime.fromisoformat(shipped_on)) // 1000


@lru_cache(1000)
def shipped_on_of(milliseconds: int) -> str:
    """Return a ship date of the tables as an update has it."""
    return f"{moment_of(milliseconds * 1000):%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def update_of(row: sqlite3.Row) -> Update:
    """Return what a row asks for; the query has the columns of UPDATE."""
    return Update(
        po=row["po"],
        tracking_number=row["tracking_number"],
        carrier=row["carrier"],
        shipped_on=row["shipped_on"],
    )


def step_of(row: sqlite3.Row) -> Step:
    """Return a row as a step that no call was made for; the query has `row`, and UPDATE."""
    return Step(row["row"], update_of(row))


def image_of(row: sqlite3.Row) -> PoSnapshot:
    """Return what a PO held before; the query has the columns of IMAGE."""
    held = PoSnapshot._make(row[f"before_{name}"] for name in PoSnapshot._fields)
    return held._replace(found=bool(held.found))
