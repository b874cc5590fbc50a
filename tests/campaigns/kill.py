"""The kill campaign: SIGKILL real runs at random instants, resume them, and look for damage.

    python tests/campaigns/kill.py --kills 10000

A real server on loopback and a real process are used; the process is killed, never asked. After
every kill the ledger is compared with what the server holds:

- a row the ledger calls updated is on the server, with exactly its values;
- such a confirmed row is never sent again;
- no more rows than workers were taken by the server without the ledger knowing (in doubt).

When a run has ended, its workbook holds every row of the manifest once, and each updated row is
as the server has it. Exit code 0: no damage was found.
"""

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nursery import Nursery, Program
from openpyxl import load_workbook

from batch_tracker.sandbox import Sandbox, SandboxSettings

ROWS = 200
WORKERS = (1, 4, 8, 16)
LATENCY_S = (0.02, 0.12)
FAULTS = {"500": 0.02, "reset-before": 0.02, "reset-after": 0.02, "502-html": 0.02}
EARLY_SHARE, EARLY_S = 0.2, 0.5
"""Share of the kills that come at any moment from the start of the process on, and until when."""
LATE_S = 0.6
"""The other kills come at any moment up to this long after the first call that was made."""


@dataclass
class Damage:
    """What a campaign counted."""

    kills: int = 0
    runs: int = 0
    rows: int = 0
    in_doubt: int = 0
    most_in_doubt: int = 0
    lost: list[str] = field(default_factory=list)
    falsely_updated: list[str] = field(default_factory=list)
    sent_again: list[str] = field(default_factory=list)
    too_many_in_doubt: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.runs} runs of {self.rows} rows: {len(self.lost)} lost, "
            f"{len(self.falsely_updated)} falsely updated, {len(self.sent_again)} confirmed rows "
            f"re-sent, {self.in_doubt} sends in doubt (at most {self.most_in_doubt} in one kill, "
            f"{len(self.too_many_in_doubt)} times more than workers)"
        )

    @property
    def found(self) -> list[str]:
        return self.lost + self.falsely_updated + self.sent_again + self.too_many_in_doubt


def campaign(kills: int, seed: int, folder: Path) -> Damage:
    """Kill `kills` processes, run after run, and return what was found."""
    rng = random.Random(seed)
    damage = Damage()
    with Nursery() as nursery:
        while damage.kills < kills:
            home = folder / f"run-{damage.runs}"
            home.mkdir()
            settings = SandboxSettings(
                users=None, latency_s=LATENCY_S, fault_shares=FAULTS, seed=rng.randrange(2**32)
            )
            sandbox = Sandbox(settings)
            with sandbox.running() as url:
                Trial(
                    nursery=nursery, sandbox=sandbox, url=url, folder=home, rng=rng, damage=damage
                ).until_done(kills)
    return damage


