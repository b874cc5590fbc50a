"""The kill campaign: SIGKILL real runs at random instants, resume them, and look for damage.

    python -m tests.campaigns.kill --kills 10000

A real server on loopback and a real process are used; the process is killed, never asked. The
manifests are random: partial rows, repeated, disagreeing, void and unreadable ones among others.
After every kill the ledger is compared with what the server holds:

- a row the ledger calls updated is on the server, with exactly its values;
- such a confirmed row is never sent again;
- no more rows than workers were taken by the server without the ledger knowing (in doubt);
- each of those is told to be in doubt, and each call the server saw has its attempt.

When a run has ended, its workbook holds every row of the manifest once, in order, with the cells it
had; each row is in the state that it must be in, and what was not updated is not on the server.
Exit code 0: no damage was found.
"""

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS
from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.campaigns.random_manifest import Manifest, Values
from tests.fork_server import ForkedProgram, ForkServer

ROWS = 200
WORKERS = (1, 4, 8, 16)
LATENCY_S = (0.02, 0.12)
FAULTS = {"500": 0.02, "reset-before": 0.02, "reset-after": 0.02, "502-html": 0.02}
EARLY_SHARE, EARLY_S = 0.2, 0.5
"""Share of the kills that come at any moment from the start of the process on, and until when."""
LATE_S = 0.6
"""The other kills come at any moment up to this long after the first call that was made ..."""
COMMIT_SHARE = 0.3
"""... and this share of them then waits until the ledger is being written."""


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
    untold: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.runs} runs of {self.rows} rows: {len(self.lost)} lost, "
            f"{len(self.falsely_updated)} falsely updated, {len(self.sent_again)} confirmed rows "
            f"re-sent, {len(self.untold)} sends untold, "
            f"{self.in_doubt} sends in doubt (at most {self.most_in_doubt} in one kill, "
            f"{len(self.too_many_in_doubt)} times more than workers)"
        )

    @property
    def found(self) -> list[str]:
        return [
            *self.lost,
            *self.falsely_updated,
            *self.sent_again,
            *self.too_many_in_doubt,
            *self.untold,
        ]


def campaign(kills: int, seed: int, folder: Path) -> Damage:
    """Kill `kills` processes, run after run, and return what was found."""
    rng = random.Random(seed)
    damage = Damage()
    with ForkServer() as fork_server:
        while damage.kills < kills:
            home = folder / f"run-{damage.runs}"
            home.mkdir()
            settings = SandboxSettings(
                users=None, latency_s=LATENCY_S, fault_shares=FAULTS, seed=rng.randrange(2**32)
            )
            sandbox = Sandbox(settings)
            with sandbox.running() as url:
                Trial(
                    fork_server=fork_server,
                    sandbox=sandbox,
                    url=url,
                    folder=home,
                    rng=rng,
                    damage=damage,
                ).until_done(kills)
    return damage


