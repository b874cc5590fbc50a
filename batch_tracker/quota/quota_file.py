"""The quota's file: its tables, how it is opened, and how long what it notes still counts."""

import sqlite3
from pathlib import Path

from batch_tracker.errors import LedgerRefused
from batch_tracker.sqlite_file import connect, create_for_owner_alone, transaction, write_ahead

QUOTA_FILE = "quota.db"

_VERSION = 2
_TABLES = (
    """
    CREATE TABLE permits (
        lane TEXT, number INTEGER, given_at REAL NOT NULL, boot TEXT, given_up REAL, batch INTEGER,
        PRIMARY KEY (lane, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE pauses (
        lane TEXT PRIMARY KEY, until REAL NOT NULL, noted_at REAL NOT NULL, boot TEXT, noted_up REAL
    ) WITHOUT ROWID
    """,
)
# Version 1 went by the clock alone that can be set.
_FROM_1 = (
    "ALTER TABLE permits ADD COLUMN boot TEXT",
    "ALTER TABLE permits ADD COLUMN given_up REAL",
    "ALTER TABLE permits ADD COLUMN batch INTEGER",
    "ALTER TABLE pauses ADD COLUMN boot TEXT",
    "ALTER TABLE pauses ADD COLUMN noted_up REAL",
)
_LOCK_TIMEOUT_S = 30.0

# For how many seconds more a permit or a pause counts: until both clocks say that it is over, but
# never longer than from its beginning. Of an earlier start of the machine only one clock tells.
PERMIT_LEFT = """
    min(:window, max(
        given_at + :window - :unix,
        CASE WHEN boot = :boot THEN given_up + :window - :up ELSE 0 END
    ))
"""
PAUSE_LEFT = """
    min(until - noted_at, max(
        until - :unix,
        CASE WHEN boot = :boot THEN noted_up + (until - noted_at) - :up ELSE 0 END
    ))
"""


def open_file(home: Path) -> sqlite3.Connection:
    """Open the file in `home`, making both where they are missing, for their owner alone.

    Raises:
        LedgerRefused: the file can't be opened or written, or a newer version wrote it.
    """
    path = home / QUOTA_FILE
    try:
        create_for_owner_alone(path)
        file = connect(path, timeout_s=_LOCK_TIMEOUT_S, many_threads=True)
        try:
            write_ahead(file, timeout_s=_LOCK_TIMEOUT_S)
            _prepare(file, path)
        except BaseException:
            file.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise LedgerRefused(
            f"The quota file {path} can't be used: {error}.",
            hint="Set BATCH_TRACKER_HOME to a folder of your own on a local disk.",
        ) from error
    return file


def version_of(file: sqlite3.Connection) -> int:
    """Return the version of the tables, 0 where there are none."""
    (version,) = file.execute("PRAGMA user_version").fetchone()
    if not version and file.execute("PRAGMA table_info(permits)").fetchone():
        return 1
    return int(version)


def _prepare(file: sqlite3.Connection, path: Path) -> None:
    if version_of(file) == _VERSION:
        return
    with transaction(file):
        version = version_of(file)  # another process may have been faster
        if version > _VERSION:
            raise LedgerRefused(
                f"The quota file {path} was written by a newer version of batch-tracker.",
                hint="Update batch-tracker, or set BATCH_TRACKER_HOME to another folder.",
            )
        if version < _VERSION:
            for statement in _FROM_1 if version else _TABLES:
                file.execute(statement)
            file.execute(f"PRAGMA user_version = {_VERSION}")
