"""Which rows are sent, and what the others are told."""

import tempfile
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from batch_tracker import ledger
from batch_tracker.ledger import ManifestFacts
from batch_tracker.ledger.values import micros, shipped_ms
from batch_tracker.model import Issue, Level, Record, State, Update
from batch_tracker.planner import plan
from batch_tracker.quota import Lane, Moment, kept_s
from batch_tracker.settings import Quota

SERVER = "https://a.example/rest/api"
OTHER = "https://b.example/rest/api"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FACTS = ManifestFacts(sheet="", headers=[], text_columns=[], profile="", why="")
MONDAY, TUESDAY = "2026-03-02T12:00:00.000Z", "2026-03-03T12:00:00.000Z"
MONDAY_LATER = "2026-03-02T12:01:00.000Z"


@pytest.fixture
def db(tmp_path):
    with ledger.open_ledger(tmp_path) as connection:
        yield connection


def row(po, tracking=None, carrier=None, date=None):
    return Update(po=po, tracking_number=tracking, carrier=carrier, shipped_on=date)


class Void(tuple):
    """A void row: the PO and the tracking number it takes back."""

    __slots__ = ()


INVALID = None


def record(number, said):
    if said is INVALID:
        return Record(number, ["?"], None, State.INVALID, "po-missing", "The row has no PO.")
    if isinstance(said, Void):
        update = row(*said)
        return Record(number, [], update, State.SKIPPED, "void", "This shipment is void.")
    return Record(number, [str(said.po)], said)


def staged(db, manifest, server=SERVER, facts=FACTS):
    """Stage a manifest whose first row stands in line 2, under its headers."""
    run = ledger.begin_run(db, now=NOW, server=server, username="u", source="f", manifest=facts)
    ledger.stage_rows(run, 1, [record(n, said) for n, said in enumerate(manifest, 2)])
    return run


def apply(db, applied, server=SERVER):
    for po, values in applied.items():
        know(db, server, po, values)


def know(db, server, po, values, *, day="2026-03-01", run=None):
    """Note that a server has taken values for a PO on a day, from a run."""
    db.execute("INSERT OR IGNORE INTO servers (name) VALUES (?)", (server,))
    (number,) = db.execute("SELECT id FROM servers WHERE name = ?", (server,)).fetchone()
    tracking_number, carrier, shipped_on = values
    at = micros(datetime.fromisoformat(f"{day}T09:00:00+00:00"))
    known = (number, po, tracking_number, carrier, shipped_ms(shipped_on), at, run)
    db.execute("INSERT OR REPLACE INTO applied VALUES (?, ?, ?, ?, ?, ?, ?)", known)


def settled(db, manifest, *, on_conflict="hold", force=False, applied=(), facts=FACTS):
    """Return for each row its code (or "send") and its message."""
    apply(db, dict(applied))
    run = staged(db, manifest, facts=facts)
    plan.plan_rows(run, on_conflict=on_conflict, force=force)
    return [(each.code or "send", each.message) for each in ledger.results(run)]


def codes(db, manifest, **options):
    return [code for code, _ in settled(db, manifest, **options)]


FULL = row(7, "1Z", "UPS", MONDAY)
SAME, LOST, APART = "same-update", "overruled", "rows-disagree"

AGREEING = {
    "one row": ([FULL], ["send"]),
    "two POs": ([FULL, row(8, "1Z", "UPS", MONDAY)], ["send", "send"]),
    "the same twice": ([FULL, FULL], ["send", SAME]),
    "the same thrice": ([FULL, row(9, "x"), FULL, FULL], ["send", "send", SAME, SAME]),
    "less later": ([FULL, row(7, "1Z")], ["send", SAME]),
    "less earlier": ([row(7, "1Z"), row(7, None, "UPS"), FULL], [SAME, SAME, "send"]),
    "another case of the carrier": ([FULL, row(7, "1Z", "ups", MONDAY)], ["send", SAME]),
    "dashes in the number": ([FULL, row(7, "1-Z", "UPS", MONDAY)], ["send", SAME]),
    "blanks and another case": ([row(7, "1Z 9"), row(7, "1z9")], ["send", SAME]),
    "minutes apart": ([FULL, row(7, "1Z", "UPS", MONDAY_LATER)], ["send", SAME]),
    "all of it, less earlier": (
        [row(7, "1-Z"), row(7, "1z", "ups", MONDAY_LATER), FULL],
        [SAME, "send", SAME],
    ),
    "an invalid row beside": (
        [INVALID, FULL, INVALID, FULL],
        ["po-missing", "send", "po-missing", SAME],
    ),
    "one field each": ([row(7, None, "UPS"), row(7, None, "Ups")], ["send", SAME]),
}

