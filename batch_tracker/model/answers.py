"""What the server says, and how a row ends."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from batch_tracker.model.cells import Issue
from batch_tracker.model.states import State


class Answer(StrEnum):
    """What one attempt came to."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: the same request would be refused again."""
    UNAVAILABLE = "server trouble"
    """The server's trouble, not the row's: worth another try."""
    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"
    LOST = "lost"
    """Sent, and no usable answer came back: the server may have applied it or not."""


class Verdict(NamedTuple):
    """What a reply means. `status` is None where no reply came.

    `retry_at` is set with THROTTLED where the server named the time (UTC); `retry_after_s` where
    it named a delay.
    """

    answer: Answer
    code: str
    message: str
    status: int | None = None
    retry_at: datetime | None = None
    retry_after_s: float | None = None


class Outcome(NamedTuple):
    """How a row ended. `status` is None where no reply came."""

    row: int
    state: State
    code: str = ""
    message: str = ""
    status: int | None = None


class Judgement(NamedTuple):
    """What follows from looking before: an outcome where the row is held, or warnings, or both."""

    outcome: Outcome | None = None
    warnings: tuple[Issue, ...] = ()
