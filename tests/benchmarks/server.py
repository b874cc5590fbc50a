"""A pretend Sellercloud in a process of its own, so that it shares no interpreter with a client.

    python -m tests.benchmarks.server LATENCY_S [SLOTS]

It prints its address. For every line it is given it prints how many updates it has carried out,
and it ends when there are no more lines. It takes any credentials and has no quota.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from batch_tracker.sandbox import Sandbox, SandboxSettings

NO_LIMIT = 10**9


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
def serving(latency_s: float, *, slots: int = NO_LIMIT) -> Iterator[Server]:
    """Serve meanwhile, so many calls at once."""
    command = [sys.executable, __file__, str(latency_s), str(slots)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Server(process)


def main() -> None:
    latency_s, slots = float(sys.argv[1]), int(sys.argv[2])
    settings = SandboxSettings(
        users=None, calls_kept=0, quota=NO_LIMIT, latency_s=latency_s, slots=slots
    )
    sandbox = Sandbox(settings)
    with sandbox.running() as url:
        print(url, flush=True)
        for _ in sys.stdin:
            print(sandbox.calls.applied.total(), flush=True)


if __name__ == "__main__":
    main()
