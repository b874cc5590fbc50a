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


def http_date(text: str) -> datetime | None:
    """Read the time in a header, in UTC; None where there is none."""
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