QUARRELS = {
    "tracking number": [FULL, row(7, "2Z", "UPS", MONDAY)],
    "carrier": [FULL, row(7, "1Z", "FedEx", MONDAY)],
    "ship date": [FULL, row(7, "1Z", "UPS", TUESDAY)],
    "tracking number, ship date": [FULL, row(7, "2Z", "UPS", TUESDAY)],
    "tracking number, carrier, ship date": [FULL, row(7, "2Z", "FedEx", TUESDAY)],
    "each says only a part": [row(7, "1Z"), row(7, None, "UPS")],
}


@pytest.mark.parametrize(("manifest", "expected"), AGREEING.values(), ids=AGREEING)
@pytest.mark.parametrize("on_conflict", ["hold", "first", "last"])
def test_where_rows_agree_the_first_that_says_all_is_sent(db, manifest, expected, on_conflict):
    assert codes(db, manifest, on_conflict=on_conflict) == expected


@pytest.mark.parametrize(("fields", "manifest"), QUARRELS.items(), ids=QUARRELS)
def test_rows_that_disagree_are_held_and_told_in_what(db, fields, manifest):
    found = settled(db, [row(8, "x"), *manifest])
    words = (
        f"Rows 3, 4 do not agree on PO 7 ({fields}). Keep one of them, "
        "or let the profile say which wins (on_conflict)."
    )
    assert found[1:] == [(APART, words)] * 2
    assert found[0][0] == "send"


@pytest.mark.parametrize("manifest", QUARRELS.values(), ids=QUARRELS)
def test_the_profile_may_say_which_of_them_wins(db, manifest):
    first = settled(db, manifest, on_conflict="first")
    last = settled(db, manifest, on_conflict="last")
    assert [code for code, _ in first] == ["send", LOST]
    assert [code for code, _ in last] == [LOST, "send"]
    assert first[1][1] == "Row 2 wins for PO 7, as the profile says."
    assert last[0][1] == "Row 3 wins for PO 7, as the profile says."


def test_who_loses_but_says_nothing_else_is_a_duplicate_of_the_winner(db):
    manifest = [FULL, row(7, "2Z"), row(7, "1Z", "ups"), row(7, "2Z", "UPS", MONDAY)]
    assert codes(db, manifest, on_conflict="first") == ["send", LOST, SAME, LOST]
    assert codes(db, manifest, on_conflict="last") == [LOST, SAME, LOST, "send"]
    assert codes(db, manifest) == [APART] * 4


def test_a_day_is_one_of_the_zone_that_the_file_is_read_in(db):
    evening, night = "2026-03-02T23:59:00.000Z", "2026-03-03T00:01:00.000Z"
    manifest = [row(7, "1Z", "UPS", evening), row(7, "1Z", "UPS", night)]
    assert codes(db, manifest) == [APART, APART]
    assert codes(db, manifest, facts=replace(FACTS, zone="America/Chicago")) == ["send", SAME]


def test_a_quarrel_names_ten_rows_and_counts_the_others(db):
    manifest = [row(7, f"{n}Z") for n in range(13)]
    found = settled(db, manifest)
    assert {code for code, _ in found} == {APART}
    assert found[0][1].startswith("Rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more do")
    assert " more" not in settled(db, manifest[:10])[0][1]


def test_a_void_row_takes_back_its_number_and_no_other(db):
    found = settled(
        db, [row(7, "1Z"), Void((7, "1Z")), row(7, "2Z"), row(8, "1Z"), Void((8, None))]
    )
    assert [code for code, _ in found] == ["voided-here", "void", "send", "send", "void"]
    assert found[0][1] == "Row 3 voids this tracking number."


@pytest.mark.parametrize("written", ["1Z-9", "1z9", "1 Z 9"])
def test_a_void_row_takes_back_its_number_however_it_is_written(db, written):
    found = codes(db, [Void((7, written)), row(7, "1Z9")], applied={7: ("1Z9", None, None)})
    assert found == ["void-after-sent", "voided-here"]


