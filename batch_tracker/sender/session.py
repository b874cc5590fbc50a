"""A sending session: one process at work on one run."""

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
from batch_tracker.sender.client import Client
from batch_tracker.sender.concurrency import FIRST, ConcurrencyLimit
from batch_tracker.sender.failure_limits import FailureLimits
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.pool import Pool
from batch_tracker.sender.readback import ReadBack
from batch_tracker.sender.stop import Stopping, StopSignal
from batch_tracker.sender.survey import Judge, Survey, calls_needed
from batch_tracker.settings import Settings

OnProgress = Callable[[Progress], None]

_NOTICE_INTERVAL_S = 0.2


async def send(
    ledger: sqlite3.Connection,
    run: Run,
    settings: Settings,
    *,
    total: int,
    stop: StopSignal,
    on_progress: OnProgress,
    judge: Judge | None = None,
    clock: Clock = utc_now,
    rng: random.Random | None = None,
) -> None:
    """Send the `total` open steps of a run, until all are settled or the run is asked to stop.

    With `judge`, the POs of those steps that were not looked up yet are looked up first, and the
    rows that it holds are not sent.

    Raises:
        SettingsRefused: no password is set.
        LedgerRefused: the quota file can't be used.
        Stopped: the run can't go on; what is left stays in the ledger.
        sqlite3.Error: the ledger could not be written.
    """
    async with _session(ledger, run, settings, stop, on_progress, clock=clock, rng=rng) as session:
        with suppress(Stopping):
            if judge:
                total -= await _survey(session, judge)
            await _send_rows(session, total)


async def look_first(
    ledger: sqlite3.Connection,
    run: Run,
    settings: Settings,
    *,
    stop: StopSignal,
    on_progress: OnProgress,
    judge: Judge,
    clock: Clock = utc_now,
    rng: random.Random | None = None,
) -> None:
    """Look up the POs of a run's open steps, and send nothing.

    Raises as `send` does.
    """
    async with _session(ledger, run, settings, stop, on_progress, clock=clock, rng=rng) as session:
        with suppress(Stopping):
            await _survey(session, judge)


class Session(NamedTuple):
    """One process at work on one run, and what it calls and notes with."""

    run: Run
    settings: Settings
    stop: StopSignal
    on_progress: OnProgress
    gate: QuotaGate
    journal: Journal
    gateway: Gateway


@asynccontextmanager
async def _session(
    ledger: sqlite3.Connection,
    run: Run,
    settings: Settings,
    stop: StopSignal,
    on_progress: OnProgress,
    *,
    clock: Clock,
    rng: random.Random | None,
) -> AsyncIterator[Session]:
    with closing(_gate(run, settings, stop, clock)) as gate:
        async with (
            Client(settings, url=run.server, username=run.username) as client,
            Journal(ledger, run, clock=clock) as journal,
        ):
            gateway = Gateway(
                settings,
                client=client,
                gate=gate,
                journal=journal,
                stop=stop,
                clock=clock,
                rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
            )
            yield Session(run, settings, stop, on_progress, gate, journal, gateway)


async def _survey(session: Session, judge: Judge) -> int:
    """Look up what was not looked up yet; return how many rows are held."""
    rows = count_unread(session.journal.ledger, session.run)
    if not rows:
        return 0
    survey = Survey(
        session.run,
        workers=session.settings.workers or FIRST,
        gateway=session.gateway,
        journal=session.journal,
        stop=session.stop,
        judge=judge,
    )
    calls = calls_needed(rows)
    pos = "1 PO" if rows == 1 else f"{rows:,} POs"
    takes = f"Looking up {pos} takes {calls:,} {'call' if calls == 1 else 'calls'}."
    async with _reported(session, "comparing", survey, rows, note=takes):
        await survey.look()
    session.stop.check()
    return survey.held


async def _send_rows(session: Session, total: int) -> None:
    run, settings, stop = session.run, session.settings, session.stop
    gateway, journal = session.gateway, session.journal
    limits = FailureLimits(
        same_refusals=settings.same_refusals,
        max_failures=settings.max_failures,
        total=total,
    )
    concurrency = ConcurrencyLimit(settings.workers, settings.quota)
    pool = Pool(
        run,
        settings,
        gateway=gateway,
        journal=journal,
        stop=stop,
        limits=limits,
        concurrency=concurrency,
    )
    readback = ReadBack(run, gateway=gateway, journal=journal)
    async with _reported(session, "sending", pool, total):
        await _send(pool, readback, settings, stop)


async def _send(pool: Pool, readback: ReadBack, settings: Settings, stop: StopSignal) -> None:
    """Send the canary and see whether it lives, send the rest, look up what is in question."""
    if settings.canary:
        await pool.send(settings.canary)
        stop.check()
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
    stop.check()
    await readback.settle_doubts()
    if settings.verify:
        await readback.verify()


def _gate(run: Run, settings: Settings, stop: StopSignal, clock: Clock) -> QuotaGate:
    return QuotaGate(
        settings.home,
        server=run.server,
        username=run.username,
        quota=settings.quota,
        clock=lambda: clock().timestamp(),
        sleep=stop.sleep,
    )


class _Work(Protocol):
    @property
    def done(self) -> int: ...


@asynccontextmanager
async def _reported(
    session: Session, stage: str, work: _Work, total: int, *, note: str = ""
) -> AsyncIterator[None]:
    """Tell how far the work is, a few times a second and once at the end."""

    async def tell() -> None:
        while True:
            now = _note(session.gateway, session.gate) or note
            session.on_progress(Progress(stage, work.done, total, now))
            await asyncio.sleep(_NOTICE_INTERVAL_S)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait([telling])
        session.on_progress(Progress(stage, work.done, total))


def _note(gateway: Gateway, gate: QuotaGate) -> str:
    if gateway.circuit_breaker.is_open:
        return "the server does not answer, trying again"
    if gate.opens_at is None:
        return ""
    return (
        f"quota used up, goes on at {datetime.fromtimestamp(gate.opens_at).astimezone():%H:%M:%S}"
    )
