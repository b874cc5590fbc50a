"""Which POs have a number of digits that hardly any other has."""

import pytest

from batch_tracker.loader import unusual_lengths


@pytest.mark.parametrize(
    ("counts", "unusual"),
    [
        ({7: 10, 1: 1}, {1}),
        ({7: 30, 1: 2, 3: 1}, {1, 3}),
        ({7: 1000, 4: 20}, {4}),
        ({4: 12, 10: 1}, {10}),
        ({7: 9, 1: 1}, set()),
        ({7: 1000, 4: 21}, set()),
        ({7: 20, 1: 4}, set()),
        ({3: 5, 4: 20}, set()),
        ({4: 10_000, 5: 1}, set()),
        ({1: 9, 2: 30, 3: 2}, set()),
        ({5: 10, 7: 10}, set()),
        ({}, set()),
    ],
)
def test_only_clear_outliers_are_unusual(counts, unusual):
    assert unusual_lengths(counts) == unusual
