"""Concurrency: a run that finds out how many calls to have under way, beside the best fixed number.

The best is found by a sweep, in the same measurement and on the same server process. A server has
slots: it works on so many calls at once, each for the latency, and the others queue.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.engine import send, update
from tests.benchmarks.figures import Figure, Size, Target, in_turns, ratio
from tests.benchmarks.server import NO_LIMIT, serving

OF_BEST = Target("<=", 1.2)
SWEEP = (4, 8, 16, 32, 64)


class Kind(NamedTuple):
    """A kind of server."""

    latency_s: float
    slots: int = NO_LIMIT

    def __str__(self) -> str:
        slots = "" if self.slots == NO_LIMIT else f", {self.slots} slots"
        return f"latency {self.latency_s * 1000:g} ms{slots}"


class Plan(NamedTuple):
    """Which servers, how many rows, and how often."""

    kinds: tuple[Kind, ...]
    rows: int
    rounds: int


_FAST = (Kind(0.02), Kind(0.1), Kind(0.05, 4), Kind(0.1, 16), Kind(0.1, 64))
PLANS: dict[Size, Plan] = {
    "small": Plan((Kind(0.02, 16),), 50, 1),
    "default": Plan(_FAST, 500, 3),
    "large": Plan((*_FAST, Kind(0.3), Kind(1), Kind(5), Kind(0.3, 4), Kind(1, 16)), 1000, 5),
}


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure a run of every kind of server."""
    kinds, rows, rounds = PLANS[size]
    updates = [update(n) for n in range(rows)]
    for kind in kinds:
        with serving(kind.latency_s, slots=kind.slots) as server:
            run = partial(send, server.url, updates, folder)
            contenders = {str(n): partial(run, workers=n) for n in SWEEP}
            contenders["found out"] = partial(run, workers=None)
            took = in_turns(rounds, contenders)
        found = took.pop("found out")
        best = min(took, key=lambda name: median(took[name]))
        yield ratio(
            f"time over the best fixed number, {kind}",
            found,
            took[best],
            target=OF_BEST,
            detail=f"{rows} rows: {median(found):.2f} s; "
            + ", ".join(f"{n} workers {median(took[n]):.2f} s" for n in (best, "8")),
        )
