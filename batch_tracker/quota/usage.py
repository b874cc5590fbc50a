"""How much of the quota is used, for who only looks."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import LedgerRefused
from batch_tracker.quota.lane import QUOTA_FILE
from batch_tracker.sqlite_file import opened_to_read


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
        if "no such table" in str(error):
            return []  # the first call is just being counted
        raise LedgerRefused(
            f"The quota file {path} can't be read: {error}.",
            hint="Move it away. Calls of the last hour are then not counted.",
        ) from error
    return [Usage(lane, int(calls), until) for lane, calls, until in found]