def test_a_void_row_after_its_number_was_sent_is_for_a_person(db):
    manifest = [row(7, "1Z"), Void((7, "1Z")), Void((8, "1Z")), Void((9, "9Z")), row(9, "8Z")]
    applied = {7: ("1Z", "UPS", MONDAY), 8: ("2Z", None, None), 9: (None, "UPS", None)}
    found = settled(db, manifest, applied=applied)
    assert [code for code, _ in found] == ["voided-here", "void-after-sent", "void", "void", "send"]
    assert "correct the PO in Sellercloud by hand" in found[1][1]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (FULL, "already-applied"),
        (row(7, "1Z"), "already-applied"),
        (row(7, None, "UPS", MONDAY), "already-applied"),
        (row(7, "2Z", "UPS", MONDAY), "send"),
        (row(7, "1Z", "FedEx", MONDAY), "send"),
        (row(7, "1Z", "UPS", TUESDAY), "send"),
        (row(8, "1Z"), "send"),
        (row(9, "1Z", "UPS"), "send"),
        (row(9, "1Z"), "already-applied"),
        (row(7, "1-Z"), "send"),
        (row(7, None, "ups"), "send"),
        (row(7, None, None, MONDAY_LATER), "send"),
    ],
)
def test_a_row_is_unchanged_if_every_field_it_has_was_applied(db, said, code):
    applied = {7: ("1Z", "UPS", MONDAY), 9: ("1Z", None, None)}
    found = settled(db, [said, said], applied=applied)
    assert [each for each, _ in found] == [code, SAME]
    if code != "send":
        assert found[0][1] == "Already sent with these values on 2026-03-01."
        assert found[1][1] == "Same as row 2, which is unchanged."
    assert codes(db, [said], force=True) == ["send"]


def test_what_another_server_took_is_not_applied_here(db):
    apply(db, {7: ("1Z", "UPS", MONDAY)}, server=OTHER)
    assert codes(db, [FULL, Void((7, "3Z"))]) == ["send", "void"]
    assert codes(db, [Void((7, "1Z"))]) == ["void"]


def applied_by(db, run, values, po=7):
    """Note that a run has written values to a PO."""
    know(db, SERVER, po, values, run=run.id)


@pytest.mark.parametrize(
    ("was", "said"),
    [
        (("0Z", "UPS", MONDAY), "tracking number 0Z"),
        (("1Z", "FedEx", MONDAY), "carrier FedEx"),
        (("1Z", None, TUESDAY), "ship date 2026-03-03"),
        (("0Z", "FedEx", TUESDAY), "tracking number 0Z, carrier FedEx, ship date 2026-03-03"),
    ],
)
def test_what_replaces_other_values_names_the_file_they_came_from(db, was, said):
    earlier = staged(db, [FULL])
    applied_by(db, earlier, was)
    run = staged(db, [FULL, row(8, "2Z"), row(9, None, "UPS")])
    plan.plan_rows(run, on_conflict="hold", force=False)
    first, *others = ledger.results(run)
    assert [issue.message for issue in first.issues] == [
        f"Replaces the {said}, which f wrote to PO 7 on 2026-03-01."
    ]
    assert [each.issues for each in others] == [(), ()]


@pytest.mark.parametrize(
    "was",
    [
        ("1Z", "ups", MONDAY),
        ("1Z", None, None),
        ("1-z", "UPS", MONDAY),
        ("1Z", "UPS", MONDAY_LATER),
    ],
)
def test_what_only_adds_to_the_values_of_another_file_replaces_nothing(db, was):
    applied_by(db, staged(db, [FULL]), was)
    run = staged(db, [FULL])
    plan.plan_rows(run, on_conflict="hold", force=False)
    assert [(each.code, each.issues) for each in ledger.results(run)] == [("", ())]


OLD, NEW = row(7, "1Z", "UPS"), row(7, "2Z", "UPS")
OLDER, REPLACES = "older-number", "send"


def sent(db, source, *manifest, state=State.UPDATED, server=SERVER):
    """Have an earlier run read a manifest, and each of its rows come to `state`."""
    run = ledger.update_run(staged(db, manifest, server), source=source)
    outcomes = "INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?, '', '', 200, NULL, NULL)"
    for number, said in enumerate(manifest, 1):
        db.execute(outcomes, (run.id, number, state))
        if state is State.UPDATED:
            values = said.tracking_number, said.carrier, said.shipped_on
            know(db, server, said.po, values, day="2026-03-02", run=run.id)
    return run


