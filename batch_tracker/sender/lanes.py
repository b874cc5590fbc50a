"""Lanes: the addresses that a run calls from, each with a quota, a login and a stop of its own."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import TypeVar

from batch_tracker.errors import LoginRefused, ServerUnusable
from batch_tracker.ledger import Journal, Run
from batch_tracker.quota import Uptime
from batch_tracker.sender.concurrency import ConcurrencyLimit
from batch_tracker.sender.connection import connect
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.look_up import LookUp
from batch_tracker.sender.retry import RetryPolicy
from batch_tracker.sender.stop import StopSignal
from batch_tracker.settings import Settings

LaneFailure = LoginRefused | ServerUnusable
"""What may be the trouble of one address alone: another one may get through."""
LANE_FAILURES = (LoginRefused, ServerUnusable)

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

    The failure of the last one is the run's. `on_note` is told of all others.
    """

    def __init__(self, lanes: Sequence[Lane], on_note: Callable[[str], None]) -> None:
        self._lanes = lanes
        self._on_note = on_note

    def __iter__(self) -> Iterator[Lane]:
        return iter(self._lanes)

    @property
    def working(self) -> list[Lane]:
        """Those that have not failed, in the order of the settings."""
        return [lane for lane in self._lanes if lane.failure is None]

    def fail(self, lane: Lane, failure: LaneFailure) -> None:
        """Go on without a lane.

        Raises:
            LoginRefused, ServerUnusable: it was the last one.
        """
        lane.failure = failure
        lane.stop.set()
        if not self.working:
            raise failure
        self._on_note(f"Nothing more was sent from {lane.address}: {failure.message}")

    async def on_one(self, work: Callable[[Lane], Awaitable[_Result]]) -> _Result:
        """Work on the first lane; where that fails, on the next one.

        Raises:
            LoginRefused, ServerUnusable: none of them works.
        """
        while True:
            lane = self.working[0]
            try:
                return await work(lane)
            except LANE_FAILURES as failure:
                self.fail(lane, failure)


@asynccontextmanager
async def open_lanes(
    run: Run,
    settings: Settings,
    *,
    journal: Journal,
    stop: StopSignal,
    on_note: Callable[[str], None],
    clock: Callable[[], datetime],
    uptime: Callable[[], Uptime],
    rng: random.Random | None,
) -> AsyncIterator[Lanes]:
    """Open a lane for each address of the settings, or the only one.

    Raises:
        SettingsRefused: there is no password.
        LedgerRefused: the quota file can't be used.
        ServerUnusable: none of the addresses is this machine's.
    """
    addresses = settings.addresses or ("",)
    async with AsyncExitStack() as stack:

        async def opened(address: str) -> Lane:
            own = stop.part() if settings.addresses else stop
            connection = connect(
                settings,
                server=run.server,
                username=run.username,
                address=address,
                counter=journal,
                retry=RetryPolicy(settings.attempts, settings.backoff_s, settings.give_up_s),
                stop=own,
                clock=clock,
                uptime=uptime,
                rng=rng,
            )
            gateway = await stack.enter_async_context(connection)
            limit = ConcurrencyLimit(settings.workers, most=settings.max_workers)
            look_up = LookUp(gateway, journal)
            return Lane(
                address,
                gateway,
                look_up=look_up,
                stop=own,
                concurrency=limit,
                is_only_one=len(addresses) == 1,
            )

        lanes = Lanes([await opened(each) for each in addresses], on_note)
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
