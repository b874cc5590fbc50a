"""The results of a run as a pandas table, for notebooks and programs."""

from collections.abc import Iterable, Sequence

import pandas as pd

from batch_tracker.model import TRAILING_COLUMNS, Cell, ResultRow, TypedCell, nameless

_LEADING = ("Result", "Message")


def data_frame(rows: Iterable[ResultRow], headers: Sequence[str], *, width: int) -> pd.DataFrame:
    """Return a row for each row of the manifest, under the headings of the results workbook.

    `Cell`, and what a PO held before, is left out. `width` is how many cells the widest row has.
    The manifest's own cells are text as it stands in the file: read as numbers, long tracking
    numbers lose their last digits. Two columns may have the same name. Moments are in UTC.
    """
    own = [*headers, *map(nameless, range(len(headers) + 1, width + 1))]
    names = [*_LEADING, *own, *TRAILING_COLUMNS]
    values = [_values(row, len(own)) for row in rows]
    frame = pd.DataFrame(values, columns=names, dtype="object")
    for column in range(len(_LEADING) + len(own), len(names)):
        ours = frame.iloc[:, column]
        if names[column] == "Completed At":
            frame.isetitem(column, pd.to_datetime(ours, utc=True).array)
        elif names[column] != "Code":
            frame.isetitem(column, ours.astype("Int64").array)
    return frame


def _values(row: ResultRow, width: int) -> list[object]:
    own = [*map(_text, row.cells), *[""] * (width - len(row.cells))]
    behind = (row.code, row.status, row.attempts, row.completed_at, row.number)
    return [row.state.value, row.message, *own, *behind]


def _text(cell: Cell) -> str:
    return cell.raw if isinstance(cell, TypedCell) else cell
