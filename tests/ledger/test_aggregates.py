"""What the page is told about a run, gathered from its attempts and outcomes."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from batch_tracker import ledger
from batch_tracker.ledger.aggregates import MOST_BUCKETS, AttentionRow, Bucket, Latency, Reason
from batch_tracker.ledger.values import micros
from batch_tracker.model import Record, State, TypedCell

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def attempt(db, run):
    """Notes a call for a row of its own, begun so many seconds after NOW."""

    def attempt(row, at_s, took_s=None, answer="accepted"):
        begun = NOW + timedelta(seconds=at_s)
        ended = None if took_s is None else micros(begun + timedelta(seconds=took_s))
        db.execute(
            "INSERT INTO attempts (run, row, number, started_at, finished_at, answer)"
            " VALUES (?, ?, 1, ?, ?, ?)",
            (run.id, row, micros(begun), ended, answer if ended else None),
        )

    return attempt


@pytest.fixture
def overview(run):
    def overview(window_s=10, reasons=50, rows=50):
        return ledger.overview(run, window_s=window_s, reasons=reasons, rows=rows)

    return overview


@pytest.fixture
def invalid(run):
    """Stages rows that need a person, one for each message."""

    def invalid(*messages, state=State.INVALID, code="bad", cells=("1001", "1Z")):
        first = ledger.overview(run, window_s=1, reasons=1, rows=1).settled + 1
        records = [
            Record(first + n + 1, list(cells), None, state, code, message)
            for n, message in enumerate(messages)
        ]
        ledger.stage_rows(run, first, records)

    return invalid


def test_a_run_without_calls_has_no_timeline(overview):
    seen = overview()
    assert seen.timeline.buckets == seen.latencies == seen.reasons == seen.rows == ()
    assert (seen.kinds, seen.settled) == (0, 0)


def test_calls_are_counted_in_buckets_without_a_gap(attempt, overview):
    for row, at_s in enumerate([0, 0.3, 60, 100], start=1):
        attempt(row, at_s)
    timeline = overview(window_s=10).timeline
    assert timeline.width_s == 1
    assert [each.calls for each in timeline.buckets] == [2] + [0] * 59 + [1] + [0] * 39 + [1]
    assert timeline.buckets[60] == Bucket(NOW.timestamp() + 60, 1, 1)


def test_recent_is_the_most_that_any_window_holds(attempt, overview):
    for row, at_s in enumerate([0, 1, 2, 8, 11, 40], start=1):
        attempt(row, at_s)
    timeline = overview(window_s=10).timeline
    recent = [each.recent for each in timeline.buckets]
    moments = [0, 1, 2, 8, 11, 40]
    most = max(sum(end - 10 < at <= end for at in moments) for end in moments)
    assert timeline.width_s == 0.5
    assert max(recent) == most == 4
    assert recent[0] == 1
    assert recent[2 * 30] == 0  # long after
    assert recent[-1] == 1


@pytest.mark.parametrize(("span_s", "width_s"), [(50, 0.5), (100, 1), (200, 2), (500, 5)])
def test_a_bucket_tells_its_start_its_calls_and_the_fullest_window(
    attempt, overview, span_s, width_s
):
    """Counted anew: in the window before its start, and in that up to each of its calls."""
    rng = Random(span_s)
    moments = sorted({0, span_s, *rng.sample(range(span_s), 20)})
    for row, at_s in enumerate(moments, start=1):
        attempt(row, at_s)
    timeline = overview(window_s=20).timeline
    assert timeline.width_s == width_s
    start = NOW.timestamp() // width_s * width_s
    for position, bucket in enumerate(timeline.buckets):
        begins = start + position * width_s - NOW.timestamp()
        own = [at for at in moments if begins <= at < begins + width_s]
        windows = [sum(end - 20 < at <= end for at in moments) for end in own]
        before = sum(begins - 20 <= at < begins for at in moments)
        assert bucket == Bucket(start + position * width_s, len(own), max([before, *windows]))


def test_calls_a_whole_window_apart_are_not_in_the_same_one(attempt, overview):
    for row in range(1, 31):
        attempt(row, row)
    assert max(each.recent for each in overview(window_s=10).timeline.buckets) == 10


@pytest.mark.parametrize("span_s", [0, 0.01, 1, 59, 3600, 90_000, 40 * 86_400, 5_000 * 86_400])
def test_a_timeline_stays_short_however_long_the_run_took(attempt, overview, span_s):
    attempt(1, 0)
    attempt(2, span_s)
    buckets = overview(window_s=3600).timeline.buckets
    assert len(buckets) <= MOST_BUCKETS + 1
    assert sum(each.calls for each in buckets) == 2


@pytest.mark.parametrize(
    ("days", "hours"), [(1.2, 0.25), (4, 1), (9, 2), (55, 12), (230, 48), (800, 168), (3500, 720)]
)
def test_the_buckets_of_a_long_run_are_hours_or_whole_days(attempt, overview, days, hours):
    attempt(1, 0)
    attempt(2, days * 86_400)
    assert overview().timeline.width_s == hours * 3600


def test_only_answered_calls_have_a_latency(attempt, overview):
    attempt(1, 0, 0.125)
    attempt(2, 1, 0.125)
    attempt(3, 2, 1.5, "server trouble")
    attempt(4, 3, 60.0, "lost")
    attempt(5, 4)
    assert overview().latencies == (Latency(125, 2), Latency(1500, 1))


def test_a_clock_set_back_makes_no_negative_latency(attempt, overview):
    attempt(1, 0, -5.0)
    assert overview().latencies == (Latency(0, 1),)


def test_a_server_says_the_same_about_many_pos(invalid, overview):
    words = [f"PO {po} with 1Z{po}AB was not found." for po in (17, 18, 4711)]
    invalid(*words, "The ship date is not allowed.", state=State.REJECTED, code="http-404")
    found = overview()
    assert found.kinds == 2
    assert found.reasons == (
        Reason(State.REJECTED, "http-404", words[0], 3, (2, 3, 4)),
        Reason(State.REJECTED, "http-404", "The ship date is not allowed.", 1, (5,)),
    )


def test_rows_that_were_not_sent_are_grouped_by_code_alone(invalid, overview):
    invalid("C17 holds 'abc'.", "C18 holds 'xyz'.")
    assert [reason.rows for reason in overview().reasons] == [2]


def test_no_more_reasons_and_rows_than_asked_for_but_all_counted(invalid, overview):
    invalid(*("word " * n for n in range(1, 9)), state=State.FAILED)
    found = overview(reasons=3, rows=2)
    assert (len(found.reasons), found.kinds, len(found.rows), found.settled) == (3, 8, 2, 8)


def test_examples_are_the_first_rows(invalid, overview):
    invalid(*["the same"] * 8)
    assert overview().reasons[0].examples == (2, 3, 4, 5, 6)


def test_rows_that_need_nobody_are_not_listed(run, shipment, invalid, overview):
    invalid("bad")
    ledger.stage_rows(run, 2, [shipment(3, 1), Record(4, [], None, State.SKIPPED, "void", "")])
    assert [row.number for row in overview().rows] == [2]
    assert overview().settled == 1


@pytest.fixture
def cells_of(db, begin):
    """Stages one invalid row and returns it as the page gets it."""

    def cells_of(*cells, text_columns=(0, 1), message="m"):
        run = begin(db)
        db.execute(
            "UPDATE runs SET manifest_json = json_set(manifest_json, '$.text_columns', json(?))",
            (str(list(text_columns)),),
        )
        run = ledger.find_run(db, run.name)
        ledger.stage_rows(run, 1, [Record(2, list(cells), None, State.INVALID, "c", message)])
        (row,) = ledger.overview(run, window_s=1, reasons=1, rows=9).rows
        return row

    return cells_of


def test_a_row_shows_its_po_and_tracking_number_wherever_they_stand(cells_of):
    row = cells_of("note", "1Z 9", TypedCell("n", "1001.5", "0.0"), text_columns=(2, 1))
    assert row == AttentionRow(2, "1001.5", "1Z 9", State.INVALID, "m", "c")


@pytest.mark.parametrize("cells", [(), ("1001",)])
def test_a_short_row_and_a_file_without_a_tracking_column_leave_blanks(cells_of, cells):
    assert cells_of(*cells).tracking_number == ""
    assert cells_of(*cells, text_columns=(0,)).tracking_number == ""


def test_long_texts_are_cut_and_say_so(cells_of):
    row = cells_of("9" * 30_000, "1Z", message="m" * 30_000)
    assert row.po == "9" * 200 + " […cut]"
    assert len(row.message) < 1100
    assert row.message.endswith(" […cut]")


@pytest.mark.parametrize("cell", ["a\ud83d", "a\0b", '["x", "y"]', '"', "\\", "💥" * 300])
def test_no_text_is_too_odd_to_be_listed(cells_of, cell):
    assert cells_of(cell, "1Z").po[:1] == cell[:1]
