"""What a PO holds against what a row asks for: the differences, the findings, what follows."""

from typing import get_args

import pytest
from pydantic import ValidationError

from batch_tracker.model import Level, PoSnapshot, State, Step, Update
from batch_tracker.planner.compare import changes, compare, findings, judge
from batch_tracker.settings.profile import Finding, Profile

MARCH = "2026-03-04T12:00:00.000Z"
UPDATE = Update(po=7, tracking_number="T7", carrier="UPS", shipped_on=MARCH)
EMPTY = PoSnapshot(status="Ordered", shipping_status="FullyShipped")
USUAL = Profile().handling()


def held(**values):
    return EMPTY._replace(**values)


def judged(before, update=UPDATE, **handling):
    profile = Profile(findings={name.replace("_", "-"): what for name, what in handling.items()})
    return judge(Step(3, update), before, profile.handling())


SAME = held(tracking_number="T7", carrier="UPS", shipped_on=MARCH)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (EMPTY, ()),
        (PoSnapshot(found=False), ("unknown-po",)),
        (held(status="Cancelled"), ("cancelled",)),
        (held(status="Received"), ("received",)),
        (held(status="Completed"), ("received",)),
        (held(status="Pending"), ()),
        (held(tracking_number="T6"), ("other-number",)),
        (held(tracking_number="T7"), ()),
        (held(shipping_status="None"), ("not-shipped",)),
        (held(shipping_status="PartiallyShipped"), ()),
        (held(shipping_status=""), ()),
        (held(drop_ship="55"), ("drop-ship",)),
        (SAME, ("same",)),
        (SAME._replace(carrier="ups"), ()),
        (SAME._replace(shipped_on="2026-03-04T12:00:00.001Z"), ()),
        (SAME._replace(shipped_on="soon"), ()),
        (
            held(status="Cancelled", tracking_number="T6", shipping_status="None", drop_ship="5"),
            ("cancelled", "other-number", "not-shipped", "drop-ship"),
        ),
    ],
)
def test_what_is_found(before, found):
    assert findings(UPDATE, before) == found


@pytest.mark.parametrize(
    "shown", ["2026-03-04T12:00:00Z", "2026-03-04T07:00:00-05:00", "2026-03-04T12:00:00"]
)
def test_dates_are_the_same_as_moments_not_as_texts(shown):
    assert findings(UPDATE, SAME._replace(shipped_on=shown)) == ("same",)


def test_only_the_fields_of_the_row_count():
    update = Update(po=7, carrier="UPS")
    before = held(tracking_number="T6", carrier="FedEx", shipping_status="None")
    assert findings(update, before) == ()
    assert [str(change) for change in changes(update, before)] == ["carrier FedEx → UPS"]


def test_changes_are_told_as_old_and_new():
    before = held(tracking_number="T6", shipped_on="2026-03-01T12:00:00Z")
    assert [str(change) for change in changes(UPDATE, before)] == [
        "tracking number T6 → T7",
        "carrier none → UPS",
        "ship date 2026-03-01 → 2026-03-04",
    ]


def test_two_times_of_one_day_are_told_in_full():
    (change,) = changes(UPDATE, SAME._replace(shipped_on="2026-03-04T08:00:00Z"))
    assert str(change) == f"ship date 2026-03-04T08:00:00Z → {MARCH}"


def test_every_finding_is_handled_and_two_are_held_by_themselves():
    assert set(USUAL) == set(get_args(Finding))
    assert {finding for finding, what in USUAL.items() if what == "hold"} == {"cancelled", "same"}
    forced = Profile().handling(force=True)
    assert {finding for finding, what in forced.items() if what == "hold"} == {"cancelled"}


def test_a_row_without_a_finding_goes_as_it_is():
    assert judged(EMPTY) == (None, ())
    assert judged(SAME, same="send") == (None, ())


def test_a_po_that_holds_these_very_values_costs_no_call():
    outcome, warnings = judged(SAME)
    assert (outcome.state, outcome.code, warnings) == (State.UNCHANGED, "held-same", ())


def test_a_held_row_says_why_and_what_it_would_have_changed():
    outcome, warnings = judged(held(status="Cancelled", tracking_number="T6"))
    assert (outcome.row, outcome.state, outcome.code) == (3, State.CONFLICT, "held-cancelled")
    assert outcome.message == (
        "PO 7 is cancelled in Sellercloud. Not sent: tracking number T6 → T7, "
        "carrier none → UPS, ship date none → 2026-03-04."
    )
    assert [warning.code for warning in warnings] == ["other-number"]


