"""Quota: how close real processes come to the soonest moment the quota allows.

One, two and four processes of one user share one home and send a manifest each. The server counts
for itself. The bound follows from its log: of n calls (logins included) the first of the last
window may come once (n - 1) // Q windows have passed since the first of all, and is answered one
latency later. The time measured is the server's, between those two calls. Every process has half
again as many workers as would fill the quota alone, but not fewer than the program's default. The
POs are not looked at first: no row can be sent meanwhile, which takes no quota but a latency.

At the end one process has every core kept busy by others. A permit that is too old when its turn
comes goes back, so the file counts as many permits as calls are made, and a run takes no more
windows than its calls need.
"""

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from batch_tracker.quota.clock import present
from batch_tracker.quota.lane import kept_s
from batch_tracker.quota.usage import usage
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Quota
from tests.benchmarks.figures import Figure, Size, Target
from tests.benchmarks.programs import ACCOUNT, end, start, write_manifest

BOUND, NONE = Target("<=", 1.03), Target("<=", 0)
DEFAULT_WORKERS = 8
BUSY_WINDOWS, BUSY_LATENCY_S = 3, 0.05
LOGIN = 1


class Plan(NamedTuple):
    """How many windows of the quota the manifests use up; the quota while the machine is busy."""

    quota: Quota
    windows: int
    processes: tuple[int, ...]
    latencies_s: tuple[float, ...]
    busy: Quota


PLANS: dict[Size, Plan] = {
    "small": Plan(Quota(10, 1.0), 1, (1, 2), (0.05,), Quota(10, 1.0)),
    "default": Plan(Quota(60, 6.0), 2, (1, 2, 4), (0.05, 0.5, 2.0, 5.0), Quota(100, 5.0)),
    "large": Plan(Quota(150, 15.0), 2, (1, 2, 4), (0.05, 0.5, 2.0, 5.0), Quota(100, 5.0)),
}


class Case(NamedTuple):
    """How many processes send how many rows together, to a server of which latency."""

    quota: Quota
    rows: int
    processes: int
    latency_s: float

    @property
    def workers(self) -> int:
        """How many workers each process has."""
        to_fill = 1.5 * self.latency_s * self.quota.calls / self.quota.seconds
        return max(DEFAULT_WORKERS, math.ceil(to_fill))

    def waits(self, calls: int) -> int:
        """Return how often so many calls must wait for the next window."""
        return (calls - 1) // self.quota.calls


class Course(NamedTuple):
    """How one case went."""

    calls: int
    throttled: int
    counted: int
    """Permits in the quota's file."""
    seconds: float
    """From the first call to the answer to the first call that had to wait for the last window."""
    windows: int
    """In how many windows calls were made, of the length that the program keeps."""
    processes_s: float
    """From the start of the first process to the end of the last."""


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure every number of processes with every latency, and then on a busy machine."""
    plan = PLANS[size]
    throttled = 0
    for latency_s in plan.latencies_s:
        for processes in plan.processes:
            rows = plan.quota.calls * plan.windows + 1 - processes
            case = Case(plan.quota, rows, processes, latency_s)
            course = run(case, folder / f"quota-{latency_s:g}-{processes}")
            throttled += course.throttled
            what = f"time over the bound, processes: {processes}, latency: {latency_s:g} s"
            yield _over_bound(what, case, course)
    yield Figure(what="throttled answers, all cases", value=throttled, unit="", target=NONE)
    yield from _busy_figures(plan.busy, folder / "quota-busy")


def run(case: Case, home: Path) -> Course:
    """Let the processes share the quota until every row is sent."""
    home.mkdir()
    settings = SandboxSettings(
        users={ACCOUNT["username"]: ACCOUNT["password"]},
        quota=case.quota.calls,
        quota_window_s=case.quota.seconds,
        latency_s=case.latency_s,
    )
    sandbox = Sandbox(settings)
    words = ("--workers", case.workers, "--quota", case.quota, "--no-compare")
    manifests = _manifests(case.rows, case.processes, home)
    with sandbox.running() as url:
        began = time.perf_counter()
        running = [start(home, url, "run", each, *words) for each in manifests]
        for process in running:
            end(process)
        processes_s = time.perf_counter() - began
    arrivals = sorted(call.arrived for call in sandbox.calls)
    return Course(
        len(arrivals),
        sandbox.calls.throttled,
        sum(lane.calls for lane in usage(home / "home", seconds=processes_s, now=present())),
        arrivals[case.waits(len(arrivals)) * case.quota.calls] - arrivals[0] + case.latency_s,
        int((arrivals[-1] - arrivals[0]) // kept_s(case.quota)) + 1,
        processes_s,
    )


def _busy_figures(quota: Quota, home: Path) -> Iterator[Figure]:
    """Measure a run of the last call but one that fits into its windows."""
    fit = quota.calls * BUSY_WINDOWS - 1
    case = Case(quota, fit - LOGIN, 1, BUSY_LATENCY_S)
    with _busy_cores():
        course = run(case, home)
    yield _over_bound("time over the bound, every core busy", case, course)
    yield Figure(
        what="windows taken beyond those needed, every core busy",
        value=course.windows - 1 - case.waits(course.calls),
        unit="",
        target=NONE,
    )
    yield Figure(
        what="permits counted for no call, or calls not counted, every core busy",
        value=abs(course.counted - course.calls),
        unit="",
        target=NONE,
        detail=f"{course.calls} calls, {course.counted} permits",
    )
    what = "throttled answers, every core busy, the server's too"
    yield Figure(what=what, value=course.throttled, unit="", target=NONE)


@contextmanager
def _busy_cores() -> Iterator[None]:
    """Have a process for every core that never rests."""
    command = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for each in others:
            each.kill()
            each.wait()


def _manifests(rows: int, files: int, folder: Path) -> list[Path]:
    shares = [rows // files + (n < rows % files) for n in range(files)]
    return [
        write_manifest(folder / f"manifest-{n}.csv", share, first_po=1001 + n * rows)
        for n, share in enumerate(shares)
    ]


def _over_bound(what: str, case: Case, course: Course) -> Figure:
    quota = case.quota
    bound_s = case.waits(course.calls) * quota.seconds + case.latency_s
    return Figure(
        what=what,
        value=course.seconds / bound_s,
        target=BOUND,
        detail=f"{course.calls} calls, {quota.calls} in {quota.seconds:g} s; {case.workers} "
        f"workers each; {course.seconds:.2f} s of {bound_s:.2f} s ({course.processes_s:.1f} s with "
        f"start and report); {course.throttled} throttled",
    )
