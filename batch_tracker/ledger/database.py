"""The ledger's file: opening it, and nothing about what is in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.migration import prepare, version_of
from batch_tracker.sqlite_file import (
    connect,
    create_for_owner_alone,
    opened_to_read,
    reading,
    write_ahead,
)

LEDGER_FILE = "ledger.db"
_QUOTA_FILE = "quota.db"  # the quota is beside the ledger, and knows nothing of it

# Longer than the longest transaction another process holds: planning a million rows.
LOCK_TIMEOUT_S = 120.0
_USUAL_HINT = "Set BATCH_TRACKER_HOME to a folder of your own on a local disk."

# What other runs may be named by, and what they have said of POs: in a check, those of the real
# ledger, whatever version its tables are of.
_HISTORY = "SELECT id, name, source FROM {0}.runs"
_SAID = """
    SELECT r.run, n.server, r.po, r.tracking_number,
        (SELECT state FROM {0}.outcomes o WHERE o.run = r.run AND o.row = r.row) AS state
    FROM {0}.runs n CROSS JOIN {0}.rows r ON r.run = n.id
"""

# What is known as applied: in a check, by the real ledger; servers had no numbers once, and times
# were texts.
_NUMBERED_SERVERS = 4
_KNOWN = (
    "CREATE TEMP VIEW servers AS SELECT * FROM real.servers",
    "CREATE TEMP VIEW applied AS SELECT * FROM real.applied",
)
_KNOWN_BEFORE = (
    "CREATE TEMP VIEW servers AS SELECT server AS id, server AS name FROM real.runs",
    """CREATE TEMP VIEW applied AS
    SELECT server, po, tracking_number, carrier,
        CAST(round((julianday(shipped_on) - 2440587.5) * 86400e3) AS INTEGER) AS shipped_on,
        CAST((julianday(applied_at) - 2440587.5) * 86400e6 AS INTEGER) AS applied_at, run
    FROM real.applied""",
)


@contextmanager
def open_ledger(home: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger in `home`, making both where they are missing, for their owner alone.

    Raises:
        LedgerRefused: the folder can't be written, the file is damaged (also where that shows
            only later), or a newer version of this program wrote it.
    """
    path = home / LEDGER_FILE
    _require_not_emptied(path)
    _make_where_missing(path)
    left_open = _log_of(path).exists()
    with _in_words(path), closing(connect(path, timeout_s=LOCK_TIMEOUT_S)) as connection:
        with _legible():
            if left_open:
                _check_after_unclean_end(connection)
            write_ahead(connection, timeout_s=LOCK_TIMEOUT_S)
            prepare(connection, path)
        _look_back(connection, "main")
        yield connection


