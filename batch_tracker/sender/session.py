"""A sending session: one process at work on one run."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import NamedTuple, Protocol

from batch_tracker.errors import LookUpFailed, NotApplied
from batch_tracker.ledger import Journal, Run, count_unread, unread_steps
from batch_tracker.ledger.journal import Clock, utc_now
from batch_tracker.model import Progress
from batch_tracker.model.snapshots import look_ups
from batch_tracker.model.wording import plural
from batch_tracker.quota import Uptime, uptime
from batch_tracker.sender.concurrency import FIRST
from batch_tracker.sender.failure_limits import FailureLimits
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.lanes import Lane, LaneFactory, Lanes, OpenLanes, open_lanes
from batch_tracker.sender.pool import Pool
from batch_tracker.sender.readback import ReadBack
from batch_tracker.sender.stop import Stopping, StopSignal
from batch_tracker.sender.survey import Judge, Survey, holds_unknown
from batch_tracker.settings import Settings

OnProgress = Callable[[Progress], None]
OnNote = Callable[[str], None]

_NOTICE_INTERVAL_S = 0.2


async def send(
    run: Run,
    settings: Settings,
    *,
    total: int,
    stop: StopSignal,
    on_progress: OnProgress,
    on_note: OnNote,
    judge: Judge | None = None,
    open_lanes: OpenLanes = open_lanes,
    clock: Clock = utc_now,
    uptime: Callable[[], Uptime] = uptime,
    rng: random.Random | None = None,
) -> None:
    """Send the `total` open steps of a run, until all are settled or the run is asked to stop.

    With `judge`, the POs of those steps that were not looked up yet are looked up first, and the
    rows that it holds are not sent. Where the server does not show them, `on_note` is told, and
    the rows are sent all the same: absence proves nothing. The calls go by way of `open_lanes`.

    Raises:
        SettingsRefused: no password is set.
        LedgerRefused: the quota file can't be used.
        Stopped: the run can't go on; what is left stays in the ledger.
        sqlite3.Error: the ledger could not be written.
    """
    with suppress(Stopping):
        async with _session(
            run,
            settings,
            stop,
            on_progress,
            on_note=on_note,
            open_lanes=open_lanes,
            clock=clock,
            uptime=uptime,
            rng=rng,
        ) as session:
            if judge:
                total -= await _survey_if_shown(session, judge, on_note)
            await _send_rows(session, total)


async def look_first(
    run: Run,
    settings: Settings,
    *,
    stop: StopSignal,
    on_progress: OnProgress,
    judge: Judge,
    open_lanes: OpenLanes = open_lanes,
    clock: Clock = utc_now,
    uptime: Callable[[], Uptime] = uptime,
    rng: random.Random | None = None,
) -> None:
    """Look up the POs of a run's open steps, and send nothing.

    Raises as `send` does.
    """
    with suppress(Stopping):
        async with _session(
            run,
            settings,
            stop,
            on_progress,
            open_lanes=open_lanes,
            clock=clock,
            uptime=uptime,
            rng=rng,
        ) as session:
            await _survey(session, judge)


class Session(NamedTuple):
    """One process at work on one run, and what it calls and writes with."""

    run: Run
    settings: Settings
    stop: StopSignal
    on_progress: OnProgress
    journal: Journal
    lanes: Lanes


def _tell_nobody(_note: str) -> None:
    """Leave it to the sending: it meets the same trouble."""


@asynccontextmanager
async def _session(
    run: Run,
    settings: Settings,
    stop: StopSignal,
    on_progress: OnProgress,
    *,
    on_note: OnNote = _tell_nobody,
    open_lanes: OpenLanes,
    clock: Clock,
    uptime: Callable[[], Uptime],
    rng: random.Random | None,
) -> AsyncIterator[Session]:
    with _modules_left_alone():
        async with Journal(run, clock=clock) as journal:
            factory = LaneFactory(run, settings, journal, stop, on_note, clock, uptime, rng)
            async with open_lanes(factory) as lanes:
                yield Session(run, settings, stop, on_progress, journal, lanes)


@contextmanager
def _modules_left_alone() -> Iterator[None]:
    """Let the garbage collector pass over what there is already: modules, for the most part.

    It would look through all of it again and again, and find nothing.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def _survey_if_shown(session: Session, judge: Judge, on_note: OnNote) -> int:
    """Look up what the server shows; return how many rows are held."""
    try:
        return await _survey(session, judge)
    except LookUpFailed as failed:
        if holds_unknown(unread_steps(session.run, after=0, limit=1), judge):
            raise
        on_note(f"{failed.message} The rows were sent without looking at their POs first.")
        return 0


