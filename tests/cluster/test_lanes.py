"""A cluster that is not there, or can't be trusted, is told in words."""

import asyncio
import socket

import pytest

from batch_tracker.errors import ClusterUnusable

dask = pytest.importorskip("dask")

from batch_tracker.cluster import lanes  # noqa: E402 - an extra


def connect(address):
    async def connect():
        async with lanes._connected(address):
            raise AssertionError

    asyncio.run(connect())


def test_a_scheduler_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(lanes, "_CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(
        ClusterUnusable, match=f"No Dask scheduler answers at tcp://127.0.0.1:{port}"
    ):
        connect(f"tcp://127.0.0.1:{port}")


def test_without_certificates_nothing_is_sent_by_way_of_tls():
    with pytest.raises(ClusterUnusable, match="no certificates for Dask"):
        connect("tls://127.0.0.1:8786")


def test_certificates_that_are_not_there():
    names = ("ca-file", "client.cert", "client.key")
    with (
        dask.config.set({f"distributed.comm.tls.{name}": "nowhere.pem" for name in names}),
        pytest.raises(ClusterUnusable, match="can't be read: No such file"),
    ):
        connect("tls://127.0.0.1:8786")
