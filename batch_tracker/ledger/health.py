"""How the ledger's file is, seen from outside: nothing is written, nothing is made."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.migration import version_of
from batch_tracker.sqlite_file import opened_to_read

CHECKED_WHOLE = 100_000_000
"""Bytes of a ledger up to which all of it is checked: that takes about a tenth of a second."""
_RUNS_READ = 20

# From this version on, cells stand in blocks.
_CELL_BLOCKS = 4
_OLD_CELLS = "SELECT TOTAL(LENGTH(cells_json)) FROM rows WHERE run = ?"
_CELLS = "SELECT TOTAL(LENGTH(lines)) FROM cell_blocks WHERE run = ?"
_READ = (
    "SELECT TOTAL(LENGTH(issues_json)) FROM rows WHERE run = ?",
    "SELECT TOTAL(LENGTH(message)) FROM outcomes WHERE run = ?",
    "SELECT TOTAL(LENGTH(message)) FROM attempts WHERE run = ?",
)


class Health(NamedTuple):
    """`damage` is SQLite's own finding, "" for none; `unfinished` names runs, newest first.

    Of a large file only a sample was looked at (`is_sample`).
    """

    version: int
    bytes: int
    runs: int
    unfinished: tuple[str, ...]
    damage: str
    is_sample: bool


def health(home: Path, *, checked_whole: int = CHECKED_WHOLE) -> Health | None:
    """Look at the ledger in `home`; None where there is none.

    A larger one than `checked_whole`, in bytes, is checked in part.

    Raises:
        LedgerRefused: it can't be read, or a newer version of this program wrote it.
    """
    path = home / LEDGER_FILE
    if not path.exists():
        return None
    try:
        with opened_to_read(path) as ledger:
            return _examine(ledger, path, checked_whole)
    except sqlite3.Error as error:
        raise LedgerRefused(
            f"The ledger {path} can't be read: {error}.",
            hint="Move it away to start a new one. Rows that were sent before are then sent again.",
        ) from error


def _examine(ledger: sqlite3.Connection, path: Path, checked_whole: int) -> Health:
    version, size = version_of(ledger, path), path.stat().st_size
    is_sample = size > checked_whole
    damage = _damage_in_sample(ledger, version) if is_sample else _damage(ledger, "1")
    names = ledger.execute("SELECT name, stage FROM runs ORDER BY id DESC").fetchall()
    return Health(
        version,
        size,
        len(names),
        tuple(name for name, stage in names if stage == "sending"),
        damage,
        is_sample,
    )


def _damage(ledger: sqlite3.Connection, what: str) -> str:
    (found,) = ledger.execute(f"PRAGMA quick_check({what})").fetchone()
    return "" if found == "ok" else str(found)


def _damage_in_sample(ledger: sqlite3.Connection, version: int) -> str:
    """Check the table of the runs, and read the rows of some runs, evenly spread."""
    if damage := _damage(ledger, "runs"):
        return damage
    runs = [run for (run,) in ledger.execute("SELECT id FROM runs ORDER BY id")]
    try:
        for run in runs[:: len(runs) // _RUNS_READ + 1]:
            for statement in (_CELLS if version >= _CELL_BLOCKS else _OLD_CELLS, *_READ):
                ledger.execute(statement, (run,)).fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return ""
