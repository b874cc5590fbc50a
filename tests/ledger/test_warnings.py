"""How many rows have warnings, and which."""

from dataclasses import replace

import pytest

from batch_tracker import ledger
from batch_tracker.ledger import WarningGroup
from batch_tracker.ledger.journal import utc_now
from batch_tracker.model import Issue, Level, State

ODD = Issue(code="odd", message="Odd.", hint="Look.", column=0, level=Level.WARNING)
NOTE = replace(ODD, level=Level.NOTE, text='"level":"warning"')


@pytest.fixture
def stage(run, shipment):
    """Stages rows, one for each tuple of issues; the first stands in line 2."""

    def stage(*issues):
        records = [shipment(n, n)._replace(issues=each) for n, each in enumerate(issues, 2)]
        ledger.stage_rows(run, 1, records)

    return stage


def test_a_row_counts_once_however_many_warnings_it_has(run, stage):
    stage((), (ODD,), (ODD, replace(ODD, code="b")), (NOTE,), (replace(ODD, level=Level.ERROR),))
    assert ledger.count_warned(run) == 2


def test_warnings_are_grouped_by_code_the_commonest_first(run, stage):
    rare = replace(ODD, code="rare", message="As {row 2}.", hint="")
    stage((rare,), *[(ODD, ODD, NOTE)] * 7, (replace(ODD, message="Other words."),))
    assert ledger.warning_groups(run) == (
        WarningGroup("odd", "Odd. Look.", 8, (3, 4, 5, 6, 7)),
        WarningGroup("rare", "As row 2.", 1, (2,)),
    )


def test_half_a_character_in_a_warning_is_no_trouble(run, stage):
    stage((replace(ODD, message="half \ud83d"),))
    ((group,),) = [ledger.warning_groups(run)]
    assert group.message.startswith("half ")


def test_rows_held_for_a_warning_are_counted(run, stage):
    stage((ODD,), (ODD,))
    run.ledger.execute(
        "INSERT INTO outcomes (run, row, state, code, message) VALUES (1, 1, ?, ?, '')",
        (State.INVALID, "held-warning"),
    )
    assert ledger.count_held(run) == 1


def test_the_number_of_warnings_outlives_the_rows(db, run, stage):
    stage((ODD,), (ODD,), ())
    ledger.update_run(run, stage="finished", status="success", finished_at=utc_now())
    ledger.prune(db, before=utc_now(), now=utc_now())
    pruned = ledger.find_run(db, run.name)
    assert pruned.counts
    assert ledger.count_warned(pruned) == 2
