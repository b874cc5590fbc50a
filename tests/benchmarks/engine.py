"""Engine: the sender without a quota, beside a bare aiohttp loop that keeps no ledger.

Both make the same login and the same PUTs to the same server process with 32 workers, in this
process, in turns. The sender's rows are staged before the clock starts. Every call it makes is
noted on disk before it is made, so at no latency the disk's fsync time tells in the figure. The
other contenders are in `rivals.py`.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import aiohttp

from batch_tracker import ledger, sender
from batch_tracker.ledger import ManifestFacts, Run
from batch_tracker.model import Record, State, Update
from batch_tracker.settings import Settings
from tests.benchmarks.figures import Figure, MeasuringFailed, Size, Target, in_turns, rates, ratio
from tests.benchmarks.programs import ACCOUNT
from tests.benchmarks.server import serving

WORKERS = 32
TARGETS = {0: Target(">=", 0.75), 0.01: Target(">=", 0.95)}
USUAL = Target(">=", 0.8)


class Plan(NamedTuple):
    """Rows to send at each latency, and how often."""

    rows: dict[float, int]
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan({0: 100, 0.02: 100}, 1),
    "default": Plan({0: 10_000, 0.01: 6000, 0.02: 6000, 0.2: 960}, 3),
    "large": Plan({0: 50_000, 0.01: 20_000, 0.02: 20_000, 0.2: 4800}, 5),
}


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the sender at every latency."""
    plan = PLANS[size]
    for latency_s, rows in plan.rows.items():
        with serving(latency_s) as server:
            updates = [update(n) for n in range(rows)]
            contenders = {
                "sender": partial(send, server.url, updates, folder),
                "bare loop": partial(bare, server.url, updates),
            }
            took = in_turns(plan.rounds, contenders)
        yield ratio(
            f"rate over a bare aiohttp loop, latency {latency_s * 1000:g} ms",
            took["bare loop"],
            took["sender"],
            target=TARGETS.get(latency_s, USUAL),
            detail=f"{rows} rows, {WORKERS} workers: {rates(rows, took)}",
        )


def send(url: str, updates: list[Update], folder: Path, *, workers: int | None = WORKERS) -> float:
    """Send with the product's sender, and return the seconds it took."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        settings = Settings(url=url, **ACCOUNT, home=Path(name), workers=workers, quota="off")
        with staged(settings, updates) as run:
            began = time.perf_counter()
            asyncio.run(_send(run, settings, len(updates)))
            took = time.perf_counter() - began
            if ledger.counts(run)[State.UPDATED] != len(updates):
                raise MeasuringFailed("the sender did not get every row updated")
            return took


@contextmanager
def staged(settings: Settings, updates: list[Update]) -> Iterator[Run]:
    """Give a run of these updates, in a ledger of its own."""
    with ledger.open_ledger(settings.home) as db:
        run = ledger.begin_run(
            db,
            now=datetime.now(UTC),
            server=settings.url,
            username=settings.username,
            source="",
            manifest=ManifestFacts(sheet="", headers=[], text_columns=[], profile="", why=""),
        )
        ledger.stage_rows(run, 1, [Record(n, [str(e.po)], e) for n, e in enumerate(updates, 1)])
        yield run


async def _send(run, settings, total) -> None:
    await sender.send(
        run,
        settings,
        total=total,
        stop=sender.StopSignal(),
        on_progress=lambda _: None,
        on_note=print,
    )


def bare(url: str, updates: list[Update]) -> float:
    """Send with nothing but aiohttp, and return the seconds it took."""
    began = time.perf_counter()
    asyncio.run(_bare(url, updates))
    return time.perf_counter() - began


async def _bare(url: str, updates: list[Update]) -> None:
    connector = aiohttp.TCPConnector(limit=WORKERS)
    async with aiohttp.ClientSession(connector=connector, raise_for_status=True) as session:
        credentials = {"Username": ACCOUNT["username"], "Password": ACCOUNT["password"]}
        async with session.post(f"{url}/api/token", json=credentials) as reply:
            token = (await reply.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        left = iter(updates)

        async def work() -> None:
            for each in left:
                address = f"{url}/api/PurchaseOrders/{each.po}/TrackingNumber"
                async with session.put(address, json=each.body(), headers=headers) as reply:
                    await reply.read()

        await asyncio.gather(*(work() for _ in range(WORKERS)))


def update(n: int) -> Update:
    return Update(
        po=1_000_000 + n,
        tracking_number=f"T{n:09d}",
        carrier="UPS",
        shipped_on="2026-03-04T12:00:00.000Z",
    )
