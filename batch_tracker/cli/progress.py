"""The progress bars: one at a time or one an account, and none where stderr is no terminal."""

import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Never, Self

from batch_tracker.cli import output
from batch_tracker.model import Progress

if TYPE_CHECKING:
    from tqdm import tqdm

_BAR = "{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} rows, {rate_fmt}, {remaining} left"
_UNSIZED = "{desc} {n_fmt} rows, {rate_fmt}{postfix}"
_NOTED = "{desc} {n_fmt}/{total_fmt} rows{postfix}"
"""With a note, which must never be cut off: there is no room for more in 80 columns."""


_ALL = "all accounts"


class ProgressBar:
    """Shows how far a command is. An instance is called with each `Progress`.

    Use it as a context manager. It is gone before anything else is written.
    """

    def __init__(self, label: str = "", position: int = 0) -> None:
        self._label = label
        self._position = position
        self._bar: tqdm[Never] | None = None
        self._stage = ""

    def __call__(self, progress: Progress) -> None:
        """Show how far a stage is, for as long as the terminal is there."""
        with suppress(OSError):
            self._show(progress)

    def _show(self, progress: Progress) -> None:
        if progress.stage != self._stage:
            self.close()
            self._stage = progress.stage
        if not sys.stderr.isatty():
            return
        if progress.total is not None and progress.done >= progress.total:
            self.close()
            return
        bar = self._bar = self._bar or self._drawn(progress)
        bar.bar_format = _format(progress)
        bar.total = progress.total
        bar.set_postfix_str(progress.note, refresh=False)
        bar.update(progress.done - bar.n)
        bar.refresh()

    def _drawn(self, progress: Progress) -> "tqdm[Never]":
        from tqdm import tqdm

        # What was done before this bar was drawn is no part of its rate.
        return tqdm(
            desc=f"{self._label} {progress.stage}" if self._label else progress.stage.capitalize(),
            position=self._position,
            initial=progress.done,
            unit=" rows",
            dynamic_ncols=True,
            leave=False,
            bar_format=_format(progress),
        )

    def close(self) -> None:
        """Take the bar away; the next progress shows it again."""
        bar, self._bar = self._bar, None
        if bar is not None:
            with suppress(OSError):
                bar.close()
                sys.stderr.write("\r")  # tqdm leaves the cursor where a lower bar ended

    def __enter__(self) -> Self:
        output.set_progress(self.close)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        output.set_progress(None)


class ProgressBars:
    """Shows how far several accounts are, a bar each, and all of them together.

    Use it as a context manager, as a single bar.
    """

    def __init__(self, accounts: Iterable[str]) -> None:
        names = list(accounts)
        width = max(map(len, [*names, _ALL]))
        self._bars = {name: ProgressBar(f"{name:<{width}}", at) for at, name in enumerate(names)}
        self._all = ProgressBar(f"{_ALL:<{width}}", len(names))
        self._sending: dict[str, Progress] = {}
        self._sent: Counter[str] = Counter()

    def show(self, account: str, progress: Progress) -> None:
        """Show how far an account is."""
        self._bars[account](progress)
        if progress.stage != "sending" or progress.total is None:
            return
        self._sending[account] = progress
        if progress.done >= progress.total:  # of one of its files
            self._sent[account] += progress.done
            del self._sending[account]
        sent, now = self._sent.total(), self._sending.values()
        done = sent + sum(each.done for each in now)
        total = sent + sum(each.total or 0 for each in now)
        self._all(Progress("sending", done, total))

    def close(self) -> None:
        """Take the bars away; the next progress shows them again."""
        for bar in (*self._bars.values(), self._all):
            bar.close()

    def __enter__(self) -> Self:
        output.set_progress(self.close)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        output.set_progress(None)


def _format(progress: Progress) -> str:
    if progress.total is None:
        return _UNSIZED
    return _NOTED if progress.note else _BAR