def replanned(db, *manifest, **options):
    run = staged(db, manifest)
    plan.plan_rows(run, on_conflict="hold", force=False, **options)
    return list(ledger.results(run))


@pytest.mark.parametrize("state", [None, *State])
def test_an_old_file_does_not_put_its_number_back_over_a_newer_one(db, state):
    """Whatever came of its row: that it was read shows that it is the older one."""
    if state is None:
        staged(db, [OLD])
    else:
        sent(db, "A.csv", OLD, state=state)
    sent(db, "B.csv", NEW)
    again, other = replanned(db, OLD, row(8, "8Z"))
    assert (again.state, again.code, other.code) == (State.CONFLICT, OLDER, "")


def test_both_numbers_are_shown_with_where_they_come_from(db):
    old, new = sent(db, "A.csv", OLD), sent(db, "B.csv", NEW)
    (again,) = replanned(db, OLD)
    assert again.message == (
        f"PO 7 has a newer tracking number: run {new.name} (B.csv) sent 2Z on 2026-03-02. "
        f"Run {old.name} (A.csv) had read 1Z before. "
        "If that is the right one, run this file with --force."
    )


def test_of_several_runs_that_had_read_the_old_number_the_last_is_told(db):
    sent(db, "A.csv", OLD)
    last = sent(db, "B.csv", OLD)
    sent(db, "C.csv", NEW)
    (again,) = replanned(db, OLD)
    assert f"Run {last.name} (B.csv) had read 1Z before." in again.message


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (OLD, OLDER),
        (row(7, "1-z", "FedEx", MONDAY), OLDER),
        (NEW, "already-applied"),
        (row(7, "2-z"), "send"),
        (row(7, "3Z"), "send"),
        (row(7, None, "FedEx"), "send"),
        (row(8, "1Z"), "send"),
    ],
)
def test_only_the_older_number_itself_is_held(db, said, code):
    sent(db, "A.csv", OLD, row(8, "0Z"))
    sent(db, "B.csv", NEW, row(8, "9Z"))
    assert [each.code or "send" for each in replanned(db, said)] == [code]


def test_who_asks_for_it_may_put_an_older_number_back(db):
    sent(db, "A.csv", OLD)
    sent(db, "B.csv", NEW)
    assert [each.code for each in replanned(db, OLD, restores=True)] == [""]
    assert codes(db, [OLD], force=True) == ["send"]


def test_a_number_that_was_read_after_the_other_was_sent_is_not_the_older_one(db):
    sent(db, "B.csv", NEW)
    sent(db, "A.csv", OLD, state=State.REJECTED)
    (again,) = replanned(db, OLD)
    assert (again.code, [issue.code for issue in again.issues]) == ("", ["replaces"])


def test_a_number_that_was_put_back_is_the_newer_one(db):
    for source, said in (("A.csv", OLD), ("B.csv", NEW), ("A.csv", OLD)):
        sent(db, source, said)
    assert [each.code for each in replanned(db, NEW)] == [OLDER]
    assert [each.code for each in replanned(db, OLD)] == ["already-applied"]


def test_a_later_run_that_wrote_other_fields_makes_no_number_newer(db):
    sent(db, "B.csv", NEW)
    sent(db, "A.csv", OLD, state=State.REJECTED)
    db.execute("UPDATE applied SET run = ?", [sent(db, "C.csv", row(9, "9Z")).id])
    assert [each.code for each in replanned(db, OLD)] == [""]


def test_what_was_sent_to_another_server_is_no_evidence(db):
    sent(db, "A.csv", OLD, server=OTHER)
    sent(db, "B.csv", NEW)
    assert [each.code for each in replanned(db, OLD)] == [""]


def test_a_duplicate_shares_the_fate_of_the_older_number(db):
    sent(db, "A.csv", OLD)
    sent(db, "B.csv", NEW)
    assert [each.code for each in replanned(db, OLD, row(7, "1-Z"))] == [OLDER, SAME]


