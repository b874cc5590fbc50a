"""What can go wrong with a call: one function per fault, and the table of all of them.

A call that a fault lets through is carried out as usual before anything goes wrong. Its answer is
then spoilt or lost, refusals included.
"""

import asyncio
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from batch_tracker.sandbox import replies
from batch_tracker.sandbox.rules import FaultName
from batch_tracker.sandbox.settings import SandboxSettings

REDIRECT_PATH = "/signed-out"
"""Where the fault `redirect` points; it answers 200, so that following looks like success."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a fault has at hand. `answer` is the proper one if the call was carried out."""

    request: web.Request
    answer: web.Response
    settings: SandboxSettings
    now: float
    sleep: Callable[[float], Awaitable[None]]


Respond = Callable[[Exchange], Awaitable[web.StreamResponse]]


async def _ok(exchange: Exchange) -> web.StreamResponse:
    """Nothing goes wrong."""
    return exchange.answer


async def _error_empty(_exchange: Exchange) -> web.StreamResponse:
    """A 500 with an empty body."""
    return web.Response(status=500)


async def _error_generic(_exchange: Exchange) -> web.StreamResponse:
    """A 500 with ASP.NET Web API's standard text, which says nothing."""
    return web.json_response({"Message": "An error has occurred."}, status=500)


async def _error_message(exchange: Exchange) -> web.StreamResponse:
    """A 500 with a business message: a refusal for good (observed elsewhere in the API)."""
    message = "This purchase order is locked by an open receiving session."
    return replies.refusal(exchange.settings, 500, message)


async def _bad_gateway(_exchange: Exchange) -> web.StreamResponse:
    """A 502 from a gateway, as a web page."""
    return replies.html(502, replies.HTML_ERROR)


async def _unavailable(exchange: Exchange) -> web.StreamResponse:
    """A 503 with Retry-After and an empty body."""
    return web.Response(status=503, headers={"Retry-After": str(exchange.settings.retry_after_s)})


async def _unauthorized(_exchange: Exchange) -> web.StreamResponse:
    """A 401, although the token is good."""
    return replies.invalid_token()


async def _throttled(exchange: Exchange) -> web.StreamResponse:
    """The throttling answer, although the quota is not used up."""
    reset = exchange.now + exchange.settings.retry_after_s
    return replies.too_many(exchange.settings, reset, exchange.now)


async def _reset(exchange: Exchange) -> web.StreamResponse:
    """The connection is reset; there is no answer."""
    transport = exchange.request.transport
    if transport is not None:
        # Lingering for zero seconds makes the kernel send RST instead of a polite FIN.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return await _hang(exchange)


async def _hang(_exchange: Exchange) -> web.StreamResponse:
    """No answer until the client leaves or the server stops."""
    never: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
    return await never


async def _truncated(exchange: Exchange) -> web.StreamResponse:
    """Headers promise more bytes than are sent, then the connection is closed."""
    body = _body(exchange)
    response = await _begin(exchange, len(body) + 100)
    await response.write(body)
    if exchange.request.transport is not None:
        exchange.request.transport.close()
    return response


async def _slow(exchange: Exchange) -> web.StreamResponse:
    """Headers at once, the body after `slow_s` seconds."""
    body = _body(exchange)
    response = await _begin(exchange, len(body))
    await exchange.sleep(exchange.settings.slow_s)
    await response.write(body)
    return response


def _body(exchange: Exchange) -> bytes:
    body = exchange.answer.body
    return body if isinstance(body, bytes) and body else b'{"Success": true}'


async def _begin(exchange: Exchange, length: int) -> web.StreamResponse:
    response = web.StreamResponse(status=exchange.answer.status)
    response.content_type = "application/json"
    response.content_length = length
    await response.prepare(exchange.request)
    return response


async def _empty(exchange: Exchange) -> web.StreamResponse:
    """A 200 with an empty body (observed); a refused call keeps its refusal."""
    return web.Response() if exchange.answer.status == HTTPStatus.OK else exchange.answer


async def _login_page(_exchange: Exchange) -> web.StreamResponse:
    """A 200 that is the HTML page of a login form."""
    return replies.html(200, replies.HTML_LOGIN)


async def _success(exchange: Exchange) -> web.StreamResponse:
    """A 200 like any success."""
    return replies.success(exchange.settings)


async def _redirect(exchange: Exchange) -> web.StreamResponse:
    """A 302 to another path, or to another host name of this server."""
    url = exchange.request.url.with_path(REDIRECT_PATH)
    if exchange.settings.redirect_to_other_host:
        return web.Response(status=302, headers={"Location": str(url.with_host("localhost"))})
    return web.Response(status=302, headers={"Location": url.path})


@dataclass(frozen=True, slots=True)
class Fault:
    """`carried_out`: whether the call takes effect, as far as it is valid, before `respond`."""

    carried_out: bool
    respond: Respond


FAULTS: dict[FaultName, Fault] = {
    "ok": Fault(carried_out=True, respond=_ok),
    "500": Fault(carried_out=False, respond=_error_empty),
    "500-generic": Fault(carried_out=False, respond=_error_generic),
    "500-message": Fault(carried_out=False, respond=_error_message),
    "502-html": Fault(carried_out=False, respond=_bad_gateway),
    "503": Fault(carried_out=False, respond=_unavailable),
    "401": Fault(carried_out=False, respond=_unauthorized),
    "throttled": Fault(carried_out=False, respond=_throttled),
    "reset-before": Fault(carried_out=False, respond=_reset),
    "reset-after": Fault(carried_out=True, respond=_reset),
    "hang-before": Fault(carried_out=False, respond=_hang),
    "hang-after": Fault(carried_out=True, respond=_hang),
    "truncated": Fault(carried_out=True, respond=_truncated),
    "empty-200": Fault(carried_out=True, respond=_empty),
    "html-200": Fault(carried_out=False, respond=_login_page),
    "not-applied-200": Fault(carried_out=False, respond=_success),
    "redirect": Fault(carried_out=False, respond=_redirect),
    "slow": Fault(carried_out=True, respond=_slow),
}
"""Every fault. Each function's docstring says what the client sees."""
