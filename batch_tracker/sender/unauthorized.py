"""Rows whose tokens were refused: is it the row, or is it the token?"""

from collections.abc import Callable
from typing import NamedTuple

from batch_tracker.errors import LoginRefused
from batch_tracker.model import Step, Verdict
from batch_tracker.sender.token import TokenSource

# So many rows that every token is refused for, and no row that got through: it is the token.
_ENOUGH = 3


class UnauthorizedRow(NamedTuple):
    """A row that two tokens were refused for, the number of its last call, and what came of it."""

    step: Step
    number: int
    verdict: Verdict


class UnauthorizedRows:
    """Keeps such rows open until it is clear what to do about them.

    Where another row gets through with the same token, it is not the token: `reject` is called for
    each. Where none does, the run ends, and the rows stay open.
    """

    def __init__(self, tokens: TokenSource, reject: Callable[[UnauthorizedRow], None]) -> None:
        self._tokens = tokens
        self._reject = reject
        self._rows: list[UnauthorizedRow] = []

    def add(self, row: UnauthorizedRow, token: str) -> None:
        """Add a row; raises LoginRefused where it is one too many."""
        self._rows.append(row)
        if self._tokens.is_proven(token):
            self._reject_all()
        elif len(self._rows) >= _ENOUGH:
            raise _tokens_refused(row.verdict)

    def prove(self, token: str) -> None:
        """Take into account that a row got through with this token."""
        if self._tokens.prove(token):
            self._reject_all()

    def close(self) -> None:
        """Decide about those that are left; raises LoginRefused where no row ever got through."""
        if self._rows and not self._tokens.any_proven:
            raise _tokens_refused(self._rows[-1].verdict)
        self._reject_all()

    def take_all(self) -> list[Step]:
        """Decide about none of them, and return them: they are to be sent another way."""
        steps = [row.step for row in self._rows]
        self._rows.clear()
        return steps

    def _reject_all(self) -> None:
        while self._rows:
            self._reject(self._rows.pop())


def _tokens_refused(verdict: Verdict) -> LoginRefused:
    return LoginRefused(
        f"The server refuses tokens that it has just issued: {verdict.message}",
        hint="Check in Sellercloud that this user may use the REST API.",
    )
