"""The model's values out of rows of the tables, by the names of their columns."""

import sqlite3

from batch_tracker.model import PoSnapshot, Step, Update

UPDATE = "r.po, r.tracking_number, r.carrier, r.shipped_on"
"""The columns of an update, for a query that calls the rows `r`."""

IMAGE = ", ".join(f"b.{name} AS before_{name}" for name in PoSnapshot._fields)
"""The columns of a before-image, for a query that calls the before-images `b`."""


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
