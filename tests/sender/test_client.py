"""Calls whose answer is no answer: what is not the API's, not whole, or never ends."""

import asyncio
import gzip

import pytest
from aiohttp import web

from batch_tracker.model import State

JSON = gzip.compress(b'{"Success": true, "Message": "' + b"long " * 100 + b'"}')


async def endless(request):
    reply = web.StreamResponse(headers={"Content-Type": "application/json"})
    await reply.prepare(request)
    while True:
        await reply.write(b" " * 65536)
        await asyncio.sleep(0)


def answering(body, kind="application/json", **headers):
    async def answer(_):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, headers={"Content-Type": kind, **named})

    return answer


NO_ANSWERS = {
    "endless": endless,
    "a page": answering(b"<div>Your session has expired", "text/html"),
    "a page by its type": answering(b"Blocked", "text/html"),
    "a page by its content": answering(b"<h1>Web Page Blocked</h1>"),
    "gzip cut": answering(JSON[:-9], Content_Encoding="gzip"),
    "gzip cut at its end": answering(JSON[:-4], Content_Encoding="gzip"),
    "gzip cut to nothing": answering(JSON[:12], Content_Encoding="gzip"),
    "gzip damaged": answering(JSON[:20] + b"\xff\xff" + JSON[22:], Content_Encoding="gzip"),
    "gzip and more": answering(JSON + b"x", Content_Encoding="gzip"),
    "no gzip": answering(b"{}", Content_Encoding="gzip"),
    "a gzip bomb": answering(gzip.compress(b" " * 2**23), Content_Encoding="gzip"),
    "an encoding not asked for": answering(b"{}", Content_Encoding="br"),
}
ANSWERS = {
    "nothing, packed": answering(b"", Content_Encoding="gzip"),
    "JSON, packed": answering(JSON, Content_Encoding="gzip"),
    "JSON, not packed": answering(b"{}", Content_Encoding="identity"),
    "nothing, as a page": answering(b"", "text/html"),
}


class Server:
    """A server that answers every PUT alike, having carried it out or not."""

    def __init__(self, answer, *, carries_out):
        self.answer = answer
        self.carries_out = carries_out
        self.puts = self.lists = 0

    async def handle(self, request):
        if request.path.endswith("/token"):
            return web.json_response({"access_token": "good"})
        if request.method == "GET":
            self.lists += 1
            return web.json_response({"Items": [self._shown(po) for po in (1001, 1002)]})
        self.puts += 1
        return await self.answer(request)

    def _shown(self, po):
        shipped = "2024-04-09T12:00:00.000Z"
        held = {"TrackingNumber": f"T{po}", "CourierService": "UPS", "ShippedOn": shipped}
        return {"ID": po, **(held if self.carries_out else {})}


def send(play, serve, server):
    async def story(job):
        async with serve(server.handle) as url:
            job.move_to(f"{url}/rest/api")
            await job.send()
        return job.counts, job.codes

    return play(story, rows=2, workers=1, attempts=2)


@pytest.mark.parametrize("name", NO_ANSWERS)
@pytest.mark.parametrize("carries_out", [True, False])
def test_what_is_no_answer_of_the_api_is_looked_up(play, serve, name, carries_out):
    server = Server(NO_ANSWERS[name], carries_out=carries_out)
    counts, codes = send(play, serve, server)
    assert counts == {State.UPDATED if carries_out else State.FAILED: 2}
    assert codes == {"read-back" if carries_out else "not-applied"}
    assert (server.puts, server.lists) == (4, 1)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_taken_packed_or_not(play, serve, name):
    server = Server(ANSWERS[name], carries_out=True)
    assert send(play, serve, server) == ({State.UPDATED: 2}, {""})
    assert (server.puts, server.lists) == (2, 0)
