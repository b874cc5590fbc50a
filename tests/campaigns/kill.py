"""The kill campaign: end real runs at random instants, resume them, and look for damage.

    python -m tests.campaigns.kill --kills 10000

A real server on loopback and real processes are used. Most are killed (SIGKILL), some are asked to
end (SIGTERM) or lose their terminal (SIGHUP). In half of the trials two files are sent at the same
time, and half of the rows of the second are the first one's. The manifests are random: partial,
repeated, disagreeing, void and unreadable rows among others. When all processes have ended, the
ledger is compared with what the server holds:

- a row the ledger calls updated is on the server, with exactly its values;
- such a confirmed row is never sent again, by any run;
- no more rows than workers were taken by the server without the ledger knowing (in doubt);
- each of those is told to be in doubt, and each call the server saw has its attempt.

When a run has ended, its workbook holds every row of the manifest once, in order, with the cells it
had; each row is in the state that it must be in, and what was not updated is not on the server.
Exit code 0: no damage was found.
"""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS
from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.campaigns.killing import Damage, environment, main
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
OVERLAP_SHARE = 0.5
"""Share of the trials in which two files are sent at the same time."""
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
COMMIT_SHARE = 0.3
"""... and this share of them then waits until the ledger is being written."""

_SENT_AGAIN = """
    SELECT DISTINCT r.po FROM rows r JOIN attempts a USING (run, row)
    JOIN rows s ON s.po = r.po JOIN attempts b ON b.run = s.run AND b.row = s.row
    WHERE b.answer = 'accepted' AND a.started_at > b.finished_at
"""
"""The POs for which a call began after another had been accepted."""


@dataclass
class KillDamage(Damage):
    """What the campaign counted; `untold` are the sends that the ledger tells nothing of."""

    kills: int = 0
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
        return [*super().found, *self.untold]


def campaign(kills: int, seed: int, folder: Path) -> KillDamage:
    """Kill `kills` processes, run after run, and return what was found."""
    rng = random.Random(seed)
    damage = KillDamage()
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
    """One manifest, or two, run and resumed until they are done, killed on the way."""

    def __init__(
        self,
        *,
        fork_server: ForkServer,
        sandbox: Sandbox,
        url: str,
        folder: Path,
        rng: random.Random,
        damage: KillDamage,
    ) -> None:
        self._fork_server = fork_server
        self._sandbox = sandbox
        self._folder = folder
        self._rng = rng
        self._damage = damage
        self._workers = rng.choice(WORKERS)
        first = Manifest(rng)
        self._manifests = {"first.csv": first}
        if rng.random() < OVERLAP_SHARE:
            self._manifests["second.csv"] = Manifest(rng, overlaps=first)
        self._wanted = {
            po: values for each in self._manifests.values() for po, values in each.wanted.items()
        }
        self._confirmed: dict[int, int] = {}
        self._environment = environment(folder, url, workers=self._workers)
        for name, manifest in self._manifests.items():
            (folder / name).write_text(manifest.text(), "utf-8")

    def until_done(self, kills: int) -> None:
        """Run, kill, look, resume, until every row is settled."""
        while unfinished := [name for name in self._manifests if not self._is_finished(name)]:
            self._session(unfinished, is_killed=self._damage.kills < kills)
            self._compare(after_a_kill=True)
        self._compare(after_a_kill=False)
        for name, manifest in self._manifests.items():
            self._check_workbook(name, manifest)
            self._damage.runs += 1
            self._damage.rows += len(manifest.lines)

    def _session(self, names: list[str], *, is_killed: bool) -> None:
        """Work on the files, each in a process of its own, until all have ended."""
        processes = {name: self._start(name) for name in names}
        for name in self._rng.sample(names, len(names)):
            process = processes[name]
            if is_killed and self._outlives(process):
                process.send_signal(self._rng.choice(SIGNALS))
                process.communicate()
                self._damage.kills += 1
                continue
            _, complaints = process.communicate()
            if process.returncode not in {0, 1}:
                raise SystemExit(f"exit {process.returncode}: {complaints}")

    def _start(self, name: str) -> ForkedProgram:
        # A run that was killed before it was staged whole has sent nothing.
        runs = self._runs(name, "sending")
        words = ["resume", runs[0]] if runs else ["run", name]
        return self._fork_server.start(*words, cwd=self._folder, env=self._environment)

    def _is_finished(self, name: str) -> bool:
        return bool(self._runs(name, "finished"))

    def _runs(self, name: str, stage: str) -> list[str]:
        """The names of the runs of a file that have come to this stage."""
        query = "SELECT name FROM runs WHERE stage = ? AND source = ? ORDER BY id DESC"
        with self._ledger() as ledger:
            path = str(self._folder / name)
            found = ledger.execute(query, (stage, path)).fetchall() if ledger else []
        return [run for (run,) in found]

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

    def _compare(self, *, after_a_kill: bool) -> None:
        """Hold the ledger against the server."""
        sent = dict(self._sandbox.calls.puts)
        for po, calls in self._confirmed.items():
            if sent[po] != calls:
                self._damage.sent_again.append(f"{self._folder.name}: PO {po}")
        self._damage.sent_again += [
            f"{self._folder.name}: PO {po} by another run" for po in self._pos(_SENT_AGAIN)
        ]
        updated = self._updated()
        for po in updated:
            if self._on_server(po) != self._wanted[po]:
                self._damage.falsely_updated.append(f"{self._folder.name}: PO {po}")
        self._confirmed = {po: sent[po] for po in updated}
        taken = {po for po in self._wanted if self._on_server(po)}
        doubtful = len(taken - updated) if after_a_kill else 0
        most = self._workers * len(self._manifests)
        self._damage.note_doubts(doubtful, most=most, where=self._folder.name)
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

    def _check_workbook(self, name: str, manifest: Manifest) -> None:
        found = (self._folder / "reports").glob(f"{Path(name).stem}-*.xlsx")
        path = max(found, key=lambda each: each.stat().st_mtime)
        book = load_workbook(path, read_only=True)
        rows = list(book["Results"].iter_rows(min_row=2, values_only=True))
        book.close()
        first = len(LEADING_COLUMNS)
        own = slice(first, first + len(Manifest.HEADERS))
        if [tuple(cell or "" for cell in row[own]) for row in rows] != manifest.lines:
            self._damage.lost.append(f"{self._folder.name}: {len(rows)} rows in the workbook")
        for (line, fate), row in zip(
            zip(manifest.lines, manifest.fates, strict=True), rows, strict=False
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
        if result in {"updated", "unchanged"}:
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


if __name__ == "__main__":
    sys.exit(main(campaign, kills=25, about=__doc__))
