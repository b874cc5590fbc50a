"""Waste: calls made over calls needed, as the server counts them.

A cumulative manifest holds all the rows of the days before: needed are one call for each new row,
one for each 50 of them to look at their POs first, and one login a day, and none on a day that
brings nothing new. A random 500 forces the call to be
repeated, so such a call is needed twice. A process that is killed leaves at most one row per
worker in doubt, each of which is sent once more; that is the only waste there may be. These are
counts: a busy machine does not change them. `tests/test_waste.py` holds them at small sizes.
"""

import signal
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from batch_tracker.model.snapshots import look_ups
from batch_tracker.sandbox import CallLog, Sandbox, SandboxSettings
from batch_tracker.settings import Settings
from batch_tracker.stories.run import run as run_story
from tests.benchmarks.figures import Figure, MeasuringFailed, Size, Target
from tests.benchmarks.programs import ACCOUNT, end, start, write_manifest

WORKERS = 8
NONE, ONE_PER_WORKER = Target("<=", 1), Target("<=", WORKERS)
FIRST_PO = 1001
FAULT_SHARE = 0.05
KILL_LATENCY_S = 0.02
"""Long enough that at every kill calls are under way."""


class Plan(NamedTuple):
    """How many days with how many new rows each; rows until each kill, and rows of the others."""

    days: int
    rows_a_day: int
    rows_a_kill: int
    rows: int


PLANS: dict[Size, Plan] = {
    "small": Plan(2, 20, 50, 120),
    "default": Plan(20, 100, 500, 5_000),
    "large": Plan(20, 1_000, 500, 20_000),
}


class Calls(NamedTuple):
    """Calls the server counted, and how many there had to be. `repeated` were answered 500."""

    made: int
    needed: int
    repeated: int = 0


class Kills(NamedTuple):
    """What a run that was killed again and again cost. `most_extra` is that of one kill."""

    kills: int
    calls: Calls
    most_extra: int


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Count what growing manifests, server errors and kills cost."""
    plan = PLANS[size]
    daily = grow(folder / "daily", days=plan.days, rows=plan.rows_a_day)
    what = f"calls over needed, {plan.days} days of {plan.rows_a_day} new rows and one of none"
    yield _figure(what, daily)
    stumbled = stumble(folder / "faults", rows=plan.rows, share=FAULT_SHARE)
    detail = f"{stumbled.repeated} of {stumbled.needed} answered 500"
    what = f"calls over needed, {plan.rows:,} rows, {FAULT_SHARE:.0%} of the answers are 500s"
    yield _figure(what, stumbled, detail)
    killed = kill(folder / "kills", rows=plan.rows, every=plan.rows_a_kill, workers=WORKERS)
    yield Figure(
        what=f"calls repeated after one kill, {WORKERS} workers, SIGKILL every "
        f"{plan.rows_a_kill} rows",
        value=killed.most_extra,
        unit=" calls",
        target=ONE_PER_WORKER,
        detail=f"{killed.calls.made} calls for {killed.calls.needed} needed with {killed.kills} "
        "kills",
    )


def grow(folder: Path, *, days: int, rows: int) -> Calls:
    """Run a manifest that grows by `rows` a day, and on one more day not at all."""
    folder.mkdir()
    sandbox = _sandbox()
    with sandbox.running() as url:
        for day in range(1, days + 2):
            manifest = _manifest(folder / f"day-{day}.csv", min(day, days) * rows)
            _run(manifest, url)
    _require_all_applied(sandbox, days * rows)
    return Calls(len(sandbox.calls), days * _needed(rows))


def stumble(folder: Path, *, rows: int, share: float) -> Calls:
    """Run a manifest against a server that answers a share of the calls with a 500."""
    folder.mkdir()
    sandbox = _sandbox(fault_shares={"500": share})
    with sandbox.running() as url:
        _run(_manifest(folder / "manifest.csv", rows), url)
    _require_all_applied(sandbox, rows)
    repeated = sum(call.status == 500 for call in sandbox.calls)
    return Calls(len(sandbox.calls), _needed(rows) + repeated, repeated)


def kill(folder: Path, *, rows: int, every: int, workers: int) -> Kills:
    """Run a manifest, kill the process after `every` rows, resume, until it is done."""
    folder.mkdir()
    manifest = _manifest(folder / "manifest.csv", rows)
    sandbox = _sandbox(latency_s=KILL_LATENCY_S)
    words: tuple[object, ...] = ("run", manifest)
    extras = [0]
    with sandbox.running() as url:
        while _is_killed(start(folder, url, *words, "--workers", workers), sandbox.calls, every):
            extras.append(_extra(sandbox.calls))
            words = ("resume",)
    extras.append(_extra(sandbox.calls))
    _require_all_applied(sandbox, rows)
    kills = len(extras) - 2
    most = max(later - sooner for sooner, later in pairwise(extras))
    return Kills(kills, Calls(len(sandbox.calls), _needed(rows) + kills), most)


def _is_killed(process: subprocess.Popen[str], calls: CallLog, every: int) -> bool:
    """Kill the process once it has made `every` PUTs; return False where it ended before."""
    limit = calls.by_endpoint["put"] + every
    while calls.by_endpoint["put"] < limit:
        try:
            process.wait(0.002)
        except subprocess.TimeoutExpired:
            continue
        end(process)
        return False
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return True


def _needed(rows: int) -> int:
    """Return how many calls a run makes for so many new rows, with one login."""
    return rows + look_ups(rows) + 1


def _extra(calls: CallLog) -> int:
    """Return how many PUTs were not the first for their PO."""
    return calls.puts.total() - len(calls.puts)


def _sandbox(**settings: object) -> Sandbox:
    users = {ACCOUNT["username"]: ACCOUNT["password"]}
    return Sandbox(SandboxSettings(users=users, quota=10**9, **settings))


def _manifest(path: Path, rows: int) -> Path:
    return write_manifest(path, rows, first_po=FIRST_PO)


def _require_all_applied(sandbox: Sandbox, rows: int) -> None:
    if sandbox.calls.applied.keys() != set(range(FIRST_PO, FIRST_PO + rows)):
        raise MeasuringFailed("calls were saved, but not every row reached the server")


def _run(manifest: Path, url: str) -> None:
    """Run a manifest to its good end, in this process."""
    settings = Settings(
        url=url,
        **ACCOUNT,
        home=manifest.parent / "home",
        output=manifest.parent / "reports",
        quota="off",
        backoff_s=0.01,
    )
    ended = run_story(manifest, settings, force=False, on_progress=lambda _: None)
    if ended.exit_code:
        raise MeasuringFailed(f"{manifest.name}: {ended.summary}")


def _figure(what: str, calls: Calls, detail: str = "") -> Figure:
    counted = f"{calls.made} calls for {calls.needed} needed"
    return Figure(
        what=what,
        value=calls.made / calls.needed,
        target=NONE,
        detail=f"{counted}, {detail}" if detail else counted,
    )
