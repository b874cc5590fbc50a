"""The open steps of a run: each is handed out once, and again only if it was given back."""

from collections import deque

from batch_tracker import ledger
from batch_tracker.ledger import Run
from batch_tracker.model import Step

_PAGE = 500


class OpenSteps:
    """Hands out the open steps of a run, in source order and then those that were given back."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._page: deque[Step] = deque()
        self._after: int | None = 0
        self._given_back: dict[int, None] = {}
        self.left: int | None = None
        """How many are handed out yet; None: all."""

    @property
    def are_left(self) -> bool:
        """Whether a step waits for a worker, or may: nobody has seen the last one yet."""
        return bool(self._given_back or self._page or self._after is not None) and self.left != 0

    def next(self) -> Step | None:
        """Return a step to send, or None where none is left."""
        step = None if self.left == 0 else self._fresh() or self._again()
        if step and self.left is not None:
            self.left -= 1
        return step

    def give_back(self, step: Step) -> None:
        """Let another worker have a step that is not settled. None of its calls is under way."""
        if step.row not in self._given_back:
            self._given_back[step.row] = None
            if self.left is not None:
                self.left += 1

    def _fresh(self) -> Step | None:
        if not self._page and self._after is not None:
            self._page.extend(ledger.steps(self._run, after=self._after, limit=_PAGE))
            self._after = self._page[-1].row if self._page else None
        return self._page.popleft() if self._page else None

    def _again(self) -> Step | None:
        """Read a step once more: calls were made for it meanwhile."""
        while self._given_back:
            row = next(iter(self._given_back))
            del self._given_back[row]
            for step in ledger.steps(self._run, after=row - 1, limit=1):
                if step.row == row:
                    return step
        return None
