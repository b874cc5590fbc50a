"""Which rows were chosen, in words."""

from batch_tracker.planner.chosen_rows import in_words


def test_rows_are_told_as_people_write_them():
    assert in_words([(12, 12), (40, 60)]) == "12, 40-60"