def test_a_check_knows_the_older_number_too(db, tmp_path):
    sent(db, "A.csv", OLD)
    sent(db, "B.csv", NEW)
    with ledger.open_scratch(tmp_path) as scratch:
        assert [each.code for each in replanned(scratch, OLD)] == [OLDER]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (FULL, "already-applied"),
        (row(7, None, "UPS"), "already-applied"),
        (row(7, "1Z"), "already-applied"),
        (row(7, "1-Z", "ups", MONDAY_LATER), "already-applied"),
        (row(7, "2Z"), "overtaken"),
    ],
)
def test_an_old_run_does_not_undo_what_a_later_one_has_written(db, said, code):
    old, later = staged(db, [said, row(8, "8Z")]), staged(db, [FULL])
    applied_by(db, later, FULL.model_dump(exclude={"po"}).values())
    plan.hold_overtaken(old)
    first, other = ledger.results(old)
    assert (first.code, other.state) == (code, State.NOT_SENT)
    assert later.name in first.message


OTHERS_VALUES = {
    "another number": row(7, "2Z", "UPS", MONDAY),
    "another carrier": row(7, "1Z", "FedEx", MONDAY),
    "another day": row(7, "1Z", "UPS", TUESDAY),
}


@pytest.mark.parametrize("said", OTHERS_VALUES.values(), ids=OTHERS_VALUES)
def test_an_old_row_of_which_a_later_run_wrote_one_field_otherwise_is_overtaken(db, said):
    old, later = staged(db, [said]), staged(db, [FULL])
    applied_by(db, later, FULL.model_dump(exclude={"po"}).values())
    plan.hold_overtaken(old)
    (result,) = ledger.results(old)
    assert (result.state, result.code) == (State.CONFLICT, "overtaken")
    assert f"The later run {later.name} (f) has written to this PO" in result.message


def test_an_old_row_that_a_later_run_wrote_alike_is_unchanged_and_says_so(db):
    old, later = staged(db, [FULL]), staged(db, [FULL])
    applied_by(db, later, FULL.model_dump(exclude={"po"}).values())
    plan.hold_overtaken(old)
    (result,) = ledger.results(old)
    assert (result.state, result.code) == (State.UNCHANGED, "already-applied")
    assert result.message == f"Sent with these values by the later run {later.name}."


@pytest.mark.parametrize("wrote", [(None, "UPS", None), ("1Z", None, MONDAY)])
def test_a_row_of_which_a_later_run_wrote_no_such_field_is_overtaken(db, wrote):
    """The later run wrote other fields alone: that of the old row is not there."""
    old, later = staged(db, [FULL]), staged(db, [row(7, *wrote)])
    applied_by(db, later, wrote)
    plan.hold_overtaken(old)
    assert [each.code for each in ledger.results(old)] == ["overtaken"]


def test_a_run_that_is_partly_settled_can_be_resumed_after_a_later_one(db):
    old, later = staged(db, [FULL, row(8, "8Z")]), staged(db, [FULL, row(8, "9Z")])
    applied_by(db, later, FULL.model_dump(exclude={"po"}).values())
    plan.hold_overtaken(old)
    applied_by(db, later, ("9Z", None, None), po=8)
    for _ in range(2):
        plan.hold_overtaken(old)
    assert [each.code for each in ledger.results(old)] == ["already-applied", "overtaken"]


@pytest.mark.parametrize(
    ("state", "code"),
    [("rejected", "refused"), ("invalid", "po-missing"), ("skipped", "total"), ("updated", "")],
)
def test_a_row_of_a_later_run_that_ended_otherwise_is_no_void(db, state, code):
    old, later = staged(db, [FULL]), staged(db, [FULL])
    db.execute(
        "INSERT INTO outcomes (run, row, state, code, message) VALUES (?, 1, ?, ?, '')",
        (later.id, state, code),
    )
    plan.hold_overtaken(old)
    assert ledger.open_steps(old) == 1


@pytest.mark.parametrize("code", ["void", "void-section", "void-after-sent"])
def test_every_kind_of_void_of_a_later_run_takes_a_number_back(db, code):
    old, later = staged(db, [FULL]), staged(db, [FULL])
    db.execute(
        "INSERT INTO outcomes (run, row, state, code, message) VALUES (?, 1, 'skipped', ?, '')",
        (later.id, code),
    )
    plan.hold_overtaken(old)
    assert [each.code for each in ledger.results(old)] == ["voided-later"]


def test_a_void_of_an_earlier_run_takes_nothing_back_from_a_later_one(db):
    staged(db, [Void((7, "1Z"))])
    run = staged(db, [FULL])
    plan.hold_overtaken(run)
    assert ledger.open_steps(run) == 1


