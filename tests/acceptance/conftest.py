"""The program as its user runs it: a process of its own, a server on loopback, a folder."""

import asyncio
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.fork_server import ForkedProgram, ForkServer

PASSWORD = "canary-password-7f3a"


class Program:
    """Runs `batch-tracker` in `folder`, with settings in its environment."""

    def __init__(self, folder: Path, fork_server: ForkServer) -> None:
        self.folder = folder
        self._fork_server = fork_server
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "BATCH_TRACKER_HOME": str(folder / "home"),
            "BATCH_TRACKER_BACKOFF_S": "0.01",
            "SELLERCLOUD_USERNAME": "clerk",
            "SELLERCLOUD_PASSWORD": PASSWORD,
        }

    @property
    def settings_file(self) -> Path:
        """Where this user's settings file is to be written; its folder is there."""
        path = self.folder / ".config" / "batch-tracker" / "batch-tracker.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def __call__(self, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, **environment)
        said, complaints = process.communicate()
        return subprocess.CompletedProcess(words, process.returncode, said, complaints)

    def start(self, *words: object, **environment: str) -> ForkedProgram:
        return self._fork_server.start(*words, cwd=self.folder, env=self.environment | environment)

    def alone(self, *words: object, **details: object) -> subprocess.CompletedProcess[str]:
        """Run it in a process that loads everything itself; `details` are subprocess.run's."""
        return subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            **details,
        )

    @staticmethod
    def command(*words: object) -> list[str]:
        return [sys.executable, "-m", "batch_tracker", *map(str, words)]

    def json(self, *words: object, code: int = 0) -> dict:
        done = self(*words, "--json")
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout)

    def manifest(self, rows: int, *, first_po: int = 1001, name: str = "manifest.csv") -> Path:
        """Write a clean manifest: one PO a row, in a row."""
        lines = ["PO,Tracking Number,Carrier,Ship Date"]
        lines += [f"{first_po + n},T{first_po + n:09d},ACME,2026-03-04" for n in range(rows)]
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path


class HoldingSandbox(Sandbox):
    """A sandbox that can keep its answers back: a run lasts for as long as a test needs it.

    It must have a latency: whoever is answered at once can't be held.
    """

    def __init__(self, settings: SandboxSettings) -> None:
        super().__init__(settings, sleep=self._sleep)
        self._answered = math.inf
        self._waiting: set[object] = set()
        self._held: frozenset[object] = frozenset()

    def hold(self, *, after: int) -> None:
        """Answer so many calls more; the one that comes then is held, and all that come later."""
        self._answered = len(self.calls) + after

    def until_held(self) -> None:
        """Wait for a call that is held."""
        while len(self.calls) <= self._answered or not self._waiting:
            time.sleep(0.005)

    def answer_others(self) -> None:
        """Keep back the answers to the calls that wait now, and to no other."""
        self._held, self._answered = frozenset(self._waiting), math.inf

    def release(self) -> None:
        """Answer every call again."""
        self._held, self._answered = frozenset(), math.inf

    async def _sleep(self, seconds: float) -> None:
        call = object()
        self._waiting.add(call)
        try:
            await asyncio.sleep(seconds)
            while call in self._held or len(self.calls) > self._answered:  # noqa: ASYNC110 - freed by a thread
                await asyncio.sleep(0.005)
        finally:
            self._waiting.discard(call)


@pytest.fixture(scope="session")
def fork_server():
    with ForkServer() as server:
        yield server


@pytest.fixture
def program(tmp_path: Path, fork_server: ForkServer) -> Program:
    return Program(tmp_path, fork_server)


@pytest.fixture
def serve(program: Program):
    """Start a pretend Sellercloud; the program finds it in its environment."""
    running = []

    def start(**settings: object) -> HoldingSandbox:
        sandbox = HoldingSandbox(SandboxSettings(users={"clerk": PASSWORD}, **settings))
        context = sandbox.running()
        program.environment["SELLERCLOUD_URL"] = context.__enter__()
        running.append(context)
        return sandbox

    yield start
    for context in running:
        context.__exit__(None, None, None)


@pytest.fixture
def wait_until():
    """Wait for something that another process or thread brings about."""

    def wait_until(condition: Callable[[], bool]) -> None:
        while not condition():
            time.sleep(0.005)

    return wait_until


@pytest.fixture
def server(serve) -> Sandbox:
    return serve()


ACCOUNT_PASSWORD = "canary-of-{}-91c4"


class Agency:
    """A program with accounts, each with a server and a password of its own."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.servers: dict[str, HoldingSandbox] = {}
        self._running = []

    def add(self, name: str, table: str = "", **settings: object) -> HoldingSandbox:
        """Serve for another account, and write down its table."""
        secret = ACCOUNT_PASSWORD.format(name)
        users = {f"{name}-clerk": secret}
        server = HoldingSandbox(SandboxSettings(**{"users": users, **settings}))
        context = server.running()
        self._running.append(context)
        self.servers[name] = server
        (self.program.settings_file.parent / f"{name}-password").write_text(secret, "utf-8")
        self.write(
            f"[accounts.{name}]\n"
            f'url = "{context.__enter__()}"\n'
            f'username = "{name}-clerk"\n'
            f'password_file = "{name}-password"\n{table}'
        )
        return server

    def write(self, text: str, *, first: bool = False) -> None:
        """Add lines to the settings file."""
        path = self.program.settings_file
        before = path.read_text("utf-8") if path.exists() else ""
        path.write_text(text + before if first else before + text, "utf-8")

    def drop(self, name: str, rows: int, *, file: str = "daily.csv", first_po: int = 1001) -> Path:
        """Put a manifest into an account's folder of the inbox."""
        folder = self.program.folder / "inbox" / name
        folder.mkdir(parents=True, exist_ok=True)
        return self.program.manifest(rows, first_po=first_po, name=f"inbox/{name}/{file}")

    def stop(self) -> None:
        for context in self._running:
            context.__exit__(None, None, None)

    def seen(self, name: str) -> str:
        """Return everything that reached the server of an account."""
        calls = self.servers[name].calls
        return str([(call.body, call.headers, call.path, call.query) for call in calls])


@pytest.fixture
def agency(program: Program):
    for name in ("USERNAME", "PASSWORD"):
        del program.environment[f"SELLERCLOUD_{name}"]
    agency = Agency(program)
    yield agency
    agency.stop()
