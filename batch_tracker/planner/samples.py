"""Which rows are those of the shipped samples: they are made up, but their POs may exist."""

import csv
from importlib.resources import files

from batch_tracker.ledger import Run

_FILE = "sample_rows.csv"


def holds_sample_rows(run: Run) -> bool:
    """Whether the run has a row with the PO and the tracking number of a sample's row.

    So a sample is known in whatever format, with whatever corrections, and as results workbook.
    """
    with files("batch_tracker.planner").joinpath(_FILE).open(encoding="utf-8") as file:
        known = [(int(po), number) for po, number in csv.reader(file)]
    values = ", ".join("(?, ?)" for _ in known)
    found = run.ledger.execute(
        "SELECT EXISTS (SELECT 1 FROM rows"  # noqa: S608 - question marks
        f" WHERE run = ? AND (po, tracking_number) IN (VALUES {values}))",
        (run.id, *(value for pair in known for value in pair)),
    )
    return bool(found.fetchone()[0])
