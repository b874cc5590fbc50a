"""Rows in, rows out: nothing lost, nothing changed, every row in one state."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_tracker import ledger
from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger import ManifestFacts
from batch_tracker.model import (
    Issue,
    Kind,
    Level,
    Record,
    State,
    TypedCell,
    Update,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FACTS = ManifestFacts(sheet="", headers=[], text_columns=[], profile="", why="")


def whole(text):
    """The text with the halves of surrogate pairs that stand side by side put together."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def joined(text):
    try:
        return whole(text)
    except UnicodeDecodeError:
        return text


texts = st.text(st.characters(), max_size=12) | st.sampled_from(["\0", "\ud83d", "é\ude00x"])
texts = texts.map(joined)
cells = texts | st.builds(TypedCell, st.sampled_from(Kind), texts, texts)
issues = st.builds(
    Issue,
    code=texts,
    message=texts,
    hint=texts,
    level=st.sampled_from(Level),
    column=st.none() | st.integers(0, 9),
    address=texts,
    text=texts,
)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
updates = st.builds(
    Update,
    po=st.integers(1, 2**31 - 1),
    tracking_number=st.none() | words,
    carrier=st.none() | words,
    shipped_on=st.none() | st.just("2026-03-04T12:00:00.000Z"),
)
ends = st.just((None, "", "")) | st.tuples(
    st.sampled_from([State.INVALID, State.SKIPPED]), texts.filter(str.isascii), texts
)
records = st.builds(
    lambda number, cells, update, end, issues: Record(number, cells, update, *end, tuple(issues)),
    st.integers(1, 2**31),
    st.lists(cells, max_size=5),
    updates,
    ends,
    st.lists(issues, max_size=3),
)


@settings(max_examples=60)
@given(st.lists(records, max_size=8))
def test_every_row_comes_back_as_it_was_staged(staged):
    with tempfile.TemporaryDirectory() as home, ledger.open_ledger(Path(home)) as db:
        run = ledger.begin_run(db, now=NOW, server="s", username="u", source="f", manifest=FACTS)
        ledger.stage_rows(run, 1, staged[:3])
        ledger.stage_rows(run, 4, staged[3:])
        found = list(ledger.results(run))
        steps = ledger.steps(run, after=0, limit=99)
        counts = ledger.counts(run)
        width = ledger.width(run)
    assert [(row.number, row.cells, row.issues) for row in found] == [
        (record.number, record.cells, record.issues) for record in staged
    ]
    assert [row.state for row in found] == [record.state or State.NOT_SENT for record in staged]
    assert [row.code for row in found] == [record.code for record in staged]
    assert [(step.row, step.update) for step in steps] == [
        (row, record.update) for row, record in enumerate(staged, 1) if not record.state
    ]
    assert sum(counts.values()) == len(staged)
    assert set(counts) == set(State)
    assert width == max((len(record.cells) for record in staged), default=0)


def test_half_a_surrogate_pair_never_stops_a_run(db, begin):
    run = begin(db, source="r\udce9sum\udce9.csv")
    assert run.source == "r\ufffdsum\ufffd.csv"
    assert ledger.update_run(run, report="\ud800.xlsx").report == "\ufffd.xlsx"
    with pytest.raises(LedgerRefused, match="no run called"):
        ledger.find_run(db, "\udce9")
    record = Record(
        2, ["\ud800"], None, State.SKIPPED, "no-shipment", 'Status is "\ud83d\ude00\ud800".'
    )
    ledger.stage_rows(run, 1, [record])
    (row,) = ledger.results(run)
    assert row.cells == ["\ud800"]
    assert row.message == 'Status is "😀\ufffd".'


@pytest.mark.parametrize("count", [3, 2500])
def test_pending_rows_are_replaced_by_their_second_judgement(run, shipment, count):
    waiting = [shipment(row + 1, row)._replace(pending=True) for row in range(1, count + 1)]
    ledger.stage_rows(run, 1, waiting)
    seen = []
    for row, number, found in ledger.pending_rows(run):
        seen.append((row, number, found))
        judged = shipment(number, row, tracking="new")
        if row == 2:
            judged = Record(number, found, None, State.INVALID, "date-ambiguous", "Which?")
        ledger.restage_rows(run, [(row, judged)])
    assert seen == [(row, row + 1, [str(row)]) for row in range(1, count + 1)]
    assert list(ledger.pending_rows(run)) == []
    assert ledger.counts(run)[State.INVALID] == 1
    steps = ledger.steps(run, after=0, limit=count)
    assert [step.row for step in steps] == [1, *range(3, count + 1)]
    assert {step.update.tracking_number for step in steps} == {"new"}


