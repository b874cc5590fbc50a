"""Calls of one moment travel together; where their worker is lost, so are their answers."""

import asyncio

import pytest

from batch_tracker.model import Answer, Update, Verdict
from batch_tracker.sender.client import Reply

pytest.importorskip("distributed")

from batch_tracker.cluster.dask_worker import DaskWorker, WorkerLost
from batch_tracker.cluster.remote_calls import RemoteCalls

ACCEPTED = Reply(Verdict(answer=Answer.ACCEPTED, code="", message="", status=200))


class Worker(DaskWorker):
    """Answers as it is told to, and keeps what it was given."""

    def __init__(self, answer):
        super().__init__(None, "tcp://127.0.0.1:1")
        self._answer = answer
        self.shards = []

    async def run(self, _function, *arguments, within_s):  # noqa: ARG002 - as in the base class
        (shard,) = arguments
        self.shards.append(shard)
        await asyncio.sleep(0)
        return self._answer(shard)


def puts(answer, count):
    """Return the answers to so many puts at once, the shards they went in, and what was told."""
    told = []

    async def ask():
        worker = Worker(answer)
        calls = RemoteCalls(worker, session="s", address="", timeout_s=1.0, on_lost=told.append)
        asked = [calls.put(Update(po=n, carrier="UPS"), "name") for n in range(1, count + 1)]
        replies = await asyncio.gather(*asked)
        worker.leave()
        late = await calls.put(Update(po=1, carrier="UPS"), "name")
        return replies, worker.shards, late

    replies, shards, late = asyncio.run(ask())
    return replies, shards, late, told


def test_at_most_fifty_calls_travel_together_and_each_gets_its_own_answer():
    def answer(shard):
        pos = [call.update.po for call in shard.calls]
        return [ACCEPTED._replace(body=str(po).encode()) for po in pos]

    replies, shards, late, told = puts(answer, 120)
    assert [len(each.calls) for each in shards] == [50, 50, 20]
    assert len({each.number for each in shards}) == 3
    assert [int(each.body) for each in replies] == list(range(1, 121))
    assert late.verdict.answer is Answer.UNAVAILABLE, "it was never sent"
    assert told == []


def gone(_shard):
    raise WorkerLost("it is gone")


@pytest.mark.parametrize("answer", [gone, lambda _shard: None])
def test_what_a_lost_worker_was_given_is_in_doubt(answer):
    replies, _, _, told = puts(answer, 3)
    assert {each.verdict.answer for each in replies} == {Answer.LOST}
    assert len(told) == 1
