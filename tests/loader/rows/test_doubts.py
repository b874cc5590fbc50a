"""What the whole file shows against rows: which POs are unlike the others, which notes name."""

import pytest

from batch_tracker.loader.rows.doubts import Doubts, numbers_in, unusual_lengths
from batch_tracker.model import PoRange


def pos(counts):
    """Return POs of these lengths: in the middle of their range, as none follow on the others."""
    return {n: PoRange(count, 5 * 10 ** (n - 1), 5 * 10 ** (n - 1)) for n, count in counts.items()}


@pytest.mark.parametrize(
    ("counts", "unusual"),
    [
        ({7: 10, 1: 1}, {1}),
        ({7: 30, 1: 2, 3: 1}, {1, 3}),
        ({7: 1000, 4: 20}, {4}),
        ({4: 12, 10: 1}, {10}),
        ({7: 12, 8: 1}, {8}),
        ({7: 12, 6: 1}, {6}),
        ({7: 9, 1: 1}, set()),
        ({7: 1000, 4: 21}, set()),
        ({7: 20, 1: 4}, set()),
        ({7: 100, 1: 3}, {1}),
        ({7: 100, 1: 4}, set()),
        ({3: 5, 4: 20}, set()),
        ({5: 10, 7: 10}, set()),
        ({}, set()),
    ],
)
def test_only_clear_outliers_are_unusual(counts, unusual):
    assert unusual_lengths(pos(counts)) == unusual


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ((9_900, 9_999), (10_000, 10_003)),
        ((700, 950), (1_000, 1_850)),
        ((400, 500), (1_000, 1_850)),
    ],
)
def test_pos_that_follow_on_the_others_are_none(older, newer):
    for many, few in ((500, 1), (1, 500)):
        found = {
            len(str(older[0])): PoRange(many, *older),
            len(str(newer[0])): PoRange(few, *newer),
        }
        assert unusual_lengths(found) == set()


def test_a_note_names_pos_and_tracking_numbers():
    assert numbers_in("PO 1002, 1Z999AA10123456784: void!") == ["1002", "1Z999AA10123456784"]
    assert numbers_in("row 2 of the above, 11/20") == []


def test_a_row_whose_po_or_number_a_note_names_is_told_of():
    doubts = Doubts(named={"1002": 7, "771820933116": 9})
    assert [issue.code for issue in doubts.issues(1002, None)] == ["named-in-a-note"]
    [issue] = doubts.issues(1003, "771820933116")
    assert "{row 9}" in issue.message
    assert list(doubts.issues(1004, None)) == []
