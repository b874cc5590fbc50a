"""A run as the ledger would hand it over, and its workbook as openpyxl reads it back."""

import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from batch_tracker.model import ResultRow, RunSummary, State
from batch_tracker.reporter.release import Register
from batch_tracker.reporter.workbook import write_workbook

HEADERS = ("PO", "Tracking Number", "Carrier", "Note")


@pytest.fixture
def row():
    def build(number, *cells, state=State.UPDATED, message="Accepted.", **changes):
        result = ResultRow(
            number=number,
            cells=list(cells),
            state=state,
            wording=message,
            code="accepted",
            status=200,
            attempts=1,
            completed_at=datetime(2026, 3, 4, 15, 6, 7, 891_000, tzinfo=UTC),
            issues=(),
        )
        return result._replace(**changes)

    return build


@pytest.fixture
def in_zone(monkeypatch):
    """Sets the zone of this machine, in POSIX's own notation; needs no zone database."""

    def build(zone):
        if not hasattr(time, "tzset"):
            pytest.skip("this system has one zone for all programs")
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield build
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def summarize():
    def build(rows=(), **changes):
        found = Counter(row.state for row in rows)
        facts = {
            "run": "daily-1",
            "status": "success",
            "source": "daily.csv",
            "report": "reports/daily-1.xlsx",
            "counts": {state: found[state] for state in State},
            "calls": len(rows),
            "seconds": 61.2,
            "message": "All rows are done.",
            "warnings": sum(row.has_warning for row in rows),
        }
        return RunSummary(**(facts | changes))

    return build


@pytest.fixture
def register():
    """Keeps the digests of what was written, as the ledger does."""
    digests = set()
    return Register(digests.__contains__, digests.add)


@pytest.fixture
def write(tmp_path, summarize, register):
    """Writes the workbook and returns its path."""

    def build(
        rows, *, path=None, summary=None, summary_of=None, on_progress=lambda _: None, **options
    ):
        options = {"headers": HEADERS, "width": 4, "text_columns": (0, 1)} | options
        return write_workbook(
            path or tmp_path / "results.xlsx",
            summary=summary or summarize(rows, **(summary_of or {})),
            rows=iter(rows),
            position_of=lambda number: next(
                (n for n, row in enumerate(rows, start=1) if row.number == number), None
            ),
            on_progress=on_progress,
            register=register,
            **options,
        )

    return build


@pytest.fixture
def written(write):
    """Writes the workbook and returns it as openpyxl reads it back."""

    def build(rows, **options):
        return load_workbook(write(rows, **options))

    return build
