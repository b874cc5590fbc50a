"""Lanes: the addresses that a run calls from, each with a quota, a login and a stop of its own."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import NamedTuple, TypeVar

from batch_tracker.errors import ClusterUnusable, LoginRefused, ServerUnusable
from batch_tracker.ledger import Journal, Run
from batch_tracker.quota import Uptime
from batch_tracker.sender.client import Calls
from batch_tracker.sender.concurrency import ConcurrencyLimit
from batch_tracker.sender.connection import connect
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.look_up import LookUp
from batch_tracker.sender.retry import RetryPolicy
from batch_tracker.sender.stop import Stopping, StopSignal
from batch_tracker.settings import Settings

LaneFailure = LoginRefused | ServerUnusable | ClusterUnusable
"""What may be the trouble of one address or worker alone: another one may get through."""
LANE_FAILURES = (LoginRefused, ServerUnusable, ClusterUnusable)

_Result = TypeVar("_Result")

_MOST_CLAIMED = 4
"""Rows that wait for a lane's quota. The others are left to lanes whose quota is not used up."""


class Claim:
    """What a worker holds while its row waits for a permit; released once, at the latest."""

    def __init__(self, room: asyncio.Semaphore | None) -> None:
        self._room = room

    def release(self) -> None:
        """Let the lane take another row."""
        room, self._room = self._room, None
        if room:
            room.release()


class Lane:
    """One address, and what calls are made with from there. "" is the system's choice."""

    def __init__(
        self,
        address: str,
        gateway: Gateway,
        *,
        look_up: LookUp,
        stop: StopSignal,
        concurrency: ConcurrencyLimit,
        is_only_one: bool,
    ) -> None:
        self.address = address
        self.gateway = gateway
        self.look_up = look_up
        self.stop = stop
        self.concurrency = concurrency
        self.failure: LaneFailure | None = None
        self._room = None if is_only_one else asyncio.Semaphore(_MOST_CLAIMED)

    async def claim(self) -> Claim:
        """Wait until the lane may take another row."""
        if self._room:
            await self._room.acquire()
        return Claim(self._room)


class Lanes:
    """The lanes of a session. Where one fails, the others go on without it.

    The failure of the last one is the run's. `on_note` is told of all others. Where lanes come and
    go, `another` waits for one that works; it raises what is the run's failure where none comes.
    """

    def __init__(
        self,
        lanes: Iterable[Lane],
        on_note: Callable[[str], None],
        another: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._lanes = list(lanes)
        self._on_note = on_note
        self._another = another
        self.on_join: Callable[[Lane], None] = _nobody_cares
        """Is told of every lane that joins."""

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    @property
    def working(self) -> list[Lane]:
        """Those that have not failed, in the order of the settings."""
        return [lane for lane in self._lanes if lane.failure is None]

    async def wait_for_one(self) -> None:
        """Wait until a lane works."""
        if self._another and not self.working:
            await self._another()

    def join(self, lane: Lane) -> None:
        """Add a lane to those at work."""
        self._lanes.append(lane)
        self.on_join(lane)

    def fail(self, lane: Lane, failure: LaneFailure) -> None:
        """Go on without a lane. Its first failure counts.

        Raises:
            LoginRefused, ServerUnusable: it was the last one.
        """
        if lane.failure:
            return
        lane.failure = failure
        lane.stop.set()
        is_replaceable = self._another and isinstance(failure, ClusterUnusable)
        if not self.working and not is_replaceable:
            raise failure
        self._on_note(f"Nothing more was sent from {lane.address}: {failure.message}")

    async def on_one(self, work: Callable[[Lane], Awaitable[_Result]]) -> _Result:
        """Work on the first lane; where that fails, on the next one.

        Raises:
            LoginRefused, ServerUnusable, ClusterUnusable: none of them works.
        """
        while True:
            await self.wait_for_one()
            lane = self.working[0]
            try:
                result = await work(lane)
            except LANE_FAILURES as failure:
                self.fail(lane, failure)
            except Stopping:
                if lane.failure is None:
                    raise
            else:
                if lane.failure is None:
                    return result


def _nobody_cares(_lane: Lane) -> None:
    """Leave it to the next round of the work."""


class LaneFactory(NamedTuple):
    """What all lanes of a session have in common, and how one is opened."""

    run: Run
    settings: Settings
    journal: Journal
    stop: StopSignal
    on_note: Callable[[str], None]
    clock: Callable[[], datetime]
    uptime: Callable[[], Uptime]
    rng: random.Random | None

    @asynccontextmanager
    async def lane(
        self,
        address: str,
        *,
        is_only_one: bool = False,
        name: str = "",
        calls: Calls | None = None,
        way_s: float = 0.0,
    ) -> AsyncIterator[Lane]:
        """Open a lane. `name` is what notes call it; the others are as for `connect`.

        Raises as `connect` does.
        """
        settings = self.settings
        stop = self.stop.part() if address or calls else self.stop
        async with connect(
            settings,
            server=self.run.server,
            username=self.run.username,
            address=address,
            calls=calls,
            way_s=way_s,
            counter=self.journal,
            retry=RetryPolicy(settings.attempts, settings.backoff_s, settings.give_up_s),
            stop=stop,
            clock=self.clock,
            uptime=self.uptime,
            rng=self.rng,
        ) as gateway:
            yield Lane(
                name or address,
                gateway,
                look_up=LookUp(gateway, self.journal),
                stop=stop,
                concurrency=ConcurrencyLimit(settings.workers, most=settings.max_workers),
                is_only_one=is_only_one,
            )


OpenLanes = Callable[[LaneFactory], AbstractAsyncContextManager[Lanes]]


@asynccontextmanager
async def open_lanes(factory: LaneFactory) -> AsyncIterator[Lanes]:
    """Open a lane for each address of the settings, or the only one.

    Raises:
        SettingsRefused: there is no password.
        LedgerRefused: the quota file can't be used.
        ServerUnusable: none of the addresses is this machine's.
    """
    addresses = factory.settings.addresses or ("",)
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(factory.lane(address, is_only_one=len(addresses) == 1))
            for address in addresses
        ]
        lanes = Lanes(opened, factory.on_note)
        for lane in lanes:
            if trouble := why_unusable(lane.address):
                lanes.fail(lane, trouble)
        yield lanes


def why_unusable(address: str) -> ServerUnusable | None:
    """Return why no call can be made from an address; None where one can be, or "" is given."""
    if not address:
        return None
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.bind((address, 0))
    except OSError as error:
        return ServerUnusable(
            f"{address} is no address of this machine ({error.strerror}).",
            hint="Correct addresses in the settings, or let the machine have it.",
        )
    return None
