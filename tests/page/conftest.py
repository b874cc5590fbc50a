"""The page as its user starts it: a process of its own, a browser, a pretend Sellercloud."""

import http.client
import json
import signal
import socket
import time
from urllib.parse import urlsplit

import pytest

from batch_tracker.page import state_file
from batch_tracker.page.link import fresh_link
from tests.acceptance.conftest import fork_server, program, serve, server, wait_until

__all__ = ["fork_server", "program", "serve", "server", "wait_until"]


_PAUSE_S = 0.02


class Ui:
    """A page that runs. It talks to it as its own browser does, or in any other way."""

    def __init__(self, program, *words, **environment):
        self.program = program
        self.process = program.start(
            "ui", "--no-browser", "--json", "--port", "0", *words, **environment
        )
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = urlsplit(self.url).port
        self._cookie = None

    @property
    def cookie(self):
        """The cookie of a client of our own, let in with a link of its own."""
        if self._cookie is None:
            running = state_file.running(self.program.folder / "home")
            headers = self.raw("GET", f"/?{urlsplit(fresh_link(running)).query}")[1]
            self._cookie = headers["Set-Cookie"].partition(";")[0]
        return self._cookie

    def link(self):
        """Return a fresh link, as a second start prints it."""
        return self.program.json("ui", "--link", "--no-browser")["url"]

    def raw(self, method, path, body=None, **headers):
        """Ask as it stands; return status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        told = answer.status, answer.headers, answer.read()
        connection.close()
        return told

    def ask(self, method, path, values=None, *, body=None, **headers):
        """Ask as the page does; return the status and the JSON object, or the bytes."""
        kind = "application/json" if body is None else "application/octet-stream"
        own = {
            "Cookie": self.cookie,
            "Origin": f"http://127.0.0.1:{self.port}",
            "X-Batch-Tracker": "1",
        }
        if method != "GET":
            own["Content-Type"] = kind
            body = json.dumps(values or {}) if body is None else body
        status, told, content = self.raw(method, path, body, **own | headers)
        return status, json.loads(content) if "json" in told["Content-Type"] else content

    def get(self, path):
        """Return what stands there."""
        status, told = self.ask("GET", path)
        assert status == 200, told
        return told

    def post(self, path, **values):
        """Change something; return what is said of it."""
        status, told = self.ask("POST", path, values)
        assert status < 300, told
        return told

    def drop(self, path, name=None):
        """Drop a file, and wait until it was looked at; return its address."""
        status, told = self.ask(
            "PUT", f"/api/files?name={name or path.name}", body=path.read_bytes()
        )
        assert status == 200, told
        address = f"/api/files/{told['digest']}"
        self.looked(address)
        return address

    def looked(self, address):
        """Wait until a file was looked at; return how it stands."""
        while True:
            told = self.get(address)
            if told["ready"] and not told["working"]:
                return told
            time.sleep(_PAUSE_S)

    def send(self, address):
        """Send a file that was looked at; return the run's name once it has one."""
        self.post(f"{address}/send", plan=self.looked(address)["plan"])
        while True:
            going = self.get(address)["going"]
            if going["run"] or going["refused"]:
                assert not going["refused"], going
                return going["run"]
            time.sleep(_PAUSE_S)

    def ended(self, run):
        """Wait for the end of a run; return how it stands."""
        while True:
            told = self.get(f"/api/runs/{run}")
            if not told["going"]:
                return told
            time.sleep(_PAUSE_S)

    def raw_bytes(self, data):
        """Send bytes over a socket of our own; return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def end(self):
        """Press Ctrl-C, and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.communicate()


@pytest.fixture
def start(program):
    """Starts the page; what still runs at the end of the test is ended."""
    started = []

    def start(*words, **environment):
        started.append(Ui(program, *words, **environment))
        return started[-1]

    yield start
    for each in started:
        each.end()


@pytest.fixture
def ui(server, start):  # noqa: ARG001 - the program finds it in its environment
    """The page with an account, and a server that takes everything."""
    return start()
