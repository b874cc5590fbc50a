"""The quota of one user, kept by several processes: no call is made before its permit was given.

How late a call comes for its permit, and how many permits are dropped as too old, is a matter of
the machine: `tests/benchmarks/quota.py` measures what a server that counts for itself makes of it.
"""

import json
import sqlite3
from contextlib import closing

from batch_tracker.quota import kept_s
from batch_tracker.settings import Quota

CALLS, WINDOW_S = 40, 1.0


def started(program, manifest):
    return program.start(
        "run", "--no-compare", manifest, "--quota", f"{CALLS}/{WINDOW_S:g}", "--json"
    )


def ended(process):
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    return json.loads(said)


def permits(home):
    """Return when each permit was given, in order."""
    with closing(sqlite3.connect(home / "quota.db")) as file:
        return [at for (at,) in file.execute("SELECT given_at FROM permits ORDER BY given_at")]


def test_two_processes_of_one_user_share_the_quota(program, serve):
    server = serve(latency_s=(0.01, 0.1))
    manifests = [program.manifest(60, first_po=po, name=f"{po}.csv") for po in (1001, 5001)]
    processes = [started(program, manifest) for manifest in manifests]
    results = [ended(process) for process in processes]
    assert [each["counts"]["updated"] for each in results] == [60, 60]
    assert [each["calls"] for each in results] == [61, 61]
    given = permits(program.folder / "home")
    assert len(given) >= 122
    apart = [later - earlier for earlier, later in zip(given, given[CALLS:], strict=False)]
    assert min(apart) >= kept_s(Quota(CALLS, WINDOW_S)) - 1e-6
    arrivals = sorted(call.arrived for call in server.calls)
    assert all(at <= arrived for at, arrived in zip(given, arrivals, strict=False))
