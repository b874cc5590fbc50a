"""Runs that are sent by way of Dask workers: a real scheduler, real workers, on loopback."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.acceptance.conftest import PASSWORD
from tests.dask_cluster import DaskCluster

pytestmark = pytest.mark.skipif(not find_spec("distributed"), reason="an extra")

ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


@pytest.fixture
def start_cluster(program, tmp_path):
    """Start a scheduler without workers. The driver has no password; the workers will have."""
    (tmp_path / "dask").mkdir()
    with ExitStack() as stack:

        def start():
            own = program.environment.items()
            login = {name: value for name, value in own if name.startswith("SELLER")}
            del program.environment["SELLERCLOUD_PASSWORD"]
            cluster = stack.enter_context(DaskCluster(tmp_path / "dask", login))
            program.environment["BATCH_TRACKER_CLUSTER"] = cluster.address
            return cluster

        yield start


@contextmanager
def relayed(address):
    """Give another address of the scheduler, and all that is said by way of it, both ways."""
    said = bytearray()
    host, _, port = address.removeprefix("tcp://").rpartition(":")

    def pump(source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                said.extend(data)
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept():
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((host, int(port)))
                ends.extend([near, far])
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pump, args=pair).start()

    ends = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept)
        accepting.start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}", said
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()
    for each in ends:
        each.close()


def rows_of(told):
    """What a results workbook says, but for the times."""
    rows = list(load_workbook(told["report"])["Results"].iter_rows(values_only=True))
    timed = rows[0].index("Completed At")
    return [row[:timed] + row[timed + 1 :] for row in rows]


def test_workers_make_the_calls_and_all_is_as_if_one_process_had(serve, program, start_cluster):
    server = serve()
    cluster = start_cluster()
    cluster.add_workers(*({"BATCH_TRACKER_ADDRESSES": each} for each in ADDRESSES))
    manifest = program.manifest(300)
    with relayed(cluster.address) as (address, said):
        told = program.json("run", manifest, "--verify", "--cluster", address)
    assert told["counts"]["updated"] == 300
    assert told["message"].count("Nothing") == 0
    puts = Counter(call.address for call in server.calls if call.endpoint == "put")
    assert puts.keys() == set(ADDRESSES)
    assert set(server.calls.puts.values()) == {1}
    assert server.calls.logins == 3, "one a worker"
    assert told["calls"] == len(server.calls)

    tokens = {call.headers.get("Authorization", "").partition(" ")[2] for call in server.calls}
    assert b"T000001001" in said, "what is said can be read"
    for secret in {PASSWORD, *tokens} - {""}:
        assert secret.encode() not in said

    alone = serve()
    own = {"BATCH_TRACKER_CLUSTER": "", "SELLERCLOUD_PASSWORD": PASSWORD}
    program.environment |= own | {"BATCH_TRACKER_HOME": str(program.folder / "other")}
    assert rows_of(program.json("run", manifest, "--verify")) == rows_of(told)
    assert alone.orders == server.orders


def test_workers_leave_and_join_in_mid_run_and_a_scheduler_that_ends_stops_it(
    serve, program, start_cluster
):
    server = serve(latency_s=0.05)
    cluster = start_cluster()
    first = cluster.add_worker(BATCH_TRACKER_ADDRESSES="127.0.0.1")
    server.hold(after=40)
    process = program.start(
        "run", program.manifest(200), "--workers", "4", "--json", "--no-compare"
    )
    server.until_held()
    first.kill()
    cluster.add_worker(BATCH_TRACKER_ADDRESSES="127.0.0.2")
    server.hold(after=40)
    server.until_held()
    assert server.calls[-1].address == "127.0.0.2"
    cluster.scheduler.kill()
    said, complaints = process.communicate()
    server.release()
    assert process.returncode == 3, complaints
    assert "The Dask scheduler at tcp://127.0.0.1" in said
    assert complaints == ""
    assert '"status": "stopped"' in said

    confirmed = {po for po, calls in server.calls.applied.items() if calls == 1}
    own = {"BATCH_TRACKER_CLUSTER": "", "SELLERCLOUD_PASSWORD": PASSWORD}
    program.environment |= own
    assert program.json("resume")["counts"]["updated"] == 200
    assert len(confirmed) > 40
    again = {po for po, calls in server.calls.puts.items() if calls > 1}
    assert len(again) <= 2 * 4, "the rows that were under way, once on each worker"


def test_ctrl_c_is_heard_while_workers_are_waited_for(serve, program, start_cluster):
    server = serve()
    cluster = start_cluster()
    process = program.start("run", program.manifest(5), "--json")
    cluster.scheduler.until_said("Receive client connection")
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    assert json.loads(said)["counts"]["not sent"] == 5
    cluster.add_worker()
    assert program.json("resume")["counts"]["updated"] == 5
    assert set(server.calls.puts.values()) == {1}


def test_workers_behind_one_label_share_one_quota(serve, program, start_cluster):
    server = serve(quota=20, quota_window_s=3.0)
    cluster = start_cluster()
    cluster.add_workers(*[{"BATCH_TRACKER_ADDRESS_LABEL": "office"}] * 2)
    told = program.json("run", program.manifest(40), "--quota", "20/4", "--no-compare")
    assert told["counts"]["updated"] == 40
    assert server.calls.logins == 2
    assert server.calls.throttled == 0
    assert server.calls.max_calls_in_any_window(3.0) <= 20


def test_a_worker_that_does_not_fit_is_refused_before_the_first_call(serve, program, start_cluster):
    server = serve()
    cluster = start_cluster()
    stranger = cluster.add_worker(SELLERCLOUD_USERNAME="somebody-else")
    told = program.json("run", program.manifest(3), code=3)
    assert "the run is for clerk" in told["message"]
    assert told["counts"]["not sent"] == 3
    stranger.kill()
    old = program.folder / "old.py"
    old.write_text(
        "from batch_tracker.cluster import worker\n"
        "worker.VERSIONS = worker.VERSIONS._replace(batch_tracker='0.0')\n",
        "utf-8",
    )
    older = cluster.add_worker("--preload", str(old))
    assert "It has batch-tracker 0.0" in program.json("resume", code=3)["message"]
    assert len(server.calls) == 0
    older.kill()
    cluster.add_worker()
    assert program.json("resume")["counts"]["updated"] == 3


BLOCKED = """
import sys
sys.modules["dask"] = sys.modules["distributed"] = None
from batch_tracker.__main__ import main
main()
"""


def test_without_the_extra_it_is_said_what_to_install_and_nothing_else_needs_it(server, program):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-c", BLOCKED, "run", program.manifest(3), "--json", *words],
            cwd=program.folder,
            env=program.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    refused = run("--cluster", "tcp://127.0.0.1:8786")
    assert refused.returncode == 2
    assert "pip install 'batch-tracker[dask]'" in refused.stdout
    done = run()
    assert done.returncode == 0, done.stderr
    assert len(server.calls.puts) == 3


def section():
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    return text.partition("\n## Reference: more than one machine\n")[2].partition("\n## ")[0]


def test_the_commands_of_the_readme_do_what_it_says(server, program):
    """Scheduler, worker and run share one home here; the host is this one."""
    certificate, settings, _ = (
        re.sub(r"^\$ ", "", each, flags=re.MULTILINE)
        for each in re.findall(r"^```console\n(.*?)^```$", section(), re.MULTILINE | re.DOTALL)
    )
    commands = re.findall(r"^\$ (?:dask|batch-tracker) .*$", section(), re.MULTILINE)
    environment = program.environment | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    program.manifest(5, name="MANIFEST.xlsx.csv")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    scheduler, worker, run = (
        each[2:]
        .replace("scheduler.example.com", "127.0.0.1")
        .replace("8786", port)
        .replace("MANIFEST.xlsx", "MANIFEST.xlsx.csv")
        for each in commands
    )
    with ExitStack() as stack:

        def start(command, **details):
            words = ["bash", "-ec", command]
            process = subprocess.Popen(words, cwd=program.folder, env=environment, **details)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        for each in (certificate, settings):
            assert start(each, stderr=subprocess.DEVNULL).wait() == 0
        start(f"{scheduler} --host 127.0.0.1 --no-dashboard", stderr=subprocess.DEVNULL)
        start(f"{worker} --no-dashboard", stderr=subprocess.DEVNULL)
        del environment["SELLERCLOUD_PASSWORD"]
        done = start(f"{run} --json", stdout=subprocess.PIPE, text=True)
        said, _ = done.communicate()
        assert done.returncode == 0, said
    assert json.loads(said)["counts"]["updated"] == 5
    assert len(server.calls.puts) == 5
