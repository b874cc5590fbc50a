"""Where the workers of a run wait for their permits."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import Stopped
from batch_tracker.quota.clock import Moment, present, uptime
from batch_tracker.quota.lane import Lane, Permits, kept_s, lane_name
from batch_tracker.settings import Quota

# The share of the margin that a worker may be late for its permit ...
_LATENESS = 0.1
# ... and that a call may leave late; the rest is for its way.
_LATEST = 0.5
# Without a limit, how long calls go before the file is looked at for a pause.
_BLOCK_LIFE_S = 1.0


class Permit(NamedTuple):
    """Leave to make one call, at once; `batch` and `at` are those of the look that brought it."""

    batch: int
    at: Moment


class QuotaGate:
    """Where a run's workers wait for their permits. Close it after use.

    Workers that wait at the same moment are served by one look at the file: the first of them
    asks for as many permits as workers wait, and the others wait for that. What the look brought
    is the stock. It goes to those who take it soon, as a permit that is used late may meet the
    calls of the next window at the server. Whatever is not used goes back into the file with the
    next look, or at the end: so the file counts as many permits as calls are made. Without a limit
    it is only looked at for the pauses that throttled answers ask for. `way_s` is as for `kept_s`.

    `up` says what `clock` does in the field of that name. It is asked twice for every call, and
    takes a fraction of the time.

    Raises:
        LedgerRefused: the file can't be opened or written.
        Stopped: the file can't be used any more; from `take` and `pause`.
    """

    def __init__(
        self,
        home: Path,
        *,
        server: str,
        username: str,
        address: str = "",
        quota: Quota,
        way_s: float = 0.0,
        clock: Callable[[], Moment] = present,
        up: Callable[[], float] = lambda: uptime().up,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        name = lane_name(server, username, address)
        self._lane = Lane(home, name=name, quota=quota, way_s=way_s, clock=clock)
        margin_s = kept_s(quota, way_s) - quota.seconds
        self._fresh_s = margin_s * _LATENESS if quota.calls else _BLOCK_LIFE_S
        self._latest_s = margin_s * _LATEST if quota.calls else float("inf")
        self._up = up
        self._sleep = sleep
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="quota")
        self._waiting = 0
        # The permits in stock are all alike.
        self._permit = Permit(0, clock())
        self._stock = 0
        self._unused: Counter[int] = Counter()
        # Set once who asks for all has got a stock; None while nobody asks.
        self._asking: asyncio.Event | None = None
        # The look at the file that is under way in the thread, or that nobody has had yet.
        self._looking: Future[Permits] | None = None
        self._resting: asyncio.Future[None] | None = None
        self.opens_at: float | None = None
        """While the gate is shut: when it opens (Unix seconds)."""

    def close(self) -> None:
        """Give back what was not used, and close the file."""
        self._thread.shutdown()
        with suppress(Stopped):  # then it stays counted
            if self._looking:
                permits = self._looking.result()
                self._drop(permits.given, permits.batch)
            self._drop_stock()
            self._lane.give_back(self._unused)
        self._lane.close()

    async def take(self) -> Permit:
        """Wait for a permit for one call, which is to be made at once, or given back."""
        self._waiting += 1
        try:
            while not self._is_usable(self._stock, self._permit.at):
                if not self._asking:
                    await self._ask_for_all()
                    break  # one of them is for who asked, however long that took
                await self._asking.wait()
        finally:
            self._waiting -= 1
        self._stock -= 1
        return self._permit

    def is_late(self, permit: Permit) -> bool:
        """Whether it is too late by now for the call that a permit was taken for."""
        return self._up() - permit.at.up > self._latest_s

    def give_back(self, permit: Permit) -> None:
        """Let another call have a permit for which none was made."""
        if permit.batch == self._permit.batch:
            self._stock += 1
            return
        self._unused[permit.batch] += 1
        if self._resting:
            self._resting.cancel()

    async def pause(self, seconds: float) -> None:
        """Let no call of this user pass for so long, in any process."""
        self._drop_stock()
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._lane.pause, seconds, self._take_unused()
        )

    def _is_usable(self, count: int, at: Moment) -> bool:
        return count > 0 and self._up() - at.up <= self._fresh_s

    def _drop(self, count: int, batch: int) -> None:
        if batch and count:
            self._unused[batch] += count

    def _drop_stock(self) -> None:
        self._drop(self._stock, self._permit.batch)
        self._permit = Permit(0, self._permit.at)
        self._stock = 0

    def _take_unused(self) -> Counter[int]:
        unused, self._unused = self._unused, Counter()
        return unused

    async def _ask_for_all(self) -> None:
        self._asking = asyncio.Event()
        self._drop_stock()
        try:
            permits = await self._ask()
            self._permit = Permit(permits.batch, permits.at)
            self._stock = permits.given
        finally:
            # All go on in one turn of the event loop: let on one by one, the last would come too
            # late for their permits.
            self._asking.set()
            self._asking = None

    async def _ask(self) -> Permits:
        """Look until there are permits, and wait in between as long as the file says."""
        try:
            while not (permits := await self._look()).given:
                self.opens_at = permits.at.unix + permits.wait_s
                await self._rest(max(0.0, permits.wait_s - (self._up() - permits.at.up)))
        finally:
            self.opens_at = None
        return permits

    async def _rest(self, seconds: float) -> None:
        """Sleep, but only until a permit comes back."""
        self._resting = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait([self._resting])
        finally:
            self._resting.cancel()
        if not self._resting.cancelled():
            self._resting.result()

    async def _look(self) -> Permits:
        """Look at the file for all who wait.

        A look goes on where its worker is cancelled; the next one has what it brings.
        """
        if self._looking and self._looking.done():
            permits = self._looking.result()
            if not self._is_usable(permits.given, permits.at):
                self._drop(permits.given, permits.batch)
                self._looking = None
        if not self._looking:
            self._looking = self._thread.submit(self._lane.take, self._waiting, self._take_unused())
        looking = asyncio.wrap_future(self._looking)
        await asyncio.wait([looking])
        self._looking = None
        return looking.result()
