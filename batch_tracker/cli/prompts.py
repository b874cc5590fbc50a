"""Asking a person what no flag has said."""

import click

from batch_tracker.cli import session


class Asker:
    """Asks at the terminal; when `silent`, takes what is given and refuses to guess the rest."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    def text(
        self,
        question: str,
        given: str | None = None,
        *,
        flag: str,
        usual: str | None = None,
        hidden: bool = False,
    ) -> str:
        """Return what was given, or the person's answer."""
        if given:
            return given
        self._require_voice(flag)
        with session.asking(instead=flag):
            answer = click.prompt(question, default=usual, hide_input=hidden, err=True)
        return str(answer) if hidden else str(answer).strip()

    def choice(
        self, question: str, given: str | None, *, among: list[str], usual: str, flag: str
    ) -> str:
        """Return what was given, or one of these words."""
        if given:
            return given
        self._require_voice(flag)
        with session.asking(instead=flag):
            kind = click.Choice(among)
            return str(click.prompt(question, type=kind, default=usual, err=True))

    def agrees(self, question: str, *, flag: str = "--yes") -> bool:
        """Return whether the person says yes; a silent one has."""
        if self.silent:
            return True
        with session.asking(instead=flag):
            return click.confirm(question, default=True, err=True)

    def _require_voice(self, flag: str) -> None:
        if self.silent:
            raise click.UsageError(f"With --yes nothing is asked: give {flag}.")
