"""A connectivity probe: does it answer, does it know the user, does it show POs.

Nothing is tried twice and nothing is waited for. Every call to the API takes its permit of the
quota, like any other.
"""

import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple, Never
from urllib.parse import urlsplit

import aiohttp

from batch_tracker.errors import ServerUnusable, Stopped
from batch_tracker.quota import uptime
from batch_tracker.sender.connection import connect
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.look_up import PageRequest, why_no_page
from batch_tracker.sender.rate_limited import http_date
from batch_tracker.sender.retry import NO_RETRY
from batch_tracker.sender.stop import StopSignal
from batch_tracker.settings import Settings


class Ping(NamedTuple):
    """A server that answers: how fast, and what its clock says (None: nothing)."""

    seconds: float
    moment: datetime | None


async def ping(url: str, *, timeout_s: float) -> Ping:
    """Ask a server's front page for its head. That is no call of the API, and no secret is sent.

    Raises:
        ServerUnusable: it is not there, or can't be trusted; the message says at which step.
    """
    parts = urlsplit(url)
    began = time.monotonic()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout_s)) as session,
            session.get(f"{parts.scheme}://{parts.netloc}/", allow_redirects=False) as reply,
        ):
            moment = http_date(reply.headers.get("Date", ""))
            return Ping(time.monotonic() - began, moment)
    except (aiohttp.ClientError, OSError) as error:
        what, hint = _in_words(error, timeout_s)
        raise ServerUnusable(f"{parts.hostname} {what}.", hint=hint) from error


def _in_words(error: Exception, timeout_s: float) -> tuple[str, str]:
    """Return at which step it failed, and what to do. The order is from the special to the rest."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "has no address (DNS)", "Check the address, and this machine's DNS settings."
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return (
            f"can't be trusted (TLS: {error})",
            "Check this machine's clock and certificates, and any proxy in between.",
        )
    if isinstance(error, TimeoutError):
        return (
            f"gave no answer within {timeout_s:g} s",
            "Check the connection. A firewall may block it.",
        )
    return f"can't be reached ({error})", "Check the address and the connection."


class Probe:
    """One user's calls. Log in first.

    Raises:
        Stopped: the quota is used up; from both calls.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def log_in(self) -> None:
        """Make one login.

        Raises:
            LoginRefused: the server does not accept the credentials.
            ServerUnusable: there was no usable answer.
        """
        await self._gateway.tokens.ensure()

    async def list_orders(self) -> None:
        """Ask for one PO, whichever.

        Raises:
            ServerUnusable: the server does not show the list; the message says in which words.
        """
        request = PageRequest(_Uncounted(), (), number=1, size=1)
        final = await self._gateway.call(request)
        if request.page is None:
            raise ServerUnusable(
                f"The list of POs can't be read: {why_no_page(final.reply.verdict)}",
                hint="Check that the user's permissions include purchase orders.",
            )


@asynccontextmanager
async def probing(settings: Settings) -> AsyncIterator[Probe]:
    """Open a probe of the account that the settings name.

    Raises:
        SettingsRefused: there is no password.
        LedgerRefused: the quota file can't be used.
    """
    async with connect(
        settings,
        server=settings.url or "",
        username=settings.username or "",
        address=next(iter(settings.addresses), ""),
        counter=_Uncounted(),
        retry=NO_RETRY,
        stop=StopSignal(),
        clock=lambda: datetime.now(UTC),
        uptime=uptime,
        wait_for_quota=_rather_stop,
    ) as gateway:
        yield Probe(gateway)


class _Uncounted:
    """What counts the calls of no run; the quota counts them all the same."""

    async def other_call(self) -> None:
        pass

    async def no_other_call(self) -> None:
        pass


async def _rather_stop(seconds: float) -> Never:
    raise Stopped(
        f"The quota is used up for another {seconds:.0f} s.",
        hint="Try again then. Runs wait for it by themselves.",
    )
