"""The progress bar: one at a time on stderr, and none where that is no terminal."""

import sys
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


class ProgressBar:
    """Shows how far a command is. An instance is called with each `Progress`.

    Use it as a context manager. It is gone before anything else is written.
    """

    def __init__(self) -> None:
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
        bar = self._bar = self._bar or _drawn(progress)
        bar.bar_format = _format(progress)
        bar.total = progress.total
        bar.set_postfix_str(progress.note, refresh=False)
        bar.update(progress.done - bar.n)
        bar.refresh()

    def close(self) -> None:
        """Take the bar away; the next progress shows it again."""
        bar, self._bar = self._bar, None
        if bar is not None:
            with suppress(OSError):
                bar.close()

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


def _drawn(progress: Progress) -> "tqdm[Never]":
    from tqdm import tqdm

    # What was done before this bar was drawn is no part of its rate.
    return tqdm(
        desc=progress.stage.capitalize(),
        initial=progress.done,
        unit=" rows",
        dynamic_ncols=True,
        leave=False,
        bar_format=_format(progress),
    )


def _format(progress: Progress) -> str:
    if progress.total is None:
        return _UNSIZED
    return _NOTED if progress.note else _BAR
