"""Reading: `check` of a manifest beside pandas reading the same file, as `reading.py` does it.

Every reader is a process of its own, imports included. Time is the processor's, which a busy
machine bends less than the clock's; memory is the largest resident set.
"""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, Size, Target, ratio
from tests.benchmarks.reading import Cost

TIMES = {"csv": Target("<=", 6), "xlsx": Target("<=", 0.4)}
MEMORY_MB = Target("<=", 93)
GROWTH = Target("<=", 1.25)
READERS = {"csv": "pandas.read_csv", "xlsx": "pandas.read_excel(openpyxl)"}


class Plan(NamedTuple):
    """Rows of the manifests, ascending, and how often each is read."""

    csv_rows: list[int]
    xlsx_rows: list[int]
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan([200, 2_000], [200], 1),
    "default": Plan([10_000, 200_000], [50_000], 3),
    "large": Plan([10_000, 200_000, 1_000_000], [10_000, 50_000, 200_000], 3),
}


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure manifests of every size, then how memory grew from the smallest to the largest."""
    plan = PLANS[size]
    files = Namespace(csv_rows=plan.csv_rows, xlsx_rows=plan.xlsx_rows)
    peaks: dict[str, dict[int, float]] = {}
    for path, rows in reading.manifests(folder, files):
        kind = path.suffix[1:]
        costs = reading.in_turns(path, plan.rounds, folder / "home")
        peak_mb = peaks.setdefault(kind, {})[rows] = median(each.peak_mb for each in costs["check"])
        yield _time(kind, rows, costs)
        yield Figure(
            what=f"peak memory of check, {kind}, {rows:,} rows",
            value=peak_mb,
            unit=" MB",
            target=MEMORY_MB,
            detail=f"pandas {median(each.peak_mb for each in costs['pandas']):.0f} MB",
        )
    for kind, by_rows in peaks.items():
        if len(by_rows) > 1:
            yield _growth(kind, by_rows)


def _time(kind: str, rows: int, costs: dict[str, list[Cost]]) -> Figure:
    check, pandas = ([each.cpu_s for each in costs[name]] for name in ("check", "pandas"))
    return ratio(
        f"processor time of check over {READERS[kind]}, {rows:,} rows",
        check,
        pandas,
        target=TIMES[kind],
        detail=f"check {rows / median(check):,.0f} rows/s, pandas {rows / median(pandas):,.0f}",
    )


def _growth(kind: str, peaks: dict[int, float]) -> Figure:
    least, most = min(peaks), max(peaks)
    return Figure(
        what=f"peak memory of check, {kind}, {most:,} over {least:,} rows",
        value=peaks[most] / peaks[least],
        target=GROWTH,
        detail=f"{peaks[most]:.0f} MB over {peaks[least]:.0f} MB",
    )
