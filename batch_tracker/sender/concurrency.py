"""The concurrency limit: how many calls are under way at once, where the user has not fixed it.

Enough to use the quota up at the latency that is measured, and no more: with 3 calls a second
allowed and 5 seconds a call (both seen at Sellercloud), 15 must be under way. Where latency climbs
far above the best that was seen, the server is struggling: the limit falls back, and recovers as
latency does.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from math import ceil
from statistics import median

from batch_tracker.settings import Quota

FIRST = 8
_MOST = 64
_LEAST = 2
_RESERVE = 1.5
"""Calls under way over those that would use the quota up if every call took equally long."""

_SAMPLE = 20
# From so many times the best latency on, the server is struggling; the limit falls by half.
_OVERLOAD = 4.0
_DECREASE = 0.5
# The best is forgotten bit by bit, so that a server that has become slow for good is accepted.
_FORGET = 1.25


class ConcurrencyLimit:
    """Lets as many calls be under way as make sense. `fixed` is the user's own number, if any."""

    def __init__(self, fixed: int | None, quota: Quota) -> None:
        self._fixed = fixed
        self._rate = quota.calls / quota.seconds if quota.calls else None
        self._latencies: list[float] = []
        self._best_s = float("inf")
        self._under_way = 0
        self._room = asyncio.Condition()
        self.limit = fixed or FIRST
        """Calls that may be under way."""
        self.most = fixed or _MOST
        """The most that will ever be."""

    def slot(self) -> AbstractAsyncContextManager[None]:
        """Wait for room for one more row, and hold it meanwhile."""
        return nullcontext() if self._fixed else self._slot()

    def record(self, latency_s: float) -> None:
        """Take the time of one more answered call into account."""
        self._latencies.append(latency_s)
        if len(self._latencies) < _SAMPLE or self._fixed:
            return
        usual_s = median(self._latencies)
        self._latencies.clear()
        self._best_s = min(self._best_s * _FORGET, usual_s)
        self.limit = self._wanted(usual_s)

    def _wanted(self, usual_s: float) -> int:
        if usual_s > _OVERLOAD * self._best_s:
            return max(_LEAST, int(self.limit * _DECREASE))
        if self._rate is None:
            return _MOST
        return min(_MOST, max(FIRST, ceil(self._rate * usual_s * _RESERVE)))

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        async with self._room:
            await self._room.wait_for(lambda: self._under_way < self.limit)
            self._under_way += 1
        try:
            yield
        finally:
            async with self._room:
                self._under_way -= 1
                self._room.notify(self.limit - self._under_way)
