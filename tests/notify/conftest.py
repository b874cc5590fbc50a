import asyncio
import json
import shutil
import ssl
import subprocess
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from batch_tracker.model import RunSummary, State
from batch_tracker.settings import load_settings
from batch_tracker.stories.outcome import Ended


class Receiver(ThreadingHTTPServer):
    """A real server that keeps what is posted to it, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keeper)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.status = 200
        self.got = []


class _Keeper(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Location", f"{self.server.url}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self):
        self.server.got.append((self.path, None, None))
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class MailServer:
    """Takes mail by SMTP (RFC 5321), with STARTTLS and AUTH PLAIN, and keeps it."""

    def __init__(self, tls: ssl.SSLContext | None, *, from_the_start: bool = False) -> None:
        self.mails = []
        self.passwords = []
        self.heard = []
        self._tls = tls
        self._from_the_start = from_the_start

    async def serve(self, ready, done):
        tls = self._tls if self._from_the_start else None
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=tls, limit=2**24)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await done.wait()

    async def _talk(self, reader, writer):
        try:
            await self._session(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _session(self, reader, writer):
        writer.write(b"220 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split(" ")[0].upper()
            self.heard.append(word)
            if word == "EHLO":
                tls = b"250-STARTTLS\r\n" if self._tls and not self._from_the_start else b""
                writer.write(b"250-hello\r\n" + tls + b"250 AUTH PLAIN\r\n")
            elif word == "STARTTLS":
                writer.write(b"220 go\r\n")
                await writer.drain()
                await writer.start_tls(self._tls)
            elif word == "AUTH":
                self.passwords.append(line.split(" ")[-1])
                writer.write(b"235 welcome\r\n")
            elif word == "DATA":
                writer.write(b"354 go on\r\n")
                mail = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(mail[:-3], policy=policy.default))
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if word == "QUIT" else b"250 fine\r\n")


_SELF_SIGNED = (
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that nobody but these tests trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [openssl, *_SELF_SIGNED.split(), "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    return cert, key


@pytest.fixture
def tls(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def mail_server():
    """Run mail servers in threads of their own."""

    @contextmanager
    def mail_server(tls=None, *, from_the_start=False):
        server = MailServer(tls, from_the_start=from_the_start)
        ready, done = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve(ready, done)))
        thread.start()
        ready.wait()
        try:
            yield server
        finally:
            loop.call_soon_threadsafe(done.set)
            thread.join()
            loop.close()

    return mail_server


@pytest.fixture
def settings(tmp_path, monkeypatch, settings_file):
    """Read settings with these lines in their file."""
    monkeypatch.chdir(tmp_path)

    def settings(text):
        settings_file.write_text(text, "utf-8")
        return load_settings({"home": tmp_path / "home"})

    return settings


@pytest.fixture
def ended():
    """Make up how a run ended."""

    def ended(code=0, source="in/daily.csv", message="", report=None, **counts):
        summary = RunSummary(
            run="20260304-050607" if code != 2 else None,
            status=("success", "partial", "error", "stopped")[code],
            source=source,
            report=report,
            counts=dict.fromkeys(State, 0) | {State(k): n for k, n in counts.items()},
            calls=4,
            seconds=1.5,
            message=message,
        )
        return Ended(summary, code)

    return ended
