"""Runs that are sent by way of Dask workers: a real scheduler, real workers, on loopback."""

from importlib.util import find_spec

import pytest

from tests.dask_cluster import DaskCluster

pytestmark = pytest.mark.skipif(not find_spec("distributed"), reason="an extra")


@pytest.fixture
def cluster(program, tmp_path):
    """A scheduler without workers; the driver has no password of its own."""
    (tmp_path / "dask").mkdir()
    login = {
        name: value for name, value in program.environment.items() if name.startswith("SELLER")
    }
    del program.environment["SELLERCLOUD_PASSWORD"]
    with DaskCluster(tmp_path / "dask", login) as cluster:
        program.environment["BATCH_TRACKER_CLUSTER"] = cluster.address
        yield cluster


def test_a_worker_makes_the_calls_and_no_secret_travels(server, program, cluster):
    cluster.add_worker(BATCH_TRACKER_ADDRESSES="127.0.0.2")
    told = program.json("run", program.manifest(120), "--verify")
    assert told["counts"]["updated"] == 120
    assert told["warnings"] == 0
    assert {call.address for call in server.calls} == {"127.0.0.2"}
    assert set(server.calls.applied.values()) == {1}
    assert told["calls"] == len(server.calls)
