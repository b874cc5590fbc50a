"""A cell of several fonts: its parts are told by the cell's format and found again."""

from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.model.cells import Kind, Run, TypedCell, rich_format, runs_of

RUNS = st.lists(st.builds(Run, st.text(), st.sampled_from(["", "s", "^", "_", "s^"])))


@given(RUNS)
def test_the_parts_of_a_text_are_found_again(runs):
    text = "".join(run.text for run in runs)
    assert runs_of(TypedCell(Kind.RICH, text, rich_format(runs))) == runs
