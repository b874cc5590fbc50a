"""A connection: everything between a request and one user of one server, opened and closed."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime

from batch_tracker.quota import Moment, QuotaGate, Uptime
from batch_tracker.sender.client import Client, Timeouts
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
    counter: CallCounter,
    retry: RetryPolicy,
    stop: StopSignal,
    clock: Callable[[], datetime],
    uptime: Callable[[], Uptime],
    rng: random.Random | None = None,
    wait_for_quota: Callable[[float], Awaitable[None]] | None = None,
) -> AsyncIterator[Gateway]:
    """Open the gateway to a server; `wait_for_quota` is given the seconds until the next permit.

    Calls are made from `address`, one of this machine's; "" leaves the choice to the system.

    Raises:
        SettingsRefused: there is no password.
        LedgerRefused: the quota file can't be used.
    """
    with closing(
        QuotaGate(
            settings.home,
            server=server,
            username=username,
            address=address,
            quota=settings.quota,
            clock=lambda: Moment(clock().timestamp(), *uptime()),
            sleep=wait_for_quota or (lambda wait_s: stop.sleep(min(wait_s, _LOOK_AGAIN_S))),
        )
    ) as quota:
        async with Client(
            server,
            username=username,
            password=settings.secret(),
            timeouts=Timeouts(settings.timeout_s, settings.connect_timeout_s),
            address=address,
        ) as client:
            yield Gateway(
                client,
                quota,
                counter,
                retry=retry,
                stop=stop,
                clock=clock,
                rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
            )
