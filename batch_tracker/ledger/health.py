"""How the ledger's file is, seen from outside: nothing is written, nothing is made."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.migration import version_of
from batch_tracker.sqlite_file import opened_to_read


class Health(NamedTuple):
    """`damage` is SQLite's own finding, "" for none; `unfinished` names runs, newest first."""

    version: int
    bytes: int
    runs: int
    unfinished: tuple[str, ...]
    damage: str


def health(home: Path) -> Health | None:
    """Look at the ledger in `home`; None where there is none.

    Raises:
        LedgerRefused: it can't be read, or a newer version of this program wrote it.
    """
    path = home / LEDGER_FILE
    if not path.exists():
        return None
    try:
        with opened_to_read(path) as ledger:
            return _examine(ledger, path)
    except sqlite3.Error as error:
        raise LedgerRefused(
            f"The ledger {path} can't be read: {error}.",
            hint="Move it away to start a new one. Rows that were sent before are then sent again.",
        ) from error


def _examine(ledger: sqlite3.Connection, path: Path) -> Health:
    version = version_of(ledger, path)
    (damage,) = ledger.execute("PRAGMA quick_check(1)").fetchone()
    names = ledger.execute("SELECT name, stage FROM runs ORDER BY id DESC").fetchall()
    return Health(
        version,
        path.stat().st_size,
        len(names),
        tuple(name for name, stage in names if stage == "sending"),
        "" if damage == "ok" else damage,
    )