@contextmanager
def at_one_moment(ledger: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Open a ledger once more, to read it as it is now, whatever is written meanwhile."""
    _, _, path = ledger.execute("PRAGMA database_list").fetchone()
    with closing(connect(Path(path), timeout_s=LOCK_TIMEOUT_S, options="?mode=rw")) as seen:
        _look_back(seen, "main")
        seen.execute("PRAGMA query_only = ON")
        seen.execute("BEGIN")
        yield seen


@contextmanager
def open_scratch(home: Path, keep: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open an empty ledger that vanishes when closed and knows what `home`'s ledger has applied.

    For looking without leaving a trace: a check reads its rows into it. With an empty folder to
    `keep` it in, it stays there, for `read_scratch`. Raises as `open_ledger`.
    """
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="batch-tracker-")))
        path = folder / LEDGER_FILE
        with _in_words(path), closing(connect(path, timeout_s=LOCK_TIMEOUT_S)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -256")
            prepare(connection, path)
            with _in_words(home / LEDGER_FILE), _legible():
                _look_back_at(home / LEDGER_FILE, connection)
            yield connection


@contextmanager
def read_scratch(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger that `open_scratch` has kept in a folder, to be read alone."""
    with opened_to_read(folder / LEDGER_FILE) as connection:
        yield connection


def storable(text: str) -> str:
    """Return a text as SQLite can keep it.

    Half of a surrogate pair is no character, and at a NUL SQLite's JSON functions take a text to
    end; a file's name or a server's words may hold one all the same. It becomes `\ufffd`.
    """
    text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def wait_for_others(connection: sqlite3.Connection, seconds: float) -> None:
    """Wait so long for another process that is writing; it is SQLITE_BUSY then."""
    connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn SQLite's trouble with the file at `path` into LedgerRefused."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        message = f"The ledger {path} can't be used: {error}."
        raise LedgerRefused(message, hint=_hint(error)) from error


@contextmanager
def _legible() -> Iterator[None]:
    """Where SQLite's words on a damaged file quote bytes of it that are no text, use our own."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise sqlite3.DatabaseError("its tables are malformed") from error


def _make_where_missing(path: Path) -> None:
    """Make the file whole or not at all, for its owner alone: cells are nobody else's business."""
    try:
        if path.exists():
            create_for_owner_alone(path)  # an earlier version, or a copy, may have left it open
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".ledger-", dir=path.parent) as folder:
            draft = Path(folder) / path.name
            create_for_owner_alone(draft)
            with _in_words(path), closing(connect(draft, timeout_s=LOCK_TIMEOUT_S)) as connection:
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
                prepare(connection, draft)
            _give_name(draft, path)
    except OSError as error:
        raise LedgerRefused(
            f"The ledger {path} can't be written: {error.strerror}.", hint=_USUAL_HINT
        ) from error


def _give_name(draft: Path, path: Path) -> None:
    """Put a new file in its place, unless another process was faster."""
    with suppress(FileExistsError):
        try:
            path.hardlink_to(draft)
        except (PermissionError, NotImplementedError, OSError) as error:
            if isinstance(error, FileExistsError):
                raise
            draft.rename(path)  # a file system without links


def _require_not_emptied(path: Path) -> None:
    """Refuse a ledger of 0 bytes beside a quota file that is not: it held something once.

    Raises:
        LedgerRefused: it is so.
    """
    quota = path.with_name(_QUOTA_FILE)
    with suppress(OSError):  # what is wrong with it is told when it is made
        if path.stat().st_size == 0 and quota.stat().st_size and not _log_of(path).exists():
            raise LedgerRefused(
                f"The ledger {path} is empty (0 bytes), but calls were made with it: it was lost.",
                hint="Put a copy of it back. To begin anew, delete it: known rows are sent again.",
            )


def _check_after_unclean_end(connection: sqlite3.Connection) -> None:
    """Look for damage where a process was killed or the power failed, unless others use the file.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    wait_for_others(connection, 0)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # only who is alone can do that
    except sqlite3.OperationalError:
        return
    finally:
        wait_for_others(connection, LOCK_TIMEOUT_S)
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(f"it is malformed ({found})")


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _look_back_at(ledger: Path, connection: sqlite3.Connection) -> None:
    """Let `applied`, `servers`, `history` and `said` speak of the real ledger, if there is one."""
    schema = "main"
    if version := _version_of(ledger):
        schema = "real"
        connection.execute("ATTACH DATABASE ? AS real", (reading(ledger),))
        # A temporary view is found before the empty table of the same name.
        for statement in _KNOWN if version >= _NUMBERED_SERVERS else _KNOWN_BEFORE:
            connection.execute(statement)
    _look_back(connection, schema)


def _look_back(connection: sqlite3.Connection, schema: str) -> None:
    connection.execute(f"CREATE TEMP VIEW history AS {_HISTORY.format(schema)}")
    connection.execute(f"CREATE TEMP VIEW said AS {_SAID.format(schema)}")


def _version_of(ledger: Path) -> int:
    """Return the version of a ledger's tables, 0 where there is none."""
    if not ledger.exists():
        return 0
    with opened_to_read(ledger) as real:
        if version := version_of(real, ledger):
            real.execute("SELECT * FROM applied LIMIT 1")  # ATTACH can't say what is wrong with it
    return version


def _hint(error: sqlite3.DatabaseError) -> str:
    words = str(error)
    if "full" in words or "disk I/O" in words:
        return "Free some disk space and resume the run. Nothing recorded is lost."
    if "malformed" in words or "not a database" in words:
        return (
            "Move the file away to start a new one. Rows that were sent before are then "
            "sent again. The old file keeps the history."
        )
    if "unable to open" in words or "readonly" in words:
        return f"Its folder or disk may be read-only. {_USUAL_HINT}"
    if "locked" in words:
        return "Another run is writing to it. Try again when that one has ended."
    return _USUAL_HINT
