"""How much of the quota is used, for who only looks."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused
from batch_tracker.quota.clock import Moment
from batch_tracker.quota.quota_file import PAUSE_LEFT, PERMIT_LEFT, QUOTA_FILE, version_of
from batch_tracker.sqlite_file import opened_to_read

# Version 1 knew of one clock.
_PERMITS = {1: "(SELECT *, NULL AS boot, NULL AS given_up FROM permits)"}
_PAUSES = {1: "(SELECT *, NULL AS boot, NULL AS noted_up FROM pauses)"}


class Usage(NamedTuple):
    """How much of its quota one lane (server and user) has used. Times are in Unix seconds."""

    lane: str
    calls: int
    paused_until: float | None


def usage(home: Path, *, seconds: float, now: Moment) -> list[Usage]:
    """Return the calls of the last `seconds` by lane; nothing is written.

    Raises:
        LedgerRefused: the file can't be read.
    """
    path = home / QUOTA_FILE
    if not path.exists():
        return []
    try:
        with opened_to_read(path) as file:
            return _usage(file, seconds, now)
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return []  # the first call is just being counted
        raise LedgerRefused(
            f"The quota file {path} can't be read: {error}.",
            hint="Move it away. Calls of the last hour are then not counted.",
        ) from error


def _usage(file: sqlite3.Connection, seconds: float, now: Moment) -> list[Usage]:
    version = version_of(file)
    if not version:
        return []
    permits, pauses = _PERMITS.get(version, "permits"), _PAUSES.get(version, "pauses")
    values = {"window": seconds, **now._asdict()}
    calls = file.execute(
        f"SELECT lane, TOTAL({PERMIT_LEFT} > 0) FROM {permits} GROUP BY lane",  # noqa: S608 - our own words
        values,
    )
    paused = file.execute(f"SELECT lane, {PAUSE_LEFT} FROM {pauses}", values)  # noqa: S608 - the same
    left = dict(paused.fetchall())
    made = dict.fromkeys(left, 0.0) | dict(calls.fetchall())
    return [
        Usage(lane, int(made[lane]), now.unix + left[lane] if left.get(lane, 0) > 0 else None)
        for lane in sorted(made)
    ]
