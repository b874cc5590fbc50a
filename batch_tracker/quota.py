"""The quota: at most Q calls in any W seconds for one user of one server, on the whole host.

A sliding log in a SQLite file that every process shares and that outlives them all. Calls are
numbered per lane (server and user); call n may go once call n-Q has left the window, which is one
look-up by key. The file is not the ledger's: staging a manifest never makes another run's calls
wait.

A call reaches the server a little after its permit is given, so two calls that are W apart here
may be closer together there. The window is therefore kept longer than the server's: by 2 %, which
for an hour is 72 seconds, longer than any call may take, and by 40 ms, which counts where a window
is a few seconds: so late is a call on a busy machine.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused, Stopped
from batch_tracker.settings import Quota
from batch_tracker.sqlite_file import connect, opened_to_read, transaction, write_ahead

QUOTA_FILE = "quota.db"
MARGIN, JITTER_S = 0.02, 0.04
# The share of the margin that a worker may be late for its permit ...
_LATENESS = 0.1
# ... and that a call may leave late; the rest is for its way.
_LATEST = 0.5

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
# Without a limit, how many calls go, and for how long, before the file is looked at for a pause.
_BLOCK_WITHOUT_LIMIT = 10_000
_BLOCK_LIFE_S = 1.0
_LOCK_TIMEOUT_S = 30.0


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
            self._follow(now)
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
            self._follow(now)
            self._file.execute(
                "INSERT INTO pauses VALUES (?, ?, ?) ON CONFLICT (lane) DO UPDATE SET"
                " until = max(until, excluded.until), noted_at = excluded.noted_at",
                (self._name, until, now),
            )

    def _take(self, wanted: int, now: float) -> Permits:
        last, _ = self._latest()
        free = min(wanted, self._quota.calls)
        # Permit n is free once permit n - Q has left the window.
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

    def _follow(self, now: float) -> None:
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
                hint="Nothing recorded is lost; mend the disk, then resume.",
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


class QuotaGate:
    """Where a run's workers wait for their permits. Close it after use.

    Workers that wait at the same moment are served by one look at the file. What one look
    brought goes to those who take it soon; the rest is dropped. Without a limit the file is only
    looked at for the pauses that throttled answers ask for.

    Raises:
        LedgerRefused: the file can't be opened or written.
        Stopped: the file can't be used any more; from `take` and `pause`.
    """

    def __init__(
        self,
        home: Path,
        *,
        server: str,
        username: str,
        quota: Quota,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._lane = Lane(home, name=f"{server} {username.lower()}", quota=quota, clock=clock)
        margin_s = kept_s(quota) - quota.seconds
        self._fresh_s = margin_s * _LATENESS if quota.calls else _BLOCK_LIFE_S
        self._latest_s = margin_s * _LATEST if quota.calls else float("inf")
        self._clock = clock
        self._sleep = sleep
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="quota")
        self._asking: asyncio.Event | None = None
        self._waiting = 0
        self._stock = Permits(0, 0.0)
        self._looking: asyncio.Future[Permits] | None = None
        self.opens_at: float | None = None
        """While the gate is shut: when it opens (Unix seconds)."""

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        self._lane.close()

    async def take(self) -> float:
        """Wait for a permit for one call, which is to be made at once; return when it was given."""
        self._waiting += 1
        try:
            while not self._is_usable(self._stock):
                if not self._asking:
                    await self._ask_for_all()
                    break  # one of them is for who asked, however long that took
                await self._asking.wait()
        finally:
            self._waiting -= 1
        self._stock = self._stock._replace(given=self._stock.given - 1)
        return self._stock.at

    def is_late(self, permit: float) -> bool:
        """Whether it is too late by now for the call that a permit was taken for."""
        return not 0 <= self._clock() - permit <= self._latest_s

    def give_back(self, permit: float) -> None:
        """Let another call have a permit that has just been taken, while it is fresh."""
        if permit == self._stock.at:
            self._stock = self._stock._replace(given=self._stock.given + 1)

    async def pause(self, until: float) -> None:
        """Let no call of this user pass before `until` (Unix seconds), in any process."""
        self._stock = Permits(0, 0.0)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._lane.pause, until)

    def _is_usable(self, permits: Permits) -> bool:
        return permits.given > 0 and 0 <= self._clock() - permits.at <= self._fresh_s

    async def _ask_for_all(self) -> None:
        self._asking = asyncio.Event()
        try:
            self._stock = await self._ask()
        finally:
            # All go on in one turn of the event loop: let on one by one, the last would come too
            # late for their permits.
            self._asking.set()
            self._asking = None

    async def _ask(self) -> Permits:
        while not (permits := await self._look()).given:
            self.opens_at = permits.at + permits.wait_s
            try:
                await self._sleep(max(0.0, self.opens_at - self._clock()))
            finally:
                self.opens_at = None
        return permits

    async def _look(self) -> Permits:
        """Look at the file for all who wait.

        A look goes on where its worker is cancelled; the next one has what it brings.
        """
        if self._looking and self._looking.done() and not self._is_usable(self._looking.result()):
            self._looking = None
        if not self._looking:
            self._looking = asyncio.get_running_loop().run_in_executor(
                self._thread, self._lane.take, self._waiting
            )
        await asyncio.wait([self._looking])
        looked, self._looking = self._looking, None
        return looked.result()


class Usage(NamedTuple):
    """How much of its quota one lane (server and user) has used. Times are in Unix seconds."""

    lane: str
    calls: int
    paused_until: float | None


def usage(home: Path, *, seconds: float, now: float) -> list[Usage]:
    """Return the calls of the last `seconds` by lane; nothing is written.

    Raises:
        LedgerRefused: the file can't be read.
    """
    path = home / QUOTA_FILE
    if not path.exists():
        return []
    try:
        with opened_to_read(path) as file:
            found = file.execute(
                "SELECT lane, TOTAL(given_at > ?1), (SELECT max(until) FROM pauses"
                " WHERE pauses.lane = lanes.lane AND until > ?2)"
                " FROM (SELECT lane FROM permits UNION SELECT lane FROM pauses) AS lanes"
                " LEFT JOIN permits USING (lane) GROUP BY lane ORDER BY lane",
                (now - seconds, now),
            ).fetchall()
    except sqlite3.Error as error:
        raise LedgerRefused(
            f"The quota file {path} can't be read: {error}.",
            hint="Move it away; what was sent in the last hour is then not counted.",
        ) from error
    return [Usage(lane, int(calls), until) for lane, calls, until in found]
