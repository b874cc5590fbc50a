"""Measures what the program promises, each thing beside something to compare it with.

    python -m tests.benchmarks.measure [--only NAME ...] [--size small|default|large]
                                       [--json FILE] [--markdown FILE]

Groups, each in a module whose docstring says how it measures:

    quota      wall time over the bound that the quota allows; throttled answers
    lanes      time of four accounts over one; rate of three addresses over one
    engine     rows a second over a bare aiohttp loop, a script with requests, and Newman
    concurrency  time of a run that finds its number of workers out, over the best fixed one
    reading    time and memory of `check` over pandas
    writing    time of the results workbook over a bare openpyxl loop
    waste      calls made over calls needed: growing manifests, server errors, kills
    start-up   time of the shortest commands over a bare interpreter
    hostile    time of `check` of files made to do harm over that of a manifest of one row
    page       first rows, filter, jump and heap of the page with 100,000 rows, in Chromium

Every contender runs in this one measurement, in turns (A B A B), and what counts is the median of
the ratios of the rounds. Rates and times in the last column explain a ratio; on another machine
they are others. The table goes to the screen and to `reports/benchmarks.md`, with all rounds to
`reports/benchmarks.json`. The default size takes under ten minutes on two cores that have
nothing else to do, `small` under a minute (too little to judge by), `large` most of an hour.

Exit code 0: every target that was measured holds. It runs on Linux: `os.wait4` and SIGKILL are
not on Windows, and `ru_maxrss`, the memory, counts bytes instead of KiB on macOS.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import get_args

from tests.benchmarks.figures import Figure, MeasuringFailed, Size

MODULES = {
    "quota": "quota",
    "lanes": "lanes",
    "engine": "engine",
    "concurrency": "concurrency",
    "reading": "reading_figures",
    "writing": "writing",
    "waste": "waste",
    "start-up": "start_up",
    "hostile": "hostile",
    "page": "page",
}
HEAD = (
    "| group | measured | value | target | holds | detail |",
    "|---|---|---:|---:|---|---|",
)
REPORTS = Path(__file__).parents[2] / "reports"
FSYNCS = 50
SETTINGS = ("BATCH_TRACKER_", "SELLERCLOUD_")
NOT_MEASURED = "not measured"
VERDICTS = {True: "yes", False: "**no**", None: ""}


def circumstances(size: Size, folder: Path) -> dict[str, str]:
    """Return what a reader must know of this measurement."""
    return {
        "date": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        "size": size,
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "fsync": f"{fsync_s(folder) * 1000:.2f} ms",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def fsync_s(folder: Path) -> float:
    """Return the median of some writes of one page to the disk that the ledgers are on."""
    took = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            began = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took)


def measured(names: Sequence[str], size: Size, folder: Path) -> Iterator[tuple[str, Figure]]:
    """Run group after group, each in a fresh process.

    A child's largest resident set counts its parent's before it became another program, so the
    parent has to be small where memory is measured.
    """
    fresh = ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1)
    with fresh:
        for name in names:
            began = time.perf_counter()
            place = folder / name
            place.mkdir()
            for figure in fresh.submit(group, MODULES[name], size, place).result():
                yield name, figure
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def group(module: str, size: Size, folder: Path) -> list[Figure]:
    """Measure one group; where it fails, that is its last figure, and the others go on."""
    found = []
    try:
        found.extend(import_module(f"tests.benchmarks.{module}").figures(size, folder))
    except (MeasuringFailed, OSError, SystemExit, subprocess.SubprocessError) as error:
        found.append(Figure(what=NOT_MEASURED, value=None, detail=f"failed: {error}"))
    return found


def line(name: str, figure: Figure) -> str:
    """Return a figure as a line of the table."""
    cells = (name, figure.what, figure.shown, str(figure.target or ""), VERDICTS[figure.holds])
    return f"| {' | '.join(cells)} | {' '.join(figure.detail.split())} |"


def as_json(facts: dict[str, str], found: Sequence[tuple[str, Figure]]) -> str:
    """Return everything, the single rounds included."""
    figures = [
        {
            "group": name,
            **asdict(figure),
            "target": figure.target and str(figure.target),
            "holds": figure.holds,
        }
        for name, figure in found
    ]
    return json.dumps({**facts, "figures": figures}, indent=1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=MODULES, default=list(MODULES), metavar="NAME")
    parser.add_argument("--size", choices=get_args(Size), default="default")
    parser.add_argument("--json", type=Path, default=REPORTS / "benchmarks.json", metavar="FILE")
    parser.add_argument("--markdown", type=Path, default=REPORTS / "benchmarks.md", metavar="FILE")
    return parser.parse_args()


def forget_settings() -> None:
    """Keep whoever measures from measuring an account of their own."""
    for name in list(os.environ):
        if name.startswith(SETTINGS):
            del os.environ[name]


def main() -> int:
    """Measure as the command line says, and tell whether the targets hold."""
    words = arguments()
    outputs = words.markdown.absolute(), words.json.absolute()
    forget_settings()
    with tempfile.TemporaryDirectory(prefix="measure-") as scratch:
        os.chdir(scratch)  # reports go where they are cleared away
        os.environ["XDG_CONFIG_HOME"] = scratch  # without a settings file
        facts = circumstances(words.size, Path(scratch))
        shown = [", ".join(f"{name} {value}" for name, value in facts.items()), "", *HEAD]
        print(*shown, sep="\n", flush=True)
        found = []
        for name, figure in measured(words.only, words.size, Path(scratch)):
            found.append((name, figure))
            shown.append(line(name, figure))
            print(shown[-1], flush=True)
        os.chdir("/")
    outputs[0].write_text("\n".join([*shown, ""]), "utf-8")
    outputs[1].write_text(as_json(facts, found) + "\n", "utf-8")
    return int(any(figure.holds is False or figure.what == NOT_MEASURED for _, figure in found))


if __name__ == "__main__":
    sys.exit(main())