class Trial:
    """One manifest, run and resumed until it is done, killed on the way."""

    def __init__(
        self,
        *,
        nursery: Nursery,
        sandbox: Sandbox,
        url: str,
        folder: Path,
        rng: random.Random,
        damage: Damage,
    ) -> None:
        self._nursery = nursery
        self._sandbox = sandbox
        self._folder = folder
        self._rng = rng
        self._damage = damage
        self._workers = rng.choice(WORKERS)
        self._wanted = {1000 + n: f"T{rng.randrange(10**12):012d}" for n in range(ROWS)}
        self._confirmed: dict[int, int] = {}
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "BATCH_TRACKER_HOME": str(folder / "home"),
            "BATCH_TRACKER_BACKOFF_S": "0.01",
            "BATCH_TRACKER_WORKERS": str(self._workers),
            "SELLERCLOUD_URL": url,
            "SELLERCLOUD_USERNAME": "clerk",
            "SELLERCLOUD_PASSWORD": "secret",
        }
        lines = [f"{po},{number},ACME,2026-03-04" for po, number in self._wanted.items()]
        text = "\n".join(["PO,Tracking Number,Carrier,Ship Date", *lines, ""])
        (folder / "manifest.csv").write_text(text, "utf-8")

    def until_done(self, kills: int) -> None:
        """Run, kill, look, resume, until every row is settled."""
        done = False
        while not done:
            done = self._sitting(is_killed=self._damage.kills < kills)
            self._compare(after_a_kill=not done)
        self._check_workbook()
        self._damage.runs += 1
        self._damage.rows += ROWS

    def _sitting(self, *, is_killed: bool) -> bool:
        """Work on the run in a process of its own; return whether it came to its end."""
        words = ["resume"] if self._is_begun() else ["run", "manifest.csv"]
        process = self._nursery.start(*words, cwd=self._folder, env=self._environment)
        if is_killed and self._outlives(process):
            process.kill()
            process.communicate()
            self._damage.kills += 1
            return False
        _, complaints = process.communicate()
        if process.returncode not in {0, 1}:
            raise SystemExit(f"exit {process.returncode}: {complaints}")
        return True

    def _outlives(self, process: Program) -> bool:
        """Wait for the moment of the kill; return whether the process has not ended before."""
        if self._rng.random() < EARLY_SHARE:
            return _lasts(process, self._rng.uniform(0, EARLY_S))
        calls = len(self._sandbox.calls)
        while len(self._sandbox.calls) == calls:
            if not _lasts(process, 0.005):
                return False
        return _lasts(process, self._rng.uniform(0, LATE_S))

    def _is_begun(self) -> bool:
        """Whether a run has been staged whole; one killed before has sent nothing."""
        with self._ledger() as ledger:
            return bool(
                ledger and ledger.execute("SELECT 1 FROM runs WHERE stage = 'sending'").fetchone()
            )

    def _compare(self, *, after_a_kill: bool) -> None:
        """Hold the ledger against the server."""
        sent = dict(self._sandbox.calls.puts)
        for po, calls in self._confirmed.items():
            if sent[po] != calls:
                self._damage.sent_again.append(f"{self._folder.name}: PO {po}")
        updated = self._updated()
        for po in updated:
            if self._on_server(po) != self._wanted[po]:
                self._damage.falsely_updated.append(f"{self._folder.name}: PO {po}")
        self._confirmed = {po: sent[po] for po in updated}
        taken = {po for po in self._wanted if self._on_server(po)}
        doubtful = len(taken - updated) if after_a_kill else 0
        self._damage.in_doubt += doubtful
        self._damage.most_in_doubt = max(self._damage.most_in_doubt, doubtful)
        if doubtful > self._workers:
            self._damage.too_many_in_doubt.append(f"{self._folder.name}: {doubtful}")

    def _on_server(self, po: int) -> str | None:
        return self._sandbox.orders[po].tracking_number

    def _updated(self) -> set[int]:
        with self._ledger() as ledger:
            if ledger is None:
                return set()
            rows = ledger.execute(
                "SELECT po FROM rows JOIN outcomes USING (run, row) WHERE state = 'updated'"
            )
            return {po for (po,) in rows}

    @contextmanager
    def _ledger(self) -> Iterator[sqlite3.Connection | None]:
        path = self._folder / "home" / "ledger.db"
        if not path.exists():
            yield None
            return
        with closing(sqlite3.connect(path)) as ledger:
            has_tables = ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'outcomes'")
            yield ledger if has_tables.fetchone() else None

    def _check_workbook(self) -> None:
        path = max((self._folder / "reports").glob("*.xlsx"), key=lambda each: each.stat().st_mtime)
        book = load_workbook(path, read_only=True)
        rows = list(book["Results"].iter_rows(min_row=2, values_only=True))
        book.close()
        if [int(str(row[0])) for row in rows] != list(self._wanted):
            self._damage.lost.append(f"{self._folder.name}: {len(rows)} rows in the workbook")
        for po, number, _, _, result, *_ in rows:
            if result == "updated" and self._on_server(int(str(po))) != number:
                self._damage.falsely_updated.append(f"{self._folder.name}: PO {po} in workbook")


def _lasts(process: Program, seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def main() -> int:
    """Run a campaign as the command line says, and tell what it found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=25, help="processes to kill [25]")
    parser.add_argument("--seed", type=int, default=None, help="repeats a campaign's choices")
    words = parser.parse_args()
    seed = random.randrange(2**32) if words.seed is None else words.seed
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kill-campaign-") as folder:
        damage = campaign(words.kills, seed, Path(folder))
    print(f"{damage}; seed {seed}, {time.monotonic() - began:.0f} s")
    for each in damage.found:
        print("  " + each)
    return bool(damage.found)


if __name__ == "__main__":
    sys.exit(main())
