"""Hostile files: how much longer a file made to do harm is read than a manifest of one row.

Time is the processor's. What must become of them is in `tests/acceptance/test_hostile_files.py`.
"""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, Size, Target, in_turns, ratio
from tests.benchmarks.programs import write_manifest
from tests.samples.hostile_files import MAKERS

FILES: dict[Size, list[str]] = {
    "small": ["billion-laughs.xlsx"],
    "default": list(MAKERS),
    "large": list(MAKERS),
}
ROUNDS: dict[Size, int] = {"small": 1, "default": 3, "large": 5}
TARGET = Target("<=", 5)
READ_OR_REFUSED = (0, 2)


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the files, one after another: some take much room."""
    plain = write_manifest(folder / "one.csv", 1)
    for name in FILES[size]:
        hostile = folder / name
        MAKERS[name](hostile)
        took = in_turns(
            ROUNDS[size],
            {path.name: partial(_seconds, path, folder / "home") for path in (plain, hostile)},
        )
        hostile.unlink()
        yield ratio(
            f"processor time of check over a check of 1 row, {name}",
            took[name],
            took[plain.name],
            target=TARGET,
        )


def _seconds(path: Path, home: Path) -> float:
    command = [sys.executable, "-m", "batch_tracker", "check", str(path)]
    return reading.cost(command, home, READ_OR_REFUSED).cpu_s
