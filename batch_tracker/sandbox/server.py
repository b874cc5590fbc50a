"""Starting and stopping the pretend server, and looking inside it while it runs."""

import asyncio
import random
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager

from aiohttp import web

from batch_tracker.errors import SettingsRefused
from batch_tracker.sandbox.app import Api
from batch_tracker.sandbox.calls import CallLog
from batch_tracker.sandbox.orders import Orders
from batch_tracker.sandbox.rules import FaultName
from batch_tracker.sandbox.schedule import Schedule, Target
from batch_tracker.sandbox.settings import SandboxSettings
from batch_tracker.sandbox.throttle import Throttle
from batch_tracker.sandbox.tokens import Tokens

HOST = "127.0.0.1"

_GRACE_S = 0.02
"""How long a stop waits for calls in flight; a hanging one would never end."""


class Sandbox:
    """A pretend Sellercloud. Its state outlives a stop, so it can go down and come back.

    `clock` gives seconds since 1970; `sleep` waits that many seconds.
    """

    def __init__(
        self,
        settings: SandboxSettings | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings = settings = settings or SandboxSettings()
        self.orders = Orders(settings.orders, settings.id_range, settings.rules)
        self.calls = CallLog(settings.calls_kept)
        self._tokens = Tokens(settings.token_lifetime_s, clock)
        self._schedule = Schedule(settings, self.orders)
        self._filtered: set[str] = set()
        self._api = Api(
            settings=settings,
            orders=self.orders,
            calls=self.calls,
            tokens=self._tokens,
            throttle=Throttle(settings.quota, settings.quota_window_s, settings.quota_window),
            schedule=self._schedule,
            clock=clock,
            sleep=sleep,
            filtered=self._filtered,
            draw=random.Random(settings.seed),  # noqa: S311 - latency, not a secret
        )

    def script(self, target: Target, *names: FaultName) -> None:
        """Say what the coming calls meet, one fault each: a PO's PUTs, or an endpoint's calls.

        `sandbox.script(1001, "500", "reset-after", "ok")`. ValueError for an unknown name.
        """
        self._schedule.script(target, *names)

    def always(self, name: FaultName | None) -> None:
        """Let every PUT without a script meet this fault; None ends it."""
        self._schedule.every = name

    def filter_out(self, address: str) -> None:
        """Let nobody log in from an address any more, as an employee's IP address filter does."""
        self._filtered.add(address)

    def revoke_tokens(self) -> None:
        """Make every token issued so far invalid."""
        self._tokens.revoke()

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[str]:
        """Serve in the running loop; gives the base URL. Port 0 takes a free one.

        Raises SettingsRefused if the port can't be had.
        """
        runner = web.AppRunner(
            self._api.application(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_GRACE_S,
        )
        await runner.setup()
        try:
            await _listen(runner, port)
            host, taken = runner.addresses[0]
            yield f"http://{host}:{taken}{self.settings.prefix}"
        finally:
            await runner.cleanup()

    @contextmanager
    def running(self, port: int = 0) -> Iterator[str]:
        """Serve from a background thread; gives the base URL. Same errors as `serve`."""
        started: Future[tuple[str, Callable[[], object]]] = Future()
        thread = threading.Thread(
            target=lambda: asyncio.run(self._serve_until_stopped(port, started)),
            name="sandbox",
            daemon=True,
        )
        thread.start()
        try:
            url, stop = started.result()
            try:
                yield url
            finally:
                stop()
        finally:
            thread.join()

    async def _serve_until_stopped(
        self, port: int, started: Future[tuple[str, Callable[[], object]]]
    ) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            async with self.serve(port) as url:
                started.set_result((url, lambda: loop.call_soon_threadsafe(stopped.set)))
                await stopped.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except (OSError, OverflowError) as error:
        raise SettingsRefused(
            f"The sandbox can't use port {port}: {error}.",
            hint="Choose another port, or 0 for any free one.",
        ) from error
