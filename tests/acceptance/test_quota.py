"""The quota, as a server sees it that counts for itself."""

import json
import math

CALLS, WINDOW_S = 40, 3.0
BOUND = 1.10
"""How much longer than the window allows a run may take."""


def started(program, manifest):
    return program.start("run", manifest, "--quota", f"{CALLS}/{WINDOW_S:g}", "--json")


def ended(process):
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    return json.loads(said)


def bound_s(calls):
    return math.ceil(calls / CALLS - 1) * WINDOW_S


def test_two_processes_of_one_user_share_the_quota_and_use_it_up(program, serve):
    server = serve(quota=CALLS, quota_window_s=WINDOW_S, latency_s=(0.05, 0.2))
    manifests = [program.manifest(60, first_po=po, name=f"{po}.csv") for po in (1001, 5001)]
    processes = [started(program, manifest) for manifest in manifests]
    results = [ended(process) for process in processes]
    assert [each["counts"]["updated"] for each in results] == [60, 60]
    assert [each["calls"] for each in results] == [61, 61]
    assert server.calls.throttled == 0
    assert server.calls.max_calls_in_any_window(WINDOW_S) <= CALLS
    assert max(each["seconds"] for each in results) <= bound_s(122) * BOUND
