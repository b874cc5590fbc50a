"""What passes between driver and worker: calls, replies, and who talks to whom. No secrets.

A token stays in the process of the worker that got it. The driver has a name for it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from batch_tracker.model import Update
from batch_tracker.sender.client import Calls, Reply

MOST_CALLS = 50
"""Calls in a shard: so many POs one look-up can settle."""


class LogIn(NamedTuple):
    """Ask for a token."""

    async def by(self, calls: Calls, token: str) -> Reply:  # noqa: ARG002 - there is none yet
        """Make the call."""
        return await calls.log_in()


class Put(NamedTuple):
    """Send one update; `token` is the name of one."""

    update: Update
    token: str

    async def by(self, calls: Calls, token: str) -> Reply:
        """Make the call."""
        return await calls.put(self.update, token)


class ListOrders(NamedTuple):
    """Ask for a page of the list of POs; `token` is the name of one."""

    pos: Sequence[int]
    token: str
    page: int
    size: int

    async def by(self, calls: Calls, token: str) -> Reply:
        """Make the call."""
        return await calls.list_orders(self.pos, token, page=self.page, size=self.size)


Call = LogIn | Put | ListOrders


class Shard(NamedTuple):
    """Calls that are made side by side, from one address. `number` is the only one of its session.

    "" leaves the address to the worker's system.
    """

    session: str
    number: int
    address: str
    calls: Sequence[Call]


class Login(NamedTuple):
    """For whom a session makes calls: the account's name ("" where there is none) and its login."""

    account: str
    server: str
    username: str


class Versions(NamedTuple):
    """What must be the same at both ends."""

    batch_tracker: str
    distributed: str


class Place(NamedTuple):
    """An address that a worker calls from, and the label of the quota that its calls use.

    `trouble` says why no call can be made from there.
    """

    address: str
    label: str
    trouble: str = ""


class Greeting(NamedTuple):
    """A worker that is ready: its host's name, its places, and how long a call may take there."""

    host: str
    places: tuple[Place, ...]
    timeout_s: float
