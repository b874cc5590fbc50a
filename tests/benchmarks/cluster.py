"""Cluster: three machines beside one, and how many the driver could feed.

Machines: one account, sent by way of a real Dask scheduler and one worker, and by way of three with
an address each. The server counts for each address; what counts is its rate, from the first call to
the last, as in `lanes.py`.

Driver: the real sender with ledger and gateways in this process, without a quota. Its workers are
stubs: each shard comes back after 200 ms, and a lane has 16 calls under way. A lane could make 80
rows a second so. Where the rate no longer follows the lanes, the driver is the limit. Dask's own
work is not in it. The ledger alone is measured beside it: two commits for every row, as its workers
share them.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from batch_tracker import sender
from batch_tracker.cluster.dask_worker import DaskWorker
from batch_tracker.cluster.remote_calls import RemoteCalls
from batch_tracker.cluster.shard import LogIn, Shard
from batch_tracker.ledger import Journal, Run, steps
from batch_tracker.model import Answer, Outcome, State, Step, Verdict
from batch_tracker.sender.client import Reply
from batch_tracker.sender.lanes import LaneFactory, Lanes
from batch_tracker.settings import Settings
from tests.benchmarks.engine import staged, update
from tests.benchmarks.figures import Figure, MeasuringFailed, Size, in_turns, ratio
from tests.benchmarks.lanes import ADDRESSES, FACTOR, QuotaServers
from tests.benchmarks.programs import ACCOUNT, end, environment, start, write_manifest
from tests.dask_cluster import DaskCluster

LATENCY_S = 0.2
CALLS_OF_A_LANE = 16
ACCEPTED = Verdict(answer=Answer.ACCEPTED, code="", message="", status=200)
TOKEN = json.dumps({"access_token": "name", "expires_in": 3600}).encode()


class Spent(NamedTuple):
    """What a measured stretch took of this process, in seconds."""

    wall_s: float
    processor_s: float


@contextmanager
def measured() -> Iterator[list[Spent]]:
    """Give a list that what is done meanwhile is added to."""
    spent: list[Spent] = []
    began, worked = time.perf_counter(), time.process_time()
    yield spent
    spent.append(Spent(time.perf_counter() - began, time.process_time() - worked))


class Plan(NamedTuple):
    """The quota of a lane is `calls` in `window_s`."""

    calls: int
    window_s: float
    rows: int
    lanes: tuple[int, ...]
    rows_of_a_lane: int
    most_rows: int
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan(20, 4.0, 64, (1, 3), 40, 200, 1),
    "default": Plan(50, 10.0, 470, (1, 3, 10, 30, 100), 400, 10_000, 3),
    "large": Plan(50, 10.0, 920, (1, 3, 10, 30, 100), 1000, 50_000, 5),
}


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the machines, and then the driver."""
    plan = PLANS[size]
    machines = Machines(plan, folder)
    contenders = {"one": ADDRESSES[:1], "three": ADDRESSES}
    took = in_turns(1, {name: _timed(machines, some) for name, some in contenders.items()})
    in_words = ", ".join(f"{name} {min(each):.1f} s" for name, each in took.items())
    yield ratio(
        "rate of three workers over one",
        took["one"],
        took["three"],
        target=FACTOR,
        detail=f"{plan.rows} rows, {plan.calls} calls in {plan.window_s:g} s each; {in_words}",
    )
    yield from machines.servers.figures()
    for lanes in plan.lanes:
        rows = min(plan.most_rows, lanes * plan.rows_of_a_lane)
        spent = [driven(lanes, rows, folder) for _ in range(plan.rounds)]
        possible = f"of {lanes * CALLS_OF_A_LANE / LATENCY_S:,.0f} rows/s possible"
        yield _rate(f"driver's rate, lanes: {lanes}", rows, spent, possible)
    rows = plan.most_rows
    spent = [written(rows, folder) for _ in range(plan.rounds)]
    yield _rate("rate that the ledger's commits allow", rows, spent, "100 lanes' workers")


def _rate(what: str, rows: int, spent: Sequence[Spent], detail: str) -> Figure:
    rounds = tuple(rows / each.wall_s for each in spent)
    own = rows / median(each.processor_s for each in spent)
    return Figure(
        what=what,
        value=median(rounds),
        unit=" rows/s",
        detail=f"{rows} rows, {detail}; {own:,.0f} rows in a second of processor time",
        rounds=rounds,
    )


