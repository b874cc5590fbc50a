"""How an answer says that the quota is used up, and when it ends.

Documented by Sellercloud: a body with `RateLimitResetTime` in UTC (`2022-01-14T09:38:49.9856571Z`),
under a status that is not documented. Common on the web: 429, and 503 with `Retry-After`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from batch_tracker.model import Answer, Verdict

_ASKS_TO_WAIT = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}

_SHORTEST_PAUSE_S = 1.0
# Where the answer names no time, or none that can be meant.
_USUAL_PAUSE_S = 60.0
# The documented window is an hour: a reset further off than two is a garbled time.
_LONGEST_PAUSE_S = 7200.0


def throttled(status: int, headers: Mapping[str, str], reset: object) -> Verdict | None:
    """Return the verdict on a throttled answer, or None for any other.

    `reset` is the body's `RateLimitResetTime`, if it has one.
    """
    wait = headers.get("Retry-After", "") if status in _ASKS_TO_WAIT else ""
    if not (reset or wait or status == HTTPStatus.TOO_MANY_REQUESTS):
        return None
    retry_at = _moment(str(reset)) or http_date(wait)
    return Verdict(
        answer=Answer.THROTTLED,
        code="throttled",
        message="The server's call limit is reached.",
        status=status,
        retry_at=retry_at,
        retry_after_s=float(wait) if wait.isdecimal() else _between(headers, retry_at),
    )


def pause_s(verdict: Verdict, now: datetime) -> float:
    """Return for how many seconds a throttled user makes no call.

    The named moment goes by our clock. Where ours can't be right, as it makes the moment long
    over or hours away, the delay that the server named, or that follows from its own clock,
    goes instead.
    """
    named = [verdict.retry_after_s]
    if verdict.retry_at:
        named.insert(0, (verdict.retry_at - now).total_seconds())
    for wait_s in named:
        if wait_s is not None and -_SHORTEST_PAUSE_S <= wait_s <= _LONGEST_PAUSE_S:
            return max(wait_s, _SHORTEST_PAUSE_S)
    return _USUAL_PAUSE_S


def http_date(text: str) -> datetime | None:
    """Read the time in a header, in UTC; None where there is none."""
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _between(headers: Mapping[str, str], retry_at: datetime | None) -> float | None:
    """Return the wait by the server's own clock: ours may be wrong."""
    sent_at = http_date(headers.get("Date", ""))
    return (retry_at - sent_at).total_seconds() if retry_at and sent_at else None


def _moment(text: str) -> datetime | None:
    """Read the reset time; digits of a second beyond the sixth are dropped."""
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        return None


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
