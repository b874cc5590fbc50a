"""The gate that every request passes, whatever it asks for, also for what is not there.

1. Its Host header and its target name this server, with the port: a page of another name that was
   made to point here (DNS rebinding) is turned away.
2. It has the cookie of a browser that was let in, or a link that works once.
3. Unless it only reads: it comes from this very page, not from another port of this machine, and
   says so in a header that no form can send.
"""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from batch_tracker.page.sessions import Sessions

OWN_HEADER = "X-Batch-Tracker"
LINK = "/api/link"
"""Where a second start of the program asks for a link: it has the secret of the state file."""
JSON, UPLOAD = "application/json", "application/octet-stream"

_READING = frozenset({"GET", "HEAD"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """Lets requests through to an application on 127.0.0.1 at `port`."""

    def __init__(self, port: int, sessions: Sessions) -> None:
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._sessions = sessions
        self.cookie = f"batch-tracker-{port}"
        """Its name holds the port: browsers do not tell the ports of a host apart."""

    def guard(self, application: web.Application) -> None:
        """Let every request to an application pass here first."""
        application.middlewares.append(self._middleware())
        application.on_response_prepare.append(_add_headers)

    def _middleware(self) -> Middleware:
        @web.middleware
        async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._require_own_address(request)
            if request.path == LINK and request.method == "POST":
                self._require_secret(request)
                return await handler(request)
            if "token" in request.query and request.path == "/" and request.method == "GET":
                return self._let_in(request.query["token"])
            if not self._sessions.knows(request.cookies.get(self.cookie, "")):
                raise web.HTTPUnauthorized(
                    text="This page needs a link of its own: run batch-tracker ui --link.\n"
                )
            if request.method not in _READING:
                self._require_own_page(request)
            return await handler(request)

        return middleware

    def _require_own_address(self, request: web.Request) -> None:
        hosts = request.headers.getall("Host", [])
        target = request.raw_path
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            raise web.HTTPForbidden(text="This server does not answer to that name.\n")
        if not target.startswith("/") or target.startswith("//"):
            raise web.HTTPForbidden(text="This server does not answer to such an address.\n")

    def _require_secret(self, request: web.Request) -> None:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not self._sessions.knows_secret(secret):
            raise web.HTTPUnauthorized(text="Only batch-tracker itself may ask for that.\n")

    def _let_in(self, token: str) -> web.StreamResponse:
        """Give the browser its cookie, and take the token out of its address bar."""
        cookie = self._sessions.exchange(token)
        if cookie is None:
            raise web.HTTPForbidden(
                text="This link was used before. Get a new one: batch-tracker ui --link.\n"
            )
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(self.cookie, cookie, httponly=True, samesite="Strict", path="/")
        return response

    def _require_own_page(self, request: web.Request) -> None:
        origins = request.headers.getall("Origin", [])
        sites = request.headers.getall("Sec-Fetch-Site", ["same-origin"])
        is_own = (
            len(origins) == 1
            and origins[0] == f"http://{request.headers['Host']}"
            and sites == ["same-origin"]
            and request.headers.get(OWN_HEADER) == "1"
        )
        if not is_own:
            raise web.HTTPForbidden(text="Only the page itself may ask for that.\n")
        if request.headers.get("Content-Type", "").strip().lower() not in {JSON, UPLOAD}:
            raise web.HTTPUnsupportedMediaType(text="Only JSON and raw files are taken.\n")


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall("Server", None)
