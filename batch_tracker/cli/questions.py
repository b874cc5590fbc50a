"""Questions about a file's columns, asked and answered at the terminal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from batch_tracker.cli.output import print_text
from batch_tracker.cli.prompts import Prompts, is_interactive
from batch_tracker.errors import ColumnsUnclear, Question

if TYPE_CHECKING:
    from batch_tracker.settings import Settings

_T = TypeVar("_T")


def with_answers(story: Callable[[Path, "Settings"], _T], path: Path, settings: "Settings") -> _T:
    """Tell a story of one file; what it asks about the columns is asked at the terminal.

    Raises:
        ColumnsUnclear: nobody is there to answer.
    """
    name: str | None = None
    while True:
        try:
            return story(path, settings)
        except ColumnsUnclear as unclear:
            if not is_interactive():
                raise
            settings = _answered(unclear, settings)
            name = _name_to_keep(path) if name is None else name
            if name:
                _keep(name, path, settings)


def _answered(unclear: ColumnsUnclear, settings: "Settings") -> "Settings":
    """Return the settings with the person's answers."""
    from batch_tracker.settings.column_answer import read_answers

    given = [answer for question in unclear.questions for answer in _ask(question)]
    return settings.model_copy(update={"column": read_answers([*settings.column, *given])})


def _ask(question: Question) -> tuple[str, ...]:
    print_text(question.text, err=True)
    for number, option in enumerate(question.options, 1):
        print_text(f"  {number}  {option.words}", err=True)
    number = Prompts(interactive=True).number(len(question.options), flag="--column")
    return question.options[number - 1].answers


def _name_to_keep(path: Path) -> str:
    """Return the name of the profile in which the answers are kept; "" where they are not."""
    prompts = Prompts(interactive=True)
    if not prompts.confirm("Keep the answers for files with these headers?", flag="--column"):
        return ""
    usual = "-".join(re.findall(r"[^\W\d_]+", path.stem.casefold())) or "manifest"
    return prompts.text("Name of the profile", flag="--column", default=usual)


def _keep(name: str, path: Path, settings: "Settings") -> None:
    from batch_tracker.account import write_profile
    from batch_tracker.stories.stage import answered_profile

    file = settings.settings_file
    write_profile(file, name, answered_profile(path, settings))
    print_text(f"Kept as profile {name} in {file}.", err=True)
