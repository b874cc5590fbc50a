"""A pretend Sellercloud in a process of its own, so that it shares no interpreter with a client.

    python -m tests.benchmarks.server LATENCY_S

It prints its address. For every line it is given it prints how many updates it has carried out,
and it ends when there are no more lines. It takes any credentials and has no quota.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from batch_tracker.sandbox import Sandbox, SandboxSettings

NO_QUOTA = 10**9


class Server:
    """The server, seen from outside. `url` is its address."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = self._process.stdout.readline().strip()

    def applied(self) -> int:
        """Ask how many updates it has carried out."""
        print(file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@contextmanager
def serving(latency_s: float) -> Iterator[Server]:
    """Serve meanwhile."""
    command = [sys.executable, __file__, str(latency_s)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Server(process)


def main() -> None:
    settings = SandboxSettings(
        users=None, calls_kept=0, quota=NO_QUOTA, latency_s=float(sys.argv[1])
    )
    sandbox = Sandbox(settings)
    with sandbox.running() as url:
        print(url, flush=True)
        for _ in sys.stdin:
            print(sandbox.calls.applied.total(), flush=True)


if __name__ == "__main__":
    main()
