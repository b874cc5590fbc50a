"""What follows from a verdict: settle the row, or try again after a while. Pure functions."""

import random
from datetime import datetime
from typing import NamedTuple

from batch_tracker.model import Answer, Outcome, State, Step, Update, Verdict

_LONGEST_BACKOFF_S = 60.0

_SHORTEST_THROTTLE_S = 1.0
# Where a throttled answer names no time, or none that can be meant.
_USUAL_THROTTLE_S = 60.0
# The documented window is an hour: a reset further off than two is a garbled time.
_LONGEST_THROTTLE_S = 7200.0

_UNCOUNTED = {Answer.THROTTLED, Answer.UNAUTHORIZED}
NO_CONNECTION = "no-connection"
"""The code of a verdict on a call that never left; no row is to blame for it."""


class Tries(NamedTuple):
    """How a row has fared so far in this session."""

    counted: int = 0
    """Calls that count against the limit: not those that say nothing about the row."""
    doubtful: bool = False
    """Whether a call was sent and never answered."""

    def after(self, verdict: Verdict) -> "Tries":
        """Return the tally with one more answer in it."""
        counts = verdict.answer not in _UNCOUNTED and verdict.code != NO_CONNECTION
        return Tries(
            self.counted + counts,
            self.doubtful or verdict.answer is Answer.LOST,
        )


def settle(step: Step, verdict: Verdict, tries: Tries, limit: int) -> Outcome | None:
    """Return what the row came to, or None where it is worth another try.

    A lost answer is settled by a later accepted one: the same PUT has the same effect twice. Where
    none came, the row stays in doubt; where a refusal came, it is rejected and looked up at the end
    (`ReadBack.settle_doubts`), as the first call may have been taken.
    """
    state = _state(verdict, tries, limit)
    if state is None:
        return None
    return Outcome(
        row=step.row,
        state=state,
        code=verdict.code,
        message=_in_words(state, step.update, verdict, tries),
        status=verdict.status,
    )


def reject_alone(step: Step, verdict: Verdict) -> Outcome:
    """Return the outcome of a row whose every token was refused while other rows got through."""
    return Outcome(
        row=step.row,
        state=State.REJECTED,
        code=verdict.code,
        message=f"The server refuses the login for this PO, and not for others: {verdict.message}",
        status=verdict.status,
    )


def backoff_s(tries: int, first_s: float, rng: random.Random) -> float:
    """Return how long to wait after the `tries`-th failure: doubling, capped, jittered by half."""
    longest = min(_LONGEST_BACKOFF_S, first_s * 2.0 ** min(tries - 1, 30))
    return longest * rng.uniform(0.5, 1.0)


def throttle_s(verdict: Verdict, now: datetime) -> float:
    """Return for how many seconds a throttled user keeps still.

    The named moment goes by our clock. Where ours can't be right, as it makes the moment long
    over or hours away, the delay that the server named, or that follows from its own clock,
    goes instead.
    """
    named = [verdict.retry_after_s]
    if verdict.retry_at:
        named.insert(0, (verdict.retry_at - now).total_seconds())
    for wait_s in named:
        if wait_s is not None and -_SHORTEST_THROTTLE_S <= wait_s <= _LONGEST_THROTTLE_S:
            return max(wait_s, _SHORTEST_THROTTLE_S)
    return _USUAL_THROTTLE_S


def _state(verdict: Verdict, tries: Tries, limit: int) -> State | None:
    if verdict.answer is Answer.ACCEPTED:
        return State.UPDATED
    if verdict.answer is Answer.REFUSED:
        return State.REJECTED
    if verdict.answer in _UNCOUNTED or tries.counted < limit:
        return None
    return State.IN_DOUBT if tries.doubtful else State.FAILED


def _sent(update: Update) -> str:
    names = {
        "tracking number": update.tracking_number,
        "carrier": update.carrier,
        "ship date": update.shipped_on,
    }
    return f"Sent {', '.join(name for name, value in names.items() if value)}."


def _in_words(state: State, update: Update, verdict: Verdict, tries: Tries) -> str:
    if state is State.UPDATED:
        return _sent(update)
    if state is State.REJECTED:
        return verdict.message
    times = "once" if tries.counted == 1 else f"{tries.counted} times"
    if state is State.FAILED:
        return f"Tried {times}, each time in vain. Last: {verdict.message}"
    return (
        f"Sellercloud may have taken this or not: tried {times}, and at least one answer was "
        f"lost. Look the PO up, or send it again with retry. Last: {verdict.message}"
    )