def attempt(db, run, row, number, answer):
    db.execute(
        "INSERT INTO attempts (run, row, number, started_at, answer) VALUES (?, ?, ?, 0, ?)",
        (run.id, row, number, answer),
    )


def settle(db, run, row, state, same_as=None):
    db.execute(
        "INSERT INTO outcomes (run, row, state, code, message, status, completed_at, same_as)"
        " VALUES (?, ?, ?, 'code', 'words', 200, 1772600767000000, ?)",
        (run.id, row, state, same_as),
    )


@pytest.mark.parametrize(
    ("answers", "outcome", "state"),
    [
        ([], None, State.NOT_SENT),
        (["server trouble"], None, State.NOT_SENT),
        (["throttled", "unauthorized"], None, State.NOT_SENT),
        ([None], None, State.IN_DOUBT),
        (["lost"], None, State.IN_DOUBT),
        (["lost", "server trouble"], None, State.IN_DOUBT),
        (["server trouble", None], None, State.IN_DOUBT),
        (["lost", "accepted"], State.UPDATED, State.UPDATED),
        ([None, "refused"], State.REJECTED, State.REJECTED),
        (["lost"], State.IN_DOUBT, State.IN_DOUBT),
    ],
)
def test_the_state_of_a_row_follows_from_its_attempts_and_its_outcome(
    db, run, shipment, *, answers, outcome, state
):
    ledger.stage_rows(run, 1, [shipment(2, 7), shipment(3, 8)])
    for number, answer in enumerate(answers, 1):
        attempt(db, run, 1, number, answer)
    if outcome:
        settle(db, run, 1, outcome)
    row, other = ledger.results(run)
    assert (row.state, other.state) == (state, State.NOT_SENT)
    assert row.attempts == len(answers)
    assert row.message
    counts = ledger.counts(run)
    assert counts[state] == 1 + (state is State.NOT_SENT)
    assert sum(counts.values()) == 2
    assert ledger.open_steps(run) == 2 - bool(outcome)
    assert ledger.calls_made(run) == len(answers)
    if not outcome:
        step = ledger.steps(run, after=0, limit=1)[0]
        assert step.attempts == len(answers)
        assert step.doubtful == (state is State.IN_DOUBT)


def test_steps_come_in_pages_in_source_order(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(row, row) for row in range(1, 12)])
    settle(db, run, 4, State.UNCHANGED)
    attempt(db, run, 5, 1, "lost")
    pages, after = [], 0
    while page := ledger.steps(run, after=after, limit=4):
        pages.append([(step.row, step.attempts, step.doubtful) for step in page])
        after = page[-1].row
    assert [len(page) for page in pages] == [4, 4, 2]
    rows = [step for page in pages for step in page]
    assert rows == [(row, int(row == 5), row == 5) for row in range(1, 12) if row != 4]


def test_a_duplicate_tells_the_fate_of_the_row_it_repeats(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(17, 7), shipment(18, 7)])
    settle(db, run, 2, State.DUPLICATE, same_as=1)
    assert "row 17" in list(ledger.results(run))[1].message
    assert "is not sent" in list(ledger.results(run))[1].message
    settle(db, run, 1, State.UPDATED)
    assert "is updated" in list(ledger.results(run))[1].message


def test_results_of_one_run_are_not_mixed_with_another(db, run, begin, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 7)])
    other = begin(db)
    ledger.stage_rows(other, 1, [shipment(5, 8), shipment(6, 9)])
    settle(db, other, 1, State.UPDATED)
    attempt(db, other, 2, 1, None)
    (row,) = ledger.results(run)
    assert (row.number, row.state, row.attempts) == (2, State.NOT_SENT, 0)
    assert [row.state for row in ledger.results(other)] == [State.UPDATED, State.IN_DOUBT]
    assert ledger.open_steps(other) == 1


