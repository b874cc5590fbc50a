"""Questions to the person at the terminal. They go to stderr: stdout is for results."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from batch_tracker.cli.output import hide_progress, print_text
from batch_tracker.errors import BatchTrackerError

_T = TypeVar("_T")


def is_interactive() -> bool:
    """Whether a person is there who can be shown something and asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class Prompts:
    """Asks for what no flag has said; with `interactive` false, refuses to guess it."""

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive

    def text(
        self,
        question: str,
        given: str | None = None,
        *,
        flag: str,
        default: str | None = None,
        hidden: bool = False,
    ) -> str:
        """Return what was given, or the person's answer."""
        if given:
            return given
        self._require_interactive(flag)
        with _needs_answer(flag):
            answer = click.prompt(question, default=default, hide_input=hidden, err=True)
        return str(answer) if hidden else str(answer).strip()

    def choice(
        self, question: str, given: str | None, *, among: list[str], default: str, flag: str
    ) -> str:
        """Return what was given, or one of these words."""
        if given:
            return given
        self._require_interactive(flag)
        with _needs_answer(flag):
            kind = click.Choice(among)
            return str(click.prompt(question, type=kind, default=default, err=True))

    def number(self, most: int, *, flag: str) -> int:
        """Return which of several numbered answers the person chooses, from 1."""
        self._require_interactive(flag)
        with _needs_answer(flag):
            return int(click.prompt("Your answer", type=click.IntRange(1, most), err=True))

    def confirm(self, question: str, *, flag: str = "--yes", default: bool = True) -> bool:
        """Return whether the person says yes; without one, yes."""
        if not self.interactive:
            return True
        with _needs_answer(flag):
            return click.confirm(question, default=default, err=True)

    def agrees_to_send(self, question: str) -> bool:
        """Return whether the person says yes to it; Ctrl-C at the question is a no."""
        try:
            return self.confirm(question, default=False)
        except click.Abort:
            return False

    def until_accepted(self, ask: Callable[[bool], _T], *wrong: type[BatchTrackerError]) -> _T:
        """Ask until an answer is accepted; without a person, the first wrong one ends it.

        `ask` gets whether it asks again, and raises one of `wrong` where the answer is not right.
        """
        again = False
        while True:
            try:
                return ask(again)
            except wrong as problem:
                if not self.interactive:
                    raise
                print_text(str(problem), err=True)
                again = True

    def _require_interactive(self, flag: str) -> None:
        if not self.interactive:
            raise click.UsageError(f"With --yes nothing is asked. Give {flag}.")


@contextmanager
def _needs_answer(flag: str) -> Iterator[None]:
    """Name the flag to give where nobody is there to answer."""
    hide_progress()
    try:
        yield
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise click.UsageError(
            f"This is not a terminal, so nothing can be asked. Give {flag}."
        ) from None
