"""One account that calls from several addresses of this machine, each with the full quota."""

import json
import signal
import sys
from collections import Counter

import pytest

ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere only one loopback address is there unasked"
)


@pytest.fixture
def program(program):
    program.environment["BATCH_TRACKER_ADDRESSES"] = ", ".join(ADDRESSES)
    return program


def puts(server):
    return Counter(call.address for call in server.calls if call.endpoint == "put")


def most_in_a_window(server, address, seconds):
    arrived = sorted(call.arrived for call in server.calls if call.address == address)
    return max(
        sum(first <= each < first + seconds for each in arrived[n:])
        for n, first in enumerate(arrived)
    )


def test_every_address_has_the_full_quota_and_none_makes_more(program, serve):
    # The server's window is shorter, as the server of a busy test machine may be late itself.
    server = serve(quota=15, quota_window_s=4.0)
    program.environment["BATCH_TRACKER_QUOTA"] = "15/5"
    told = program.json("run", program.manifest(80), "--no-compare")
    assert told["counts"]["updated"] == 80
    assert server.calls.throttled == 0
    assert set(server.calls.puts.values()) == {1}
    shares = puts(server)
    assert set(shares) == set(ADDRESSES)
    # Three addresses make these calls in two windows. Up to four rows may wait for a third one.
    assert max(shares.values()) <= 2 * 15 + 4
    assert {most_in_a_window(server, each, 4.0) for each in ADDRESSES} == {15}


def test_an_address_that_is_not_this_machines_holds_up_no_row(program, server):
    program.environment["BATCH_TRACKER_ADDRESSES"] = "203.0.113.9,127.0.0.2"
    done = program("run", program.manifest(20), "--json")
    told = json.loads(done.stdout)
    assert told["counts"]["updated"] == 20, done.stderr
    assert "203.0.113.9 is no address of this machine" in told["message"]
    assert {call.address for call in server.calls} == {"127.0.0.2"}
    program.environment["BATCH_TRACKER_ADDRESSES"] = "203.0.113.9"
    stopped = program.json("run", program.manifest(2, first_po=9001, name="c.csv"), code=3)
    assert "203.0.113.9 is no address of this machine" in stopped["message"]
    assert stopped["counts"]["not sent"] == 2


def test_an_address_that_is_shut_out_in_mid_run_leaves_its_rows_to_the_others(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=60)
    process = program.start("run", program.manifest(120), "--workers", "4", "--json")
    server.until_held()
    server.filter_out("127.0.0.2")
    server.revoke_tokens()
    server.release()
    said, complaints = process.communicate()
    told = json.loads(said)
    assert told["counts"]["updated"] == 120, complaints
    assert process.returncode == 0
    assert "Nothing more was sent from 127.0.0.2: The server does not accept" in told["message"]
    assert set(server.calls.applied.values()) == {1}
    logins = Counter(call.address for call in server.calls if call.endpoint == "token")
    assert logins["127.0.0.2"] == 2, "a refused login is not tried again"


def test_one_ctrl_c_stops_all_addresses_and_resume_sends_the_rest_once(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=30)
    process = program.start("run", program.manifest(90), "--workers", "4", "--json")
    server.until_held()
    process.send_signal(signal.SIGINT)
    server.release()
    said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    told = json.loads(said)
    assert 0 < told["counts"]["updated"] < 90
    assert told["counts"]["updated"] + told["counts"]["not sent"] == 90
    assert program.json("resume")["counts"]["updated"] == 90
    assert set(server.calls.puts.values()) == {1}


def test_all_addresses_shut_out_stop_the_run_and_another_day_resumes_it(program, serve):
    server = serve(latency_s=0.01)
    for address in ADDRESSES:
        server.filter_out(address)
    stopped = program.json("run", program.manifest(9), code=3)
    assert stopped["counts"]["not sent"] == 9
    assert "does not accept the login" in stopped["message"]
    assert server.calls.logins == 3
    program.environment["BATCH_TRACKER_ADDRESSES"] = "127.0.0.4"
    assert program.json("resume")["counts"]["updated"] == 9


def test_looks_and_doctor_use_the_addresses_too(program, server):
    program.environment["BATCH_TRACKER_ADDRESSES"] = "127.0.0.3,203.0.113.9"
    found = {each["message"]: each["status"] for each in program.json("doctor")["checks"]}
    assert found[
        "203.0.113.9 is no address of this machine (Cannot assign requested address)."
    ] == ("warn")
    program.json("run", program.manifest(3), "--verify")
    calls = {call.address for call in server.calls if call.endpoint != "elsewhere"}
    assert calls == {"127.0.0.3"}
