"""The concurrency limit: how many calls are under way at once, where the user has not fixed it.

Most of a run's time is spent waiting for answers, so more calls at once are a shorter run: until
the server works at no more of them, and the others only queue. Where that begins is found out:

    slow start   every answer lets one more call go, which doubles the limit in the time of a call
    queueing     answers take far longer than with few calls under way: the limit falls to what
                 the server was at work on, which is limit x base latency / latency (Little's law)
    a rise       nothing queues, so a fifth more is tried
    trouble      a fifth of the answers are the server's trouble: the limit falls by two fifths,
                 and what was too much is not tried again soon

Latency that has risen for another reason looks like queueing. It is told by the rate: if fewer
calls at once have brought fewer answers, the limit goes back, and this latency is the new base.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from math import ceil
from statistics import fmean
from typing import NamedTuple

FIRST = 16
_LEAST = 2

_BASE_SAMPLE = 6
"""Answers from which the base latency is taken, before more calls are let go."""
_RECENT, _MOST_OF_RECENT, _FAR_LONGER = 12, 10, 2.0
"""Slow start ends where so many of so many answers took so many times the base latency."""
_QUEUEING = 1.5
"""A mean latency of so many times the base shows that calls queue."""
_SPARE = 1.1
"""Calls at once over those that the server is at work on, so that it never waits for us."""
_RISE = 1.2
_RATE_FELL = 0.85

_FEWEST_TROUBLES, _TROUBLED_SHARE, _CUT = 3, 0.2, 0.6
_FORGIVING = 500
"""Good answers after which one call more is tried again than what the server had trouble with."""


class _Trial(NamedTuple):
    """The limit and the mean latency before the limit was lowered."""

    limit: int
    latency_s: float


class ConcurrencyLimit:
    """Lets as many calls be under way as make sense, and never more than `most`.

    `fixed` is the user's own number, if there is one; else it is found out.
    """

    def __init__(self, fixed: int | None, *, most: int) -> None:
        self._fixed = fixed
        self._under_way = 0
        self._room = asyncio.Condition()
        self.most = fixed or most
        """The most calls that will ever be under way."""
        self.limit = min(fixed or FIRST, self.most)
        """Calls that may be under way."""
        self._least, self._ceiling = min(_LEAST, self.most), self.most
        self._is_starting = True
        self._base_s = float("inf")
        self._latencies: list[float] = []
        self._passed_over = 0
        self._trial: _Trial | None = None
        self._good = self._troubles = 0

    def slot(self) -> AbstractAsyncContextManager[None]:
        """Wait for room for one more row, and hold it meanwhile."""
        return nullcontext() if self._fixed else self._slot()

    def record(self, latency_s: float, *, is_trouble: bool = False) -> None:
        """Take one more answer into account, and whether it says that the server is in trouble."""
        if self._fixed:
            return
        if is_trouble:
            self._record_trouble()
            return
        self._forgive()
        if self._passed_over:
            self._passed_over -= 1
            return
        self._latencies.append(latency_s)
        if self._is_starting:
            self._start()
        elif len(self._latencies) >= 2 * self.limit:
            self._adapt()

    def _start(self) -> None:
        if len(self._latencies) == _BASE_SAMPLE:
            self._base_s = fmean(self._latencies)
        recent = self._latencies[-_RECENT:]
        slow = sum(latency_s > _FAR_LONGER * self._base_s for latency_s in recent)
        if slow >= _MOST_OF_RECENT:
            self._is_starting = False
            self._measure_anew(passing_over=self.limit)
        elif len(self._latencies) >= 2 * self.most:
            self._is_starting = False
            self._adapt()
        else:
            self._set(self.limit + 1)

    def _adapt(self) -> None:
        latency_s = fmean(self._latencies)
        self._base_s = min(self._base_s, latency_s)
        trial, self._trial = self._trial, None
        if trial and self.limit / latency_s < _RATE_FELL * trial.limit / trial.latency_s:
            self._base_s = latency_s
            self._change(trial.limit)
        elif latency_s <= _QUEUEING * self._base_s:
            self._change(ceil(self.limit * _RISE))
        else:
            self._trial = _Trial(self.limit, latency_s)
            self._change(ceil(_SPARE * self.limit * self._base_s / latency_s) + 1)

    def _record_trouble(self) -> None:
        if self._passed_over:
            return
        self._troubles += 1
        answers = self._troubles + len(self._latencies)
        if self._troubles >= max(_FEWEST_TROUBLES, _TROUBLED_SHARE * answers):
            self._is_starting, self._trial = False, None
            self._ceiling = max(self._least, int(self.limit * _CUT))
            self._change(self._ceiling)

    def _forgive(self) -> None:
        self._good += 1
        if self._good % _FORGIVING == 0:
            self._ceiling = min(self.most, self._ceiling + 1)

    def _change(self, limit: int) -> None:
        """Set the limit. What was called before under another one says nothing about this one."""
        before = self.limit
        self._set(limit)
        falls = before if self.limit < before else 0
        self._measure_anew(passing_over=falls + self.limit if self.limit != before else 0)

    def _set(self, limit: int) -> None:
        self.limit = max(self._least, min(limit, self._ceiling))

    def _measure_anew(self, *, passing_over: int) -> None:
        self._latencies.clear()
        self._troubles, self._passed_over = 0, passing_over

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
