"""Retries: which reply ends a request, and how long to wait before another try. Pure functions."""

import random
from typing import NamedTuple

from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.reply import NO_CONNECTION

_LONGEST_BACKOFF_S = 60.0
FOR_GOOD = {Answer.ACCEPTED, Answer.REFUSED}
"""Whoever asks again is answered the same way again."""
# These say nothing about what was asked for.
_UNCOUNTED = {Answer.THROTTLED, Answer.UNAUTHORIZED}


class Tries(NamedTuple):
    """How a request has fared so far in this session."""

    counted: int = 0
    """Calls that count against the limit: not those that say nothing about the request."""
    doubtful: bool = False
    """Whether a call was sent and its answer lost."""

    def after(self, verdict: Verdict) -> "Tries":
        """Return the tally with one more reply in it."""
        counts = verdict.answer not in _UNCOUNTED and verdict.code != NO_CONNECTION
        return Tries(self.counted + counts, self.doubtful or verdict.answer is Answer.LOST)


UNTRIED = Tries()


class RetryPolicy(NamedTuple):
    """How often, how slowly and how long calls are tried again."""

    attempts: int
    """Calls that a request may cost before it is given up; 0: whatever comes back is final."""
    backoff_s: float
    """The wait before the second call; it doubles with each further one, up to a minute."""
    give_up_s: float
    """How long a server that answers nobody is tried."""

    def is_final(self, verdict: Verdict, tries: Tries) -> bool:
        """Whether a reply ends its request; `tries` holds that reply, too."""
        if verdict.answer in FOR_GOOD:
            return True
        if verdict.answer in _UNCOUNTED:
            return not self.attempts
        return tries.counted >= self.attempts

    def wait_s(self, failures: int, rng: random.Random) -> float:
        """Return how long to wait after so many failures: doubling, capped, jittered by half."""
        doublings = min(max(failures, 1) - 1, 30)
        return min(_LONGEST_BACKOFF_S, self.backoff_s * 2.0**doublings) * rng.uniform(0.5, 1.0)


NO_RETRY = RetryPolicy(attempts=0, backoff_s=0.0, give_up_s=0.0)
