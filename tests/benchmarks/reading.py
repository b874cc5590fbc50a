"""Measures how fast a manifest is read, beside pandas and the standard csv reader.

    python -m tests.benchmarks.reading [--csv-rows N,N] [--xlsx-rows N] [--repeats N] [--folder DIR]

It makes manifests of ten columns (PO, tracking number, carrier, ship date, six more) from a fixed
seed, the dates being those of the last thirty days, and prints one Markdown table. Every line is
a process of its own, imports included:

    check     python -m batch_tracker check FILE: reads, judges, stages and plans every row
    pandas    read_csv or read_excel (openpyxl), every cell as text
    csv       csv.reader over the file, nothing kept

Time is the processor's (user and system) and the clock's, each the least of the repeats, which
take turns; memory is the largest resident set. `/ pandas` compares with pandas on the same file
by processor time. The default sizes take about half a minute; `--csv-rows 100000,1000000
--xlsx-rows 100000` is what a large customer's manifests come to.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

HEADERS = (
    *("PO Number", "Tracking Number", "Carrier", "Ship Date"),
    *("Name", "Street", "City", "Zip", "Weight", "Service"),
)
CODES = (0, 1)
"""In a million numbers that follow each other, one looks rounded, and is held."""
TOWNS = ("Reno", "Joliet", "Macon", "Trenton", "Tacoma", "Waco", "Dayton")
READERS = {
    "csv": "import csv, sys\nfor row in csv.reader(open(sys.argv[1], newline='')): pass",
    "pandas.csv": "import pandas, sys\npandas.read_csv(sys.argv[1], dtype=str)",
    "pandas.xlsx": "import pandas, sys\n"
    "pandas.read_excel(sys.argv[1], engine='openpyxl', dtype=str)",
}


class Cost(NamedTuple):
    """What one process took."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def ups(serial: int) -> str:
    body = f"12345E03{serial:07d}"
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in body]
    return f"1Z{body}{-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10}"


def usps(serial: int) -> str:
    body = f"94001118992{serial:010d}"
    total = sum(int(c) * (3, 1)[place % 2] for place, c in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def fedex(serial: int) -> str:
    body = f"7718{serial:07d}"
    total = sum(int(c) * (1, 3, 7)[place % 3] for place, c in enumerate(reversed(body)))
    return f"{body}{total % 11 % 10}"


def shipments(rows: int) -> Iterator[tuple[int, str, str, date, str, str, str, str, float, str]]:
    draw = random.Random(20)
    days = [date.today() - timedelta(days=age) for age in range(30)]  # noqa: DTZ011 - as check
    for row in range(rows):
        carrier, number = draw.choice((("UPS", ups), ("FedEx", fedex), ("USPS", usps)))
        yield (
            1_000_000 + row,  # all of one length, or some are held as unlike the others
            number(row),
            carrier,
            draw.choice(days),
            f"Customer {draw.randrange(50_000)}",
            f"{draw.randrange(9_999)} Main Street",
            draw.choice(TOWNS),
            f"{draw.randrange(100_000):05d}",
            draw.randrange(1, 400) / 10,
            draw.choice(("Ground", "Express", "Economy")),
        )


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for each in shipments(rows):
            writer.writerow((*each[:3], f"{each[3]:%m/%d/%Y}", *each[4:]))


def write_xlsx(path: Path, rows: int) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - a process that measures stays small

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Shipped")
    sheet.append(HEADERS)
    for each in shipments(rows):
        sheet.append(each)
    book.save(path)


def cost(command: list[str], home: Path, codes: Collection[int] = (0,)) -> Cost:
    """Run a command to its end; `codes` are the exit codes it may have.

    Byte code is at hand from the second run on, as pip leaves it. wait4 tells of this one child, as
    /usr/bin/time does.
    """
    byte_code = {
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(home.parent / "byte code"),
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **byte_code, "BATCH_TRACKER_HOME": str(home)},
    )
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{command} failed: {said}")
    wall = time.perf_counter() - began
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def contenders(path: Path) -> dict[str, list[str]]:
    def reader(name: str) -> list[str]:
        return [sys.executable, "-c", READERS[name], str(path)]

    found = {
        "check": [sys.executable, "-m", "batch_tracker", "check", str(path)],
        "pandas": reader(f"pandas{path.suffix}"),
    }
    return found if path.suffix == ".xlsx" else {**found, "csv": reader("csv")}


def in_turns(path: Path, rounds: int, home: Path) -> dict[str, list[Cost]]:
    """Return what each contender took in each round."""
    readers = contenders(path)
    costs: dict[str, list[Cost]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, command in readers.items():
            costs[name].append(cost(command, home, CODES))
    return costs


def measured(path: Path, repeats: int, home: Path) -> dict[str, Cost]:
    costs = in_turns(path, repeats, home)
    return {name: Cost(*map(min, zip(*each, strict=True))) for name, each in costs.items()}


def lines(name: str, rows: int, costs: dict[str, Cost]) -> Iterator[str]:
    for contender, each in costs.items():
        share = each.cpu_s / costs["pandas"].cpu_s
        yield (
            f"| {name}, {rows:,} rows | {contender} | {each.cpu_s:.2f} | {each.wall_s:.2f} "
            f"| {each.peak_mb:.0f} | {share:.2f} |"
        )


def manifests(folder: Path, arguments: argparse.Namespace) -> Iterator[tuple[Path, int]]:
    """Make the files; one process each, so that this one keeps its memory to itself."""
    sizes = {"csv": arguments.csv_rows, "xlsx": arguments.xlsx_rows}
    for kind, counts in sizes.items():
        for rows in counts:
            path = folder / f"{date.today()}-{rows}.{kind}"  # noqa: DTZ011 - its dates
            if not path.exists():
                make = [sys.executable, __file__, "--make", str(path), str(rows)]
                subprocess.run(make, check=True)
            yield path, rows


def make(path: Path, rows: int) -> None:
    unfinished = path.with_suffix(".part")
    (write_csv if path.suffix == ".csv" else write_xlsx)(unfinished, rows)
    unfinished.replace(path)


def sizes(text: str) -> list[int]:
    return [int(size) for size in text.split(",") if size]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--csv-rows", type=sizes, default=[10_000, 100_000], metavar="N,N")
    parser.add_argument("--xlsx-rows", type=sizes, default=[20_000], metavar="N,N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    parser.add_argument("--folder", type=Path, help="keep the manifests here for the next time")
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.make:
        make(Path(arguments.make[0]), int(arguments.make[1]))
        return
    print("| manifest | reader | CPU s | clock s | peak MB | / pandas |")
    print("|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="reading-") as scratch:
        folder = arguments.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for path, rows in manifests(folder, arguments):
            costs = measured(path, arguments.repeats, Path(scratch) / "home")
            print(*lines(path.suffix[1:], rows, costs), sep="\n", flush=True)


if __name__ == "__main__":
    main()
