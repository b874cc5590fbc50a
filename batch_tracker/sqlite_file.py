"""SQLite files that processes share: the ledger and the quota open, read and copy theirs here."""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path

_SWITCH_POLL_S = 0.01
_OTHERS = 0o077
_ROWS_A_STATEMENT = 50


def connect(
    path: Path, *, timeout_s: float, options: str = "", many_threads: bool = False
) -> sqlite3.Connection:
    """Open a file as it is. A transaction begins only where one is begun.

    Args:
        path: The file; it is made where it is missing, unless `options` say otherwise.
        timeout_s: How long to wait for another process that is writing.
        options: SQLite's URI parameters, such as `?mode=ro`.
        many_threads: Whether more than one thread uses the connection, one at a time.
    """
    return sqlite3.connect(
        path.resolve().as_uri() + options,
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        check_same_thread=not many_threads,
    )


def create_for_owner_alone(path: Path) -> None:
    """Make a file, and its folder, before SQLite does; what is there already is closed to others.

    Raises:
        OSError: it can't be made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            with suppress(OSError):  # it is another user's
                path.chmod(0o600)


def write_ahead(file: sqlite3.Connection, *, timeout_s: float) -> None:
    """Let readers and a writer work side by side, and every commit reach the disk.

    Raises:
        sqlite3.OperationalError: the file can't be used, or others held it for `timeout_s`.
    """
    end = time.monotonic() + timeout_s
    while True:
        try:
            file.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite itself does not wait its turn here.
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_SWITCH_POLL_S)
    file.execute("PRAGMA synchronous = FULL")


def reading(path: Path) -> str:
    """Return the URI by which a file is read, or attached, so that no side file is left behind.

    What only reads can't remove the write-ahead log that it finds or makes, so where there is
    none the file is opened as if to write. Where that can't be, nobody else can write either.
    """
    if path.with_name(f"{path.name}-wal").exists():
        mode = "ro"
    else:
        mode = "rw" if _is_writable(path.parent) else "ro&immutable=1"
    return f"{path.resolve().as_uri()}?mode={mode}"


@contextmanager
def opened_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file that is there, for reading alone."""
    with closing(sqlite3.connect(reading(path), uri=True)) as file:
        file.execute("PRAGMA query_only = ON")
        yield file


@contextmanager
def transaction(file: sqlite3.Connection) -> Iterator[None]:
    """Commit all of the block or none of it."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
        file.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk has already rolled back
            file.execute("ROLLBACK")
        raise


def insert_rows(file: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Add rows to a table, many with each statement: one by one takes twice as long."""
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        part = rows[start : start + _ROWS_A_STATEMENT]
        row = f"({', '.join('?' * len(part[0]))})"
        values = ", ".join([row] * len(part))
        file.execute(f"INSERT INTO {table} VALUES {values}", list(chain.from_iterable(part)))  # noqa: S608 - our own names


def named(
    file: sqlite3.Connection, sql: str, values: Sequence[object] | Mapping[str, object] = ()
) -> sqlite3.Cursor:
    """Run a query whose rows are taken apart by the names of their columns."""
    cursor = file.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, values)


def copy(path: Path, target: Path) -> None:
    """Copy what is committed in a file; the copy has its name once it is whole and on the disk.

    It is for its owner alone. What an earlier attempt has left is replaced.

    Raises:
        sqlite3.Error: the file can't be read, or the copy not be written.
        OSError: the copy can't be made or named.
    """
    draft = target.with_name(f"{target.name}.tmp")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(reading(path), uri=True)) as file,
        closing(sqlite3.connect(draft)) as copied,
    ):
        copied.execute("PRAGMA journal_mode = OFF")  # else a killed copy leaves a journal, too
        file.backup(copied)
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    draft.replace(target)
    _sync_folder(target.parent)


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder can't be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
