"""What the ledger knows of a PO over all runs, and what it lets go of."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from batch_tracker import ledger
from batch_tracker.ledger import Journal
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.values import micros
from batch_tracker.model import (
    Answer,
    Kind,
    Outcome,
    Record,
    State,
    Step,
    TypedCell,
    Update,
    Verdict,
)
from batch_tracker.planner import plan

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=100)
ACCEPTED = Verdict(answer=Answer.ACCEPTED, code="", message="", status=200)
LOST = Verdict(answer=Answer.LOST, code="answer-lost", message="Sent, but lost.")


@pytest.fixture
def ended(db, begin):
    """A run whose rows were all sent and accepted, after one lost answer each."""

    def ended(*updates, **details):
        run = begin(db, **details)
        rows = [Record(n, [f"PO {each.po}"], each) for n, each in enumerate(updates, start=2)]
        ledger.stage_rows(run, 1, rows)
        asyncio.run(send(run, updates))
        return ledger.update_run(run, stage="finished", status="success", finished_at=NOW)

    async def send(run, updates):
        async with Journal(run, clock=lambda: NOW) as journal:
            for row, update in enumerate(updates, start=1):
                step = Step(row, update)
                await journal.intend(step, 1)
                await journal.answered(step, 1, LOST)
                await journal.intend(step, 2)
                await journal.settle(step, 2, ACCEPTED, Outcome(row=row, state=State.UPDATED))

    return ended


def update(po, number="1Z", **values):
    return Update(po=po, tracking_number=number, **values)


def size(db):
    return {
        table: db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
        for table in ("runs", "rows", "attempts", "outcomes", "applied")
    }


def test_a_po_is_found_in_every_run_that_names_it(db, ended):
    first = ended(update(7), update(8), source="monday.csv")
    second = ended(update(7, "1Z-NEW", carrier="UPS"), source="tuesday.csv")
    found = ledger.history_of(db, 7)
    assert [(each.run, each.result.number) for each in found.mentions] == [(first, 2), (second, 2)]
    assert [each.result.state for each in found.mentions] == [State.UPDATED] * 2
    assert found.mentions[1].values == ("1Z-NEW", "UPS", None)
    attempts = found.mentions[0].attempts
    assert [(each.number, each.answer, each.status) for each in attempts] == [
        (1, "lost", None),
        (2, "accepted", 200),
    ]
    assert attempts[0].started_at == attempts[0].finished_at == NOW
    (applied,) = found.applied
    assert (applied.values, applied.run) == (("1Z-NEW", "UPS", None), second.name)
    assert applied.applied_at == NOW


def test_a_call_without_an_answer_is_told_as_such(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 7)])
    intent = "INSERT INTO attempts (run, row, number, started_at) VALUES (?, 1, 1, ?)"
    db.execute(intent, (run.id, micros(NOW)))
    (mention,) = ledger.history_of(db, 7).mentions
    assert mention.result.state is State.IN_DOUBT
    assert mention.attempts[0].finished_at is mention.attempts[0].answer is None


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("7001", True),
        (" PO-7001 ", True),
        ("0007001", True),
        (TypedCell(Kind.NUMBER, "7001"), True),
        (TypedCell(Kind.NUMBER, "7001.0"), True),
        ("7001.0", True),
        ("17001", False),
        ("70011", False),
        ("9" * 5000 + "7001", False),
        (TypedCell(Kind.ERROR, "#N/A"), False),
        ("", False),
    ],
)
def test_a_row_that_could_not_be_read_is_found_by_its_cell(db, run, cell, found):
    bad = Record(9, [cell], None, State.INVALID, "no-date", "The ship date can't be read.")
    ledger.stage_rows(run, 1, [bad])
    mentions = ledger.history_of(db, 7001).mentions
    assert [(each.result.number, each.values) for each in mentions] == [(9, None)] * found


def test_a_row_too_short_for_its_po_is_no_mention(db, run):
    ledger.stage_rows(run, 1, [Record(9, [], None, State.SKIPPED, "blank", "")])
    assert ledger.history_of(db, 7).mentions == ()


def test_an_unknown_po_has_no_history(db, ended):
    ended(update(7))
    assert ledger.history_of(db, 8) == (8, (), ())


@pytest.mark.parametrize("po", [5, 7777])
def test_a_look_for_a_po_does_not_read_the_rows_of_all_runs(db, begin, po):
    def work():
        done = []
        db.set_progress_handler(lambda: done.append(1), 10)  # by instructions, not by time
        ledger.history_of(db, po)
        db.set_progress_handler(None, 0)
        return len(done)

    few = [Record(n, [str(n)], update(n)) for n in range(1, 11)]
    many = [Record(n, [str(n)], update(n)) for n in range(11, 3000)]
    run = begin(db)
    ledger.stage_rows(run, 1, few)
    before = work()
    ledger.stage_rows(run, 11, many)
    assert work() < 2 * before


def test_pruning_lets_go_of_rows_and_keeps_what_was_applied(db, ended, begin):
    run = ended(update(7), update(8))
    before = ledger.calls_made(run)
    assert ledger.prunable(db, before=LATER) == (1, 2, None)
    assert ledger.prune(db, before=LATER, now=LATER) == (1, 2, 0)
    assert size(db) == {"runs": 1, "rows": 0, "attempts": 0, "outcomes": 0, "applied": 2}
    kept = ledger.find_run(db, run.name)
    assert ledger.counts(kept) == dict.fromkeys(State, 0) | {State.UPDATED: 2}
    assert ledger.calls_made(kept) == before == 4
    assert kept.notes == ("Its rows were deleted on 2026-06-12 by prune.",)
    assert ledger.history_of(db, 7).applied[0].run == run.name
    again = begin(db)
    ledger.stage_rows(again, 1, [Record(2, ["7"], update(7))])
    plan.plan_rows(again, on_conflict="hold", force=False)
    assert ledger.counts(again)[State.UNCHANGED] == 1


def test_pruning_twice_takes_nothing_more(db, ended):
    ended(update(7))
    ledger.prune(db, before=LATER, now=LATER)
    assert ledger.prune(db, before=LATER, now=LATER)[:2] == (0, 0)
    assert len(ledger.find_run(db).notes) == 1


def test_only_what_ended_before_the_moment_is_pruned(db, ended):
    ended(update(7))
    assert ledger.prune(db, before=NOW, now=LATER)[:2] == (0, 0)
    assert ledger.prune(db, before=NOW + timedelta(seconds=1), now=LATER)[:2] == (1, 1)


def test_a_run_that_can_be_resumed_is_kept(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 7)])
    ledger.update_run(run, stage="sending")
    assert ledger.prune(db, before=LATER, now=LATER)[:2] == (0, 0)
    assert ledger.open_steps(run) == 1


def test_a_run_never_read_to_its_end_is_pruned(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 7)])
    assert ledger.prune(db, before=LATER, now=LATER)[:2] == (1, 1)
    assert size(db)["rows"] == 0


def test_nothing_of_pruned_rows_is_left_in_the_file(tmp_path, db, ended):
    ended(*(update(n, f"CANARY{n:030d}") for n in range(1, 100)))
    db.execute("DELETE FROM applied")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (tmp_path / LEDGER_FILE).stat().st_size
    freed = ledger.prune(db, before=LATER, now=LATER).freed_bytes
    assert (tmp_path / LEDGER_FILE).stat().st_size == before - freed < before
    files = [each.read_bytes() for each in tmp_path.glob(LEDGER_FILE + "*")]
    assert files
    assert not [data for data in files if b"CANARY" in data]


def test_beside_a_run_at_work_the_file_keeps_its_size(tmp_path, db, ended, monkeypatch):
    monkeypatch.setattr(ledger.history, "_SHRINKING_WAIT_MS", 1)
    ended(update(7))
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM runs").fetchall()
        assert ledger.prune(db, before=LATER, now=LATER) == (1, 1, None)
    assert size(db)["rows"] == 0
    assert db.execute("PRAGMA busy_timeout").fetchone() == (120_000,)


def test_a_prune_that_was_killed_is_gone_on_with(db, ended, monkeypatch):
    class KilledError(Exception):
        pass

    def kill(_):
        raise KilledError

    monkeypatch.setattr(ledger.history, "_PIECE", 3)
    run = ended(*(update(n) for n in range(1, 11)))
    monkeypatch.setattr(ledger.history.time, "sleep", kill)
    with pytest.raises(KilledError):
        ledger.prune(db, before=LATER, now=LATER)
    assert size(db)["rows"] == 7
    assert ledger.find_run(db, run.name).is_pruned
    monkeypatch.undo()
    ledger.prune(db, before=LATER, now=LATER)
    left = size(db)
    assert (left["rows"], left["attempts"], left["outcomes"]) == (0, 0, 0)
    assert db.execute("SELECT COUNT(*) FROM cell_blocks").fetchone() == (0,)
    assert ledger.counts(ledger.find_run(db, run.name))[State.UPDATED] == 10


def test_a_run_at_work_writes_between_the_pieces_of_a_prune(tmp_path, db, ended, monkeypatch):
    monkeypatch.setattr(ledger.history, "_PIECE", 3)
    monkeypatch.setattr(ledger.history, "_PAGES", 1)
    ended(*(update(n, "1Z" * 100) for n in range(1, 101)))
    written = []
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE, timeout=0)) as other:

        def write(_):
            with other:
                other.execute("UPDATE runs SET other_calls = other_calls + 1")
            written.append(1)

        monkeypatch.setattr(ledger.history.time, "sleep", write)
        assert ledger.prune(db, before=LATER, now=LATER)[:2] == (1, 100)
    assert len(written) > 34


def test_the_space_of_pruned_rows_is_given_back_many_pages_at_a_time(db, ended):
    ended(*(update(n, "1Z" * 100) for n in range(1, 401)))
    asked = []
    db.set_trace_callback(lambda sql: asked.append(sql) if "incremental_vacuum" in sql else None)
    before = db.execute("PRAGMA page_count").fetchone()[0]
    assert ledger.prune(db, before=LATER, now=LATER).freed_bytes
    after = db.execute("PRAGMA page_count").fetchone()[0]
    assert after < before - 20
    assert len(asked) == 1


def test_pruned_runs_say_nothing_of_what_is_usual(db, ended):
    ended(update(7))
    latest = ended(update(9), update(8))
    assert ledger.usual_rows(latest, last=5) == [1]
    ledger.prune(db, before=LATER, now=LATER)
    assert ledger.usual_rows(latest, last=5) == []
