"""Rivals: the whole program beside what people use instead, each a process from start to end.

The same rows are sent to the same server process without a quota, in turns: with `batch-tracker
run` (the bare loop's 32 workers), with `plain_loop.py` (pandas and requests), and with Newman, the
command line of Postman, from a collection and a CSV data file. Reading the file and writing the
results is in the time of the first two; Newman writes nothing. Who is not installed is left out:
requests comes with the extra `bench`, Newman with node's npx, which may fetch it.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from tests.benchmarks import reading
from tests.benchmarks.figures import Figure, MeasuringFailed, Size, Target, in_turns, rates, ratio
from tests.benchmarks.programs import ACCOUNT, end, start
from tests.benchmarks.server import Server, serving

WORKERS = 32
NOT_SLOWER = Target(">=", 1)
FETCH_S = 120
PLAIN_LOOP, NEWMAN = "pandas + requests loop", "newman"


class Plan(NamedTuple):
    """Rows to send at each latency, and how often."""

    rows: dict[float, int]
    rounds: int


PLANS: dict[Size, Plan] = {
    "small": Plan({0: 20}, 1),
    "default": Plan({0: 500, 0.02: 200}, 3),
    "large": Plan({0: 5000, 0.02: 2000}, 3),
}


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Measure the program and its rivals at every latency."""
    plan = PLANS[size]
    newman = find_newman(may_fetch=size != "small")
    for latency_s, rows in plan.rows.items():
        with serving(latency_s) as server:
            contenders = _contenders(server, newman, rows, folder)
            took = in_turns(plan.rounds, contenders)
        for rival, why in ((PLAIN_LOOP, "requests is not installed"), (NEWMAN, "npx has none")):
            what = f"rate of a whole run over {rival}, latency {latency_s * 1000:g} ms"
            if rival not in took:
                yield Figure(what=what, value=None, detail=f"left out: {why}")
                continue
            detail = f"{rows} rows: {rates(rows, {name: took[name] for name in ('run', rival)})}"
            yield ratio(what, took[rival], took["run"], target=NOT_SLOWER, detail=detail)


def find_newman(*, may_fetch: bool) -> str | None:
    """Return the path of Newman's command, or None where npx can't bring it within two minutes."""
    where = "--prefer-offline" if may_fetch else "--offline"
    command = ["npx", "--yes", where, "--package", "newman", "-c", "command -v newman"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip().splitlines()[-1]


def _contenders(
    server: Server, newman: str | None, rows: int, folder: Path
) -> dict[str, Callable[[], float]]:
    workbook = folder / f"rivals-{rows}.xlsx"
    reading.write_xlsx(workbook, rows)
    found = {"run": partial(_run, server, workbook, rows)}
    if find_spec("requests"):
        words = [sys.executable, Path(__file__).with_name("plain_loop.py"), server.url, workbook]
        found[PLAIN_LOOP] = partial(_timed, server, rows, [*words, folder / "plain-results.xlsx"])
    if newman:
        words = [newman, "run", *_collection(server.url, rows, folder), "--reporters", "progress"]
        found[NEWMAN] = partial(_timed, server, rows, words)
    return found


def _run(server: Server, workbook: Path, rows: int) -> float:
    """Run the product from an empty home, so that every row is new to it."""
    home = workbook.parent / f"run-{time.time_ns()}"
    home.mkdir()
    before, began = server.applied(), time.perf_counter()
    end(start(home, server.url, "run", workbook, "--workers", WORKERS, "--quota", "off"))
    took = time.perf_counter() - began
    return _checked(server, before, rows, took)


def _timed(server: Server, rows: int, command: list[str | Path]) -> float:
    before, began = server.applied(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    return _checked(server, before, rows, time.perf_counter() - began)


def _checked(server: Server, before: int, rows: int, took: float) -> float:
    if (applied := server.applied() - before) != rows:
        raise MeasuringFailed(f"the server took {applied} of {rows} updates")
    return took


def _collection(url: str, rows: int, folder: Path) -> list[str | Path]:
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
    collection, data = folder / f"newman-{rows}.json", folder / f"newman-{rows}.csv"
    collection.write_text(json.dumps({"info": info, "item": [{"name": "PO", "request": request}]}))
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)  # Newman rounds long numbers otherwise
        writer.writerow(["po", "number", "carrier", "day"])
        writer.writerows(each[:4] for each in reading.shipments(rows))
    return [collection, "--iteration-data", data]


def _token(url: str) -> str:
    credentials = {"Username": ACCOUNT["username"], "Password": ACCOUNT["password"]}
    request = Request(
        f"{url}/api/token",
        data=json.dumps(credentials).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urlopen(request) as reply:
        return json.load(reply)["access_token"]
