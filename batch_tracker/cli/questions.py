"""Questions about a file's columns, asked and answered at the terminal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from batch_tracker.cli.output import print_text
from batch_tracker.cli.prompts import Prompts
from batch_tracker.errors import ColumnsUnclear, Question

if TYPE_CHECKING:
    from batch_tracker.settings import Settings
    from batch_tracker.settings.profile import Profile

_T = TypeVar("_T")
_Story = Callable[[Path, "Settings"], _T]


def asking(story: _Story[_T]) -> _Story[_T]:
    """Return a story of one file that asks at the terminal what it must know of the columns.

    What the person keeps holds for the next files, too.
    """
    kept: dict[str, Profile] = {}

    def ask(path: Path, settings: "Settings") -> _T:
        settings = settings.model_copy(update={"profiles": settings.profiles | kept})
        name: str | None = None
        while True:
            try:
                return story(path, settings)
            except ColumnsUnclear as unclear:
                settings = _answered(unclear, path, settings)
                name = _name_to_keep(path) if name is None else name
                if name:
                    kept[name] = _keep(name, path, settings)

    return ask


def _answered(unclear: ColumnsUnclear, path: Path, settings: "Settings") -> "Settings":
    """Return the settings with the person's answers about a file."""
    from batch_tracker.settings.column_answer import read_answers

    print_text(f"{path.name}:", err=True)
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


def _keep(name: str, path: Path, settings: "Settings") -> "Profile":
    from batch_tracker.account import write_profile
    from batch_tracker.stories.stage import answered_profile

    file = settings.settings_file
    profile = answered_profile(path, settings)
    write_profile(file, name, profile)
    print_text(f"Kept as profile {name} in {file}.", err=True)
    return profile