def test_a_po_that_is_not_shown_is_sent_with_a_warning():
    outcome, (warning,) = judged(PoSnapshot(found=False))
    assert outcome is None
    assert (warning.code, warning.level) == ("unknown-po", Level.WARNING)


def test_a_po_that_is_not_shown_can_be_held_without_inventing_what_it_held():
    outcome, _ = judged(PoSnapshot(found=False), unknown_po="hold")
    assert outcome.code == "held-unknown-po"
    assert "→" not in outcome.message
    assert "or this user may not see it" in outcome.message


def test_a_warning_stands_on_the_row_and_says_old_and_new():
    outcome, (warning,) = judged(held(tracking_number="T6"))
    assert outcome is None
    assert (warning.level, warning.column) == (Level.WARNING, None)
    assert warning.message == "PO 7 held another tracking number: T6 → T7."


@pytest.mark.parametrize(
    ("before", "finding"),
    [
        (PoSnapshot(found=False), "unknown_po"),
        (held(status="Cancelled"), "cancelled"),
        (held(status="Completed"), "received"),
        (held(tracking_number="T6"), "other_number"),
        (held(shipping_status="None"), "not_shipped"),
        (held(drop_ship="55"), "drop_ship"),
    ],
)
def test_the_profile_has_the_last_word(before, finding):
    code = finding.replace("_", "-")
    assert judged(before, **{finding: "send"}) == (None, ())
    sent, (warning,) = judged(before, **{finding: "warn"})
    assert (sent, warning.code) == (None, code)
    outcome, warnings = judged(before, **{finding: "hold"})
    assert (outcome.state, outcome.code, warnings) == (State.CONFLICT, f"held-{code}", ())


def test_what_is_there_already_is_unchanged_where_it_is_not_to_be_sent():
    outcome, _ = judged(SAME, same="hold")
    assert (outcome.state, outcome.code) == (State.UNCHANGED, "held-same")
    outcome, _ = judged(SAME._replace(status="Cancelled"), same="hold")
    assert (outcome.state, outcome.code) == (State.CONFLICT, "held-cancelled")


def test_a_finding_or_handling_nobody_knows_is_refused():
    with pytest.raises(ValidationError, match="unknown-po"):
        Profile(findings={"unknown_po": "hold"})
    with pytest.raises(ValidationError, match="hold"):
        Profile(findings={"unknown-po": "stop"})


def test_many_rows_are_summed_up_and_the_first_changes_kept():
    rows = [
        (2, UPDATE, PoSnapshot(found=False)),
        (3, UPDATE, SAME),
        (4, UPDATE, held(tracking_number="T6")),
        (5, UPDATE, held(tracking_number="T5", status="Cancelled")),
        (6, UPDATE, EMPTY),
    ]
    comparison = compare(rows, USUAL, show=2)
    assert (comparison.rows, comparison.changing) == (5, 3)
    assert [changed.number for changed in comparison.first] == [4, 5]
    assert comparison.first[1].found == ("cancelled", "other-number")
    assert comparison.sentence() == (
        "Looked at 5 POs first: 1 not shown by Sellercloud (warned), 1 cancelled (held), "
        "2 with another tracking number (warned), 1 with these values already (held)."
    )


@pytest.mark.parametrize(
    "before",
    [
        PoSnapshot(found=False),
        held(status="Cancelled"),
        held(status="Received"),
        held(tracking_number="T6"),
        held(shipping_status="None"),
        held(drop_ship="55"),
        SAME,
    ],
)
def test_every_finding_is_counted(before):
    comparison = compare([(2, UPDATE, before), (3, UPDATE, before)], USUAL, show=0)
    (finding,) = findings(UPDATE, before)
    assert comparison.found[finding] == 2
    assert "2 " in comparison.told()[finding]


def test_rows_with_findings_are_shown_before_others_and_all_in_order():
    noted = held(status="Received")
    rows = [(n, UPDATE, noted if n in {5, 8, 9} else EMPTY) for n in range(2, 10)]
    first = compare(rows, USUAL, show=4).first
    assert [(row.number, row.found) for row in first] == [
        (2, ()),
        (5, ("received",)),
        (8, ("received",)),
        (9, ("received",)),
    ]
    assert [row.number for row in compare(rows, USUAL, show=2).first] == [5, 8]


def test_where_nothing_is_found_the_sentence_says_so():
    comparison = compare([(2, UPDATE, EMPTY)], USUAL, show=5)
    assert comparison.sentence() == "Looked at 1 PO first: no problem found."