def test_after_a_void_the_first_of_two_rows_with_the_new_number_is_sent(db):
    manifest = [Void((7, "0Z")), row(7, "0Z"), row(7, "1Z"), row(7, "1Z")]
    assert codes(db, manifest) == ["void", "voided-here", "send", SAME]


@pytest.mark.parametrize(
    "odd",
    [row(7, "2Z", "UPS", MONDAY), row(7, "1Z", "FedEx", MONDAY), row(7, "1Z", "UPS", TUESDAY)],
)
def test_a_row_that_says_less_is_not_sent_where_two_others_disagree(db, odd):
    """Under hold nobody wins, not even who says nothing of what they disagree on."""
    assert codes(db, [FULL, odd, row(7, "1Z")]) == [APART] * 3
    assert codes(db, [row(7, "1Z"), FULL, odd]) == [APART] * 3


@pytest.mark.parametrize(
    ("other", "silent"),
    [
        (row(7, "2Z", "UPS", MONDAY), row(7, None, "UPS", MONDAY)),
        (row(7, "1Z", "FedEx", MONDAY), row(7, "1Z", None, MONDAY)),
        (row(7, "1Z", "UPS", TUESDAY), row(7, "1Z", "UPS")),
    ],
)
def test_a_row_that_leaves_out_only_what_others_disagree_on_is_not_sent(db, other, silent):
    assert codes(db, [FULL, other, silent]) == [APART] * 3


def test_an_old_run_does_not_send_what_a_later_one_voids(db):
    old = staged(db, [FULL, row(8, "1Z")])
    later = staged(db, [Void((7, "1Z")), Void((7, "1Z")), Void((8, "2Z")), Void((8, None))])
    staged(db, [Void((8, "1Z"))], server=OTHER)
    for _ in range(2):
        plan.hold_overtaken(old)
    first, other = ledger.results(old)
    assert (first.state, first.code) == (State.CONFLICT, "voided-later")
    assert first.message == f"The later run {later.name} (f) voids this tracking number."
    assert other.state is State.NOT_SENT


def test_what_an_earlier_or_the_same_run_has_written_overtakes_nothing(db):
    earlier, run = staged(db, [FULL]), staged(db, [row(7, "2Z")])
    for writer in (earlier, run):
        applied_by(db, writer, FULL.model_dump(exclude={"po"}).values())
        plan.hold_overtaken(run)
        assert ledger.open_steps(run) == 1


def test_other_runs_are_left_alone(db):
    other = staged(db, [FULL, row(7, "2Z")])
    assert codes(db, [FULL]) == ["send"]
    assert ledger.open_steps(other) == 2


ODD = Issue(code="odd", message="Odd.", column=0, level=Level.WARNING)
WARNED = {
    "a warning": (ODD,),
    "a warning among notes": (replace(ODD, level=Level.NOTE), ODD),
    "a warning of the whole row": (replace(ODD, column=None),),
}
UNWARNED = {
    "nothing": (),
    "a note": (replace(ODD, level=Level.NOTE),),
    "a cell that holds the very words": (
        replace(ODD, level=Level.NOTE, text='"level":"warning"', message='\\"level":"warning"'),
    ),
}


def held(db, *rows, hold=True, applied=()):
    """Plan rows, each an update and its issues; return state and code of each."""
    apply(db, dict(applied))
    run = staged(db, [])
    records = [Record(n, ["7"], said, issues=issues) for n, (said, issues) in enumerate(rows, 2)]
    ledger.stage_rows(run, 1, records)
    plan.plan_rows(run, on_conflict="hold", force=False, hold_warnings=hold)
    return [(each.state, each.code) for each in ledger.results(run)]


HELD, SENT = (State.INVALID, "held-warning"), (State.NOT_SENT, "")


@pytest.mark.parametrize("issues", WARNED.values(), ids=WARNED)
def test_a_warning_holds_its_row_back_where_that_is_wanted(db, issues):
    assert held(db, (FULL, issues), (row(8, "8Z"), ())) == [HELD, SENT]
    assert held(db, (FULL, issues), hold=False) == [SENT]


@pytest.mark.parametrize("issues", UNWARNED.values(), ids=UNWARNED)
def test_what_is_no_warning_holds_nothing_back(db, issues):
    assert held(db, (FULL, issues)) == [SENT]


