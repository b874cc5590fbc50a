"""The server of the page: it listens on this machine alone, and ends when it is asked to."""

import asyncio
import signal
import socket
from collections.abc import Callable
from types import FrameType

from aiohttp import web

from batch_tracker.errors import SettingsRefused
from batch_tracker.page.api import Api
from batch_tracker.page.gate import Gate
from batch_tracker.page.page import Page
from batch_tracker.page.sessions import Sessions
from batch_tracker.page.state_file import Running, write_state

HOST, PORT = "127.0.0.1", 8731
_PORTS_TRIED = 50
_GRACE_S, _DRAIN_S = 0.2, 1.3
"""How long a request, and how long the runs at work, may still take when the server ends."""


def listen(port: int) -> socket.socket:
    """Return a socket that listens at this port, or at the next one that is free.

    Raises:
        SettingsRefused: none of them is.
    """
    for each in range(port, min(port + _PORTS_TRIED, 65536)) if port else [0]:
        try:
            return socket.create_server((HOST, each))
        except OSError as error:
            reason = error.strerror or str(error)
    raise SettingsRefused(
        f"The page can't listen on port {port}: {reason}.", hint="Choose another one with --port."
    )


async def serve(page: Page, listening: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Serve the page until somebody quits it or presses Ctrl-C.

    `on_ready` gets the address that lets a browser in, once.
    """
    port = listening.getsockname()[1]
    sessions = Sessions()
    ended = asyncio.Event()

    def link() -> str:
        return f"http://{HOST}:{port}/?token={sessions.new_link()}"

    application = web.Application()
    secret = sessions.new_secret()
    Gate(port, sessions).guard(application)
    Api(page, link=link, end=ended.set).add_to(application)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_GRACE_S)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        write_state(page.home, Running(port, secret))
        _on_signals(ended.set)
        on_ready(link())
        await ended.wait()
    finally:
        await runner.cleanup()
        page.stop(_DRAIN_S)


def _on_signals(end: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def ask(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(end)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
