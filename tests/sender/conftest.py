import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

import pytest
from aiohttp import web

from batch_tracker import ledger, sender
from batch_tracker.ledger import ManifestFacts
from batch_tracker.model import Record, State, Update
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Settings
from tests.fake_time import Clock, SwiftStop

PASSWORD = "canary-Pa55word"
FIRST_PO = 1001
SHIPPED_ON = "2024-04-09T12:00:00.000Z"

FACTS = ManifestFacts(sheet="", headers=[], text_columns=[], profile="default", why="")


class Hooked(SwiftStop):
    """A stop signal that looks around before each sleep."""

    def __init__(self, clock, look):
        super().__init__(clock)
        self._look = look

    async def sleep(self, seconds):
        await self._look()
        await super().sleep(seconds)


class StopsAfter(SwiftStop):
    """A stop signal that is set at the first wait after so many PUTs."""

    def __init__(self, job, puts):
        super().__init__(job.clock)
        self._job = job
        self._puts = puts

    async def sleep(self, seconds):
        if self._job.sandbox.calls.puts.total() >= self._puts:
            self.set()
        await super().sleep(seconds)


def update_of(po):
    return Update(po=po, tracking_number=f"T{po}", carrier="UPS", shipped_on=SHIPPED_ON)


def stage(db, settings, updates):
    """Put updates into the ledger as the rows of a new run."""
    run = ledger.begin_run(
        db,
        now=datetime.now(UTC),
        server=settings.url,
        username=settings.username,
        source="manifest.csv",
        manifest=FACTS,
    )
    records = [
        Record(number, [str(update.po)], update) for number, update in enumerate(updates, start=2)
    ]
    ledger.stage_rows(run, 1, records)
    return ledger.update_run(run, stage="sending")


class Job:
    """A run, the server it goes to, and what both of them say about it afterwards."""

    def __init__(self, db, sandbox, clock, settings, updates):
        self.sandbox = sandbox
        self.clock = clock
        self.settings = settings
        self.updates = updates
        self.run = stage(db, settings, updates)
        self.stop = None
        self.progress = []
        self.notes = []

    def another(self, updates):
        """Another run of the same user."""
        return Job(self.run.ledger, self.sandbox, self.clock, self.settings, updates)

    def move_to(self, server):
        """Let the run go to another server than it was begun for."""
        db = self.run.ledger
        db.execute("INSERT OR IGNORE INTO servers (name) VALUES (?)", (server,))
        self.run = ledger.update_run(self.run, server=server)

    async def send(self, *, stop=None, judge=None, **changes):
        self.stop = stop or SwiftStop(self.clock)
        await sender.send(
            self.run,
            self.settings.model_copy(update=changes),
            total=len(self.updates),
            stop=self.stop,
            on_progress=self.progress.append,
            on_note=self.notes.append,
            judge=judge,
            clock=self.clock,
            uptime=self.clock.uptime,
            rng=Random(1),
        )

    async def look_first(self, judge):
        await sender.look_first(
            self.run,
            self.settings,
            stop=SwiftStop(self.clock),
            on_progress=self.progress.append,
            judge=judge,
            clock=self.clock,
            uptime=self.clock.uptime,
            rng=Random(1),
        )

    def blind(self):
        """Let no PO be looked up any more."""
        self.sandbox.script("list", *["500-message"] * 50)

    def stop_with(self, look):
        return Hooked(self.clock, look)

    async def until(self, condition):
        """Let the others go on until the condition holds."""
        while not condition():  # noqa: ASYNC110 - the server has no event to wait for
            await asyncio.sleep(0.001)

    @property
    def states(self):
        """State by PO, as the reporter sees it."""
        rows = ledger.results(self.run)
        return {int(row.cells[0]): row.state for row in rows}

    @property
    def messages(self):
        return {int(row.cells[0]): row.message for row in ledger.results(self.run)}

    @property
    def codes(self):
        return {row.code for row in ledger.results(self.run)}

    @property
    def counts(self):
        """How many rows are in each state that occurs."""
        return {state: n for state, n in ledger.counts(self.run).items() if n}

    @property
    def open(self):
        return ledger.open_steps(self.run)

    @property
    def attempts(self):
        """Attempts by PO, as the ledger has them."""
        return Counter(
            po
            for (po,) in self.run.ledger.execute(
                "SELECT r.po FROM attempts a JOIN rows r ON r.run = a.run AND r.row = a.row"
                " WHERE a.run = ?",
                (self.run.id,),
            )
        )

    def answers(self, po):
        """The answers that a PO's attempts got, in order."""
        return [
            answer
            for (answer,) in self.run.ledger.execute(
                "SELECT a.answer FROM attempts a JOIN rows r ON r.run = a.run AND r.row = a.row"
                " WHERE a.run = ? AND r.po = ? ORDER BY a.number",
                (self.run.id, po),
            )
        ]

    def says_the_truth(self):
        """The ledger knows every PUT the server saw, and no row is called what it is not."""
        assert self.attempts == self.sandbox.calls.puts
        assert ledger.calls_made(self.run) == len(self.sandbox.calls)
        states = self.states
        for update in self.updates:
            order = self.sandbox.orders[update.po]
            held = (order.tracking_number, order.courier_service, order.shipped_on)
            given = (update.tracking_number, update.carrier, update.shipped_on)
            if states[update.po] is State.UPDATED:
                assert held == given
            elif states[update.po] is not State.IN_DOUBT:
                assert held == (None, None, None)
        return True


@pytest.fixture
def swift_stop():
    return SwiftStop


@pytest.fixture
def stops_after():
    return StopsAfter


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def new_sandbox(clock):
    """Makes a pretend server by the fake clock: `new_sandbox(quota=5)`."""

    def new_sandbox(sleep=asyncio.sleep, **settings):
        given = SandboxSettings(**{"users": {"clerk": PASSWORD}, **settings})
        return Sandbox(given, clock=clock.timestamp, sleep=sleep)

    return new_sandbox


@pytest.fixture
def serve():
    """A server with one handler for everything."""

    @asynccontextmanager
    async def serve(handler):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    return serve


@pytest.fixture
def play(tmp_path, clock, new_sandbox):
    """Tells a story about one run and a real server: `play(story, rows=3, workers=8)`.

    `server` holds the server's settings; what else is named goes to the sender's.
    """

    def play(
        story,
        *,
        rows=5,
        updates=None,
        server=None,
        server_sleep=asyncio.sleep,
        ending="/rest",
        **changes,
    ):
        async def scene():
            box = new_sandbox(server_sleep, **(server or {}))
            async with box.serve() as url:
                given = {
                    "url": url.removesuffix("/rest") + ending,
                    "username": "clerk",
                    "password": PASSWORD,
                    "home": tmp_path / "home",
                    "workers": 8,
                    "quota": "off",
                    "attempts": 3,
                    "backoff_s": 0.01,
                    "timeout_s": 10,
                    "same_refusals": 0,
                }
                settings = Settings(**{**given, **changes})
                told = updates or [update_of(FIRST_PO + n) for n in range(rows)]
                with ledger.open_ledger(settings.home) as db:
                    return await story(Job(db, box, clock, settings, told))

        return asyncio.run(scene())

    return play