def test_a_warning_of_the_plan_itself_holds_its_row_back_too(db):
    applied_by(db, staged(db, [FULL]), ("0Z", "UPS", MONDAY))
    assert held(db, (FULL, ())) == [HELD]


def test_a_row_that_is_settled_otherwise_is_not_held_for_its_warning(db):
    was_applied = {7: ("1Z", "UPS", MONDAY)}
    unchanged = (State.UNCHANGED, "already-applied")
    assert held(db, (FULL, (ODD,)), applied=was_applied) == [unchanged]


def test_a_duplicate_of_a_row_that_is_held_is_not_sent_in_its_place(db):
    assert held(db, (FULL, (ODD,)), (FULL, ())) == [HELD, (State.DUPLICATE, SAME)]


def test_a_settled_run_is_described_by_its_calls_and_the_time_they_take(db):
    run = staged(db, [FULL, FULL, INVALID, *(row(po, "x") for po in range(10, 20))])
    plan.plan_rows(run, on_conflict="hold", force=False)
    found = plan.describe(ledger.counts(run), Quota(5, 60))
    assert (found.steps, found.look_ups, found.seconds) == (11, 0, 120)
    looks = plan.describe(ledger.counts(run), Quota(3, 60), looks=True)
    assert (looks.steps, looks.look_ups, looks.seconds) == (11, 1, 240)
    assert {state: n for state, n in found.counts.items() if n} == {
        State.NOT_SENT: 11,
        State.DUPLICATE: 1,
        State.INVALID: 1,
    }


def named(said):
    """What a row says of each field, as far as rows are compared by it."""
    number, day = said.tracking_number, said.shipped_on
    return in_substance(number), said.carrier and said.carrier.lower(), day and day[:10]


def in_substance(number):
    return number and number.replace("-", "").lower()


def adds_nothing(said, to):
    return all(mine in {None, theirs} for mine, theirs in zip(named(said), named(to), strict=True))


def winner_of(rows, on_conflict):
    """Return which of several rows of one PO is sent; none where nobody can say."""
    told = [
        {value for value in column if value}
        for column in zip(*map(named, rows.values()), strict=True)
    ]
    if all(len(values) <= 1 for values in told):
        for number, said in rows.items():
            if all(
                bool(mine) == bool(values) for mine, values in zip(named(said), told, strict=True)
            ):
                return number
    return {"hold": None, "first": min(rows), "last": max(rows)}[on_conflict]


def expected(manifest, applied, on_conflict, *, force):
    """The rules once more, one row after the other, in plain Python."""
    found, of_po = {}, defaultdict(dict)
    voids = [said for said in manifest if isinstance(said, Void) and said[1]]
    voided = {(po, in_substance(number)) for po, number in voids}
    for number, said in enumerate(manifest, 1):
        if said is INVALID:
            found[number] = "po-missing"
        elif isinstance(said, Void):
            known = in_substance(applied.get(said[0], (None,))[0])
            was_sent = said[1] and known == in_substance(said[1])
            found[number] = "void-after-sent" if was_sent else "void"
        elif (said.po, in_substance(said.tracking_number)) in voided:
            found[number] = "voided-here"
        else:
            of_po[said.po][number] = said
    for po, rows in of_po.items():
        winner = next(iter(rows)) if len(rows) == 1 else winner_of(rows, on_conflict)
        for number, said in rows.items():
            if winner is None:
                found[number] = APART
            elif number != winner:
                found[number] = SAME if adds_nothing(said, rows[winner]) else LOST
            else:
                sent = said.tracking_number, said.carrier, said.shipped_on
                known = po in applied and all(
                    value in {None, old} for value, old in zip(sent, applied[po], strict=True)
                )
                found[number] = "already-applied" if known and not force else "send"
    return [found[number] for number in sorted(found)]


numbers = st.sampled_from([None, "1Z", "1-z", "2Z"])
carriers = st.sampled_from([None, "UPS", "ups", "FedEx"])
dates = st.sampled_from([None, MONDAY, MONDAY_LATER, TUESDAY])
pos = st.integers(1, 3)
shipments = st.builds(row, pos, numbers, carriers, dates).filter(lambda said: said.body())
manifests = st.lists(shipments | st.just(INVALID) | st.tuples(pos, numbers).map(Void), max_size=9)


