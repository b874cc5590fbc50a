"""The endpoints: how a call goes from arrival to answer.

arrive (logged, counted) → quota → token → fault chosen → carried out, or not → latency → answered
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from aiohttp import web

from batch_tracker.sandbox import listing, replies, update
from batch_tracker.sandbox.calls import Call, CallLog, Endpoint
from batch_tracker.sandbox.faults import FAULTS, REDIRECT_PATH, Exchange
from batch_tracker.sandbox.login import log_in
from batch_tracker.sandbox.orders import Orders
from batch_tracker.sandbox.rules import FaultName
from batch_tracker.sandbox.schedule import Schedule
from batch_tracker.sandbox.settings import SandboxSettings
from batch_tracker.sandbox.throttle import Throttle
from batch_tracker.sandbox.tokens import Tokens
from batch_tracker.sandbox.update import Declined

_SLOTS: web.AppKey[asyncio.Semaphore | nullcontext[None]] = web.AppKey("slots")


@dataclass(frozen=True, slots=True)
class Api:
    """Everything the endpoints share. Times are in seconds since 1970."""

    settings: SandboxSettings
    orders: Orders
    calls: CallLog
    tokens: Tokens
    throttle: Throttle
    schedule: Schedule
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    draw: random.Random
    filtered: set[str]
    """Addresses from which nobody may log in."""

    def application(self) -> web.Application:
        """The routes, for one start of the server."""
        app = web.Application()
        slots = self.settings.slots
        app[_SLOTS] = asyncio.Semaphore(slots) if slots else nullcontext()
        api = f"{self.settings.prefix}/api"
        paths = {
            ("POST", f"{api}/token"): self._token,
            ("PUT", f"{api}/PurchaseOrders/{{id}}/TrackingNumber"): self._put,
            ("GET", f"{api}/PurchaseOrders"): self._list,
        }
        for (method, path), handler in paths.items():
            app.router.add_route(method, path, handler)
            app.router.add_route("*", path, self._wrong_method)
        app.router.add_route("*", REDIRECT_PATH, self._signed_out)
        app.router.add_route("*", "/{path:.*}", self._nowhere)
        return app

    async def _token(self, request: web.Request) -> web.StreamResponse:
        call = await self._arrive(request, "token")
        claimed = call.body.get("Username") if isinstance(call.body, dict) else None
        user = claimed if isinstance(claimed, str) else None
        if refused := self._over_quota(call, user):
            return refused
        fault = self.schedule.for_endpoint("token")
        return await self._answer(request, call, fault, lambda: self._log_in(request, call))

    async def _put(self, request: web.Request) -> web.StreamResponse:
        call = await self._arrive(request, "put")
        if refused := self._turned_away(call):
            return refused
        fault = "ok" if call.po is None else self.schedule.for_put(call.po)
        return await self._answer(request, call, fault, lambda: self._update(request, call))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        call = await self._arrive(request, "list")
        if refused := self._turned_away(call):
            return refused
        fault = self.schedule.for_endpoint("list")
        return await self._answer(request, call, fault, lambda: self._page(request))

    async def _wrong_method(self, request: web.Request) -> web.StreamResponse:
        message = f"The requested resource does not support http method '{request.method}'."
        return await self._elsewhere(request, replies.refusal(self.settings, 405, message))

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        message = "No HTTP resource was found that matches the request URI."
        return await self._elsewhere(request, replies.refusal(self.settings, 404, message))

    async def _signed_out(self, request: web.Request) -> web.StreamResponse:
        self.calls.redirects_followed += 1
        return await self._elsewhere(request, replies.success(self.settings))

    async def _elsewhere(
        self, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        call = await self._arrive(request, "elsewhere")
        if refused := self._over_quota(call, self._user(call)):
            return refused
        call.status = answer.status
        return answer

    async def _arrive(self, request: web.Request, endpoint: Endpoint) -> Call:
        call = Call(
            arrived=self.clock(),
            endpoint=endpoint,
            method=request.method,
            path=request.path,
            query=request.query_string,
            headers=request.headers,
            address=request.remote or "",
            po=_po(request),
        )
        self.calls.arrive(call)
        raw = await request.read()
        try:
            call.body = json.loads(raw)
        except ValueError:
            call.body = raw
        return call

    def _over_quota(self, call: Call, user: str | None) -> web.Response | None:
        self.calls.identify(call, user)
        reset = self.throttle.arrive((user, call.address), call.arrived)
        if reset is None:
            return None
        self.calls.mark_throttled(call)
        call.status = self.settings.throttle_status
        return replies.too_many(self.settings, reset, call.arrived)

    def _turned_away(self, call: Call) -> web.Response | None:
        """The quota first, then the token: both before anything is looked at."""
        if refused := self._over_quota(call, self._user(call)):
            return refused
        token = self.tokens.find(_bearer(call))
        is_let_in = call.address not in self.filtered
        if token is not None and self.tokens.in_force(token) and is_let_in:
            return None
        call.status = 401
        return replies.invalid_token()

    def _user(self, call: Call) -> str | None:
        token = self.tokens.find(_bearer(call))
        return token.user if token else None

    async def _answer(
        self,
        request: web.Request,
        call: Call,
        fault_name: FaultName,
        carry_out: Callable[[], web.Response],
    ) -> web.StreamResponse:
        call.fault = fault_name
        fault = FAULTS[fault_name]
        answer = self._carried_out(carry_out) if fault.carried_out else web.Response()
        if delay := self._latency():
            async with request.app[_SLOTS]:
                await self.sleep(delay)
        exchange = Exchange(request, answer, self.settings, self.clock(), self.sleep)
        response = await fault.respond(exchange)
        call.status = response.status
        return response

    def _carried_out(self, carry_out: Callable[[], web.Response]) -> web.Response:
        try:
            return carry_out()
        except Declined as declined:
            if declined.status == HTTPStatus.OK:
                return replies.success(self.settings)
            return replies.refusal(self.settings, declined.status, declined.message)

    def _latency(self) -> float:
        latency = self.settings.latency_s
        return self.draw.uniform(*latency) if isinstance(latency, tuple) else latency

    def _log_in(self, request: web.Request, call: Call) -> web.Response:
        body = _json_object(request, call)
        if call.address in self.filtered:
            raise Declined(403, "Logging in is not allowed from this IP address.")
        return web.json_response(log_in(self.tokens, self.settings, body))

    def _update(self, request: web.Request, call: Call) -> web.Response:
        po = update.parse_po(request.match_info["id"])
        body = _json_object(request, call)
        now = datetime.fromtimestamp(call.arrived, UTC)
        update.carry_out(self.orders, self.settings, po, body, now)
        self.calls.mark_applied(call, po)
        return replies.success(self.settings)

    def _page(self, request: web.Request) -> web.Response:
        return web.json_response(listing.page(self.orders, self.settings, request.query))


def _po(request: web.Request) -> int | None:
    try:
        return update.parse_po(request.match_info["id"])
    except (KeyError, Declined):
        return None


def _bearer(call: Call) -> str:
    scheme, _, token = call.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _json_object(request: web.Request, call: Call) -> dict[str, object]:
    """The call's JSON object. Declined with 415 or 400 if it has none."""
    if request.content_type != "application/json":
        raise Declined(415, f"The media type '{request.content_type}' is not supported.")
    if not isinstance(call.body, dict):
        raise Declined(400, "The request body must be a JSON object.")
    return call.body
