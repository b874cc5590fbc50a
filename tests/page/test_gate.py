"""Whoever is not the page itself is turned away, raw over a socket."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import pytest
from aiohttp import web

from batch_tracker.page.gate import Gate
from batch_tracker.page.sessions import Sessions


@contextmanager
def serving():
    """Serve a small guarded application; give its port, its sessions, and what was reached."""
    ready, reached = threading.Event(), []
    told = {}

    async def main():
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        sessions = Sessions()
        application = web.Application()
        Gate(port, sessions).guard(application)

        async def handle(request):
            reached.append((request.method, request.path))
            return web.Response(text="inside")

        application.router.add_route("*", "/{name:inside|}", handle)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        told.update(port=port, sessions=sessions, loop=asyncio.get_running_loop())
        told["end"] = asyncio.Event()
        ready.set()
        await told["end"].wait()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    ready.wait()
    yield told["port"], told["sessions"], reached
    told["loop"].call_soon_threadsafe(told["end"].set)
    thread.join()


@pytest.fixture(scope="module")
def server():
    with serving() as told:
        yield told


@pytest.fixture
def port(server):
    return server[0]


@pytest.fixture
def reached(server):
    server[2].clear()
    return server[2]


@pytest.fixture
def cookie(server):
    port, sessions, _ = server
    return f"batch-tracker-{port}={sessions.exchange(sessions.new_link())}"


def ask(port, method, target, *headers, version="1.1"):
    """Send a request as it stands; return the status and the whole answer."""
    lines = [f"{method} {target} HTTP/{version}", *headers, "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    status = int(answer.split()[1]) if answer else 0
    return status, answer.decode("latin-1")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_browser_that_was_let_in_reads(port, cookie, reached, name):
    status, answer = ask(port, "GET", "/inside", f"Host: {name}:{port}", f"Cookie: {cookie}")
    assert (status, reached) == (200, [("GET", "/inside")])
    assert "frame-ancestors 'none'" in answer
    assert "no-store" in answer
    assert "Access-Control" not in answer
    assert "Server:" not in answer


FOREIGN = (
    ["Host: evil.example"],
    ["Host: evil.example:{port}"],
    ["Host: 127.0.0.1"],
    ["Host: 127.0.0.1:1"],
    ["Host: 127.0.0.1:{port}."],
    ["Host: localhost.:{port}"],
    ["Host: 127.0.0.1:{port}@evil.example"],
    ["Host: 127.0.0.1@evil.example:{port}"],
    ["Host: [::1]:{port}"],
    ["Host: 127.0.0.1:{port} evil"],
    ["Host: 127.0.0.1:{port}", "Host: evil.example"],
    ["Host: 127.0.0.1:{port}", "Host: 127.0.0.1:{port}"],
    ["Host: "],
    [],
)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("target", ["/inside", "/nowhere"])
def test_another_name_for_this_server_is_turned_away(port, cookie, reached, headers, target):
    """DNS rebinding: CVE-2018-5702, CVE-2024-28224; a malformed Host: CVE-2026-14631."""
    named = [each.format(port=port) for each in headers]
    status, _ = ask(port, "GET", target, *named, f"Cookie: {cookie}")
    assert status in {400, 403}
    assert reached == []


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/inside",
        "http://127.0.0.1:{port}/inside",
        "//evil.example/inside",
        "*",
        "evil.example:80",
    ],
)
def test_a_target_that_is_no_path_is_turned_away(port, cookie, reached, target):
    """Open redirects: CVE-2023-39968."""
    status, answer = ask(
        port, "GET", target.format(port=port), f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}"
    )
    assert status in {400, 403}
    assert "Location" not in answer
    assert reached == []


@pytest.mark.parametrize("target", ["/", "/inside", "/nowhere", "/static/app.js"])
@pytest.mark.parametrize("name", ["", "batch-tracker-{port}=", "batch-tracker-{port}=guess", "a=b"])
def test_without_the_cookie_nothing_is_told(port, reached, target, name):
    cookie = [f"Cookie: {name.format(port=port)}"] if name else []
    status, answer = ask(port, "GET", target, f"Host: 127.0.0.1:{port}", *cookie)
    assert status == 401
    assert "batch-tracker ui --link" in answer
    assert reached == []


def test_a_link_is_exchanged_once_for_a_cookie_and_leaves_the_address_bar(server, reached):
    port, sessions, _ = server
    link = f"/?token={sessions.new_link()}"
    status, answer = ask(port, "GET", link, f"Host: 127.0.0.1:{port}")
    assert status == 303
    assert "Location: /\r\n" in answer
    assert f"Set-Cookie: batch-tracker-{port}=" in answer
    assert "HttpOnly" in answer
    assert "SameSite=Strict" in answer
    assert ask(port, "GET", link, f"Host: 127.0.0.1:{port}")[0] == 403
    assert ask(port, "GET", link, "Host: evil.example")[0] == 403
    assert reached == []


OWN = (
    "Host: 127.0.0.1:{port}",
    "Origin: http://127.0.0.1:{port}",
    "X-Batch-Tracker: 1",
    "Content-Type: application/json",
)


def test_the_page_itself_may_change_things(port, cookie, reached):
    headers = [each.format(port=port) for each in OWN]
    headers += [f"Cookie: {cookie}", "Sec-Fetch-Site: same-origin"]
    assert ask(port, "POST", "/inside", *headers)[0] == 200
    assert reached == [("POST", "/inside")]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize(
    ("left_out", "instead"),
    [
        ("Origin", ""),
        ("Origin", "Origin: null"),
        ("Origin", "Origin: http://evil.example"),
        ("Origin", "Origin: http://127.0.0.1:1"),
        ("Origin", "Origin: http://127.0.0.1"),
        ("Origin", "Origin: http://localhost:{port}"),
        ("Origin", "Origin: https://127.0.0.1:{port}"),
        ("Cookie", ""),
        ("X-Batch", ""),
        ("X-Batch", "X-Batch-Tracker: 0"),
        ("Content-Type", ""),
        ("Content-Type", "Content-Type: application/x-www-form-urlencoded"),
        ("Content-Type", "Content-Type: text/plain"),
        ("Content-Type", "Content-Type: multipart/form-data; boundary=x"),
        ("nothing", "Sec-Fetch-Site: cross-site"),
        ("nothing", "Sec-Fetch-Site: same-site"),
        ("nothing", "Sec-Fetch-Site: none"),
        ("nothing", "Origin: http://127.0.0.1:{port}"),
    ],
)
def test_nobody_else_may(server, cookie, method, left_out, instead):
    """CSRF: CVE-2022-30034; another port of this machine is same-site, and turned away too."""
    port, _, reached = server
    reached.clear()
    headers = [*OWN, f"Cookie: {cookie}"]
    headers = [each for each in headers if not each.startswith(left_out)] + [instead]
    status, _ = ask(port, method, "/inside", *(h.format(port=port) for h in headers if h))
    assert status in {400, 401, 403, 415}
    assert reached == []
