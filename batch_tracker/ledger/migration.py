"""The tables of the ledger and their versions.

`schema.sql` is what the tables are; `migrations/002.sql` leads from version 1 to 2, and so on. What
SQL can't do follows on it in Python (`_AFTERWARDS`). To change the tables, change `schema.sql`,
write the next migration (statements, each ended by `;` at the end of a line), raise SCHEMA_VERSION,
and keep a ledger of the version before in `tests/ledger/versions`. A new column stands last in its
table, as ALTER TABLE would have it.

Who only reads meets the tables of any version, and so goes by names that all of them have.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.repacking import moment, pack_cells
from batch_tracker.sqlite_file import copy, transaction

SCHEMA_VERSION = 4

_log = logging.getLogger(__name__)

# What is soon done need not be announced. A busy disk or processor takes longer.
_ANNOUNCED_BYTES = 50_000_000
_BYTES_A_SECOND = 20_000_000

_AFTERWARDS: dict[int, Callable[[sqlite3.Connection], None]] = {4: pack_cells}


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables where there are none, and lead older ones to what they are now.

    Older ones are copied first: `ledger.db` of version 1 to `ledger-version-1.db`.

    Raises:
        LedgerRefused: a newer version of this program wrote the file, or it can't be copied.
        sqlite3.Error: the file can't be used.
    """
    connection.execute("PRAGMA foreign_keys = ON")
    if version_of(connection, path) == SCHEMA_VERSION:
        return
    with transaction(connection):
        version = version_of(connection, path)  # another process may have been faster
        if 0 < version < SCHEMA_VERSION:
            _announce(path)
            _keep_copy(path, version)
        if version:
            _migrate(connection, version)
        else:
            _execute(connection, "schema.sql")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    if version:
        with suppress(sqlite3.OperationalError):  # others use the file, or the disk is too full
            rewrite(connection)


def rewrite(connection: sqlite3.Connection) -> None:
    """Write the whole file anew, without the pages that nothing stands in.

    From then on, such pages can be given back piece by piece.

    Raises:
        sqlite3.OperationalError: others use the file, or the disk is too full.
    """
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("VACUUM")


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables, 0 where there are none yet.

    Raises:
        LedgerRefused: a newer version of this program wrote the file.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise LedgerRefused(
            f"The ledger {path} was written by a newer version of batch-tracker.",
            hint="Update batch-tracker, or set BATCH_TRACKER_HOME to another folder.",
        )
    return int(version)


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("PRAGMA secure_delete = OFF")  # it would write all that is replaced again
    connection.create_function("moment", 1, moment, deterministic=True)
    for number in range(version + 1, SCHEMA_VERSION + 1):
        _execute(connection, "migrations", f"{number:03}.sql")
        if afterwards := _AFTERWARDS.get(number):
            afterwards(connection)


def _execute(connection: sqlite3.Connection, *path: str) -> None:
    script = files("batch_tracker.ledger").joinpath(*path).read_text("utf-8")
    for statement in script.split(";\n"):
        connection.execute(statement)


def _announce(path: Path) -> None:
    size = path.stat().st_size
    if size > _ANNOUNCED_BYTES:
        _log.warning(
            "The ledger is brought up to this version once. For its %s MB, that takes about %s s.",
            f"{size / 1e6:,.0f}",
            f"{size / _BYTES_A_SECOND:,.0f}",
        )


def _keep_copy(path: Path, version: int) -> None:
    target = path.with_stem(f"{path.stem}-version-{version}")
    try:
        copy(path, target)
    except OSError as error:
        raise LedgerRefused(
            f"The ledger {path} can't be copied to {target.name}: {error.strerror}.",
            hint="The copy is needed before this version changes the tables. Free some space.",
        ) from error
