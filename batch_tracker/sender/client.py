"""One call at a time: the HTTP session, what it sends, and what can go wrong on the way."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import aiohttp

from batch_tracker import __version__
from batch_tracker.model import Answer, Update, Verdict
from batch_tracker.sender.reply import judge
from batch_tracker.sender.retry import NO_CONNECTION
from batch_tracker.settings import Settings

# A list of 50 POs is well below it; what is longer is no answer of the API and is not read.
_LONGEST_BODY = 4 * 1024 * 1024

_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class Client:
    """The API as the sender uses it: `PUT …/TrackingNumber` and the login.

    Redirects are not followed, so the password and the token go to the configured host only.
    Use it as an async context manager.
    """

    def __init__(self, settings: Settings, *, url: str, username: str) -> None:
        self._url = url
        self._password = settings.secret()
        self._credentials = {"Username": username, "Password": self._password}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),  # who calls sees to the number of calls
            timeout=aiohttp.ClientTimeout(
                total=settings.timeout_s,
                # Name look-up and TLS included; shorter than the whole, so that what was never
                # sent is not taken for lost.
                connect=min(settings.connect_timeout_s, 0.9 * settings.timeout_s),
            ),
            headers={"Accept": "application/json", "User-Agent": f"batch-tracker/{__version__}"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # aiohttp repeats a PUT by itself when a kept-open connection breaks: a call that no
        # quota counts and no ledger knows.
        self._session._retry_connection = False  # noqa: SLF001 - there is no public switch

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def put(self, update: Update, token: str) -> Verdict:
        """Send one update; never raises for anything the network or the server does."""
        verdict, _ = await self._call(
            "PUT",
            f"/PurchaseOrders/{update.po}/TrackingNumber",
            update.body(),
            {"Authorization": f"Bearer {token}"},
            secrets=(token, self._password),
        )
        return verdict

    async def orders(
        self, pos: Sequence[int], token: str, *, page: int, size: int
    ) -> tuple[Verdict, bytes]:
        """Ask for POs by their ids; the body is the server's, as it came."""
        query = [("model.pOIds", str(po)) for po in pos]
        query += [("model.pageNumber", str(page)), ("model.pageSize", str(size))]
        return await self._call(
            "GET",
            "/PurchaseOrders?" + urlencode(query),
            None,
            {"Authorization": f"Bearer {token}"},
            secrets=(token, self._password),
        )

    async def login(self) -> tuple[Verdict, bytes]:
        """Ask for a token; the body is the server's, as it came."""
        return await self._call("POST", "/token", self._credentials, {}, secrets=(self._password,))

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, str] | None,
        headers: dict[str, str],
        *,
        secrets: tuple[str, ...],
    ) -> tuple[Verdict, bytes]:
        try:
            async with self._session.request(
                method, self._url + path, json=body, headers=headers, allow_redirects=False
            ) as reply:
                content = await _read(reply)
                return judge(reply.status, reply.headers, content, secrets), content
        except _BEFORE_SENDING as error:
            return _not_sent(error), b""
        except (aiohttp.ClientError, OSError) as error:
            return _lost(error), b""


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """Read to the end, so that a reply cut short is noticed."""
    content = bytearray()
    while not reply.content.at_eof():  # an empty body, the usual one, is at its end already
        content += await reply.content.readany()
        if len(content) > _LONGEST_BODY:
            reply.close()
            break
    return bytes(content)


def _not_sent(error: Exception) -> Verdict:
    return Verdict(
        answer=Answer.UNAVAILABLE,
        code=NO_CONNECTION,
        message=f"The server could not be reached ({error}).",
    )


def _lost(error: Exception) -> Verdict:
    reason = "no answer in time" if isinstance(error, TimeoutError) else "the connection broke"
    return Verdict(
        answer=Answer.LOST,
        code="answer-lost",
        message=f"Sent, but the answer was lost ({reason}).",
    )
