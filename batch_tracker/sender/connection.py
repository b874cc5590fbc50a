"""A connection: everything between a request and one user of one server, opened and closed."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, nullcontext
from datetime import datetime

from batch_tracker.quota import Moment, QuotaGate, Uptime
from batch_tracker.sender.client import Calls, Client, Timeouts
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.request import CallCounter
from batch_tracker.sender.retry import RetryPolicy
from batch_tracker.sender.stop import StopSignal
from batch_tracker.settings import Settings

# The quota is waited for in stretches: another process may give permits back meanwhile, and what a
# machine sleeps through counts for no timer.
_LOOK_AGAIN_S = 60.0


@asynccontextmanager
async def connect(
    settings: Settings,
    *,
    server: str,
    username: str,
    address: str = "",
    calls: Calls | None = None,
    way_s: float = 0.0,
    counter: CallCounter,
    retry: RetryPolicy,
    stop: StopSignal,
    clock: Callable[[], datetime],
    uptime: Callable[[], Uptime],
    rng: random.Random | None = None,
    wait_for_quota: Callable[[float], Awaitable[None]] | None = None,
) -> AsyncIterator[Gateway]:
    """Open the gateway to a server; `wait_for_quota` is given the seconds until the next permit.

    Calls are made from `address`, one of this machine's; "" leaves the choice to the system. Where
    something else makes the `calls`, `address` only says whose quota they use, and `way_s` how many
    seconds later than usual they may reach the server.

    Raises:
        SettingsRefused: there is no password, and the calls are made here.
        LedgerRefused: the quota file can't be used.
    """
    with closing(
        QuotaGate(
            settings.home,
            server=server,
            username=username,
            address=address,
            quota=settings.quota,
            way_s=way_s,
            clock=lambda: Moment(clock().timestamp(), *uptime()),
            up=lambda: uptime().up,
            sleep=wait_for_quota or (lambda wait_s: stop.sleep(min(wait_s, _LOOK_AGAIN_S))),
        )
    ) as quota:
        async with (
            nullcontext(calls)
            if calls
            else _client(settings, server=server, username=username, address=address) as opened
        ):
            yield Gateway(
                opened,
                quota,
                counter,
                retry=retry,
                stop=stop,
                clock=clock,
                rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
            )


def _client(settings: Settings, *, server: str, username: str, address: str) -> Client:
    return Client(
        server,
        username=username,
        password=settings.secret(),
        timeouts=Timeouts(settings.timeout_s, settings.connect_timeout_s),
        address=address,
    )
