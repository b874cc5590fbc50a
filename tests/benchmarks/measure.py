"""Measures what the program promises, each thing beside something to compare it with.

    python -m tests.benchmarks.measure [--only GROUP ...] [--size small|default|large]
                                       [--json FILE] [--markdown FILE]

Each group of figures is a module, whose docstring says how it measures: see `GROUPS`.

Every contender runs in this one measurement, in turns (A B A B), and what counts is the median of
the ratios of the rounds. Rates and times in the last column explain a ratio; on another machine
they are others. The table goes to the screen and to `reports/benchmarks.md`, and below it every
target that is missed; with all rounds it goes to `reports/benchmarks.json`. The default size takes
half an hour on two cores that have nothing else to do, `large` some hours. `small` only
shows that a group still works: `test_measure.py` runs every group so.

Exit codes: 0 every target holds, 1 one is missed, 2 something could not be measured. It runs on
Linux: `os.wait4` and SIGKILL are not on Windows, and `ru_maxrss`, the memory, counts bytes instead
of KiB on macOS.
"""

import argparse
import json
import os
import platform
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
from typing import NamedTuple, get_args

from tests.benchmarks.figures import Figure, Size


class Group(NamedTuple):
    """A group: a module here that has `figures(size, folder)`, and what it measures in a line."""

    module: str
    measures: str


GROUPS = {
    "quota": Group("quota", "wall time over the bound that the quota allows; throttled answers"),
    "lanes": Group("lanes", "time of four accounts over one; rate of three addresses over one"),
    "cluster": Group("cluster", "rate of three Dask workers over one; lanes that a driver feeds"),
    "engine": Group("engine", "rows a second of the sender over a bare aiohttp loop"),
    "rivals": Group("rivals", "rows a second of a whole run over a requests loop, and Newman"),
    "concurrency": Group("concurrency", "time with workers found out over the best fixed number"),
    "reading": Group("reading_figures", "time and memory of `check` over pandas"),
    "writing": Group("writing", "time of the results workbook over a bare openpyxl loop"),
    "waste": Group("waste", "calls made over calls needed: growing manifests, errors, kills"),
    "start-up": Group("start_up", "time of the shortest commands over a bare interpreter"),
    "history": Group("history", "time of every command with years in the ledger over a new one"),
    "hostile": Group("hostile", "time of `check` of hostile files over that of a single row"),
    "page": Group("page", "first rows, filter, jump and heap of the page, in Chromium"),
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
            for figure in fresh.submit(group, GROUPS[name].module, size, place).result():
                yield name, figure
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)


def group(module: str, size: Size, folder: Path) -> list[Figure]:
    """Measure one group; where it fails, that is its last figure, and the others go on."""
    found = []
    try:
        found.extend(import_module(f"tests.benchmarks.{module}").figures(size, folder))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - every group is measured on its own
        found.append(Figure(what=NOT_MEASURED, value=None, detail=f"failed: {error!r}"))
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


def missed(found: Sequence[tuple[str, Figure]]) -> Iterator[str]:
    """Yield, line by line, how many targets are missed, and which."""
    judged = [each for _, each in found if each.holds is not None]
    yield f"{sum(not each.holds for each in judged)} of {len(judged)} targets are missed."
    for name, figure in found:
        if figure.holds is False:
            yield f"- {name}: {figure.what}: {figure.shown} instead of {figure.target}"
        elif figure.what == NOT_MEASURED:
            yield f"- {name}: {NOT_MEASURED}"


def exit_code(found: Sequence[tuple[str, Figure]]) -> int:
    """Return 2 where something could not be measured, 1 where a target is missed, or 0."""
    if any(figure.what == NOT_MEASURED for _, figure in found):
        return 2
    return int(any(figure.holds is False for _, figure in found))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0],
        epilog="\n".join(["groups:", *(f"  {n:<12} {g.measures}" for n, g in GROUPS.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS), metavar="GROUP")
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
    told = ["", *missed(found)]
    print(*told, sep="\n")
    shown.extend(told)
    outputs[0].write_text("\n".join([*shown, ""]), "utf-8")
    outputs[1].write_text(as_json(facts, found) + "\n", "utf-8")
    return exit_code(found)


if __name__ == "__main__":
    sys.exit(main())
