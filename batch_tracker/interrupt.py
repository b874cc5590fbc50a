"""Ctrl-C, the system's request to end and a terminal that is closed, turned into a gentle stop."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from concurrent.futures import Future

_SIGNALS = [signal.SIGINT, signal.SIGTERM]
if hasattr(signal, "SIGHUP"):  # not on Windows
    _SIGNALS.append(signal.SIGHUP)
# On some systems a wait without an end can't be interrupted.
_LOOK_UP_S = 0.2

_Result = TypeVar("_Result")


@contextmanager
def ending_as_by_ctrl_c() -> Iterator[None]:
    """Let every request to end raise KeyboardInterrupt, as Ctrl-C does, meanwhile."""
    with _handled(signal.default_int_handler):
        yield


@contextmanager
def finishing() -> Iterator[Callable[[], bool]]:
    """Let the first request to end wait for the end of the block; a second one ends at once.

    The function that is given says whether somebody has asked.
    """
    asked = threading.Event()
    with _on_first_signal(asked.set):
        yield asked.is_set


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[Callable[[], None]]:
    """Handle the signals meanwhile; give what restores what was done about them before.

    Only the main thread gets signals. Who has the closing of the terminal ignored (nohup), wants to
    outlive it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    earlier = {
        number: signal.getsignal(number)
        for number in _SIGNALS
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN
    }

    def restore() -> None:
        for number, before in earlier.items():
            signal.signal(number, before)

    for number in earlier:
        signal.signal(number, handler)
    try:
        yield restore
    finally:
        restore()


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
    loop = _running_loop()
    with _on_first_signal(lambda: loop.call_soon_threadsafe(stop)):
        yield


@contextmanager
def _on_first_signal(act: Callable[[], object]) -> Iterator[None]:
    """Act on the first signal, in the main thread; a second one does what it did before."""

    def first(_number: int, _frame: FrameType | None) -> None:
        restore()
        act()

    with _handled(first) as restore:
        yield


def _running_loop() -> "AbstractEventLoop":
    from asyncio import get_running_loop  # noqa: PLC0415 - every command imports this module

    return get_running_loop()


def in_a_thread(story: Callable[[], _Result]) -> _Result:
    """Do something in a thread of its own and wait for it; Ctrl-C stops it gently.

    A second Ctrl-C ends the waiting.
    """
    from concurrent.futures import wait  # noqa: PLC0415 - every command imports this module

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


def side_by_side(
    stories: Iterable[Callable[[Callable[[_Result], None]], None]],
) -> Iterator[_Result]:
    """Tell stories in threads of their own, and give what they tell as it comes.

    Each story is called with what it tells by. The first signal stops all of them gently, a second
    one ends the waiting. What a story raises is raised here once all have ended.
    """
    told: SimpleQueue[_Result | _End] = SimpleQueue()

    def tell(story: Callable[[Callable[[_Result], None]], None]) -> None:
        try:
            story(told.put)
        finally:
            told.put(_END)

    threads = [StoppableThread(partial(tell, story)) for story in stories]

    def stop() -> None:
        for thread in threads:
            thread.ask_to_stop()

    for thread in threads:
        thread.start()
    with _on_first_signal(stop):
        yield from _until_ended(told, len(threads))
    for thread in threads:
        thread.result.result()


def _until_ended(told: "SimpleQueue[_Result | _End]", stories: int) -> Iterator[_Result]:
    while stories:
        with suppress(Empty):
            each = told.get(timeout=_LOOK_UP_S)
            if isinstance(each, _End):
                stories -= 1
            else:
                yield each


class _End:
    """What follows the last word of a story."""


_END = _End()


def is_asked_to_stop() -> bool:
    """Whether the thread that this runs in was asked to stop."""
    thread = threading.current_thread()
    return isinstance(thread, StoppableThread) and thread.asked.is_set()


def rest(seconds: float) -> None:
    """Sleep; in a thread that is asked to stop, raise KeyboardInterrupt, as Ctrl-C does."""
    thread = threading.current_thread()
    if not isinstance(thread, StoppableThread):
        time.sleep(seconds)
    elif thread.asked.wait(seconds):
        raise KeyboardInterrupt


def _new_future() -> "Future[object]":
    from concurrent.futures import Future  # noqa: PLC0415 - every command imports this module

    return Future()


class StoppableThread(threading.Thread):
    """A thread that tells a story, and can be asked to stop by another thread."""

    def __init__(self, story: Callable[[], object]) -> None:
        # Its end is not waited for when the program ends: a run bears being killed.
        super().__init__(name="batch-tracker", daemon=True)
        self._story = story
        self._stop_run: Callable[[], object] | None = None
        self.asked = threading.Event()
        self.result: Future[object] = _new_future()

    def run(self) -> None:
        """Tell the story."""
        try:
            self.result.set_result(self._story())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            self.result.set_exception(error)

    def ask_to_stop(self) -> None:
        """Stop what can be stopped now, or as soon as it can be."""
        self.asked.set()
        if self._stop_run:
            with suppress(RuntimeError):  # its event loop has just ended
                self._stop_run()

    @contextmanager
    def stopped_by(self, stop: Callable[[], None]) -> Iterator[None]:
        """Let a request to stop call `stop` in the event loop that runs here."""
        loop = _running_loop()
        self._stop_run = partial(loop.call_soon_threadsafe, stop)
        if self.asked.is_set():
            stop()
        try:
            yield
        finally:
            self._stop_run = None
