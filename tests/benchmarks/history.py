"""History: what the commands of a day cost with years in the ledger, beside a new ledger.

One day is run for real, against the pretend server. A ledger of years is that ledger with the day
repeated in SQL: other POs, tracking numbers and bytes of the file each time, so that nothing is
alike but the shape. Every command is a process of its own, in turns on each ledger; what is
compared is processor time, as the clock depends on who else uses the machine and on what of the
file is in memory. `large` is what a large customer has: 365 runs of 10,000 rows a year, and takes
15 GB of disk; making it takes a few minutes.
"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, Size, Target, in_turns, ratio
from tests.benchmarks.programs import end, environment, start, write_manifest
from tests.benchmarks.server import serving

DAYS = 365
FIRST_PO = 100_001
FRESH_PO = 2_000_000_001
A_FEW = 20
FLAT, SMALL = Target("<=", 1.5), Target("<=", 300)


class Plan(NamedTuple):
    """Rows of a day, days of a year, how many years, and rounds."""

    rows: int
    days: int
    years: tuple[int, ...]
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan(50, 5, (1,), 1),
    "default": Plan(500, DAYS, (1, 3, 10), 5),
    "large": Plan(10_000, DAYS, (1, 3, 10), 5),
}

# The day that was run is run 1. What only a run has once is not repeated: its reports.
_RUNS = """
    INSERT INTO runs SELECT :day, name || '-' || :day, stage, status, message, started_at,
        finished_at, seconds, other_calls, server, username, source,
        json_set(manifest_json, '$.sha256', printf('%064d', :day)), notes_json, report, pruned_at,
        counts_json, report_sha256
    FROM runs WHERE id = 1
"""
_ROWS = """
    INSERT INTO rows SELECT :day, row, source_row, po + :later,
        printf('1Z%010d%06d', po * 7919 % 9999999967, :day), carrier, shipped_on, issues_json,
        pending
    FROM rows WHERE run = 1
"""
_APPLIED = """
    INSERT INTO applied SELECT a.server, r.po, r.tracking_number, r.carrier, r.shipped_on,
        a.applied_at, :day
    FROM rows r, (SELECT server, applied_at FROM applied LIMIT 1) a WHERE r.run = :day
"""
_SAME_AS_THAT_DAY = ("outcomes", "attempts", "before_images", "cell_blocks", "unread_pos")


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure every command on a ledger of years beside a new one."""
    plan = PLANS[size]
    few = (folder / f"{name}.csv" for name in count())
    with serving(0) as server:
        day = one_day(folder / "day", server.url, plan.rows)
        new = folder / "new"
        shutil.copytree(day, new)  # it gets runs that no ledger of years is made from
        for years in plan.years:
            old = grown(day, folder / f"{years}", plan, years)
            rows = plan.rows * plan.days * years
            what = f"{years} x {plan.days} runs of {plan.rows:,} rows"
            yield size_of(old, rows, what)
            for name, words in commands().items():
                homes = {"old": old, "new": new}
                run = {
                    each: partial(seconds, home, server.url, words, few)
                    for each, home in homes.items()
                }
                took = in_turns(plan.rounds, run)
                detail = ", ".join(f"{each} {median(s) * 1000:.0f} ms" for each, s in took.items())
                yield ratio(
                    f"processor time of {name}, {what}, over a new ledger",
                    took["old"],
                    took["new"],
                    target=FLAT,
                    detail=detail,
                )
            shutil.rmtree(old)


def commands() -> dict[str, list[str]]:
    """Return what is measured: the words of each command; `FILE` is a file of a few new rows."""
    return {
        "runs": ["runs"],
        "show": ["show"],
        "find": ["find", str(FIRST_PO)],
        "find of an unknown PO": ["find", "77"],
        "doctor": ["doctor", "--offline"],
        "check": ["check", "FILE"],
        "run": ["run", "FILE"],
        "report": ["report"],
    }


def one_day(folder: Path, url: str, rows: int) -> Path:
    """Run a manifest against the server, and return the folder with its ledger."""
    folder.mkdir()
    manifest = write_manifest(folder / "daily.csv", rows, first_po=FIRST_PO)
    end(start(folder, url, "run", manifest, "--quota", "off", "--yes"))
    return folder


def grown(day: Path, folder: Path, plan: Plan, years: int) -> Path:
    """Return a folder whose ledger has had that day again and again."""
    shutil.copytree(day, folder)
    with closing(sqlite3.connect(folder / "home" / "ledger.db")) as ledger:
        ledger.execute("PRAGMA journal_mode = OFF")
        ledger.execute("PRAGMA synchronous = OFF")
        ledger.execute("PRAGMA cache_size = -200000")
        for number in range(2, plan.days * years + 1):
            values = {"day": number, "later": (number - 1) * plan.rows}
            with ledger:
                for statement in (_RUNS, _ROWS, *map(_copy(ledger), _SAME_AS_THAT_DAY), _APPLIED):
                    ledger.execute(statement, values)
        ledger.execute("PRAGMA journal_mode = WAL")
    return folder


def _copy(ledger: sqlite3.Connection):
    """Return what repeats a table of the first day, as a function of the table's name."""

    def statement(table: str) -> str:
        (_, *columns) = (name for _, name, *_ in ledger.execute(f"PRAGMA table_info({table})"))
        listed = ", ".join(columns)
        return (
            f"INSERT INTO {table} (run, {listed}) SELECT :day, {listed} FROM {table} WHERE run = 1"
        )

    return statement


def size_of(folder: Path, rows: int, what: str) -> Figure:
    ledger = folder / "home" / "ledger.db"
    return Figure(
        what=f"bytes of the ledger a row, {what}",
        value=ledger.stat().st_size / rows,
        unit=" bytes",
        target=SMALL,
        detail=f"{ledger.stat().st_size / 1e6:,.0f} MB",
    )


def seconds(folder: Path, url: str, words: list[str], few: Iterator[Path]) -> float:
    """Run a command on a ledger, and return the processor time it took."""
    if "FILE" in words:
        path = next(few)
        first = FRESH_PO + A_FEW * int(path.stem)
        words = [
            str(write_manifest(path, A_FEW, first_po=first)) if w == "FILE" else w for w in words
        ]
    os.environ.update(environment(folder, url))
    command = [sys.executable, "-m", "batch_tracker", *words]
    return reading.cost(command, folder / "home", codes=(0, 1)).cpu_s
