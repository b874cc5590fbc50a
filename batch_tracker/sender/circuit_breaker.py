"""A circuit breaker: whether the server answers anybody, as all workers together see it.

One row that gets no usable answer may be the row's own trouble, and its tries are limited. More
such answers in a row than one row can cause, without a good one among them, open the circuit: the
server is down. Then one worker at a time tries, with growing waits, so that an outage costs a few
calls instead of every row's tries.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta

from batch_tracker.errors import ServerUnusable
from batch_tracker.ledger.journal import Clock
from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.retry import backoff_s
from batch_tracker.settings import Settings


class CircuitBreaker:
    """Lets all calls through while closed, and one at a time while open.

    A circuit that stays open longer than `settings.give_up_s` ends the run.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        self._bearable = settings.attempts
        self._first_wait_s = settings.backoff_s
        self._patience = timedelta(seconds=settings.give_up_s)
        self._clock = clock
        self._sleep = sleep
        self._rng = rng
        self._turn = asyncio.Lock()
        self._bad = 0
        self._since = clock()
        self.seen_fair = False
        """Whether the server has ever given a good answer."""

    @property
    def is_open(self) -> bool:
        """Whether the server answers nobody."""
        return self._bad > self._bearable

    def note(self, verdict: Verdict) -> None:
        """Take an answer into account; to be called before the passage of its call ends."""
        if verdict.answer in {Answer.UNAVAILABLE, Answer.LOST}:
            if not self._bad:
                self._since = self._clock()
            self._bad += 1
        else:
            self._bad = 0
            self.seen_fair = True

    def passage(self) -> AbstractAsyncContextManager[None]:
        """Wait until a call may be made, and hold the turn for it while the circuit is open.

        Raises, when entered:
            ServerUnusable: the circuit has been open too long.
        """
        return self._half_open_passage() if self.is_open else nullcontext()

    @asynccontextmanager
    async def _half_open_passage(self) -> AsyncIterator[None]:
        async with self._turn:
            if self.is_open:  # still, after the wait for the turn
                await self.sit_out(0)
                yield
                return
        yield

    async def sit_out(self, tries: int) -> None:
        """Wait before another call: the longer, the more tries there were.

        Raises:
            ServerUnusable: the circuit has been open too long.
        """
        over = self._bad - self._bearable
        wait_s = backoff_s(max(1, tries, over), self._first_wait_s, self._rng)
        if self.is_open:
            wait_s = min(wait_s, self._patience_left_s())
        await self._sleep(wait_s)

    def _patience_left_s(self) -> float:
        left_s = (self._since + self._patience - self._clock()).total_seconds()
        if left_s <= 0:
            raise ServerUnusable(
                f"The server has given no usable answer for {self._patience.total_seconds():g} s.",
                hint="Check SELLERCLOUD_URL and the connection; resume goes on from session.",
            )
        return left_s
