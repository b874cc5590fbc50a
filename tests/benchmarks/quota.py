"""Quota: how close real processes come to the soonest moment the quota allows.

One, two and four processes of one user share one home and send a manifest each. The server counts
for itself. The bound follows from its log: of n calls (logins included) the last may come once
(n - 1) // Q windows have passed since the first, and is answered one latency later. The time
measured is the server's, from the first call to the last answer. Every process has half again as
many workers as would fill the quota alone, but not fewer than the program's default.
"""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.benchmarks.figures import Figure, Size, Target
from tests.benchmarks.programs import ACCOUNT, end, start, write_manifest

BOUND, THROTTLED = Target("<=", 1.03), Target("<=", 0)
DEFAULT_WORKERS = 8


class Plan(NamedTuple):
    """The quota is `calls` in `window_s`, and the manifests use up `windows` of them."""

    calls: int
    window_s: float
    windows: int
    processes: tuple[int, ...]
    latencies_s: tuple[float, ...]


PLANS: dict[Size, Plan] = {
    "small": Plan(10, 1.0, 1, (1, 2), (0.05,)),
    "default": Plan(60, 6.0, 2, (1, 2, 4), (0.05, 0.5, 2.0, 5.0)),
    "large": Plan(150, 15.0, 2, (1, 2, 4), (0.05, 0.5, 2.0, 5.0)),
}


class Course(NamedTuple):
    """How one case went."""

    calls: int
    throttled: int
    seconds: float
    """From the first call to the last answer."""
    processes_s: float
    """From the start of the first process to the end of the last."""


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure every number of processes with every latency."""
    plan = PLANS[size]
    throttled = 0
    for latency_s in plan.latencies_s:
        workers = max(DEFAULT_WORKERS, math.ceil(1.5 * latency_s * plan.calls / plan.window_s))
        for processes in plan.processes:
            home = folder / f"quota-{latency_s:g}-{processes}"
            home.mkdir()
            course = run(plan, processes, latency_s, workers, home)
            throttled += course.throttled
            yield _figure(plan, processes, latency_s, workers, course)
    yield Figure(what="throttled answers, all cases", value=throttled, unit="", target=THROTTLED)


def run(plan: Plan, processes: int, latency_s: float, workers: int, home: Path) -> Course:
    """Let `processes` share the quota until the first call of the window after the last is made."""
    settings = SandboxSettings(
        users={ACCOUNT["username"]: ACCOUNT["password"]},
        quota=plan.calls,
        quota_window_s=plan.window_s,
        latency_s=latency_s,
    )
    sandbox = Sandbox(settings)
    words = ("--workers", workers, "--quota", f"{plan.calls}/{plan.window_s:g}")
    manifests = _manifests(plan.calls * plan.windows + 1 - processes, processes, home)
    with sandbox.running() as url:
        began = time.perf_counter()
        running = [start(home, url, "run", each, *words) for each in manifests]
        for process in running:
            end(process)
        processes_s = time.perf_counter() - began
    arrivals = sorted(call.arrived for call in sandbox.calls)
    seconds = arrivals[-1] - arrivals[0] + latency_s
    return Course(len(arrivals), sandbox.calls.throttled, seconds, processes_s)


def _manifests(rows: int, files: int, folder: Path) -> list[Path]:
    shares = [rows // files + (n < rows % files) for n in range(files)]
    return [
        write_manifest(folder / f"manifest-{n}.csv", share, first_po=1001 + n * rows)
        for n, share in enumerate(shares)
    ]


def _figure(plan: Plan, processes: int, latency_s: float, workers: int, course: Course) -> Figure:
    bound_s = (course.calls - 1) // plan.calls * plan.window_s + latency_s
    return Figure(
        what=f"time over the bound, processes: {processes}, latency: {latency_s:g} s",
        value=course.seconds / bound_s,
        target=BOUND,
        detail=f"{course.calls} calls, {plan.calls} in {plan.window_s:g} s; {workers} workers "
        f"each; {course.seconds:.2f} s of {bound_s:.2f} s ({course.processes_s:.1f} s with start "
        f"and report); {course.throttled} throttled",
    )
