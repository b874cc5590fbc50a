"""Tables and summaries as a person reads them at the terminal."""

import time
from datetime import UTC, datetime

import pytest

from batch_tracker.ledger.history import PoHistory
from batch_tracker.model import PoSnapshot, RunSummary, State, Update
from batch_tracker.planner.compare import Changed, Comparison, changes
from batch_tracker.planner.plan import Plan
from batch_tracker.stories import words as terminal

STARTED = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def run(name, *, rows=3, calls=4, started=STARTED):
    return RunSummary(
        run=name,
        status="success",
        source="manifest.csv",
        report=None,
        counts=dict.fromkeys(State, 0) | {State.UPDATED: rows},
        calls=calls,
        seconds=1.0,
        message="",
        started_at=started,
    )


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan({}, 0, 0), "Nothing to send."),
        (Plan({}, 1, 0), "A run would make 1 call and one login."),
        (Plan({}, 1, 0, 1), "A run would make 2 calls (1 to look at the POs first) and one login."),
        (Plan({}, 1_200, 0), "A run would make 1,200 calls and one login."),
        (
            Plan({}, 9, 90),
            "A run would make 9 calls and one login. At 5/60 that takes at least 1 min 30 s.",
        ),
    ],
)
def test_a_plan_is_said_in_calls_and_the_time_they_take(plan, said):
    assert terminal.plan_sentence(plan, "5/60") == said


def test_moments_are_told_by_the_clock_on_the_wall():
    assert terminal.local(STARTED) == "2026-03-05 00:30"
    assert terminal.local(None) == ""


def test_runs_stand_one_a_line_in_columns():
    runs = [run("20260304-233000"), run("20260305-000000", rows=100_000, calls=1, started=None)]
    head, *lines = terminal.runs_table(runs).splitlines()
    assert len(lines) == 2
    assert {line.index("manifest.csv") for line in lines} == {head.index("FILE")}
    assert lines[0].split()[:3] == ["20260304-233000", "2026-03-05", "00:30"]
    assert "100,000" in lines[1]


def test_a_po_that_no_run_names_is_said_to_be_so():
    said = terminal.found_text(PoHistory(1001, (), ()), lambda *_: "")
    assert said == "PO 1001\n  No run in the ledger has it."


def comparison(*rows, changing=None):
    return Comparison(
        rows=9, changing=changing or len(rows), first=tuple(rows), found={}, handling={}
    )


def changed(number, old, new):
    update = Update(po=1000 + number, tracking_number=new)
    before = PoSnapshot(tracking_number=old)
    return Changed(number, 1000 + number, changes(update, before), ())


def test_what_changes_stands_in_columns_from_what_to_what():
    table = terminal.changes_table(comparison(changed(2, "", "T2"), changed(11, "OLD", "NEWER")))
    head, first, second = table.splitlines()
    assert head.split() == ["ROW", "PO", "FOUND", "TRACKING", "NUMBER", "CARRIER", "SHIP", "DATE"]
    assert first.endswith("→ T2")
    assert second.endswith("OLD → NEWER")
    assert len({first.index("1002"), second.index("1011"), head.index("PO")}) == 1


def test_what_the_server_holds_is_cut_short_and_not_obeyed():
    table = terminal.changes_table(comparison(changed(2, "\x1b]0;taken\x07" + "x" * 60, "T2")))
    assert "\x1b" not in table
    assert "\ufffd]0;taken\ufffd" in table
    assert "x…" in table


def test_changes_left_out_are_counted_and_none_make_no_table():
    assert "and 1,200 more rows" in terminal.changes_table(
        comparison(changed(2, "", "T2"), changing=1_201)
    )
    assert terminal.changes_table(comparison()) == ""
