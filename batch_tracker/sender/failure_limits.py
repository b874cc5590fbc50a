"""When to stop a run that goes wrong: every row refused alike, or too many rows failing."""

import re
from typing import NamedTuple

from batch_tracker.errors import SameRefusal, TooManyFailures
from batch_tracker.model import Outcome, State
from batch_tracker.settings import Share

_FAILURES = {State.REJECTED, State.FAILED, State.IN_DOUBT}


class _Cause(NamedTuple):
    """What a refusal of every row probably comes from, told by its words or its HTTP status."""

    pattern: str
    hint: str


# The first that fits is told. The server's words are not documented, so each looks for little.
_CAUSES = (
    _Cause(
        r"multiple tracking",
        'The client setting "Enable Multiple Tracking Numbers On PO" is probably on. '
        "Switch it off.",
    ),
    _Cause(
        r"ship\w* (date|status)|shippedon",
        "The POs' shipping status is probably None, so a ship date can't be set. Set the "
        "status in Sellercloud, or leave the ship date out of the manifest.",
    ),
    _Cause(
        r"permission|forbidden|not allowed|access denied|^403",
        "The user probably has no permission to change purchase orders.",
    ),
    _Cause(
        r"^(404|405|3\d\d)",
        "Check SELLERCLOUD_URL and the user: the server may be the wrong one or too old, "
        "or the user may not see purchase orders.",
    ),
)


class FailureLimits:
    """Looks at every outcome of a session, and ends the run where going on makes no sense.

    `same_refusals` is how many first answers must be the same refusal (0: never mind);
    `max_failures` how many of the `total` rows may be rejected, failed or in doubt.
    """

    def __init__(self, *, same_refusals: int, max_failures: Share | None, total: int) -> None:
        self._limit = same_refusals
        self._most_failures = max_failures.of(total) if max_failures else None
        self._refusal: str | None = None
        self._alike: list[int] = []
        self._failures = 0

    def record(self, outcome: Outcome) -> None:
        """Take one more outcome into account.

        Raises:
            SameRefusal: the first answers are all the same refusal.
            TooManyFailures: the rows that failed are more than were allowed.
        """
        self._record_sameness(outcome)
        self._failures += outcome.state in _FAILURES
        if self._most_failures is not None and self._failures > self._most_failures:
            raise TooManyFailures(
                f"{self._failures} rows were rejected, failed or are in doubt. That is "
                "more than --max-failures allows.",
                hint="Look at them in the workbook. batch-tracker resume sends the others.",
            )

    def _record_sameness(self, outcome: Outcome) -> None:
        if not self._limit:
            return
        words = _without_numbers(outcome)
        if outcome.state is not State.REJECTED or self._refusal not in {None, words}:
            self._limit = 0  # rows fare differently: it is not the run, it is the rows
            return
        self._refusal = words
        self._alike.append(outcome.row)
        if len(self._alike) >= self._limit:
            raise SameRefusal(
                f"The first {len(self._alike)} rows were all refused for the same reason: "
                f"{outcome.message}",
                hint=_diagnosis(outcome),
                rows=self._alike,
            )


def _without_numbers(outcome: Outcome) -> str:
    """Return what two refusals have in common that differ only in numbers, such as the PO's."""
    return f"{outcome.status} {re.sub(r'[0-9]+', '#', outcome.message)}"


def _diagnosis(outcome: Outcome) -> str:
    said = f"{outcome.status} {outcome.message}".lower()
    hints = (cause.hint for cause in _CAUSES if re.search(cause.pattern, said))
    cause = next(hints, "The cause is probably in Sellercloud, or in every row.")
    return f"{cause} Then resume: it also sends these rows again."
