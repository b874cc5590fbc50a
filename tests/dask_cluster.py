"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own.

They are what `dask scheduler` and `dask worker` start. Each is forked off a process that has loaded
Dask already: most of a short life goes into loading it.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "distributed.cli.dask_scheduler",
        "distributed.cli.dask_worker",
        "batch_tracker.cluster.worker",
        "batch_tracker.settings",
    ]
)


def _become(words: list[str], log: Path, environment: Mapping[str, str]) -> None:
    """Run a command of Dask's in this process, with all it says in a file."""
    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = words
    import_module(words[0]).main(words[1:])


class DaskProcess:
    """A process of the cluster."""

    def __init__(self, words: list[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        log.touch()
        arguments = (words, log, dict(environment))
        self._process = _FORKS.Process(target=_become, args=arguments, daemon=True)
        self._process.start()

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8", errors="replace")

    def until_said(self, words: str) -> None:
        while words not in self.said:
            if not self._process.is_alive():
                raise AssertionError(self.said)
            time.sleep(0.02)

    def until_ended(self) -> None:
        self._process.join()

    def kill(self) -> None:
        """End it the hard way, as a power cut would."""
        self._process.kill()
        self._process.join()

    def ask_to_end(self) -> None:
        os.kill(self._process.pid or 0, signal.SIGTERM)


class DaskCluster:
    """A scheduler on loopback, and the workers that were added. Use it as a context manager."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        self._started: list[DaskProcess] = []
        self._port = 0
        self.start_scheduler()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self._started:
            each.kill()

    def start_scheduler(self) -> None:
        """Start a scheduler, where there was one if there was one."""
        told = self._folder / "scheduler.json"
        told.unlink(missing_ok=True)
        self.scheduler = self._start(
            "distributed.cli.dask_scheduler",
            *("--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard", "--no-show"),
            *("--scheduler-file", str(told)),
        )
        while not told.exists() or not told.read_text("utf-8"):
            self.scheduler.until_said("")
            time.sleep(0.02)
        self.address: str = json.loads(told.read_text("utf-8"))["address"]
        self._port = int(self.address.rpartition(":")[2])

    def start_worker(self, *words: str, **environment: str) -> DaskProcess:
        """Start a worker, with more words and more in its environment."""
        return self._start(
            "distributed.cli.dask_worker",
            self.address,
            *("--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1"),
            *("--local-directory", str(self._folder)),
            *words,
            **environment,
        )

    def add_worker(self, *words: str, **environment: str) -> DaskProcess:
        """Start a worker in the same way, and wait until it has joined."""
        worker = self.start_worker(*words, **environment)
        worker.until_said("Registered to:")
        return worker

    def add_workers(self, *environments: Mapping[str, str]) -> list[DaskProcess]:
        """Start workers at the same time, and wait until all have joined."""
        workers = [self.start_worker(**each) for each in environments]
        for each in workers:
            each.until_said("Registered to:")
        return workers

    def _start(self, *words: str, **environment: str) -> DaskProcess:
        process = DaskProcess(
            list(words),
            log=self._folder / f"dask-{len(self._started)}.log",
            environment=self._environment | environment,
        )
        self._started.append(process)
        return process
