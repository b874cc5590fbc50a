"""Moments as the person who reads them tells the time, with the zone named."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache


def local(moment: datetime) -> datetime:
    """Return a moment in the zone of this machine; without a zone of its own it is UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()


def zone_name(moment: datetime) -> str:
    """Return what a moment's zone is called everywhere: `UTC`, `UTC+02:00`.

    A zone's own abbreviation is not the same on every system, and not one zone's alone.
    """
    return _named(moment.utcoffset() or timedelta())


@lru_cache
def _named(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"UTC{sign}{hours:02}:{minutes:02}" if offset else "UTC"


def told(moment: datetime) -> str:
    """Return a moment to the second: `2026-03-04 16:06:07 UTC+01:00`."""
    here = local(moment)
    return f"{here:%Y-%m-%d %H:%M:%S} {zone_name(here)}"
