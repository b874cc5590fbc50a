"""What is news of a folder, given its known problems and what a look at it found.

A problem is a file that needs a person or waits. It is open while the file is where it was and
its run is not at a good end. `blank` says that its reason was forgotten, because files were done
since: the same reason is then news again.

    problems before    the look found                      told       problems after
    none               nothing                                        none
    none               files done                                     none
    none               a problem                           failure    this one
    open               nothing; one is still open                     as before
    open               nothing; none is open               recovery   none
    open               files done; none is open            recovery   none
    open               files done; one is still open                  those, blank
    open               a problem, for a known reason                  those and this one
    open               a problem, for a new reason         failure    those and this one
    blank              nothing; one is still open                     as before
    blank              nothing; none is open               recovery   none
    blank              files done; one is still open                  as before
    blank              files done; none is open            recovery   none
    blank              a problem, for whatever reason      failure    those and this one

Besides, whoever wants `finish` is told of every look that brought a run to its end. A stopped run
is not at its end, and what a person interrupted is nobody's news.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from batch_tracker.notify.files import FileResult
from batch_tracker.settings.channel import Occasion


class Problem(NamedTuple):
    """Why a file needs a person, and the name of its run, if there is one."""

    reason: str
    run: str | None = None


Problems = Mapping[str, Problem]
"""The open problems of a folder, by the place of the file."""


class News(NamedTuple):
    """What is told, if anything, and the problems that are open now."""

    occasion: Occasion | None
    problems: Problems


def compare(
    before: Problems, files: Sequence[FileResult], *, is_open: Callable[[str, Problem], bool]
) -> News:
    """Return what is news. `files` are those of the look; `is_open` looks at an earlier problem."""
    found = {
        str(each.place): Problem(each.reason, each.summary.run) for each in files if each.is_problem
    }
    looked_at = {str(each.place) for each in files}
    still = {
        place: problem
        for place, problem in before.items()
        if place not in looked_at and is_open(place, problem)
    }
    if found:
        known = {problem.reason for problem in before.values()}
        is_new = any(problem.reason not in known for problem in found.values())
        return News("failure" if is_new else None, still | found)
    if before and not still:
        return News("recovery", {})
    if files:
        still = {place: problem._replace(reason="") for place, problem in still.items()}
    return News(None, still)
