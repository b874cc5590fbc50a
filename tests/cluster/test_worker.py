"""What runs on a Dask worker: it makes calls once, with its own login, and tells no secret."""

import os
import pickle
import socket

import pytest

from batch_tracker.model import Answer, Update
from batch_tracker.settings import load_settings
from tests.cluster.conftest import PASSWORD

distributed = pytest.importorskip("distributed")

from batch_tracker.cluster import worker  # noqa: E402 - an extra
from batch_tracker.cluster.shard import (  # noqa: E402 - the same
    ListOrders,
    LogIn,
    Login,
    Place,
    Put,
    Shard,
)

UPDATE = Update(po=1001, tracking_number="T1")


@pytest.fixture
def login(server, monkeypatch):  # noqa: ARG001 - the settings are for it
    monkeypatch.setattr(distributed, "secede", lambda: None)  # there is no pool to leave
    settings = load_settings({})
    yield Login("", settings.url, settings.username)
    worker.say_goodbye("session")


def shard(number, *calls, session="session"):
    return Shard(session, number, "", calls)


def token_of(login):
    worker.greet("session", login, worker.VERSIONS)
    (reply,) = worker.make_calls(shard(0, LogIn()))
    return worker.json.loads(reply.body)["access_token"]


def test_a_shard_is_made_once_and_by_whom_it_was_given_to(server, login):
    put = Put(UPDATE, token_of(login))
    (reply,) = worker.make_calls(shard(1, put))
    assert reply.verdict.answer is Answer.ACCEPTED
    assert worker.make_calls(shard(1, put)) is None
    assert worker.make_calls(shard(2, put, session="of another process")) is None
    assert server.calls.puts == {1001: 1}
    worker.say_goodbye("session")
    assert worker.make_calls(shard(3, put)) is None


def test_no_secret_is_in_what_it_returns(server, login):
    name = token_of(login)
    calls = [Put(UPDATE, name), ListOrders((1001,), name, 1, 50), LogIn()]
    told = pickle.dumps([worker.greet("other", login, worker.VERSIONS), name])
    told += pickle.dumps(worker.make_calls(shard(1, *calls)))
    worker.say_goodbye("other")
    tokens = {
        call.headers.get("Authorization", "").removeprefix("Bearer ") for call in server.calls
    }
    assert len(tokens - {""}) == 1
    for secret in {PASSWORD, *tokens} - {""}:
        assert secret.encode() not in told


def test_a_token_of_another_process_is_a_refused_one(server, login):
    token_of(login)
    (reply,) = worker.make_calls(shard(1, Put(UPDATE, "unknown")))
    assert reply.verdict.answer is Answer.UNAUTHORIZED
    assert not server.calls.puts


def test_its_places_are_its_addresses_else_its_label_else_its_host(login, monkeypatch):
    def places():
        return worker.greet("session", login, worker.VERSIONS).places

    assert places() == (Place("", socket.gethostname()),)
    monkeypatch.setenv("BATCH_TRACKER_ADDRESS_LABEL", "office")
    assert places() == (Place("", "office"),)
    monkeypatch.setenv("BATCH_TRACKER_ADDRESSES", "127.0.0.1,203.0.113.9")
    here, elsewhere = places()
    assert here == Place("127.0.0.1", "127.0.0.1")
    assert "no address of this machine" in elsewhere.trouble


def test_whoever_does_not_fit_is_told_why(login):
    other = worker.VERSIONS._replace(batch_tracker="0.0")
    assert "here it is batch-tracker 0.0" in worker.greet("session", login, other)
    stranger = login._replace(username="nobody-else")
    assert "the run is for nobody-else" in worker.greet("session", stranger, worker.VERSIONS)
    del os.environ["SELLERCLOUD_PASSWORD"]
    assert "No password is set." in worker.greet("session", login, worker.VERSIONS)