def _timed(machines: "Machines", addresses: tuple[str, ...]) -> Callable[[], float]:
    return lambda: machines.seconds(addresses)


class Machines:
    """Runs by way of Dask workers, each in a new folder and with a new server."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self.servers = QuotaServers(plan.calls, plan.window_s)

    def seconds(self, addresses: tuple[str, ...]) -> float:
        """Return the seconds from the first call to the last with a worker for each address."""
        plan = self._plan
        place = self._folder / f"machines-{len(addresses)}"
        place.mkdir()
        manifest = write_manifest(place / "manifest.csv", plan.rows)
        sandbox = self.servers.new()
        with sandbox.running() as url, DaskCluster(place, environment(place, url)) as cluster:
            cluster.add_workers(*({"BATCH_TRACKER_ADDRESSES": each} for each in addresses))
            quota = ("--quota", f"{plan.calls}/{plan.window_s:g}")
            end(start(place, url, "run", manifest, "--cluster", cluster.address, *quota))
        arrived = [call.arrived for call in sandbox.calls]
        self.servers.judge(sandbox)
        return max(arrived) - min(arrived)


class StubWorker(DaskWorker):
    """A worker whose shards come back after a while, all of them accepted."""

    def __init__(self) -> None:
        super().__init__(None, "stub")

    async def run(self, _function: Callable[..., Any], *arguments: Any, within_s: float) -> Any:
        (shard,) = arguments
        await asyncio.sleep(min(LATENCY_S, within_s))
        return _replies(shard)


def _replies(shard: Shard) -> list[Reply]:
    return [Reply(ACCEPTED, TOKEN if isinstance(each, LogIn) else b"") for each in shard.calls]


def driven(lanes: int, rows: int, folder: Path) -> Spent:
    """Send by way of so many stubs."""

    @asynccontextmanager
    async def open_stubs(factory: LaneFactory) -> AsyncIterator[Lanes]:
        async with AsyncExitStack() as stack:
            opened = []
            for number in range(lanes):
                calls = RemoteCalls(
                    StubWorker(), session="", address="", timeout_s=60.0, on_lost=_never
                )
                lane = factory.lane(f"lane-{number}", calls=calls)
                opened.append(await stack.enter_async_context(lane))
            yield Lanes(opened, factory.on_note)

    with _run(rows, folder) as (run, settings):
        with measured() as spent:
            asyncio.run(
                sender.send(
                    run,
                    settings,
                    total=rows,
                    stop=sender.StopSignal(),
                    on_progress=lambda _: None,
                    on_note=_never,
                    open_lanes=open_stubs,
                )
            )
        _require_all_settled(run, rows)
    return spent[0]


def written(rows: int, folder: Path) -> Spent:
    """Write the intent and the outcome of every row, as so many workers do."""
    with _run(rows, folder) as (run, _):
        found = iter(steps(run, after=0, limit=rows))
        with measured() as spent:
            asyncio.run(_write(run, found))
        _require_all_settled(run, rows)
    return spent[0]


async def _write(run: Run, found: Iterator[Step]) -> None:
    async with Journal(run) as journal, asyncio.TaskGroup() as group:
        for _ in range(100 * CALLS_OF_A_LANE):
            group.create_task(_write_some(journal, found))


async def _write_some(journal: Journal, found: Iterator[Step]) -> None:
    for step in found:
        await journal.intend(step, 1)
        journal.settle(step, 1, ACCEPTED, Outcome(row=step.row, state=State.UPDATED))


@contextmanager
def _run(rows: int, folder: Path) -> Iterator[tuple[Run, Settings]]:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        settings = Settings(
            url="http://127.0.0.1:9/rest",
            **ACCOUNT,
            home=Path(name),
            workers=CALLS_OF_A_LANE,
            quota="off",
        )
        with staged(settings, [update(n) for n in range(rows)]) as run:
            yield run, settings


def _require_all_settled(run: Run, rows: int) -> None:
    (settled,) = run.ledger.execute("SELECT count(*) FROM outcomes").fetchone()
    if settled != rows:
        raise MeasuringFailed(f"{settled} of {rows} rows were settled")


def _never(what: str) -> None:
    raise MeasuringFailed(what)
