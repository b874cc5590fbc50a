"""The quota campaign: real runs whose time is made by the campaign, and what the server counts.

    python -m tests.campaigns.quota --runs 20000

A real server on loopback, real files and the real sender are used; time passes only while somebody
waits for it and everybody else has nothing to do. At random moments another process holds the
ledger or the quota file for a while, the clock on the wall is set, the run is asked to stop and
goes on later, and another process of the same user takes permits, of which it gives some back.
Looked for is:

- more calls in a window than the quota allows, by when they leave;
- permits that are counted for no call, or calls without a permit;
- a run that takes more windows than its calls need;
- a row that was not sent.

Exit code 0: nothing was found.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from batch_tracker import ledger, sender
from batch_tracker.ledger import ManifestFacts, Run
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.model import Record, Update
from batch_tracker.quota import QUOTA_FILE, Lane, QuotaGate, kept_s, usage
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.sender.client import Client
from batch_tracker.settings import Quota, Settings
from tests.fake_time import Clock, SwiftStop

QUOTAS = (Quota(2, 3.0), Quota(5, 3.0), Quota(9, 60.0), Quota(20, 3600.0))
ROWS, WORKERS = (1, 40), (1, 4, 8, 16)
SETTINGS_S = (-86_400.0, -7.0, -0.05, 0.05, 7.0, 3600.0, 86_400.0 * 3)
HELD_SHARES = (0.0, 0.04, 0.3, 0.6, 1.2)
"""How long a file is held, in margins of the window: from not at all to longer than a call may."""
TROUBLE = 0.15
"""How often something happens while a call is under way."""
FACTS = ManifestFacts(sheet="", headers=[], text_columns=[], profile="", why="")
CREDENTIALS = {"username": "clerk", "password": "secret"}


class Waiting(SwiftStop):
    """A stop signal whose sleepers wait until every permit that was taken has been used."""

    def __init__(self, story: "Story") -> None:
        super().__init__(story.clock)
        self._story = story

    async def sleep(self, seconds: float) -> None:
        while self._story.unused:  # noqa: ASYNC110 - threads bring it about
            await asyncio.sleep(0.0005)
        await super().sleep(seconds)


class Story:
    """One run, and all that happens around it."""

    def __init__(self, home: Path, rng: random.Random) -> None:
        self.rng = rng
        self.home = home
        self.clock = Clock()
        self.quota = rng.choice(QUOTAS)
        self.rows = rng.randint(*ROWS)
        self.stop = Waiting(self)
        self.unused = 0
        self.gate: QuotaGate | None = None
        self.left: list[float] = []
        self.others = 0
        self.stops = rng.choice((0, 0, 1, 2))
        self.extra_s = 0.0
        self.was_set = False
        self._holding: asyncio.Task[None] | None = None
        self.sandbox = Sandbox(
            SandboxSettings(users={"clerk": "secret"}, quota=10**9, latency_s=0.001),
            clock=self.clock.timestamp,
            sleep=self._latency,
        )

    async def play(self) -> list[str]:
        """Run to the end, however often it is stopped; return what went wrong."""
        async with self.sandbox.serve() as url:
            settings = Settings(
                url=url,
                **CREDENTIALS,
                home=self.home,
                workers=self.rng.choice(WORKERS),
                quota=str(self.quota),
                same_refusals=0,
            )
            self._name = f"{settings.url} clerk"
            with ledger.open_ledger(self.home) as db:
                run = _stage(db, settings, self.rows)
                while left := ledger.open_steps(run):
                    await self._send(run, settings, left)
                if self._holding:
                    await self._holding
        return list(self._found())

    async def _send(self, run: Run, settings: Settings, left: int) -> None:
        self.stop = Waiting(self)
        with self._observed():
            await sender.send(
                run,
                settings,
                total=left,
                stop=self.stop,
                on_progress=lambda _: None,
                on_note=lambda _: None,
                clock=self.clock,
                uptime=self.clock.uptime,
                rng=self.rng,
            )

    @contextmanager
    def _observed(self) -> Iterator[None]:
        """Note when permits are taken and given back, and when calls leave."""
        take, give_back = QuotaGate.take, QuotaGate.give_back

        async def taken(gate):
            self.gate = gate
            permit = await take(gate)
            self.unused += 1
            return permit

        def given_back(gate, permit):
            self.unused -= 1
            give_back(gate, permit)

        def leaving(call):
            async def leave(*args, **options):
                self.unused -= 1
                self.left.append(self.clock.seconds)
                return await call(*args, **options)

            return leave

        with ExitStack() as patches:
            patches.enter_context(patch.object(QuotaGate, "take", taken))
            patches.enter_context(patch.object(QuotaGate, "give_back", given_back))
            for name in ("put", "log_in"):
                call = leaving(getattr(Client, name))
                patches.enter_context(patch.object(Client, name, call))
            yield

    async def _latency(self, _seconds: float) -> None:
        """Happen while a call is under way."""
        if self.rng.random() >= TROUBLE:
            return
        match self.rng.randrange(5):
            case 0 | 1:
                self._hold()
            case 2:
                self.clock.set_by += self.rng.choice(SETTINGS_S)
                self.was_set = True
            case 3:
                self._another_process()
            case 4 if self.stops:
                self.stops -= 1
                self.stop.set()

    def _hold(self) -> None:
        """Let another process hold a file for some time; nobody waits for the wall meanwhile."""
        if self._holding and not self._holding.done():
            return
        name = self.rng.choice((LEDGER_FILE, QUOTA_FILE))
        other = sqlite3.connect(self.home / name, isolation_level=None, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # it is being written
            other.close()
            return
        margin_s = kept_s(self.quota) - self.quota.seconds
        self._holding = asyncio.create_task(
            self._let_go(other, margin_s * self.rng.choice(HELD_SHARES))
        )

    async def _let_go(self, other: sqlite3.Connection, held_s: float) -> None:
        await asyncio.sleep(self.rng.uniform(0, 0.005))  # so that some begin to wait for it
        self.clock.advance(held_s)
        self.extra_s += held_s
        other.close()

    def _another_process(self) -> None:
        """Let another process of this user make calls."""
        held = self._holding and not self._holding.done()
        if held or not self.gate or self.gate._looking:  # it would be asked in between
            return
        with closing(
            Lane(self.home, name=self._name, quota=self.quota, clock=self.clock.moment)
        ) as lane:
            got = lane.take(self.rng.randint(1, 4))
            made = self.rng.randint(0, got.given)
            if got.given > made:
                lane.give_back({got.batch: got.given - made})
        self.left += [self.clock.seconds] * made
        self.others += made

    def _found(self) -> "list[str]":
        calls = sorted(self.left)
        found = []
        if len(calls) != len(self.sandbox.calls) + self.others:
            found.append("not every call that left has arrived")
        quota, permits = (
            self.quota,
            sum(lane.calls for lane in usage(self.home, seconds=9e12, now=self.clock.moment())),
        )
        apart = [later - sooner for sooner, later in zip(calls, calls[quota.calls :], strict=False)]
        if apart and min(apart) < quota.seconds:
            found.append(f"over {quota}: {quota.calls + 1} calls in {min(apart):.3f} s")
        if permits != len(calls):
            found.append(f"{permits} permits for {len(calls)} calls")
        windows = (len(calls) - 1) // quota.calls
        took_s, needed_s = calls[-1] - calls[0], windows * kept_s(quota) + self.extra_s
        if took_s > needed_s + 1e-3 and not self.was_set:
            found.append(f"{took_s:.2f} s for {len(calls)} calls, {needed_s:.2f} s are needed")
        if len(self.sandbox.calls.applied) != self.rows:
            found.append(f"{len(self.sandbox.calls.applied)} of {self.rows} rows were sent")
        return found


def _stage(db: sqlite3.Connection, settings: Settings, rows: int) -> Run:
    run = ledger.begin_run(
        db,
        now=datetime.now(UTC),
        server=settings.url or "",
        username="clerk",
        source="manifest.csv",
        manifest=FACTS,
    )
    updates = [Update(po=1001 + n, tracking_number=f"T{n}") for n in range(rows)]
    ledger.stage_rows(run, 1, [Record(n, [], each) for n, each in enumerate(updates, 2)])
    return ledger.update_run(run, stage="sending")


def campaign(runs: int, seed: int, folder: Path) -> list[str]:
    """Play so many stories; return what went wrong, each with the seed of its own."""
    found = []
    for number in range(seed, seed + runs):
        home = folder / str(number)
        story = Story(home, random.Random(number))
        found += [f"--seed {number}: {each}" for each in asyncio.run(story.play())]
    return found


def main() -> None:
    """Play the campaign and say what it found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = random.randrange(2**32) if given.seed is None else given.seed
    with tempfile.TemporaryDirectory() as folder:
        found = campaign(given.runs if given.seed is None else 1, seed, Path(folder))
    print("\n".join(found) or f"{given.runs} runs from seed {seed}: nothing found")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
