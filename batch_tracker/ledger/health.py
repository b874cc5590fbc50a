"""How the ledger's file is, seen from outside: nothing is written, nothing is made."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.database import LEDGER_FILE, SCHEMA_VERSION


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
        # Where nobody has it open, SQLite would leave its two side files behind.
        alone = "" if path.with_name(f"{LEDGER_FILE}-wal").exists() else "&immutable=1"
        address = f"{path.resolve().as_uri()}?mode=ro{alone}"
        with closing(sqlite3.connect(address, uri=True)) as ledger:
            return _examine(ledger, path)
    except sqlite3.Error as error:
        raise LedgerRefused(
            f"The ledger {path} can't be read: {error}.",
            hint="Move it away to start a new one; rows it knew as sent will be sent again.",
        ) from error


def _examine(ledger: sqlite3.Connection, path: Path) -> Health:
    (version,) = ledger.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise LedgerRefused(
            f"The ledger {path} was written by a newer version of batch-tracker.",
            hint="Update batch-tracker.",
        )
    (damage,) = ledger.execute("PRAGMA quick_check(1)").fetchone()
    names = ledger.execute("SELECT name, stage FROM runs ORDER BY id DESC").fetchall()
    return Health(
        version,
        path.stat().st_size,
        len(names),
        tuple(name for name, stage in names if stage == "sending"),
        "" if damage == "ok" else damage,
    )
