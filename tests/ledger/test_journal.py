"""What the sender writes: in the right order, together, and never lost."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from batch_tracker import ledger
from batch_tracker.ledger import Journal, Need
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.values import micros, shipped_on_of
from batch_tracker.model import (
    Answer,
    Issue,
    Judgement,
    Outcome,
    PoSnapshot,
    State,
    Step,
    Update,
    Verdict,
)

SERVER = "https://a.example/rest/api"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SHIPPED = "2026-03-04T12:00:00.000Z"


def verdict(answer=Answer.ACCEPTED, message="Fine."):
    return Verdict(answer=answer, code="code", message=message, status=200)


def outcome(step, state=State.UPDATED, message="Sent."):
    return Outcome(row=step.row, state=state, code="code", message=message, status=200)


def journal_of(run):
    return Journal(run, clock=lambda: NOW)


@pytest.fixture
def steps(run, shipment):
    """Twenty staged rows, each of another PO."""
    ledger.stage_rows(run, 1, [shipment(row, row) for row in range(1, 21)])
    return ledger.steps(run, after=0, limit=99)


@pytest.fixture
def seen(tmp_path):
    """Ask a second connection, as another process would after a kill."""
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE)) as other:
        yield lambda sql: other.execute(sql).fetchall()


def test_an_intent_is_on_disk_when_the_call_may_begin(run, steps, seen):
    async def story():
        async with journal_of(run) as journal:
            await journal.other_call()
            assert seen("SELECT other_calls FROM runs") == [(1,)]
            await journal.intend(steps[0], 1)
            assert seen("SELECT row, number, started_at, answer FROM attempts") == [
                (1, 1, micros(NOW), None)
            ]

    asyncio.run(story())


def test_an_answer_and_an_outcome_are_on_disk_when_they_are_counted(run, steps, seen):
    async def story():
        async with journal_of(run) as journal:
            await journal.intend(steps[0], 1)
            await journal.answered(steps[0], 1, verdict(Answer.UNAVAILABLE, "Later."))
            assert seen("SELECT answer, status, message, finished_at FROM attempts") == [
                ("server trouble", 200, "Later.", micros(NOW))
            ]
            await journal.intend(steps[0], 2)
            await journal.settle(steps[0], 2, verdict(), outcome(steps[0]))
            assert seen("SELECT number, answer FROM attempts") == [
                (1, "server trouble"),
                (2, "accepted"),
            ]
            assert seen("SELECT row, state, message, completed_at, status FROM outcomes") == [
                (1, "updated", "Sent.", micros(NOW), 200)
            ]

    asyncio.run(story())
    row = next(ledger.results(run))
    assert (row.state, row.attempts, row.completed_at) == (State.UPDATED, 2, NOW)


def test_workers_that_write_at_once_share_a_commit(db, run, steps, seen):
    commits = []
    db.set_trace_callback(lambda sql: sql == "COMMIT" and commits.append(sql))

    async def story():
        async with journal_of(run) as journal:
            await asyncio.gather(*(journal.intend(step, 1) for step in steps))
            assert len(commits) == 1
            commits.clear()
            await asyncio.gather(*(journal.settle(s, 1, verdict(), outcome(s)) for s in steps))
            assert len(commits) == 1

    asyncio.run(story())
    assert seen("SELECT COUNT(*) FROM outcomes") == [(20,)]
    assert seen("SELECT COUNT(*) FROM applied") == [(20,)]


@pytest.fixture
def other(tmp_path):
    """Another process's connection, which holds the ledger."""
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_while_another_process_holds_the_ledger_the_loop_goes_on(db, run, steps, other):
    commits = []
    db.set_trace_callback(lambda sql: sql == "COMMIT" and commits.append(sql))

    async def story():
        async with journal_of(run) as journal:
            first = asyncio.create_task(journal.intend(steps[0], 1))
            await asyncio.sleep(0.02)
            rest = [asyncio.create_task(journal.intend(step, 1)) for step in steps[1:]]
            await asyncio.sleep(0)
            assert not first.done()
            other.execute("COMMIT")
            await asyncio.gather(first, *rest)

    asyncio.run(story())
    assert len(commits) == 1  # what came while it was held shares what waited for it
    assert ledger.calls_made(run) == 20


def test_a_ledger_that_stays_held_is_an_error(run, steps, other, seen):
    async def story():
        async with Journal(run, patience_s=0.02) as journal:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                await journal.intend(steps[0], 1)
            other.execute("COMMIT")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                await journal.intend(steps[1], 1)

    asyncio.run(story())
    assert seen("SELECT row FROM attempts") == []


class StandingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time stands still unless it is moved."""

    now = 0.0

    def time(self):
        return self.now


def test_what_comes_soon_after_a_commit_waits_as_long_as_that_took(db, run, steps):
    """Else a worker that is answered alone would have a commit of its own, and so each."""
    commits = []
    db.set_trace_callback(lambda sql: sql == "COMMIT" and commits.append(sql))

    async def story():
        loop, writing = asyncio.get_running_loop(), []

        def pass_time():
            loop.now += 100

        db.create_function("pass_time", 0, pass_time)
        async with journal_of(run) as journal:
            db.execute(
                "CREATE TEMP TRIGGER slow AFTER INSERT ON attempts BEGIN SELECT pass_time(); END"
            )
            await journal.intend(steps[0], 1)
            db.execute("DROP TRIGGER slow")
            for moment in (0, 50, 49):
                loop.now += moment
                writing.append(asyncio.create_task(journal.intend(steps[len(writing) + 1], 1)))
                for _ in range(10):
                    await asyncio.sleep(0)
            assert len(commits) == 1
            loop.now += 1
            await asyncio.gather(*writing)

    with asyncio.Runner(loop_factory=StandingLoop) as runner:
        runner.run(story())
    assert len(commits) == 2


def test_an_error_that_is_none_of_sqlites_reaches_who_waits(run):
    async def story():
        async with journal_of(run) as journal:
            unstorable = 2**99
            with pytest.raises(OverflowError):
                await asyncio.wait_for(journal.intend(Step(1, Update(po=5)), unstorable), 5)

    asyncio.run(story())


def test_after_a_failed_commit_nothing_more_is_written(run, steps, seen):
    """Else a worker whose outcome was lost could note its next intent, and call."""

    async def story():
        async with journal_of(run) as journal:
            await journal.intend(steps[0], 1)
            together = (journal.intend(steps[0], 1), journal.intend(steps[1], 1))
            found = await asyncio.gather(*together, return_exceptions=True)
            assert [type(each) for each in found] == [sqlite3.IntegrityError] * 2
            assert seen("SELECT row FROM attempts") == [(1,)]
            with pytest.raises(sqlite3.IntegrityError):
                await journal.intend(steps[2], 1)
            with pytest.raises(sqlite3.IntegrityError):
                await journal.flush()

    asyncio.run(story())
    assert seen("SELECT row FROM attempts") == [(1,)]


def test_what_waits_beside_what_fails_fails_with_it(run, steps, seen):
    async def story():
        async with journal_of(run) as journal:
            await journal.intend(steps[2], 1)
            outcomes = [journal.settle(s, 1, verdict(), outcome(s)) for s in steps[:2]]
            found = await asyncio.gather(journal.intend(steps[2], 1), return_exceptions=True)
            assert [type(each) for each in found] == [sqlite3.IntegrityError]
            assert {type(each.exception()) for each in outcomes} == {sqlite3.IntegrityError}

    asyncio.run(story())
    assert seen("SELECT row FROM attempts") == [(3,)]
    assert seen("SELECT row FROM outcomes") == []


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_what_a_cancelled_worker_wrote_still_lands(run, steps, seen, turns):
    async def story():
        async with journal_of(run) as journal:
            await journal.intend(steps[0], 1)
            ending = journal.settle(steps[0], 1, verdict(), outcome(steps[0]))
            worker = asyncio.ensure_future(asyncio.shield(ending))
            for _ in range(turns + 1):
                await asyncio.sleep(0)
            worker.cancel()
            await asyncio.wait([worker])

    asyncio.run(story())
    assert seen("SELECT row, state FROM outcomes") == [(1, "updated")]
    assert seen("SELECT answer FROM attempts") == [("accepted",)]


def test_a_worker_that_is_cancelled_while_it_waits_learns_so_afterwards(run, steps, seen):
    async def story():
        async with journal_of(run) as journal:
            workers = [asyncio.create_task(journal.intend(step, 1)) for step in steps[:2]]
            await asyncio.sleep(0)
            workers[0].cancel()
            await asyncio.wait(workers)
            return [worker.cancelled() for worker in workers]

    assert asyncio.run(story()) == [True, False]
    assert seen("SELECT row FROM attempts") == [(1,), (2,)], "the other waits for the same commit"


def test_reading_sees_what_is_on_disk_while_workers_write(run, steps):
    async def story():
        async with journal_of(run) as journal:
            writing = [asyncio.create_task(journal.intend(step, 1)) for step in steps]
            page = ledger.steps(run, after=0, limit=3)
            await asyncio.gather(*writing)
            return page

    assert [step.row for step in asyncio.run(story())] == [1, 2, 3]


def test_half_a_surrogate_pair_in_a_servers_words_does_not_stop_the_run(run, steps, seen):
    async def story():
        async with journal_of(run) as journal:
            await journal.intend(steps[0], 1)
            await journal.answered(steps[0], 1, verdict(Answer.UNAVAILABLE, "\ud800"))
            await journal.intend(steps[0], 2)
            refused = outcome(steps[0], State.REJECTED, "No \ud800.")
            await journal.settle(steps[0], 2, verdict(Answer.REFUSED, "No \ud800."), refused)

    asyncio.run(story())
    assert seen("SELECT message FROM attempts") == [("\ufffd",), ("No \ufffd.",)]
    assert seen("SELECT message FROM outcomes") == [("No \ufffd.",)]


@pytest.mark.parametrize("shown", ["1Z\0999", "\ud83d", "\U0001f600", "\u2028\"\\'", "0012", ""])
def test_what_a_server_shows_is_kept_to_the_letter(run, steps, seen, shown):
    async def story():
        async with journal_of(run) as journal:
            image = PoSnapshot(tracking_number=shown)
            await journal.looked_at([(steps[0], image, Judgement())])

    asyncio.run(story())
    kept = shown.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
    assert seen("SELECT found, tracking_number, carrier FROM before_images") == [(1, kept, "")]


def test_warnings_join_those_that_the_row_has(db, run, steps):
    def warned(*codes):
        return Judgement(
            None, tuple(Issue(code=code, message="é", level="warning") for code in codes)
        )

    async def story():
        async with journal_of(run) as journal:
            image = PoSnapshot()
            await journal.looked_at([(steps[0], image, warned("a")), (steps[1], image, warned())])
            db.execute("DELETE FROM before_images")
            await journal.looked_at([(s, image, warned("b", "c")) for s in steps[:2]])

    asyncio.run(story())
    found = [[issue.code for issue in row.issues] for row in ledger.results(run)]
    assert found[:3] == [["a", "b", "c"], ["b", "c"], []]


def known(db):
    found = db.execute("SELECT tracking_number, carrier, shipped_on FROM applied").fetchall()
    return [(*values, date and shipped_on_of(date)) for *values, date in found]


def send(run, row, values, *states):
    """Make one call for PO 5, answered as `states` say, or not at all."""
    step = Step(row, Update(po=5, **values))

    async def story():
        async with journal_of(run) as journal:
            await journal.intend(step, 1)
            for state in states:
                await journal.settle(step, 1, verdict(), outcome(step, state))

    asyncio.run(story())


FULL = {"tracking_number": "1Z", "carrier": "UPS", "shipped_on": SHIPPED}


@pytest.mark.parametrize(
    ("values", "states", "after"),
    [
        ({"tracking_number": "2Z"}, [State.UPDATED], ("2Z", "UPS", SHIPPED)),
        ({"carrier": "FedEx", "shipped_on": None}, [State.UPDATED], ("1Z", "FedEx", SHIPPED)),
        ({"tracking_number": "1Z"}, [], (None, "UPS", SHIPPED)),
        ({"tracking_number": "2Z"}, [State.REJECTED], (None, "UPS", SHIPPED)),
        ({"carrier": "FedEx"}, [State.IN_DOUBT], ("1Z", None, SHIPPED)),
        ({"shipped_on": SHIPPED}, [State.FAILED], ("1Z", "UPS", None)),
        (FULL, [], (None, None, None)),
    ],
)
def test_what_is_known_to_be_applied_is_what_was_last_accepted(db, begin, values, states, after):
    run = begin(db, force=True)
    send(run, 1, FULL, State.UPDATED)
    assert known(db) == [("1Z", "UPS", SHIPPED)]
    send(run, 2, values, *states)
    assert known(db) == [after]


def test_what_was_never_accepted_is_not_known(db, run):
    send(run, 1, FULL, State.REJECTED)
    assert known(db) == []


def test_what_one_server_took_says_nothing_of_another(db, run, begin):
    send(run, 1, FULL, State.UPDATED)
    other = begin(db, server="https://b.example/rest/api")
    send(other, 1, {"carrier": "FedEx"})
    assert known(db) == [("1Z", "UPS", SHIPPED)]


def test_an_intent_comes_too_late_where_a_later_run_has_written(db, run, begin, seen):
    later = begin(db)
    send(later, 1, {"tracking_number": "2Z"}, State.UPDATED)
    step = Step(1, Update(po=5, **FULL))

    async def story():
        async with journal_of(run) as journal:
            return await journal.intend(step, 1)

    assert asyncio.run(story()) is Need.OVERTAKEN
    assert seen("SELECT run FROM attempts") == [(later.id,)]
    assert known(db) == [("2Z", None, None)]


def needed(run, **values):
    """Say whether the call for a row of PO 5 is needed, and note it if so."""

    async def story():
        async with journal_of(run) as journal:
            need = await journal.intend(Step(1, Update(po=5, **values)), 1)
            return need, journal.settled

    return asyncio.run(story())


@pytest.mark.parametrize("is_later", [True, False])
@pytest.mark.parametrize("values", [FULL, {"carrier": "UPS"}])
def test_a_row_whose_values_another_run_has_applied_since_is_settled(
    db, begin, seen, is_later, values
):
    runs = begin(db), begin(db)
    other, run = runs[is_later], runs[not is_later]
    send(other, 1, FULL, State.UPDATED)
    assert needed(run, **values) == (Need.APPLIED, 1)
    settled = f"SELECT state, code, message FROM outcomes WHERE run = {run.id}"
    words = f"Sent with these values by run {other.name} meanwhile."
    assert seen(settled) == [("unchanged", "already-applied", words)]
    assert seen(f"SELECT * FROM attempts WHERE run = {run.id}") == []
    assert known(db) == [("1Z", "UPS", SHIPPED)]


@pytest.mark.parametrize(
    "values",
    [
        {**FULL, "tracking_number": "2Z"},
        {**FULL, "carrier": "FedEx"},
        {"shipped_on": "2026-03-05T12:00:00.000Z"},
    ],
)
def test_a_row_that_says_anything_else_than_is_applied_is_sent(db, begin, values):
    send(begin(db), 1, FULL, State.UPDATED)
    assert needed(begin(db), **values) == (Need.NOW, 0)


@pytest.mark.parametrize("details", [{"force": True}, {"server": "https://b.example/rest/api"}])
def test_applied_means_nothing_to_who_forces_it_or_to_another_server(db, begin, details):
    send(begin(db), 1, FULL, State.UPDATED)
    assert needed(begin(db, **details), **FULL) == (Need.NOW, 0)


def test_a_call_that_another_run_has_under_way_is_waited_for(db, begin, shipment, tmp_path):
    """Only while that run is worked on: who was killed in mid-call is not waited for."""
    other, run = ledger.update_run(begin(db), stage="sending"), begin(db)
    ledger.stage_rows(other, 1, [shipment(2, 5)])
    send(other, 1, FULL)
    with ledger.working_on(other, tmp_path):
        assert needed(run, carrier="FedEx") == (Need.LATER, 0)
        ledger.reopen(other, failed=False)  # resumed after a kill: that call is long over
        assert needed(run, carrier="FedEx") == (Need.NOW, 0)


def test_a_call_that_a_killed_run_had_under_way_is_not_waited_for(db, begin, shipment):
    other = ledger.update_run(begin(db), stage="sending")
    ledger.stage_rows(other, 1, [shipment(2, 5)])
    send(other, 1, FULL)
    assert needed(begin(db), carrier="FedEx") == (Need.NOW, 0)


def test_a_row_found_applied_before_its_intent_is_settled_without_a_call(db, begin, seen):
    send(begin(db), 1, FULL, State.UPDATED)
    run, step = begin(db), Step(1, Update(po=5, **FULL))

    async def story():
        async with journal_of(run) as journal:
            assert journal.need_of(step) is Need.APPLIED
            assert await journal.settle_if_applied(step) is Need.APPLIED
            assert await journal.settle_if_applied(Step(2, Update(po=6))) is Need.NOW

    asyncio.run(story())
    assert seen(f"SELECT COUNT(*) FROM attempts WHERE run = {run.id}") == [(0,)]


@pytest.mark.parametrize("first", ["older", "later"])
@pytest.mark.parametrize(
    ("theirs", "after"), [("2Z", (None, "UPS", SHIPPED)), ("1Z", ("1Z", "UPS", SHIPPED))]
)
def test_of_calls_that_overlapped_nobody_knows_which_came_last(db, begin, first, theirs, after):
    older, later = begin(db), begin(db)
    mine, other = Step(1, Update(po=5, **FULL)), Step(1, Update(po=5, tracking_number=theirs))

    async def story():
        async with journal_of(older) as ours, journal_of(later) as others:
            ends = [(ours, mine), (others, other)]
            for journal, step in ends:
                assert await journal.intend(step, 1) is Need.NOW
            for journal, step in ends if first == "older" else reversed(ends):
                await journal.settle(step, 1, verdict(), outcome(step))

    asyncio.run(story())
    assert known(db) == [after]
    assert db.execute("SELECT run FROM applied").fetchall() == [(later.id,)]


def test_a_run_reported_while_it_is_read_back_is_counted_anew(db, run, steps):
    db.execute("DELETE FROM rows WHERE row > 1")

    async def story():
        async with journal_of(ledger.update_run(run, stage="sending")) as journal:
            await journal.intend(steps[0], 1)
            await journal.settle(steps[0], 1, verdict(), outcome(steps[0]))
            ledger.note_report(run, "early.xlsx", ends=True)
            assert ledger.counts(ledger.find_run(db))[State.UPDATED] == 1
            await journal.revise(steps[0], outcome(steps[0], State.FAILED))

    asyncio.run(story())
    assert ledger.counts(ledger.find_run(db))[State.FAILED] == 1
