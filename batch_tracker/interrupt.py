"""Ctrl-C and the system's request to end, turned into a gentle stop."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import TypeVar, cast

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# On some systems a wait without an end can't be interrupted.
_LOOK_UP_S = 0.2

_Result = TypeVar("_Result")


@contextmanager
def ending_as_by_ctrl_c() -> Iterator[None]:
    """Let the system's request to end raise KeyboardInterrupt, as Ctrl-C does, meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` in the running event loop on the first signal; a second one ends at once.

    Only the main thread gets signals: in another (a service) this does nothing, unless somebody
    waits for that thread, who gets them for it (`in_a_thread`).
    """
    thread = threading.current_thread()
    if isinstance(thread, StoppableThread):
        with thread.stopped_by(stop):
            yield
        return
    if thread is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    earlier = [signal.getsignal(number) for number in _SIGNALS]

    def restore() -> None:
        for number, handler in zip(_SIGNALS, earlier, strict=True):
            signal.signal(number, handler)

    def first(_number: int, _frame: FrameType | None) -> None:
        restore()
        loop.call_soon_threadsafe(stop)

    for number in _SIGNALS:
        signal.signal(number, first)
    try:
        yield
    finally:
        restore()


def in_a_thread(story: Callable[[], _Result]) -> _Result:
    """Do something in a thread of its own and wait for it; Ctrl-C stops it gently.

    A second Ctrl-C ends the waiting.
    """
    thread = StoppableThread(story)
    thread.start()
    asked = False
    while not thread.result.done():
        try:
            wait([thread.result], timeout=_LOOK_UP_S)
        except KeyboardInterrupt:
            if asked:
                raise
            asked = True
            thread.ask_to_stop()
    thread.join()
    return cast("_Result", thread.result.result())


class StoppableThread(threading.Thread):
    """A thread that tells a story, and can be asked to stop by another thread."""

    def __init__(self, story: Callable[[], object]) -> None:
        # Its end is not waited for when the program ends: a run bears being killed.
        super().__init__(name="batch-tracker", daemon=True)
        self._story = story
        self._stop_run: Callable[[], object] | None = None
        self._asked = False
        self.result: Future[object] = Future()

    def run(self) -> None:
        """Tell the story."""
        try:
            self.result.set_result(self._story())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            self.result.set_exception(error)

    def ask_to_stop(self) -> None:
        """Stop what can be stopped now, or as soon as it can be."""
        self._asked = True
        if self._stop_run:
            with suppress(RuntimeError):  # its event loop has just ended
                self._stop_run()

    @contextmanager
    def stopped_by(self, stop: Callable[[], None]) -> Iterator[None]:
        """Let a request to stop call `stop` in the event loop that runs here."""
        loop = asyncio.get_running_loop()
        self._stop_run = partial(loop.call_soon_threadsafe, stop)
        if self._asked:
            stop()
        try:
            yield
        finally:
            self._stop_run = None