class Trial:
    """One manifest, run and resumed until it is done, killed on the way."""

    def __init__(
        self,
        *,
        fork_server: ForkServer,
        sandbox: Sandbox,
        url: str,
        folder: Path,
        rng: random.Random,
        damage: Damage,
    ) -> None:
        self._fork_server = fork_server
        self._sandbox = sandbox
        self._folder = folder
        self._rng = rng
        self._damage = damage
        self._workers = rng.choice(WORKERS)
        self._manifest = Manifest(rng)
        self._wanted = self._manifest.wanted
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
        (folder / "manifest.csv").write_text(self._manifest.text(), "utf-8")

    def until_done(self, kills: int) -> None:
        """Run, kill, look, resume, until every row is settled."""
        done = False
        while not done:
            done = self._session(is_killed=self._damage.kills < kills)
            self._compare(after_a_kill=not done)
        self._check_workbook()
        self._damage.runs += 1
        self._damage.rows += len(self._manifest.lines)

    def _session(self, *, is_killed: bool) -> bool:
        """Work on the run in a process of its own; return whether it came to its end."""
        # A run that was killed before it was staged whole has sent nothing.
        words = ["resume"] if self._is_at("sending") else ["run", "manifest.csv"]
        process = self._fork_server.start(*words, cwd=self._folder, env=self._environment)
        if is_killed and self._outlives(process):
            process.kill()
            process.communicate()
            self._damage.kills += 1
            return self._is_at("finished")  # it may have been about to exit
        _, complaints = process.communicate()
        if process.returncode not in {0, 1}:
            raise SystemExit(f"exit {process.returncode}: {complaints}")
        return True

    def _outlives(self, process: ForkedProgram) -> bool:
        """Wait for the moment of the kill; return whether the process has not ended before."""
        if self._rng.random() < EARLY_SHARE:
            return _lasts(process, self._rng.uniform(0, EARLY_S))
        calls = len(self._sandbox.calls)
        while len(self._sandbox.calls) == calls:
            if not _lasts(process, 0.005):
                return False
        if not _lasts(process, self._rng.uniform(0, LATE_S)):
            return False
        if self._rng.random() < COMMIT_SHARE:
            self._wait_for_a_write()
        return process.poll() is None

    def _wait_for_a_write(self) -> None:
        end = time.monotonic() + LATE_S
        written = self._written_at()
        while self._written_at() == written and time.monotonic() < end:
            pass  # a sleep would come too late

    def _written_at(self) -> int | None:
        with suppress(FileNotFoundError):  # the process has just ended
            return (self._folder / "home" / "ledger.db-wal").stat().st_mtime_ns
        return None

    def _is_at(self, stage: str) -> bool:
        """Whether a run of the ledger has come to this stage."""
        with self._ledger() as ledger:
            found = ledger and ledger.execute("SELECT 1 FROM runs WHERE stage = ?", (stage,))
            return bool(found and found.fetchone())

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
        self._compare_attempts(sent, taken - updated)

    def _compare_attempts(self, sent: dict[int, int], unconfirmed: set[int]) -> None:
        attempts = Counter(self._pos("SELECT po FROM rows JOIN attempts USING (run, row)"))
        unknown = {po for po, calls in sent.items() if calls > attempts[po]}
        doubtful = self._pos(
            "SELECT po FROM rows JOIN attempts USING (run, row)"
            " WHERE COALESCE(answer, 'lost') = 'lost'"
        )
        for po in unknown | (unconfirmed - set(doubtful)):
            self._damage.untold.append(f"{self._folder.name}: PO {po}")

    def _on_server(self, po: int) -> Values | None:
        """What the server holds; None where it was given nothing."""
        order = self._sandbox.orders[po]
        values = (order.tracking_number, order.courier_service, order.shipped_on)
        return values if any(values) else None

    def _updated(self) -> set[int]:
        return set(
            self._pos("SELECT po FROM rows JOIN outcomes USING (run, row) WHERE state = 'updated'")
        )

    def _pos(self, query: str) -> list[int]:
        with self._ledger() as ledger:
            return [po for (po,) in ledger.execute(query)] if ledger else []

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
        first = len(LEADING_COLUMNS)
        own = slice(first, first + len(Manifest.HEADERS))
        if [tuple(cell or "" for cell in row[own]) for row in rows] != self._manifest.lines:
            self._damage.lost.append(f"{self._folder.name}: {len(rows)} rows in the workbook")
        for (line, fate), row in zip(
            zip(self._manifest.lines, self._manifest.fates, strict=True), rows, strict=False
        ):
            self._check_result(line[0], fate, str(row[0]))

    def _check_result(self, po: str, fate: str, result: str) -> None:
        """Hold what the workbook says of a row against its fate and the server."""
        where = f"{self._folder.name}: PO {po} is {result} in the workbook"
        if fate:
            if result != fate:
                self._damage.lost.append(where)
            return
        held = self._on_server(int(po))
        if result == "updated":
            if held != self._wanted[int(po)]:
                self._damage.falsely_updated.append(where)
        elif result != "in doubt" and held:
            self._damage.untold.append(where)


def _lasts(process: ForkedProgram, seconds: float) -> bool:
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
