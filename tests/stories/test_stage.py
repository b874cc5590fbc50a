"""What only the whole file, and what the server took before, can tell of a row."""

from batch_tracker.settings.profile import Profile

LONG = range(1234501, 1234513)


def test_a_po_unlike_all_others_of_the_file_is_held(hire):
    clerk = hire()
    summary = clerk.run(clerk.standard(*LONG, 3), compare=False)
    assert (summary.counts["updated"], summary.counts["invalid"]) == (12, 1)
    held = clerk.results(summary)["3"]
    assert held["Code"] == "po-unlike-others"
    assert "line 14, column 1 (PO)" in held["Message"]


def test_a_po_unlike_those_sent_before_is_held_in_a_small_file(hire):
    clerk = hire()
    clerk.run(clerk.standard(*LONG), compare=False)
    again = clerk.run(clerk.standard(1234520, 4), compare=False)
    assert (again.counts["updated"], again.counts["invalid"]) == (1, 1)


def test_a_profile_that_says_what_a_po_looks_like_is_taken_at_its_word(hire):
    clerk = hire()
    profiles = {"all": Profile(name="all", po_pattern="([0-9]+)")}
    summary = clerk.run(clerk.standard(*LONG, 3), compare=False, profiles=profiles, profile="all")
    assert summary.counts["updated"] == 13


def test_pos_that_grow_by_a_digit_or_are_few_are_sent(hire):
    clerk = hire()
    assert clerk.run(clerk.standard(*range(995, 1010)), compare=False).counts["updated"] == 15
    assert clerk.run(clerk.standard(5, 77, 123456), compare=False).counts["invalid"] == 0
