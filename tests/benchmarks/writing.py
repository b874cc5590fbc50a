"""Writing: the results workbook beside a bare openpyxl loop that writes the same cells.

Both get the same rows, ready in memory: ten columns of the manifest and the eight of the results.
The loop streams them to one sheet and saves it. The results workbook has two sheets more, knows
text from numbers, colours its states, and is checked before it gets its name.

Then what a person waits for: how long after the last call of a run its process ends, which is when
the workbook is there.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from openpyxl import Workbook

from batch_tracker.model import LEADING_COLUMNS, TRAILING_COLUMNS, ResultRow, RunSummary, State
from batch_tracker.reporter.release import Register
from batch_tracker.reporter.workbook import write_workbook
from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.benchmarks.figures import Figure, Size, Target, in_turns, rates, ratio
from tests.benchmarks.programs import ACCOUNT, end, start, write_manifest
from tests.benchmarks.reading import HEADERS, shipments

ROWS: dict[Size, int] = {"small": 200, "default": 20_000, "large": 200_000}
ROUNDS: dict[Size, int] = {"small": 1, "default": 5, "large": 3}
BARE, AFTER_LAST_CALL_S = Target("<=", 1.2), Target("<=", 2)
RUN_ROWS: dict[Size, int] = {"small": 100, "default": 10_000, "large": 100_000}
COMPLETED = datetime(2026, 3, 4, 15, 6, 7, tzinfo=UTC)


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure one workbook, and the end of a run."""
    rows = [_result(number, each) for number, each in enumerate(shipments(ROWS[size]), 2)]
    path = folder / "results.xlsx"
    took = in_turns(
        ROUNDS[size],
        {"results workbook": partial(write, path, rows), "bare loop": partial(bare, path, rows)},
    )
    yield ratio(
        f"time over a bare openpyxl loop, {len(rows):,} rows",
        took["results workbook"],
        took["bare loop"],
        target=BARE,
        detail=rates(len(rows), took),
    )
    waited = after_last_call(RUN_ROWS[size], folder)
    yield Figure(
        what=f"from the last call to the workbook, a run of {RUN_ROWS[size]:,} rows",
        value=waited,
        unit=" s",
        target=AFTER_LAST_CALL_S,
    )


def write(path: Path, rows: list[ResultRow]) -> float:
    """Write the results workbook, and return the seconds it took."""
    nothing = RunSummary.of_nothing("")
    summary = replace(nothing, counts={**nothing.counts, State.UPDATED: len(rows)})
    began = time.perf_counter()
    write_workbook(
        path,
        summary=summary,
        headers=HEADERS,
        width=len(HEADERS),
        text_columns=(0, 1),
        rows=iter(rows),
        position_of=lambda _: None,
        register=Register(lambda _: True, lambda _: None),
        on_progress=lambda _: None,
    )
    return time.perf_counter() - began


def after_last_call(rows: int, folder: Path) -> float:
    """Run a manifest, and return the seconds from its last call to its end."""
    users = {ACCOUNT["username"]: ACCOUNT["password"]}
    sandbox = Sandbox(SandboxSettings(users=users, quota=10**9))
    manifest = write_manifest(folder / "manifest.csv", rows)
    with sandbox.running() as url:
        end(start(folder, url, "run", manifest, "--quota", "off"))
        ended = time.time()  # the clock of the call log
    return ended - max(call.arrived for call in sandbox.calls)


def bare(path: Path, rows: list[ResultRow]) -> float:
    """Write the same cells with nothing but openpyxl, and return the seconds it took."""
    began = time.perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Results")
    sheet.append([*LEADING_COLUMNS, *HEADERS, *TRAILING_COLUMNS])
    for row in rows:
        completed = row.completed_at.replace(tzinfo=None)
        results = (row.code, row.status, row.attempts, completed, row.number)
        sheet.append([row.state.value, None, row.message, *row.cells, *results])
    book.save(path)
    return time.perf_counter() - began


def _result(number: int, shipment: tuple[object, ...]) -> ResultRow:
    return ResultRow(
        number=number,
        cells=[str(each) for each in shipment],
        state=State.UPDATED,
        wording="Sent tracking number, carrier, ship date.",
        code="accepted",
        status=200,
        attempts=1,
        completed_at=COMPLETED,
        issues=(),
    )
