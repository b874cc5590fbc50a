"""What is told of a folder, when, once or again: a table, every line of it held."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.model import RunSummary
from batch_tracker.notify import news
from batch_tracker.notify.files import FileResult, FileState
from batch_tracker.notify.news import Problem, compare

EARLIER, OTHER, NOW = "/inbox/attention/a.csv", "/inbox/attention/b.csv", "/inbox/attention/c.csv"
REASON = "partial: rejected"
OPEN = {EARLIER: Problem(REASON, "run-a"), OTHER: Problem("partial: invalid", "run-b")}
BLANK = {place: problem._replace(reason="") for place, problem in OPEN.items()}
FOUND = {NOW: Problem(REASON, "20260304-050607")}
NEW = {NOW: Problem("partial: failed", "20260304-050607")}
BEFORE = {"none": {}, "open": OPEN, "blank": BLANK}

# Problems before, what the look found, how many are still open; what is told, problems after.
TABLE = [
    ("none", "nothing", 0, None, {}),
    ("none", "files done", 0, None, {}),
    ("none", "a problem", 0, "failure", FOUND),
    ("open", "nothing", 2, None, OPEN),
    ("open", "nothing", 0, "recovery", {}),
    ("open", "files done", 0, "recovery", {}),
    ("open", "files done", 2, None, BLANK),
    ("open", "a problem, for a known reason", 2, None, OPEN | FOUND),
    ("open", "a problem, for a new reason", 2, "failure", OPEN | NEW),
    ("blank", "nothing", 2, None, BLANK),
    ("blank", "nothing", 0, "recovery", {}),
    ("blank", "files done", 2, None, BLANK),
    ("blank", "files done", 0, "recovery", {}),
    ("blank", "a problem, for whatever reason", 2, "failure", BLANK | FOUND),
]


@pytest.fixture
def look(ended):
    """Return the files of a look at the folder, by its name in the table."""

    def look(name):
        if name == "nothing":
            return []
        done = FileResult.of(ended(0, source="in/d.csv"), place=Path("/inbox/done/d.csv"))
        if name == "files done":
            return [done]
        states = {"failed": 1} if "new" in name else {"rejected": 1}
        return [done, FileResult.of(ended(1, source="in/c.csv", **states), place=Path(NOW))]

    return look


@pytest.mark.parametrize(("before", "found", "still", "told", "after"), TABLE)
def test_what_is_told(look, before, found, still, *, told, after):
    opened = list(OPEN)[:still]
    change = compare(BEFORE[before], look(found), is_open=lambda place, _: place in opened)
    assert change == (told, after)


def test_the_table_is_the_one_that_the_code_explains():
    in_doc = [line.split("  ") for line in news.__doc__.splitlines() if line.startswith("    ")]
    in_doc = [[cell.strip() for cell in line if cell.strip()] for line in in_doc][1:]
    here = []
    for before, found, still, told, after in TABLE:
        words = [found]
        if before != "none" and "problem" not in found:
            words.append("one is still open" if still else "none is open")
        names = {
            str({}): "none",
            str(BLANK): "as before" if before == "blank" else "those, blank",
            str(OPEN): "as before",
            str(FOUND): "this one",
        }
        ends = names.get(str(after), "those and this one")
        here.append([before, "; ".join(words), *([told] if told else []), ends])
    assert in_doc == here


def test_one_problem_of_several_that_is_over_is_no_recovery(look):
    change = compare(OPEN, look("nothing"), is_open=lambda place, _: place == OTHER)
    assert change == (None, {OTHER: OPEN[OTHER]})


@pytest.mark.parametrize(
    ("code", "is_left", "state", "is_problem", "has_ended"),
    [
        (0, False, FileState.DONE, False, True),
        (1, False, FileState.ATTENTION, True, True),
        (2, False, FileState.ATTENTION, True, True),
        (3, False, FileState.WAITING, True, False),
        (3, True, FileState.WAITING, True, False),
        (0, True, FileState.WAITING, True, False),  # its run is done, it can't be moved
        (1, True, FileState.WAITING, True, False),
        (130, True, FileState.INTERRUPTED, False, False),
        (130, False, FileState.INTERRUPTED, False, False),
    ],
)
def test_what_became_of_a_file(ended, code, is_left, state, *, is_problem, has_ended):
    how = ended(3 if code == 130 else code)._replace(exit_code=code)
    result = FileResult.of(how, is_left=is_left)
    assert (result.state, result.is_problem, result.has_ended) == (state, is_problem, has_ended)


@given(st.lists(st.tuples(st.sampled_from(["", "ok", "down", "refused"]), st.booleans())))
def test_an_end_is_told_once_and_only_when_nothing_is_open(nights):
    """Any story of looks: what is found, and whether a person clears all that was there before."""
    problems, told, there = {}, [], set()
    for night, (found, cleared) in enumerate(nights):
        there = set() if cleared else there
        files = [_file(found, night)] if found else []
        change = compare(problems, files, is_open=lambda place, _, there=there: place in there)
        problems = change.problems
        there = there | {str(each.place) for each in files if each.is_problem}
        assert problems.keys() <= there
        if change.occasion:
            told.append(change.occasion)
        if change.occasion == "recovery":
            assert not there
    ends = [told[n - 1 : n + 1] for n, occasion in enumerate(told) if occasion == "recovery"]
    assert ends == [["failure", "recovery"]] * len(ends)


def _file(reason, night):
    state = FileState.DONE if reason == "ok" else FileState.ATTENTION
    place = Path(f"/inbox/attention/{night}.csv")
    return FileResult(state, RunSummary.of_nothing(reason), place)
