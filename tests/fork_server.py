"""Processes of the program that need not load its libraries first.

Five sixths of a short command's processor time go into loading them. One process loads them once,
and every program is forked off it: a real process with a folder, an environment and an exit code
of its own, which signals reach. Only the loading is not tried this way; README's commands are.
"""

import atexit
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, NoReturn, Self

LIBRARIES = (
    *("cli", "cli.progress", "stories.words", "sandbox", "watch", "notify"),
    *(
        "page.page",
        "page.server",
        "stories.check",
        "stories.run",
        "stories.resume",
        "stories.history",
        "stories.undo",
    ),
    *("account", "doctor", "reporter.workbook", "reporter.page", "reporter.restoration"),
)


class ForkedProgram:
    """A program that was started, to be used as a `subprocess.Popen`."""

    def __init__(self, stdout: int, stderr: int, status: int) -> None:
        self.stdout = os.fdopen(stdout, encoding="utf-8", errors="replace")
        self.stderr = os.fdopen(stderr, encoding="utf-8", errors="replace")
        self.returncode: int | None = None
        self._status = os.fdopen(status, buffering=1)
        self._written: tuple[str, str] | None = None
        self.pid = int(self._status.readline())

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; return what it wrote."""
        if self._written:
            return self._written
        with ThreadPoolExecutor(2) as readers:
            written = [readers.submit(each.read) for each in (self.stdout, self.stderr)]
            try:
                self.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
            self._written = written[0].result(), written[1].result()
        for each in (self.stdout, self.stderr, self._status):
            each.close()
        return self._written

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._status.readline())
        return self.returncode

    def poll(self) -> int | None:
        """Return its exit code, or None while it is at work."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """Starts programs. Use it as a context manager; programs still at work are not ended by it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.wait()

    def start(self, *words: object, cwd: Path, env: Mapping[str, str]) -> ForkedProgram:
        """Start `batch-tracker` with these words."""
        request = {"words": [*map(str, words)], "cwd": str(cwd), "env": dict(env)}
        pipes = [os.pipe() for _ in range(3)]
        socket.send_fds(self._socket, [b"!"], [theirs for _, theirs in pipes])
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        for _, theirs in pipes:
            os.close(theirs)
        return ForkedProgram(*(ours for ours, _ in pipes))


class Request(NamedTuple):
    """What a program is started with: words and surroundings, and where what it writes goes."""

    words: list[str]
    cwd: str
    env: dict[str, str]
    outputs: list[int]


def serve(connection: socket.socket) -> Request | None:
    """Fork off programs until nobody asks for one any more; in such a program, return at once."""
    ended, ending = os.pipe()
    os.set_blocking(ending, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(ending)
    started: dict[int, int] = {}
    requests = connection.makefile("rb")
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if ended in ready:
                os.read(ended, 1024)
                tell_ends(started)
            if connection.fileno() in ready:
                sent, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
                if not sent:
                    return None
                *outputs, status = descriptors
                request = Request(**json.loads(requests.readline()), outputs=outputs)
                pid = os.fork()
                if not pid:
                    return request
                started[pid] = status
                os.write(status, b"%d\n" % pid)
                for each in outputs:
                    os.close(each)


def tell_ends(started: dict[int, int]) -> None:
    """Say of every program that has ended how it did."""
    for pid in list(started):
        found, how = os.waitpid(pid, os.WNOHANG)
        if found:
            with os.fdopen(started.pop(pid), "w") as status:
                status.write(f"{os.waitstatus_to_exitcode(how)}\n")


def become(request: Request) -> None:
    """Make this process what a shell would have started."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in enumerate([nothing, *request.outputs]):
        os.dup2(source, target)
    os.closerange(3, 1024)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env)
    time.tzset()
    encoding = request.env.get("PYTHONIOENCODING", "utf-8")
    sys.stdout = open(1, "w", 1, encoding, closefd=False)  # noqa: SIM115 - a new stream
    sys.stderr = open(2, "w", 1, encoding, "backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["batch-tracker", *request.words]


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever runs the tests
    for name in LIBRARIES:
        import_module(f"batch_tracker.{name}")
    gc.freeze()  # what all share stays shared
    if request := serve(socket.socket(fileno=int(sys.argv[1]))):
        become(request)
        leave(run())


def run() -> int:
    """Run the program; return its exit code."""
    try:
        import_module("batch_tracker.cli").main()
    except SystemExit as ending:
        return int(ending.code or 0)
    return 0


def leave(code: int) -> NoReturn:
    """End this process as Python does, but for taking the libraries apart: that takes longest."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
