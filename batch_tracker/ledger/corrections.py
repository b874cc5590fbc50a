"""The cells of manifests that a person has corrected. The files themselves stay as they are."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from batch_tracker.ledger.database import storable
from batch_tracker.model import Correction
from batch_tracker.sqlite_file import transaction

_WRITE = """
    INSERT INTO corrections VALUES (?,?,?,?,?,?,?)
    ON CONFLICT (file, row, "column") DO UPDATE SET new = excluded.new, who = excluded.who,
        at = excluded.at"""


def corrections_of(ledger: sqlite3.Connection, file: str) -> tuple[Correction, ...]:
    """Return the corrections of a file, by its SHA-256, in the order of its rows."""
    found = ledger.execute(
        'SELECT row, "column", old, new, who, at FROM corrections'
        ' WHERE file = ? ORDER BY row, "column"',
        (file,),
    )
    return tuple(
        Correction(row, column, old, new, who, datetime.fromisoformat(at))
        for row, column, old, new, who, at in found
    )


def correct(ledger: sqlite3.Connection, file: str, corrections: Iterable[Correction]) -> None:
    """Write corrections down. A cell that was corrected before keeps what stands in the file."""
    values = [
        (file, each.row, each.column, *map(storable, each[2:5]), each.at.isoformat())
        for each in corrections
    ]
    with transaction(ledger):
        ledger.executemany(_WRITE, values)
        ledger.execute("DELETE FROM corrections WHERE file = ? AND old = new", (file,))


def undo_correction(ledger: sqlite3.Connection, file: str, row: int, column: int) -> None:
    """Let a cell say again what stands in the file."""
    with transaction(ledger):
        ledger.execute(
            'DELETE FROM corrections WHERE file = ? AND row = ? AND "column" = ?',
            (file, row, column),
        )
