"""Rivals: the whole program beside what people use instead, each a process from start to end.

The same rows are sent without a quota, in turns, each time to a new server process that has seen
none of them: with `batch-tracker run`, with `plain_loop.py` (pandas and requests), and with Newman,
the command line of Postman, from a collection and a CSV data file. Reading the file and writing
the results is in the time of the first two; Newman writes nothing. Who is not installed is left
out: requests comes with the extra `bench`, Newman with node's npx, which may fetch it.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, MeasuringFailed, Size, Target, in_turns, rates, ratio
from tests.benchmarks.programs import ACCOUNT, end, start
from tests.benchmarks.server import serving

NOT_SLOWER = Target(">=", 1)
LOOP_TARGETS = {0: Target(">=", 2), 0.05: Target(">=", 20)}
FETCH_S = 120
PLAIN_LOOP, NEWMAN = "pandas + requests loop", "newman"


class Plan(NamedTuple):
    """Rows to send at each latency beside the loop and beside Newman, and how often."""

    loop: dict[float, int]
    newman: dict[float, int]
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan({0: 20}, {0: 20}, 1),
    "default": Plan({0: 20_000, 0.02: 1000, 0.05: 2000}, {0: 500, 0.02: 200}, 3),
    "large": Plan({0: 20_000, 0.02: 5000, 0.05: 5000}, {0: 5000, 0.02: 2000}, 3),
}


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the program and its rivals at every latency."""
    plan = PLANS[size]
    newman = find_newman(may_fetch=size != "small")
    for latency_s, rows in plan.loop.items():
        target = LOOP_TARGETS.get(latency_s, NOT_SLOWER)
        what = f"rate of a whole run over {PLAIN_LOOP}, latency {latency_s * 1000:g} ms"
        if find_spec("requests"):
            contest = Contest(latency_s, rows, folder)
            yield _figure(what, contest, {PLAIN_LOOP: contest.loop}, plan.rounds, target)
        else:
            yield Figure(what=what, value=None, detail="left out: requests is not installed")
    for latency_s, rows in plan.newman.items():
        what = f"rate of a whole run over {NEWMAN}, latency {latency_s * 1000:g} ms"
        if newman:
            contest = Contest(latency_s, rows, folder)
            rival = {NEWMAN: partial(contest.newman, newman)}
            yield _figure(what, contest, rival, plan.rounds, NOT_SLOWER)
        else:
            yield Figure(what=what, value=None, detail="left out: npx has none")


class Contest:
    """The same rows for every contender, and for each a server that has seen none of them."""

    def __init__(self, latency_s: float, rows: int, folder: Path) -> None:
        self._latency_s = latency_s
        self.rows = rows
        self._folder = folder / f"rivals-{latency_s:g}-{rows}"
        self._folder.mkdir(exist_ok=True)
        self._workbook = self._folder / "manifest.xlsx"
        reading.write_xlsx(self._workbook, rows)

    def run(self) -> float:
        """Run the product from an empty home; return the seconds."""
        home = self._folder / f"run-{time.time_ns()}"
        home.mkdir()
        words = ("run", self._workbook, "--quota", "off")
        return self._timed(lambda url: lambda: end(start(home, url, *words)))

    def loop(self) -> float:
        """Run the loop with requests; return the seconds."""
        script = Path(__file__).with_name("plain_loop.py")
        results = self._folder / "plain-results.xlsx"
        return self._timed(
            lambda url: partial(_call, [sys.executable, script, url, self._workbook, results])
        )

    def newman(self, command: str) -> float:
        """Run Newman; return the seconds."""
        return self._timed(lambda url: partial(_call, [command, "run", *self._collection(url)]))

    def _timed(self, prepare: Callable[[str], Callable[[], object]]) -> float:
        with serving(self._latency_s) as server:
            work = prepare(server.url)
            began = time.perf_counter()
            work()
            took = time.perf_counter() - began
            if (applied := server.applied()) != self.rows:
                raise MeasuringFailed(f"the server took {applied} of {self.rows} updates")
        return took

    def _collection(self, url: str) -> list[str | Path]:
        """Write a collection of one PUT and its data, and return Newman's words for them."""
        fields = {"TrackingNumber": "{{number}}", "ShippedViaCarrier": "{{carrier}}"}
        body = json.dumps({**fields, "ShippedOn": "{{day}}T12:00:00.000Z"})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {_token(url)}"}
        request = {
            "method": "PUT",
            "url": f"{url}/api/PurchaseOrders/{{{{po}}}}/TrackingNumber",
            "header": [{"key": key, "value": value} for key, value in headers.items()],
            "body": {"mode": "raw", "raw": body},
        }
        schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        info = {"name": "Tracking numbers", "schema": schema}
        collection, data = self._folder / "newman.json", self._folder / "newman.csv"
        item = [{"name": "PO", "request": request}]
        collection.write_text(json.dumps({"info": info, "item": item}))
        with data.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)  # Newman rounds long numbers otherwise
            writer.writerow(["po", "number", "carrier", "day"])
            writer.writerows(each[:4] for each in reading.shipments(self.rows))
        return [collection, "--iteration-data", data, "--reporters", "progress"]


def _figure(
    what: str,
    contest: Contest,
    rival: Mapping[str, Callable[[], float]],
    rounds: int,
    target: Target,
) -> Figure:
    took = in_turns(rounds, {"run": contest.run, **rival})
    run, other = took.values()
    detail = f"{contest.rows:,} rows: {rates(contest.rows, took)}"
    return ratio(what, other, run, target=target, detail=detail)


def _call(command: list[str | Path]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)


def find_newman(*, may_fetch: bool) -> str | None:
    """Return the path of Newman's command, or None where npx can't bring it within two minutes."""
    where = "--prefer-offline" if may_fetch else "--offline"
    command = ["npx", "--yes", where, "--package", "newman", "-c", "command -v newman"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip().splitlines()[-1]


def _token(url: str) -> str:
    credentials = {"Username": ACCOUNT["username"], "Password": ACCOUNT["password"]}
    request = Request(
        f"{url}/api/token",
        data=json.dumps(credentials).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urlopen(request) as reply:
        return json.load(reply)["access_token"]