def test_reopening_makes_failed_and_doubtful_rows_steps_again(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(row, row) for row in range(1, 8)])
    final = [State.UPDATED, State.REJECTED, State.FAILED, State.IN_DOUBT, State.INVALID]
    for row, state in enumerate([*final, State.DUPLICATE], 1):
        settle(db, run, row, state)
    attempt(db, run, 4, 1, "lost")
    run = ledger.update_run(run, stage="finished", status="partial")
    assert ledger.newest_run(db, unfinished=True) is None
    ledger.reopen(run, failed=True)
    steps = ledger.steps(run, after=0, limit=9)
    assert [(step.row, step.attempts, step.doubtful) for step in steps] == [
        (3, 0, False),
        (4, 1, True),
        (7, 0, False),
    ]
    assert ledger.newest_run(db, unfinished=True).name == run.name


def test_rows_refused_for_no_reason_of_their_own_are_always_opened_again(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(row, row) for row in range(1, 5)])
    for row, state in [(1, State.REJECTED), (2, State.REJECTED), (3, State.FAILED)]:
        settle(db, run, row, state)
    ledger.mark_same_refusal(run, [2, 3])
    ledger.reopen(run, failed=False)
    assert [step.row for step in ledger.steps(run, after=0, limit=9)] == [2, 4]


def test_a_run_that_was_never_read_to_its_end_is_not_taken_up(db, run):
    ledger.reopen(run, failed=True)
    assert ledger.find_run(db).stage == "staging"
    assert ledger.newest_run(db, unfinished=True) is None


def test_runs_are_named_after_their_moment_and_found_again(db, begin):
    names = [begin(db).name for _ in range(3)]
    assert names == ["20260304-050607", "20260304-050607-2", "20260304-050607-3"]
    assert ledger.find_run(db).name == names[-1]
    assert ledger.find_run(db, names[0]).started_at == NOW
    assert [run.name for run in ledger.list_runs(db)] == names[::-1]


def test_a_thousand_runs_in_a_second_have_a_name_each(db, begin):
    db.execute("PRAGMA synchronous = OFF")
    assert len({begin(db).name for _ in range(1100)}) == 1100


def test_there_may_be_no_run_at_all(db):
    with pytest.raises(LedgerRefused, match="no run in the ledger"):
        ledger.find_run(db)
    assert ledger.list_runs(db) == []
    assert ledger.newest_run(db, unfinished=True) is None


def test_a_run_is_changed_and_read_back(run):
    changed = ledger.update_run(
        run, stage="finished", status="partial", finished_at=NOW, seconds=1.5, notes_json=["a"]
    )
    assert (changed.stage, changed.status, changed.finished_at) == ("finished", "partial", NOW)
    assert (changed.seconds, changed.notes, changed.manifest) == (1.5, ("a",), run.manifest)


def test_a_report_finishes_a_run_without_open_rows_and_keeps_its_counts(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 1), shipment(3, 2)])
    run = ledger.update_run(run, stage="sending")
    settle(db, run, 1, State.UPDATED)
    ledger.note_report(run, "first.xlsx", ends=True)
    found = ledger.find_run(db)
    assert (found.stage, found.report, found.counts) == ("sending", "first.xlsx", None)
    settle(db, run, 2, State.FAILED)
    ledger.note_report(run, "second.xlsx", ends=True)
    found = ledger.find_run(db)
    assert (found.stage, found.report) == ("finished", "second.xlsx")
    db.execute("DELETE FROM outcomes")
    assert ledger.counts(found)[State.UPDATED] == ledger.counts(found)[State.FAILED] == 1


def test_a_run_taken_up_again_is_counted_anew(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 1)])
    settle(db, ledger.update_run(run, stage="sending"), 1, State.FAILED)
    ledger.note_report(run, "first.xlsx", ends=True)
    assert ledger.counts(ledger.find_run(db))[State.FAILED] == 1
    again = ledger.reopen(ledger.find_run(db), failed=True)
    assert again.stage == "sending"
    assert ledger.counts(again)[State.NOT_SENT] == 1


@pytest.mark.parametrize("numbers", [(), (1,), (2,), (2, 3, 9), (5, 6, 7, 30, 31, 400)])
def test_a_row_is_found_by_its_number_in_the_source(run, shipment, numbers):
    ledger.stage_rows(run, 1, [shipment(n, n) for n in numbers])
    found = {number: ledger.position_of(run, number) for number in range(1, 500)}
    assert found == {
        number: numbers.index(number) + 1 if number in numbers else None for number in found
    }
