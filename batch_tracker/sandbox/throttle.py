"""The quota as the server keeps it: calls in a window, per user and address, as they arrive."""

from collections import defaultdict, deque
from typing import Protocol

Caller = tuple[str | None, str]
"""A user, where one is known, and an address."""


class Window(Protocol):
    """One user's window."""

    def arrive(self, now: float) -> float | None:
        """Count a call. None if it is within the quota, else the time from which one would be."""


class SlidingWindow:
    """At most `quota` calls in any stretch of `seconds`; a refused call counts as well."""

    def __init__(self, quota: int, seconds: float) -> None:
        self._seconds = seconds
        self._latest: deque[float] = deque(maxlen=quota)

    def arrive(self, now: float) -> float | None:
        """See `Window.arrive`."""
        latest = self._latest
        full = len(latest) == latest.maxlen and now - latest[0] < self._seconds
        latest.append(now)
        return latest[0] + self._seconds if full else None


class FixedWindow:
    """At most `quota` calls between two multiples of `seconds` since 1970."""

    def __init__(self, quota: int, seconds: float) -> None:
        self._quota = quota
        self._seconds = seconds
        self._window = -1
        self._count = 0

    def arrive(self, now: float) -> float | None:
        """See `Window.arrive`."""
        window = int(now // self._seconds)
        if window != self._window:
            self._window, self._count = window, 0
        self._count += 1
        return (window + 1) * self._seconds if self._count > self._quota else None


class Throttle:
    """One window for each user and address."""

    def __init__(self, quota: int, seconds: float, kind: str) -> None:
        window: type[SlidingWindow | FixedWindow] = (
            SlidingWindow if kind == "sliding" else FixedWindow
        )
        self._windows: defaultdict[Caller, Window] = defaultdict(lambda: window(quota, seconds))

    def arrive(self, caller: Caller, now: float) -> float | None:
        """Count a call. None if within the quota, else the reset time (since 1970)."""
        return self._windows[caller].arrive(now)
