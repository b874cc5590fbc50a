"""The cluster campaign: kill workers, schedulers and drivers of real runs at random instants.

    python -m tests.campaigns.cluster --kills 100

A real server on loopback, a Dask scheduler and three workers with an address each send a manifest
of 3,000 rows. A worker, the scheduler or the driver is killed (SIGKILL) at any moment after the
first row; what was killed is started again. A driver that has ended is resumed, with the cluster or
without. Whenever no driver is at work, the ledger is compared with what the server holds:

- a row the ledger calls updated is on the server, with exactly its values;
- no call began for a row that was confirmed, and every call the server saw has its attempt;
- no more rows of a killed driver or scheduler are in doubt than calls were under way, and of a
  killed worker than that worker makes at once.

At the end each row has its outcome. Exit code 0: no damage was found.
"""

import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.campaigns.killing import LOGIN, Damage, environment, main
from tests.dask_cluster import DaskCluster, DaskProcess
from tests.fork_server import ForkedProgram, ForkServer

ROWS = 3000
WORKERS = 16
"""Calls of a lane at once: a shard has no more."""
ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
LATENCY_S = (0.05, 0.3)
MOST_WAIT_S = 2.0
"""A kill comes at any moment up to this long after a call that was made since the last one."""

_UPDATED = "SELECT po FROM rows JOIN outcomes USING (run, row) WHERE state = 'updated'"
_ATTEMPTS = "SELECT po, count(*) FROM rows JOIN attempts USING (run, row) GROUP BY po"
_SENT_AGAIN = """
    SELECT DISTINCT a.row FROM attempts a JOIN attempts b USING (run, row)
    WHERE b.answer = 'accepted' AND a.number > b.number
"""


@dataclass
class ClusterDamage(Damage):
    """What the campaign counted; `kills` by what was killed."""

    kills: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        victims = ", ".join(f"{count} of a {name}" for name, count in sorted(self.kills.items()))
        return (
            f"{self.kills.total()} kills ({victims}) in {self.runs} runs of {self.rows} rows: "
            f"{len(self.lost)} lost, {len(self.falsely_updated)} falsely updated, "
            f"{len(self.sent_again)} confirmed sent again, {self.in_doubt} in doubt on the way "
            f"(at most {self.most_in_doubt} in one kill, {len(self.too_many_in_doubt)} times more "
            "than were under way)"
        )


def campaign(kills: int, seed: int, folder: Path, *, rows: int = ROWS) -> ClusterDamage:
    """Kill so many processes, run after run, and return what was found."""
    rng = random.Random(seed)
    damage = ClusterDamage()
    with ForkServer() as fork_server:
        while damage.kills.total() < kills:
            place = folder / f"run-{damage.runs}"
            place.mkdir()
            sandbox = Sandbox(SandboxSettings(users=None, latency_s=LATENCY_S))
            with (
                sandbox.running() as url,
                DaskCluster(place, {"SELLERCLOUD_URL": url, **LOGIN}) as cluster,
            ):
                Trial(
                    fork_server=fork_server,
                    sandbox=sandbox,
                    url=url,
                    cluster=cluster,
                    folder=place,
                    rng=rng,
                    damage=damage,
                    rows=rows,
                ).until_done(kills)
    return damage


