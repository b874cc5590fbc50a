"""One call at a time: the HTTP session, what it sends, and what can go wrong on the way."""

import zlib
from collections.abc import Sequence
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import aiohttp
from yarl import URL

from batch_tracker import __version__
from batch_tracker.model import Update, Verdict
from batch_tracker.sender.reply import classify, lost, not_sent

# A list of 50 POs is well below it; what is longer is no answer of the API and is not read.
_LONGEST_BODY = 4 * 1024 * 1024

_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class Timeouts(NamedTuple):
    """How long a call may take, in seconds: all of it, and until there is a connection."""

    total_s: float
    connect_s: float


class Reply(NamedTuple):
    """What came of one call. The body is the server's, as it came."""

    verdict: Verdict
    body: bytes = b""


class Calls(Protocol):
    """The API as the sender uses it: the login, `PUT …/TrackingNumber`, the list of POs.

    No method raises for anything that the network or the server does.
    """

    async def log_in(self) -> Reply:
        """Ask for a token."""

    async def put(self, update: Update, token: str) -> Reply:
        """Send one update."""

    async def list_orders(self, pos: Sequence[int], token: str, *, page: int, size: int) -> Reply:
        """Ask for one page of the list of POs, of those with these ids where any are given."""


class Client:
    """Makes the calls from this process.

    Redirects are not followed, so the password and the token go to the configured host only. Use
    it as an async context manager.
    """

    def __init__(
        self, url: str, *, username: str, password: str, timeouts: Timeouts, address: str = ""
    ) -> None:
        self._url = URL(url)
        self._orders = self._url / "PurchaseOrders"
        self._password = password
        self._credentials = {"Username": username, "Password": password}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # who calls sees to the number of calls
                local_addr=(address, 0) if address else None,
            ),
            timeout=aiohttp.ClientTimeout(
                total=timeouts.total_s,
                # Name look-up and TLS included; shorter than the whole, so that what was never
                # sent is not taken for lost.
                connect=min(timeouts.connect_s, 0.9 * timeouts.total_s),
            ),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"batch-tracker/{__version__}",
            },
            auto_decompress=False,
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

    async def log_in(self) -> Reply:
        """Ask for a token."""
        return await self._call("POST", self._url / "token", self._credentials)

    async def put(self, update: Update, token: str) -> Reply:
        """Send one update."""
        path = f"{self._orders.raw_path}/{update.po}/TrackingNumber"
        url = self._orders.with_path(path, encoded=True)
        return await self._call("PUT", url, update.body(), token)

    async def list_orders(self, pos: Sequence[int], token: str, *, page: int, size: int) -> Reply:
        """Ask for one page of the list of POs, of those with these ids where any are given."""
        query = [("model.pOIds", str(po)) for po in pos]
        query += [("model.pageNumber", str(page)), ("model.pageSize", str(size))]
        return await self._call("GET", self._orders.with_query(query), None, token)

    async def _call(
        self, method: str, url: URL, body: dict[str, str] | None, token: str = ""
    ) -> Reply:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._session.request(
                method, url, json=body, headers=headers, allow_redirects=False
            ) as reply:
                answer = await _read(reply)
        except _BEFORE_SENDING as error:
            return Reply(not_sent(error))
        except TimeoutError:
            return Reply(lost("no answer in time"))
        except _Cut:
            return Reply(lost("it was not whole"))
        except (aiohttp.ClientError, OSError):
            return Reply(lost("the connection broke"))
        secrets = (token, self._password)
        return Reply(classify(reply.status, reply.headers, answer, secrets), answer)


class _Cut(Exception):
    """The body is longer than any answer of the API, or can't be unpacked to its end."""


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """Read to the end, so that a reply cut short is noticed."""
    content = bytearray()
    while not reply.content.at_eof():  # an empty body, the usual one, is at its end already
        content += await reply.content.readany()
        if len(content) > _LONGEST_BODY:
            reply.close()
            raise _Cut
    return _unpacked(bytes(content), reply.headers.get("Content-Encoding", ""))


def _unpacked(content: bytes, encoding: str) -> bytes:
    """Undo the compression; aiohttp by itself takes one that ends too early for whole."""
    if not content or encoding in {"", "identity"}:
        return content
    if encoding != "gzip":
        raise _Cut  # it was not asked for
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, _LONGEST_BODY)
    except zlib.error as error:
        raise _Cut from error
    if not unpacker.eof or unpacker.unused_data:
        raise _Cut
    return unpacked
