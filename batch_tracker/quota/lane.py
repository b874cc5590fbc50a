"""The permits of one user of one server, in a file that all processes share."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused, Stopped
from batch_tracker.settings import Quota
from batch_tracker.sqlite_file import connect, transaction, write_ahead

QUOTA_FILE = "quota.db"
MARGIN, JITTER_S = 0.02, 0.04

_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS permits (
    lane TEXT, number INTEGER, given_at REAL NOT NULL, PRIMARY KEY (lane, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pauses (
    lane TEXT PRIMARY KEY, until REAL NOT NULL, noted_at REAL NOT NULL
) WITHOUT ROWID;
COMMIT;
"""
# Kept this long, so that a later run may be given another quota.
_KEPT_S = 86_400.0
# Without a limit, how many calls go before the file is looked at for a pause.
_BLOCK_WITHOUT_LIMIT = 10_000
_LOCK_TIMEOUT_S = 30.0


def lane_name(server: str, username: str) -> str:
    """Return what a lane is called in the file and for people."""
    return f"{server} {username.lower()}"


def kept_s(quota: Quota) -> float:
    """Return how long a call counts here, in seconds: a little longer than at the server."""
    return quota.seconds * (1 + MARGIN) + JITTER_S


class Permits(NamedTuple):
    """What a request for permits came to at the moment `at` (Unix seconds).

    Some of them, or how long to wait before asking again.
    """

    given: int
    at: float
    wait_s: float = 0.0


class Lane:
    """The permits of one user of one server. Blocks on the disk; `clock` gives Unix seconds.

    Where the clock was set back, what the file says is taken to have happened just now: calls
    are held back for one window at most, and the quota is kept. Calls made without a limit are
    not counted.

    Raises:
        LedgerRefused: the file can't be opened or written.
        Stopped: the file can't be used any more; from any method.
    """

    def __init__(
        self, home: Path, *, name: str, quota: Quota, clock: Callable[[], float] = time.time
    ) -> None:
        self._name = name
        self._quota = quota
        self._window_s = kept_s(quota)
        self._clock = clock
        self._path = home / QUOTA_FILE
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = _open(self._path)
        except (sqlite3.Error, OSError) as error:
            raise LedgerRefused(
                f"The quota file {self._path} can't be used: {error}.",
                hint="Set BATCH_TRACKER_HOME to a folder of your own on a local disk.",
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def take(self, wanted: int) -> Permits:
        """Give up to `wanted` permits, or say how many seconds to wait."""
        with self._transaction():
            now = self._clock()
            self._follow_clock(now)
            pause_s = self._paused_until() - now
            if pause_s > 0:
                return Permits(0, now, pause_s)
            if not self._quota.calls:
                return Permits(_BLOCK_WITHOUT_LIMIT, now)
            return self._take(wanted, now)

    def pause(self, until: float) -> None:
        """Give no permit before `until` (Unix seconds), to any process."""
        with self._transaction():
            now = self._clock()
            self._follow_clock(now)
            self._file.execute(
                "INSERT INTO pauses VALUES (?, ?, ?) ON CONFLICT (lane) DO UPDATE SET"
                " until = max(until, excluded.until), noted_at = excluded.noted_at",
                (self._name, until, now),
            )

    def _take(self, wanted: int, now: float) -> Permits:
        """Give as many as the window has room for, or say when the next one leaves it."""
        last, _ = self._latest()
        free = min(wanted, self._quota.calls)
        # Permit n is free once permit n - Q has left the window; they leave it in order, so the
        # first of these that is still in it decides how many are free.
        first = last - self._quota.calls + 1
        blocking = self._file.execute(
            "SELECT number, given_at + ? AS leaves_at FROM permits"
            " WHERE lane = ? AND number >= ? AND number < ? AND leaves_at > ?"
            " ORDER BY number LIMIT 1",
            (self._window_s, self._name, first, first + free, now),
        ).fetchone()
        if blocking:
            number, leaves_at = blocking
            free = number - first
            if free == 0:
                return Permits(0, now, leaves_at - now)
        self._give(last, free, now)
        return Permits(free, now)

    def _latest(self) -> tuple[int, float]:
        """Return the number of the last permit given, and when."""
        number, given_at = self._file.execute(
            "SELECT number, given_at FROM permits WHERE lane = ? ORDER BY number DESC LIMIT 1",
            (self._name,),
        ).fetchone() or (0, float("-inf"))
        return number, given_at

    def _paused_until(self) -> float:
        (until,) = self._file.execute(
            "SELECT max(until) FROM pauses WHERE lane = ?", (self._name,)
        ).fetchone()
        return until or 0.0

    def _follow_clock(self, now: float) -> None:
        """Where the clock was set back, set back with it what lies ahead of it now."""
        _, given_at = self._latest()
        if given_at > now:
            self._file.execute(
                "UPDATE permits SET given_at = min(?, given_at - ?) WHERE lane = ?",
                (now, given_at - now, self._name),
            )
        self._file.execute(
            "UPDATE pauses SET until = until - (noted_at - ?1), noted_at = ?1"
            " WHERE lane = ?2 AND noted_at > ?1",
            (now, self._name),
        )

    def _give(self, last: int, count: int, now: float) -> None:
        self._file.executemany(
            "INSERT INTO permits VALUES (?, ?, ?)",
            [(self._name, number, now) for number in range(last + 1, last + count + 1)],
        )
        # The oldest few at a time: more than are added, and never a long search.
        self._file.execute(
            "DELETE FROM permits WHERE lane = ?1 AND given_at < ?2"
            " AND number <= ?3 + (SELECT min(number) FROM permits WHERE lane = ?1)",
            (self._name, now - max(_KEPT_S, self._window_s), 2 * count),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with transaction(self._file):
                yield
        except sqlite3.Error as error:
            raise Stopped(
                f"The quota file {self._path} can't be used any more: {error}.",
                hint="Nothing recorded is lost. Repair the disk, then resume.",
            ) from error


def _open(path: Path) -> sqlite3.Connection:
    """Open the file, making it where it is missing."""
    file = connect(path, timeout_s=_LOCK_TIMEOUT_S, many_threads=True)
    try:
        write_ahead(file, timeout_s=_LOCK_TIMEOUT_S)
        file.executescript(_SCHEMA)
    except sqlite3.Error:
        file.close()
        raise
    return file
