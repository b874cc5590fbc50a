"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self


class DaskProcess:
    """A process of the cluster. What it says goes into a file."""

    def __init__(self, words: list[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self._log = log
        with log.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words], env=dict(environment), stderr=file, stdout=file
            )

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8", errors="replace")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def until_said(self, words: str) -> None:
        while words not in self.said:
            if not self.is_alive:
                raise AssertionError(self.said)
            time.sleep(0.02)

    def kill(self) -> None:
        """End it the hard way, as a power cut would."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def signal(self, number: int) -> None:
        if self.is_alive:
            self._process.send_signal(number)

    def end(self) -> None:
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


class DaskCluster:
    """A scheduler on loopback, and the workers that were added. Use it as a context manager."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        self._started = 0
        self._port = 0
        self.workers: list[DaskProcess] = []
        self.start_scheduler()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (*self.workers, self.scheduler):
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
        self.scheduler.until_said("Scheduler at:")
        while not told.exists() or not told.read_text("utf-8"):
            time.sleep(0.02)
        self.address: str = json.loads(told.read_text("utf-8"))["address"]
        self._port = int(self.address.rpartition(":")[2])

    def add_worker(self, *words: str, **environment: str) -> DaskProcess:
        """Start a worker, with more words and more in its environment; wait until it has joined."""
        worker = self._start(
            "distributed.cli.dask_worker",
            self.address,
            *("--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1"),
            *("--local-directory", str(self._folder)),
            *words,
            **environment,
        )
        self.workers.append(worker)
        worker.until_said("Registered to:")
        return worker

    def _start(self, *words: str, **environment: str) -> DaskProcess:
        self._started += 1
        return DaskProcess(
            list(words),
            log=self._folder / f"dask-{self._started}.log",
            environment=self._environment | environment,
        )
