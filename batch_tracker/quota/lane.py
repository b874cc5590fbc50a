"""The permits of one user of one server, in a file that all processes share."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from batch_tracker.errors import Stopped
from batch_tracker.quota.clock import Moment, present
from batch_tracker.quota.quota_file import PAUSE_LEFT, PERMIT_LEFT, QUOTA_FILE, open_file
from batch_tracker.settings import Quota
from batch_tracker.sqlite_file import transaction

MARGIN, JITTER_S = 0.02, 0.04

# Kept this long, so that a later run may be given another quota.
_KEPT_S = 86_400.0
# Without a limit, how many calls go before the file is looked at for a pause.
_BLOCK_WITHOUT_LIMIT = 10_000

Unused = Mapping[int, int]
"""How many permits of which batch were not used."""
_ALL_USED: Unused = MappingProxyType({})


def lane_name(server: str, username: str, address: str = "") -> str:
    """Return what a lane is called in the file and for people; "" is the usual address."""
    return f"{server} {username.lower()} {address}".rstrip()


def kept_s(quota: Quota, way_s: float = 0.0) -> float:
    """Return how long a call counts here, in seconds: a little longer than at the server.

    It may reach the server up to `way_s` later than one that is made by this process.
    """
    return quota.seconds * (1 + MARGIN) + JITTER_S + way_s


class Permits(NamedTuple):
    """What a request for permits came to at the moment `at`.

    Some of them, or how long to wait before asking again. Those given together are a `batch`, by
    which they can be given back; 0 where they are not counted.
    """

    given: int
    at: Moment
    wait_s: float = 0.0
    batch: int = 0


class _Last(NamedTuple):
    """The permit that was given last."""

    number: int = 0
    given_at: float = float("-inf")
    boot: str | None = None
    given_up: float | None = None
    batch: int | None = None


class Lane:
    """The permits of one user of one server. Blocks on the disk; `clock` gives the moment.

    A permit counts until both clocks say that its window is over: so a clock that is set forward
    lets no call go too early. Where a clock was set back, what the file says is taken to have
    happened just now: calls are held back for one window at most. Calls made without a limit are
    not counted.

    Raises:
        LedgerRefused: the file can't be opened or written.
        Stopped: the file can't be used any more; from any method.
    """

    def __init__(
        self,
        home: Path,
        *,
        name: str,
        quota: Quota,
        way_s: float = 0.0,
        clock: Callable[[], Moment] = present,
    ) -> None:
        self._name = name
        self._quota = quota
        self._window_s = kept_s(quota, way_s)
        self._clock = clock
        self._path = home / QUOTA_FILE
        self._file = open_file(home)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def take(self, wanted: int, unused: Unused = _ALL_USED) -> Permits:
        """Give up to `wanted` permits, or say how many seconds to wait; take `unused` ones back."""
        with self._transaction():
            now = self._clock()
            self._take_back(unused)
            self._follow_clocks(now)
            pause_s = self._pause_left(now)
            if pause_s > 0:
                return Permits(0, now, pause_s)
            if not self._quota.calls:
                return Permits(_BLOCK_WITHOUT_LIMIT, now)
            return self._take(wanted, now)

    def give_back(self, unused: Unused) -> None:
        """Count permits no more that were not used."""
        with self._transaction():
            self._take_back(unused)

    def pause(self, seconds: float, unused: Unused = _ALL_USED) -> None:
        """Give no permit for so long, to any process; take `unused` ones back."""
        with self._transaction():
            now = self._clock()
            self._take_back(unused)
            self._follow_clocks(now)
            if seconds > self._pause_left(now):
                self._file.execute(
                    "INSERT OR REPLACE INTO pauses (lane, until, noted_at, boot, noted_up)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (self._name, now.unix + seconds, now.unix, now.boot or None, now.up),
                )

    def _take(self, wanted: int, now: Moment) -> Permits:
        """Give as many as the window has room for, or say when the next one leaves it."""
        last = self._last()
        free = min(wanted, self._quota.calls)
        # Permit n is free once permit n - Q has left the window, so the first of these that is
        # still in it decides how many are free.
        first = last.number - self._quota.calls + 1
        blocking = self._file.execute(
            f"SELECT number, {PERMIT_LEFT} AS left_s FROM permits"  # noqa: S608 - our own words
            " WHERE lane = :lane AND number >= :first AND number < :end AND left_s > 0"
            " ORDER BY number LIMIT 1",
            {**self._by(now, self._window_s), "first": first, "end": first + free},
        ).fetchone()
        if blocking:
            number, left_s = blocking
            free = number - first
            if free == 0:
                return Permits(0, now, left_s)
        return self._give(last, free, now)

    def _give(self, last: _Last, count: int, now: Moment) -> Permits:
        # Batches are numbered by the clock, so that none is taken for one that was deleted.
        batch = max((last.batch or 0) + 1, int(now.unix * 1000))
        self._file.executemany(
            "INSERT INTO permits (lane, number, given_at, boot, given_up, batch)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self._name, last.number + n, now.unix, now.boot or None, now.up, batch)
                for n in range(1, count + 1)
            ],
        )
        # The oldest few at a time: more than are added, and never a long search.
        self._file.execute(
            f"DELETE FROM permits WHERE lane = :lane AND {PERMIT_LEFT} <= 0"  # noqa: S608 - our own words
            " AND number <= :few + (SELECT min(number) FROM permits WHERE lane = :lane)",
            {**self._by(now, max(_KEPT_S, self._window_s)), "few": 2 * count},
        )
        return Permits(count, now, batch=batch)

    def _take_back(self, unused: Unused) -> None:
        """Forget permits; the later ones of the lane move up, so that the newest numbers go."""
        for batch, count in unused.items():
            number, found = self._file.execute(
                "SELECT number, batch FROM permits WHERE lane = ? AND batch <= ?"
                " ORDER BY number DESC LIMIT 1",
                (self._name, batch),
            ).fetchone() or (0, None)
            if found != batch:
                continue  # over for a day, and deleted
            first = number - count + 1
            values = {"lane": self._name, "first": first, "last": number, "count": count}
            for statement in (
                "DELETE FROM permits WHERE lane = :lane AND number BETWEEN :first AND :last",
                # By way of numbers that none has: they change one by one.
                "UPDATE permits SET number = :count - number WHERE lane = :lane AND number > :last",
                "UPDATE permits SET number = -number WHERE lane = :lane AND number < 0",
            ):
                self._file.execute(statement, values)

    def _last(self) -> _Last:
        return _Last(
            *self._file.execute(
                "SELECT number, given_at, boot, given_up, batch FROM permits WHERE lane = ?"
                " ORDER BY number DESC LIMIT 1",
                (self._name,),
            ).fetchone()
            or ()
        )

    def _pause_left(self, now: Moment) -> float:
        (left_s,) = self._file.execute(
            f"SELECT max({PAUSE_LEFT}) FROM pauses WHERE lane = :lane",  # noqa: S608 - our own words
            self._by(now, 0.0),
        ).fetchone()
        return left_s or 0.0

    def _follow_clocks(self, now: Moment) -> None:
        """Where a clock was set back, set back with it what lies ahead of it now."""
        last = self._last()
        if last.given_at > now.unix:
            self._file.execute(
                "UPDATE permits SET given_at = min(?, given_at - ?) WHERE lane = ?",
                (now.unix, last.given_at - now.unix, self._name),
            )
        if last.boot == now.boot and (last.given_up or 0.0) > now.up:
            self._file.execute(
                "UPDATE permits SET given_up = min(?, given_up - ?) WHERE lane = ? AND boot = ?",
                (now.up, (last.given_up or 0.0) - now.up, self._name, now.boot),
            )
        self._file.execute(
            "UPDATE pauses SET until = until - (noted_at - ?1), noted_at = ?1"
            " WHERE lane = ?2 AND noted_at > ?1",
            (now.unix, self._name),
        )

    def _by(self, now: Moment, window_s: float) -> dict[str, object]:
        return {"lane": self._name, "window": window_s, **now._asdict()}

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
