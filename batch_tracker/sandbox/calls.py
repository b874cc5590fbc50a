"""The call log: what reached the pretend server, in order, with nothing redacted."""

from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from typing import Literal

from batch_tracker.sandbox.rules import FaultName

Endpoint = Literal["token", "put", "list", "elsewhere"]
"""Log in; update one PO's tracking; list POs; any other path or method."""


@dataclass(slots=True, eq=False)
class Call:
    """One request and what became of it. Filled in while it is served.

    `arrived` is in seconds since 1970; `body` is the parsed JSON, or the raw bytes where it is
    none; `status` stays None where no answer was begun; `user` is None where no one is known.
    """

    arrived: float
    endpoint: Endpoint
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    address: str = ""
    body: object = b""
    user: str | None = None
    po: int | None = None
    status: int | None = None
    fault: FaultName = "ok"
    applied: bool = False
    throttled: bool = False


class CallLog:
    """Every call in order of arrival, and counters. Safe to read from another thread."""

    def __init__(self, kept: int | None = None) -> None:
        self._calls: deque[Call] = deque(maxlen=kept)
        self._arrivals: defaultdict[str | None, array[float]] = defaultdict(lambda: array("d"))
        self.puts: Counter[int] = Counter()
        """PUTs by PO, throttled and refused ones included."""
        self.applied: Counter[int] = Counter()
        """PUTs that were carried out, by PO."""
        self.by_endpoint: Counter[Endpoint] = Counter()
        self.throttled = 0
        self.redirects_followed = 0

    def __len__(self) -> int:
        """How many calls arrived, kept or not."""
        return self.by_endpoint.total()

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]

    @property
    def logins(self) -> int:
        """How often a token was asked for."""
        return self.by_endpoint["token"]

    def arrive(self, call: Call) -> None:
        """Take down a call that has just arrived."""
        self._calls.append(call)
        self.by_endpoint[call.endpoint] += 1
        if call.endpoint == "put" and call.po is not None:
            self.puts[call.po] += 1

    def identify(self, call: Call, user: str | None) -> None:
        """Say whose call it is; from then on it counts in that user's windows."""
        call.user = user
        self._arrivals[user].append(call.arrived)

    def mark_applied(self, call: Call, po: int) -> None:
        """Say that the call's update was carried out."""
        call.applied = True
        self.applied[po] += 1

    def mark_throttled(self, call: Call) -> None:
        """Say that the call was over the quota."""
        call.throttled = True
        self.throttled += 1

    def max_calls_in_any_window(self, seconds: float, user: str | None = None) -> int:
        """Most calls that arrived within any `[t, t + seconds)`, of one user or of everyone."""
        arrays = tuple(self._arrivals.values()) if user is None else (self._arrivals[user],)
        arrivals = list(merge(*(sorted(arrival) for arrival in arrays)))
        most = first = 0
        for last, arrived in enumerate(arrivals):
            while arrived - arrivals[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most
