"""Start-up: how long the shortest commands take, beside an interpreter that does nothing.

By the clock, each command a process of its own, in turns. The run is a rehearsal: it starts the
pretend server inside the program, too, and writes a workbook. A first round, which makes the byte
code, does not count.
"""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, Size, Target, in_turns, ratio
from tests.benchmarks.programs import write_manifest

ROUNDS: dict[Size, int] = {"small": 1, "default": 11, "large": 21}
BARE = "python -c pass"
RUN = "run of 1 row --sandbox"
TARGETS = {"--help": Target("<=", 4), "check of 1 row": None, RUN: None}
RUN_S = Target("<=", 1)


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the commands."""
    manifest = write_manifest(folder / "one.csv", 1)
    program = [sys.executable, "-m", "batch_tracker"]
    run = [*program, "run", str(manifest), "--sandbox", "--force", "--output", str(folder)]
    commands = {
        BARE: [sys.executable, "-c", "pass"],
        "--help": [*program, "--help"],
        "check of 1 row": [*program, "check", str(manifest)],
        RUN: run,
    }
    home = folder / "start-up"
    contenders = {name: partial(_seconds, each, home) for name, each in commands.items()}
    in_turns(1, contenders)
    took = in_turns(ROUNDS[size], contenders)
    bare_ms = median(took[BARE]) * 1000
    for name, target in TARGETS.items():
        detail = f"{median(took[name]) * 1000:.0f} ms over {bare_ms:.0f} ms"
        yield ratio(f"{name} over {BARE}", took[name], took[BARE], target=target, detail=detail)
    rounds = tuple(took[RUN])
    yield Figure(what=RUN, value=median(rounds), unit=" s", target=RUN_S, rounds=rounds)


def _seconds(command: list[str], home: Path) -> float:
    return reading.cost(command, home).wall_s
