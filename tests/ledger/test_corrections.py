from datetime import UTC, datetime

from batch_tracker import ledger
from batch_tracker.model import Correction

AT = datetime(2026, 3, 4, tzinfo=UTC)


def correction(row, new, old="was", column=1):
    return Correction(row, column, old, new, "clerk", AT)


def test_corrections_are_kept_for_a_file_until_they_are_undone(db):
    ledger.correct(db, "a", [correction(7, "x"), correction(2, "y\0")])
    assert ledger.corrections_of(db, "a") == (correction(2, "y\ufffd"), correction(7, "x"))
    assert ledger.corrections_of(db, "b") == ()
    ledger.undo_correction(db, "a", 7, 1)
    assert [each.row for each in ledger.corrections_of(db, "a")] == [2]


def test_a_second_correction_still_knows_what_stands_in_the_file(db):
    ledger.correct(db, "a", [correction(7, "x")])
    ledger.correct(db, "a", [correction(7, "z", old="x")])
    assert ledger.corrections_of(db, "a") == (correction(7, "z"),)


def test_what_says_the_same_as_the_file_is_no_correction(db):
    ledger.correct(db, "a", [correction(7, "x")])
    ledger.correct(db, "a", [correction(7, "was")])
    assert ledger.corrections_of(db, "a") == ()
