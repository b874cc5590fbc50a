"""The sender: open steps out of the ledger, attempts and outcomes into it.

`client` makes one call and `reply` judges its answer (`body` and `throttle` read it). `line` is
what every call passes on its way: `token` holds the login, `weather` sits out an outage. `pool`
sends the rows: `crew` lets its workers work, `pace` says how many, `policy` what follows from a
verdict, `breaker` when to give up on the run, and `brake` stops it all. `survey` looks up what POs
hold before the first row is sent, `readback` what became of rows (`orders` reads the list).
"""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import datetime
from typing import NamedTuple, Protocol

from batch_tracker.errors import NotApplied
from batch_tracker.ledger import Journal, Run, count_unread
from batch_tracker.ledger.journal import Clock, utc_now
from batch_tracker.model import Progress
from batch_tracker.quota import QuotaGate
from batch_tracker.sender.brake import Brake, Stopping
from batch_tracker.sender.breaker import Breaker
from batch_tracker.sender.client import Client
from batch_tracker.sender.line import Line
from batch_tracker.sender.pace import FIRST, Pace
from batch_tracker.sender.pool import Pool
from batch_tracker.sender.readback import ReadBack
from batch_tracker.sender.survey import Judge, Survey, calls_needed
from batch_tracker.settings import Settings

__all__ = ["Brake", "Judge", "look_first", "send"]

OnProgress = Callable[[Progress], None]

_NOTICE_INTERVAL_S = 0.2


async def send(
    ledger: sqlite3.Connection,
    run: Run,
    settings: Settings,
    *,
    total: int,
    brake: Brake,
    on_progress: OnProgress,
    judge: Judge | None = None,
    clock: Clock = utc_now,
    rng: random.Random | None = None,
) -> None:
    """Send the `total` open steps of a run, until all are settled or the brake is pulled.

    With `judge`, the POs of those steps that were not looked up yet are looked up first, and the
    rows that it holds are not sent.

    Raises:
        SettingsRefused: no password is set.
        LedgerRefused: the quota file can't be used.
        Stopped: the run can't go on; what is left stays in the ledger.
        sqlite3.Error: the ledger could not be written.
    """
    async with _sitting(ledger, run, settings, brake, on_progress, clock=clock, rng=rng) as here:
        with suppress(Stopping):
            if judge:
                total -= await _survey(here, judge)
            await _send_rows(here, total)


async def look_first(
    ledger: sqlite3.Connection,
    run: Run,
    settings: Settings,
    *,
    brake: Brake,
    on_progress: OnProgress,
    judge: Judge,
    clock: Clock = utc_now,
    rng: random.Random | None = None,
) -> None:
    """Look up the POs of a run's open steps, until all are or the brake is pulled; send nothing.

    Raises as `send` does.
    """
    async with _sitting(ledger, run, settings, brake, on_progress, clock=clock, rng=rng) as here:
        with suppress(Stopping):
            await _survey(here, judge)


class _Sitting(NamedTuple):
    """One process at work on one run, and what it calls and notes with."""

    run: Run
    settings: Settings
    brake: Brake
    on_progress: OnProgress
    gate: QuotaGate
    journal: Journal
    line: Line


@asynccontextmanager
async def _sitting(
    ledger: sqlite3.Connection,
    run: Run,
    settings: Settings,
    brake: Brake,
    on_progress: OnProgress,
    *,
    clock: Clock,
    rng: random.Random | None,
) -> AsyncIterator[_Sitting]:
    with closing(_gate(run, settings, brake, clock)) as gate:
        async with (
            Client(settings, url=run.server, username=run.username) as client,
            Journal(ledger, run, clock=clock) as journal,
        ):
            line = Line(
                settings,
                client=client,
                gate=gate,
                journal=journal,
                brake=brake,
                clock=clock,
                rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
            )
            yield _Sitting(run, settings, brake, on_progress, gate, journal, line)


async def _survey(here: _Sitting, judge: Judge) -> int:
    """Look up what was not looked up yet; return how many rows are held."""
    rows = count_unread(here.journal.ledger, here.run)
    if not rows:
        return 0
    survey = Survey(
        here.run,
        workers=here.settings.workers or FIRST,
        line=here.line,
        journal=here.journal,
        brake=here.brake,
        judge=judge,
    )
    calls = calls_needed(rows)
    pos = "1 PO" if rows == 1 else f"{rows:,} POs"
    takes = f"Looking up {pos} takes {calls:,} {'call' if calls == 1 else 'calls'}."
    async with _reported(here, "comparing", survey, rows, note=takes):
        await survey.look()
    here.brake.check()
    return survey.held


async def _send_rows(here: _Sitting, total: int) -> None:
    run, settings, brake = here.run, here.settings, here.brake
    line, journal = here.line, here.journal
    breaker = Breaker(
        same_refusals=settings.same_refusals,
        max_failures=settings.max_failures,
        total=total,
    )
    pace = Pace(settings.workers, settings.quota)
    pool = Pool(run, settings, line=line, journal=journal, brake=brake, breaker=breaker, pace=pace)
    readback = ReadBack(run, line=line, journal=journal)
    async with _reported(here, "sending", pool, total):
        await _send(pool, readback, settings, brake)


async def _send(pool: Pool, readback: ReadBack, settings: Settings, brake: Brake) -> None:
    """Send the canary and see whether it lives, send the rest, look up what is in question."""
    if settings.canary:
        await pool.send(settings.canary)
        brake.check()
        if pool.done and not pool.updated:
            which = "the first row" if pool.done == 1 else f"any of the first {pool.done} rows"
            raise NotApplied(
                f"Sellercloud did not accept {which}.",
                hint="See in the workbook why; resume goes on with the others.",
            )
        if amiss := await readback.verify():
            raise NotApplied(
                f"Sellercloud accepted the first {settings.canary} rows, but does not show "
                f"{amiss} of them.",
                hint="Look these POs up in Sellercloud before you resume.",
            )
    await pool.send()
    brake.check()
    await readback.settle_doubts()
    if settings.verify:
        await readback.verify()


def _gate(run: Run, settings: Settings, brake: Brake, clock: Clock) -> QuotaGate:
    return QuotaGate(
        settings.home,
        server=run.server,
        username=run.username,
        quota=settings.quota,
        clock=lambda: clock().timestamp(),
        sleep=brake.sleep,
    )


class _Work(Protocol):
    @property
    def done(self) -> int: ...


@asynccontextmanager
async def _reported(
    here: _Sitting, stage: str, work: _Work, total: int, *, note: str = ""
) -> AsyncIterator[None]:
    """Tell how far the work is, a few times a second and once at the end."""

    async def tell() -> None:
        while True:
            now = _note(here.line, here.gate) or note
            here.on_progress(Progress(stage, work.done, total, now))
            await asyncio.sleep(_NOTICE_INTERVAL_S)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait([telling])
        here.on_progress(Progress(stage, work.done, total))


def _note(line: Line, gate: QuotaGate) -> str:
    if line.weather.stormy:
        return "the server does not answer, trying again"
    if gate.opens_at is None:
        return ""
    return (
        f"quota used up, goes on at {datetime.fromtimestamp(gate.opens_at).astimezone():%H:%M:%S}"
    )
