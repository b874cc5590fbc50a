"""A connectivity probe: does it answer, does it know the user, does it show POs.

Nothing is tried twice and nothing is waited for. Every call to the API takes its permit of the
quota, like any other.
"""

import ssl
import time
from contextlib import closing
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Never, Self
from urllib.parse import urlsplit

import aiohttp

from batch_tracker.errors import ServerUnusable, Stopped
from batch_tracker.model import Answer, Verdict
from batch_tracker.quota import QuotaGate
from batch_tracker.sender.client import Client
from batch_tracker.sender.orders import read_page
from batch_tracker.sender.rate_limited import http_date
from batch_tracker.sender.retry import throttle_s
from batch_tracker.sender.token import TokenSource
from batch_tracker.settings import Settings


class Contact(NamedTuple):
    """A server that answers: how fast, and what its clock says (None: nothing)."""

    seconds: float
    moment: datetime | None


async def contact(url: str, *, timeout_s: float) -> Contact:
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
            return Contact(time.monotonic() - began, moment)
    except (aiohttp.ClientError, OSError) as error:
        what, hint = _in_words(error, timeout_s)
        raise ServerUnusable(f"{parts.hostname} {what}.", hint=hint) from error


def _in_words(error: Exception, timeout_s: float) -> tuple[str, str]:
    """Return at which step it failed, and what to do. The order is from the special to the rest."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "has no address (DNS)", "Check the address, and this machine's name server."
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return (
            f"can't be trusted (TLS: {error})",
            "Check this machine's clock and certificates, and any proxy in between.",
        )
    if isinstance(error, TimeoutError):
        return (
            f"gave no answer within {timeout_s:g} s",
            "Check the connection; a firewall may be in between.",
        )
    return f"can't be reached ({error})", "Check the address and the connection."


class Probe:
    """One user's probe. Use it as an async context manager; log in first.

    Raises:
        SettingsRefused: there is no password.
        LedgerRefused: the quota file can't be used.
        Stopped: the quota is used up; from both calls.
    """

    def __init__(self, settings: Settings) -> None:
        url, username = settings.url or "", settings.username or ""
        self._client = Client(settings, url=url, username=username)
        self._gate = QuotaGate(
            settings.home,
            server=url,
            username=username,
            quota=settings.quota,
            sleep=_rather_stop,
        )
        self._tokens = TokenSource(self._login, clock=time.monotonic)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with closing(self._gate):
            await self._client.__aexit__(kind, error, trace)

    async def log_in(self) -> None:
        """Make one login.

        Raises:
            LoginRefused: the server does not accept the credentials.
            ServerUnusable: there was no usable answer.
        """
        await self._tokens.ensure()

    async def list_orders(self) -> None:
        """Ask for one PO, whichever.

        Raises:
            ServerUnusable: the server does not show the list; the message says in which words.
        """
        await self._gate.take()
        verdict, body = await self._client.orders((), self._tokens.current, page=1, size=1)
        await self._heed(verdict)
        if verdict.answer is Answer.ACCEPTED and read_page(body) is not None:
            return
        raise ServerUnusable(
            f"The list of POs can't be read: {verdict.message or 'the answer is no list'}",
            hint="Check that the user's permissions include purchase orders.",
        )

    async def _login(self) -> tuple[Verdict, bytes]:
        await self._gate.take()
        verdict, body = await self._client.login()
        await self._heed(verdict)
        return verdict, body

    async def _heed(self, verdict: Verdict) -> None:
        """Let every run of this user know where the server asks to wait."""
        if verdict.answer is Answer.THROTTLED:
            now = datetime.now(UTC)
            await self._gate.pause(now.timestamp() + throttle_s(verdict, now))


async def _rather_stop(seconds: float) -> Never:
    raise Stopped(
        f"The quota is used up for another {seconds:.0f} s.",
        hint="Try again then; runs wait for it by themselves.",
    )
