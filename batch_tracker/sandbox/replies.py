"""The answers' shapes: success, refusal, throttling, and what stands in front of the API."""

import math
from datetime import UTC, datetime, timedelta

from aiohttp import web

from batch_tracker.sandbox.settings import SandboxSettings

HTML_ERROR = (
    "<html><head><title>502 - Bad gateway</title></head>"
    "<body><h2>The gateway got no valid answer.</h2></body></html>"
)
HTML_LOGIN = (
    "<!DOCTYPE html><html><head><title>Sign in</title></head>"
    '<body><form method="post"><input name="user"><input name="password" type="password">'
    "</form></body></html>"
)


def success(settings: SandboxSettings) -> web.Response:
    """A 200 for a PUT. Its body is undocumented; an empty one was observed."""
    if settings.success_body == "json":
        return web.json_response({"Success": True})
    if settings.success_body == "text":
        return web.Response(text="OK")
    return web.Response()


def refusal(settings: SandboxSettings, status: int, message: str) -> web.Response:
    """An error with a message, in the shape the settings ask for."""
    match settings.error_shape:
        case "text":
            return web.Response(status=status, text=message)
        case "problem":
            problem = {"Title": message, "Status": status, "TraceId": "00-sandbox-00"}
            return web.json_response(
                problem, status=status, content_type="application/problem+json"
            )
        case "error-message":
            return web.json_response({"ErrorMessage": message}, status=status)
        case "message":
            return web.json_response({"Message": message}, status=status)


def invalid_token() -> web.Response:
    """A 401 with the documented text."""
    return web.Response(status=401, text="Invalid Token")


def html(status: int, page: str) -> web.Response:
    """A web page where JSON was expected."""
    return web.Response(status=status, text=page, content_type="text/html")


def too_many(settings: SandboxSettings, reset: float, now: float) -> web.Response:
    """The documented throttling body, under a status nobody documented.

    `reset` and `now` are in seconds since 1970.
    """
    headers = {"Retry-After": str(max(0, math.ceil(reset - now)))}
    if settings.throttle_retry_after == "instead-of-body":
        return web.Response(status=settings.throttle_status, headers=headers)
    return web.json_response(
        {"Error": "Too many requests.", "RateLimitResetTime": utc_ticks(reset)},
        status=settings.throttle_status,
        headers=headers if settings.throttle_retry_after == "with-body" else None,
    )


def utc_ticks(moment: float) -> str:
    """`2022-01-14T09:38:49.9856571Z`: .NET's seven digits, never earlier than `moment`."""
    seconds, ticks = divmod(math.ceil(moment * 10_000_000), 10_000_000)
    whole = datetime.fromtimestamp(seconds, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{ticks:07d}Z"


def server_time(settings: SandboxSettings, moment: float) -> str:
    """A time on the server's own clock, without its zone, as tokens carry it."""
    local = datetime.fromtimestamp(moment, UTC) + timedelta(hours=settings.server_utc_offset_h)
    return f"{local:%Y-%m-%dT%H:%M:%S}"