@settings(max_examples=150)
@given(
    manifest=manifests,
    applied=st.dictionaries(pos, st.tuples(numbers, carriers, dates), max_size=3),
    on_conflict=st.sampled_from(["hold", "first", "last"]),
    force=st.booleans(),
)
@example([Void((1, None)), row(1, None, "UPS")], {1: (None, "UPS", None)}, "hold", False)
def test_the_plan_is_what_the_rules_say(manifest, applied, on_conflict, force):
    with tempfile.TemporaryDirectory() as home, ledger.open_scratch(Path(home)) as db:
        apply(db, applied)
        apply(db, {1: ("2Z", "UPS", MONDAY)}, server=OTHER)
        run = staged(db, manifest)
        plan.plan_rows(run, on_conflict=on_conflict, force=force)
        once = list(ledger.results(run))
        steps = ledger.steps(run, after=0, limit=99)
        plan.plan_rows(run, on_conflict=on_conflict, force=force)
        assert list(ledger.results(run)) == once
    assert [each.code or "send" for each in once] == expected(
        manifest, applied, on_conflict, force=force
    )
    assert [step.row for step in steps] == [n for n, each in enumerate(once, 1) if not each.code]
    assert max(Counter(step.update.po for step in steps).values(), default=0) <= 1


SHAPES = {
    "one PO each": lambda n: row(n, "1Z"),
    "pairs that agree": lambda n: row((n + 1) // 2, "1Z"),
    "pairs that disagree": lambda n: row((n + 1) // 2, str(n)),
    "one PO, all agree": lambda _: FULL,
    "one PO, all disagree": lambda n: row(7, str(n)),
    "one PO, half of it void": lambda n: Void((7, str(n))) if n % 2 else row(7, str(n - n % 4)),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_four_times_the_rows_take_little_more_than_four_times_the_work(tmp_path, shape):
    def work(rows):
        with ledger.open_scratch(tmp_path) as db:
            run = staged(db, [shape(n) for n in range(1, rows + 1)])
            apply(db, dict.fromkeys(range(1, rows, 3), ("1Z", None, None)))
            done = []
            db.set_progress_handler(lambda: done.append(1), 100)  # by instructions, not by time
            plan.plan_rows(run, on_conflict="hold", force=False)
            db.set_progress_handler(None, 0)
            return len(done)

    assert work(4000) < 5 * work(1000)


def test_no_statement_of_the_plan_reads_the_rows_of_all_runs(db):
    values = {
        "run": 1,
        "server": SERVER,
        "server_number": 1,
        "on_conflict": "hold",
        "force": 0,
        "put_back": 0,
        "hold_warnings": 1,
    }
    looks = []
    db.create_function("substance", 2, lambda _, value: value, deterministic=True)
    for statement in (
        files("batch_tracker.planner").joinpath("plan.sql").read_text("utf-8").split(";\n")
    ):
        if "SELECT" in statement:
            looks += [look for *_, look in db.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
        db.execute(statement, values)
    searches = [look for look in looks if look.startswith("SEARCH")]
    assert {look for look in searches if "(" not in look} == {"SEARCH n"}  # the runs, newest first
    assert {look for look in looks if look.startswith("SCAN")} == {
        "SCAN shared",
        "SCAN s",
        "SCAN p",
        "SCAN voided USING COVERING INDEX voided_by_number",
        "SCAN (subquery-2)",
    }


@settings(max_examples=40)
@given(quota=st.builds(Quota, st.integers(1, 4), st.sampled_from([1, 60])), steps=st.integers(1, 9))
def test_the_shortest_time_is_what_the_quota_takes(quota, steps):
    now = started = 1_700_000_000.0
    with (
        tempfile.TemporaryDirectory() as home,
        closing(
            Lane(Path(home), name="a", quota=quota, clock=lambda: Moment(now, now, ""))
        ) as lane,
    ):
        left = steps + 1  # the login is a call too
        while left:
            permits = lane.take(left)
            left -= permits.given
            now += permits.wait_s
    taken = (now - started) * quota.seconds / kept_s(quota)
    assert plan.shortest_time(steps, quota) == pytest.approx(taken)


def test_no_calls_and_no_limit_take_no_time():
    assert plan.shortest_time(0, Quota(5, 60)) == 0
    assert plan.shortest_time(10_000, Quota(0, 0)) == 0
    assert plan.shortest_time(10_000, Quota(10_800, 3600)) == 0
    assert plan.shortest_time(10_800, Quota(10_800, 3600)) == 3600
