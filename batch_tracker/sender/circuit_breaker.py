"""A circuit breaker: whether the server answers anybody, as all workers together see it.

One row that gets no usable answer may be the row's own trouble, and its tries are limited. More
such answers in a row than one row can cause, without a good one among them, open the circuit: the
server is down. Then it is half-open for one caller at a time, after growing waits, so that an
outage costs a few calls instead of every row's tries.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from batch_tracker.errors import ServerUnusable
from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.retry import RetryPolicy

NO_USABLE_ANSWER = {Answer.UNAVAILABLE, Answer.LOST}


class CircuitBreaker:
    """Lets all calls through while closed, and one at a time while open.

    It opens once more calls have failed in a row than one request may cost (`retry.attempts`); a
    circuit that stays open longer than `retry.give_up_s` ends the run. `clock` counts seconds.
    """

    def __init__(
        self,
        retry: RetryPolicy,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        self._retry = retry
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        self._turn = asyncio.Lock()
        self._failures = 0
        self._failing_since = clock()
        self._has_succeeded = False

    @property
    def is_open(self) -> bool:
        """Whether the server answers nobody."""
        return self._failures > self._retry.attempts

    @property
    def has_never_worked(self) -> bool:
        """Whether as many calls have failed as one request may cost, and none ever succeeded."""
        return not self._has_succeeded and self._failures >= self._retry.attempts

    def record(self, verdict: Verdict) -> None:
        """Take a reply into account; to be called before the admission of its call ends."""
        if verdict.answer not in NO_USABLE_ANSWER:
            self._failures = 0
            self._has_succeeded = True
            return
        if not self._failures:
            self._failing_since = self._clock()
        self._failures += 1

    def admission(self) -> AbstractAsyncContextManager[None]:
        """Wait until a call may be made, and while the circuit is open let no other in meanwhile.

        Raises, when entered:
            ServerUnusable: the circuit has been open too long.
        """
        return self._half_open() if self.is_open else nullcontext()

    @asynccontextmanager
    async def _half_open(self) -> AsyncIterator[None]:
        async with self._turn:
            if self.is_open:  # still, after the wait for the turn
                await self.back_off()
                yield
                return
        yield

    async def back_off(self) -> None:
        """Wait before another call while the circuit is open: longer after each that failed.

        Raises:
            ServerUnusable: the circuit has been open too long.
        """
        over = self._failures - self._retry.attempts
        await self._sleep(min(self._retry.wait_s(over, self._rng), self._patience_left_s()))

    def _patience_left_s(self) -> float:
        left_s = self._failing_since + self._retry.give_up_s - self._clock()
        if left_s <= 0:
            raise ServerUnusable(
                f"The server has given no usable answer for {self._retry.give_up_s:g} s.",
                hint="Check SELLERCLOUD_URL and the connection. Then resume.",
            )
        return left_s
