"""Lanes: several accounts, and several addresses of one account, beside a single one.

Accounts: `run INBOX --accounts` with four accounts, each with a server, a quota and a manifest of
its own, over the same with one account. What counts is the wall time of the process, start and
report included.

Addresses: one account that calls from three loopback addresses, over the same from one. The server
counts for each address; what counts is its rate, from the first call to the last. Both go by the
quota, window by window: the rows are so many that the last window of neither is a nearly empty one.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from batch_tracker.sandbox import Sandbox, SandboxSettings
from tests.benchmarks.figures import Figure, Seconds, Size, Target, in_turns, ratio
from tests.benchmarks.programs import ACCOUNT, end, start, write_manifest

AT_ONCE, FACTOR, NONE = Target("<=", 1.10), Target(">=", 2.7), Target("<=", 0)
ACCOUNTS = ("acme", "bolt", "cove", "dune")
ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


class Plan(NamedTuple):
    """The quota of a lane is `calls` in `window_s`."""

    calls: int
    window_s: float
    account_rows: int
    address_rows: int
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan(20, 1.0, 30, 64, 1),
    "default": Plan(100, 5.0, 300, 940, 1),
    "large": Plan(100, 5.0, 300, 1840, 3),
}


class QuotaServers:
    """Servers with a quota of so many calls in a window, and what was amiss with their calls."""

    def __init__(self, calls: int, window_s: float) -> None:
        self._calls = calls
        self._window_s = window_s
        self._throttled = 0
        self._over_quota = 0

    def new(self) -> Sandbox:
        """Return a server that nobody has called yet."""
        users = {ACCOUNT["username"]: ACCOUNT["password"]}
        return Sandbox(
            SandboxSettings(users=users, quota=self._calls, quota_window_s=self._window_s)
        )

    def judge(self, sandbox: Sandbox) -> None:
        """Count the calls to a server that its quota forbids, address by address."""
        self._throttled += sandbox.calls.throttled
        for address in {call.address for call in sandbox.calls}:
            arrived = sorted(each.arrived for each in sandbox.calls if each.address == address)
            self._over_quota += sum(
                later - first < self._window_s
                for first, later in zip(arrived, arrived[self._calls :], strict=False)
            )

    def figures(self) -> Iterator[Figure]:
        """Tell what was amiss with the calls to all of them."""
        yield Figure(what="throttled answers", value=self._throttled, unit="", target=NONE)
        yield Figure(
            what="calls over a lane's quota in any window",
            value=self._over_quota,
            unit="",
            target=NONE,
        )


class Setting:
    """One plan's servers, folders and settings files, new for every run."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._runs = 0
        self.servers = QuotaServers(plan.calls, plan.window_s)

    def with_accounts(self, names: Sequence[str]) -> float:
        """Return the seconds that a process takes for these accounts."""
        place = self._place()
        with ExitStack() as servers:
            sandboxes = [self.servers.new() for _ in names]
            urls = [servers.enter_context(each.running()) for each in sandboxes]
            for name, url in zip(names, urls, strict=True):
                folder = place / "inbox" / name
                folder.mkdir(parents=True)
                write_manifest(folder / "manifest.csv", self._plan.account_rows)
                _write_settings(place, _table(name, url, self._plan))
            _keep_password(place)
            began = time.perf_counter()
            end(start(place, urls[0], "run", "inbox", "--accounts"))
            seconds = time.perf_counter() - began
        for each in sandboxes:
            self.servers.judge(each)
        return seconds

    def with_addresses(self, addresses: Sequence[str]) -> float:
        """Return the seconds from the first call to the last for these addresses."""
        place = self._place()
        manifest = write_manifest(place / "manifest.csv", self._plan.address_rows)
        _write_settings(place, f"addresses = {list(addresses)}\n")
        sandbox = self.servers.new()
        quota = f"{self._plan.calls}/{self._plan.window_s:g}"
        with sandbox.running() as url:
            end(start(place, url, "run", manifest, "--quota", quota))
        arrived = [call.arrived for call in sandbox.calls]
        self.servers.judge(sandbox)
        return max(arrived) - min(arrived)

    def _place(self) -> Path:
        self._runs += 1
        place = self._folder / f"lanes-{self._runs}"
        place.mkdir()
        return place


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the accounts, and then the addresses."""
    plan = PLANS[size]
    setting = Setting(plan, folder)
    quota = f"{plan.calls} calls in {plan.window_s:g} s each"
    took = in_turns(
        plan.rounds,
        {
            "four": lambda: setting.with_accounts(ACCOUNTS),
            "one": lambda: setting.with_accounts(ACCOUNTS[:1]),
        },
    )
    yield ratio(
        "time of four accounts over one",
        took["four"],
        took["one"],
        target=AT_ONCE,
        detail=f"{plan.account_rows} rows and {quota}; {_in_words(took)}",
    )
    took = in_turns(
        plan.rounds,
        {
            "one": lambda: setting.with_addresses(ADDRESSES[:1]),
            "three": lambda: setting.with_addresses(ADDRESSES),
        },
    )
    yield ratio(
        "rate of three addresses over one",
        took["one"],
        took["three"],
        target=FACTOR,
        detail=f"{plan.address_rows} rows, {quota}; {_in_words(took)}",
    )
    yield from setting.servers.figures()


def _table(name: str, url: str, plan: Plan) -> str:
    return (
        f'[accounts.{name}]\nurl = "{url}"\nusername = "{ACCOUNT["username"]}"\n'
        f'password_file = "password"\nquota = "{plan.calls}/{plan.window_s:g}"\n'
    )


def _write_settings(place: Path, text: str) -> None:
    folder = place / ".config" / "batch-tracker"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "batch-tracker.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def _keep_password(place: Path) -> None:
    path = place / ".config" / "batch-tracker" / "password"
    path.write_text(ACCOUNT["password"], "utf-8")


def _in_words(took: dict[str, Seconds]) -> str:
    return ", ".join(f"{name} {min(each):.1f} s" for name, each in took.items())