class Trial:
    """One manifest, sent by way of a cluster of which something is killed again and again."""

    def __init__(
        self,
        *,
        fork_server: ForkServer,
        sandbox: Sandbox,
        url: str,
        cluster: DaskCluster,
        folder: Path,
        rng: random.Random,
        damage: ClusterDamage,
        rows: int,
    ) -> None:
        self._fork_server = fork_server
        self._sandbox = sandbox
        self._cluster = cluster
        self._folder = folder
        self._rng = rng
        self._damage = damage
        self._rows = rows
        own = environment(folder, url, workers=WORKERS)
        self._environment = {**own, "BATCH_TRACKER_QUOTA": "off"}
        lines = [f"{1001 + n},T{1001 + n:09d},ACME,2026-03-04" for n in range(rows)]
        text = "\n".join(["PO,Tracking Number,Carrier,Ship Date", *lines])
        (folder / "manifest.csv").write_text(text, "utf-8")
        self._workers = self._start_workers()

    def until_done(self, kills: int) -> None:
        """Run, kill, look, resume, until every row is settled."""
        words = ["run", "manifest.csv", *self._rng.choice([["--no-compare"], []])]
        with_cluster = True
        while words:
            self._session(words, kills, with_cluster=with_cluster)
            self._compare()
            words = ["resume"] if self._is_open() else []
            with_cluster = self._rng.random() < 2 / 3
        states = self._ledger("SELECT state, count(*) FROM outcomes GROUP BY 1")
        if states != [("updated", self._rows)]:
            self._damage.lost.append(f"{self._folder.name}: {states}")
        self._damage.runs += 1
        self._damage.rows += self._rows

    def _session(self, words: list[str], kills: int, *, with_cluster: bool) -> None:
        """Work on the run in one process, until it ends or is killed."""
        if with_cluster:
            words = [*words, "--cluster", self._cluster.address]
        program = self._fork_server.start(*words, cwd=self._folder, env=self._environment)
        while self._damage.kills.total() < kills and self._outlives(program):
            victim = self._rng.choice(["worker", "worker", "scheduler", "driver"])
            if not with_cluster:
                victim = "driver"
            self._damage.kills[victim] += 1
            if victim == "worker":
                self._kill_a_worker()
                continue
            if victim == "driver":
                program.send_signal(signal.SIGKILL)
            else:
                self._cluster.scheduler.kill()
            program.communicate()
            self._note_doubts(self._unanswered(), WORKERS * len(ADDRESSES))
            if victim == "scheduler":
                self._start_cluster_again()
            return
        _, complaints = program.communicate()
        if program.returncode not in {0, 1}:
            raise SystemExit(f"exit {program.returncode}: {complaints}")

    def _outlives(self, program: ForkedProgram) -> bool:
        """Wait for the moment of the kill; return whether the process has not ended before."""
        calls = sum(self._sandbox.calls.puts.values())
        while sum(self._sandbox.calls.puts.values()) == calls:
            if program.poll() is not None:
                return False
            time.sleep(0.005)
        time.sleep(self._rng.uniform(0, MOST_WAIT_S))
        return program.poll() is None

    def _kill_a_worker(self) -> None:
        before = self._lost()
        address = self._rng.choice(ADDRESSES)
        self._workers[address].kill()
        self._workers[address] = self._add_worker(address)  # which takes seconds
        self._note_doubts(self._lost() - before, WORKERS)

    def _start_cluster_again(self) -> None:
        for each in self._workers.values():
            each.kill()
        self._cluster.start_scheduler()
        self._workers = self._start_workers()

    def _start_workers(self) -> dict[str, DaskProcess]:
        own = ({"BATCH_TRACKER_ADDRESSES": each} for each in ADDRESSES)
        return dict(zip(ADDRESSES, self._cluster.add_workers(*own), strict=True))

    def _add_worker(self, address: str) -> DaskProcess:
        return self._cluster.add_worker(BATCH_TRACKER_ADDRESSES=address)

    def _note_doubts(self, doubts: int, under_way: int) -> None:
        self._damage.note_doubts(doubts, most=under_way, where=self._folder.name)

    def _compare(self) -> None:
        """Hold the ledger against the server."""
        for (po,) in self._ledger(_UPDATED):
            order = self._sandbox.orders[po]
            if (order.tracking_number, order.courier_service) != (f"T{po:09d}", "ACME"):
                self._damage.falsely_updated.append(f"{self._folder.name}: PO {po}")
        self._damage.sent_again += [
            f"{self._folder.name}: row {row}" for (row,) in self._ledger(_SENT_AGAIN)
        ]
        attempts = dict(self._ledger(_ATTEMPTS))
        self._damage.sent_again += [
            f"{self._folder.name}: PO {po} by nobody"
            for po, calls in self._sandbox.calls.puts.items()
            if calls > attempts.get(po, 0)
        ]

    def _is_open(self) -> bool:
        return bool(self._ledger("SELECT 1 FROM runs WHERE stage <> 'finished'"))

    def _unanswered(self) -> int:
        return int(self._ledger("SELECT count(*) FROM attempts WHERE answer IS NULL")[0][0])

    def _lost(self) -> int:
        return int(self._ledger("SELECT count(*) FROM attempts WHERE answer = 'lost'")[0][0])

    def _ledger(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._folder / "home" / "ledger.db")) as ledger:
            return ledger.execute(query).fetchall()


if __name__ == "__main__":
    sys.exit(main(campaign, kills=10, about=__doc__))