async def _survey(session: Session, judge: Judge) -> int:
    """Look up what was not looked up yet; return how many rows are held."""
    if not count_unread(session.run):
        return 0
    held = await session.lanes.on_one(lambda lane: _survey_on(lane, session, judge))
    session.stop.check()
    return held


async def _survey_on(lane: Lane, session: Session, judge: Judge) -> int:
    rows = count_unread(session.run)
    survey = Survey(
        session.run,
        workers=session.settings.workers or min(FIRST, session.settings.max_workers),
        look_up=lane.look_up,
        journal=session.journal,
        stop=lane.stop,
        judge=judge,
    )
    calls = plural(look_ups(rows), "call")
    takes = f"Looking up {plural(rows, 'PO')} takes {calls}."
    async with _reported(session, "comparing", survey, rows, note=takes):
        await lane.gateway.tokens.ensure()  # a refused login would be every worker's
        await survey.look()
    return survey.held


async def _send_rows(session: Session, total: int) -> None:
    settings = session.settings
    pool = Pool(
        session.run,
        lanes=session.lanes,
        journal=session.journal,
        stop=session.stop,
        limits=FailureLimits(
            same_refusals=settings.same_refusals,
            max_failures=settings.max_failures,
            total=total,
        ),
    )

    def readback(lane: Lane) -> ReadBack:
        return ReadBack(session.run, look_up=lane.look_up, journal=session.journal)

    async def verify() -> int:
        return await session.lanes.on_one(lambda lane: readback(lane).verify())

    async with _reported(session, "sending", pool, total):
        if settings.canary:
            await _send_canary(settings.canary, pool, verify, session.stop)
        await pool.send()
        session.stop.check()
        await session.lanes.on_one(lambda lane: readback(lane).resolve_doubts())
        if settings.verify:
            await verify()


async def _send_canary(
    rows: int, pool: Pool, verify: Callable[[], Awaitable[int]], stop: StopSignal
) -> None:
    """Send the first rows and read them back; raises NotApplied where that gives cause to stop."""
    await pool.send(rows)
    stop.check()
    if pool.done and not pool.updated:
        which = "the first row" if pool.done == 1 else f"any of the first {pool.done} rows"
        raise NotApplied(
            f"Sellercloud did not accept {which}.",
            hint="The workbook says why. batch-tracker resume sends the others.",
        )
    if amiss := await verify():
        raise NotApplied(
            f"Sellercloud accepted the first {rows} rows, but does not show {amiss} of them.",
            hint="Look these POs up in Sellercloud before you resume.",
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
            now = _wait_in_words(session.lanes) or note
            session.on_progress(Progress(stage, work.done, total, now))
            await asyncio.sleep(_NOTICE_INTERVAL_S)

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.wait([telling])
        session.on_progress(Progress(stage, work.done, total))


def _wait_in_words(lanes: Lanes) -> str:
    """Say what all calls wait for, if anything."""
    waits = [_wait_of(lane.gateway) for lane in lanes.working]
    return waits[0] if waits and all(waits) else ""


def _wait_of(gateway: Gateway) -> str:
    if gateway.circuit_breaker.is_open:
        return "the server does not answer, trying again"
    if gateway.quota.opens_at is None:
        return ""
    opens_at = datetime.fromtimestamp(gateway.quota.opens_at).astimezone()
    return f"quota used up, goes on at {opens_at:%H:%M:%S}"
