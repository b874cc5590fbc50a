import asyncio
import json
from typing import get_args
from urllib.parse import urlsplit

import aiohttp
import pytest

from batch_tracker.sandbox import FAULTS, FaultName

ANSWERED = {
    # fault: status, body, applied
    "ok": (200, "", True),
    "500": (500, "", False),
    "500-generic": (500, '{"Message": "An error has occurred."}', False),
    "503": (503, "", False),
    "401": (401, "Invalid Token", False),
    "empty-200": (200, "", True),
    "not-applied-200": (200, "", False),
    "redirect": (302, "", False),
    "slow": (200, '{"Success": true}', True),
}


async def no_wait(_seconds):
    pass


def applied(sandbox):
    assert bool(sandbox.orders) == sandbox.calls[-1].applied
    return sandbox.calls[-1].applied


def test_the_table_names_every_fault_and_each_is_explained():
    assert set(FAULTS) == set(get_args(FaultName))
    assert all(fault.respond.__doc__ for fault in FAULTS.values())


@pytest.mark.parametrize("name", ANSWERED)
def test_a_fault_that_answers_answers_so(play, name):
    async def story(sandbox, client):
        sandbox.script(1001, name)
        reply = await client.put()
        assert (reply.status, reply.text, applied(sandbox)) == ANSWERED[name]
        assert (sandbox.calls[-1].fault, sandbox.calls[-1].status) == (name, reply.status)

    play(story, sleep=no_wait)


@pytest.mark.parametrize(("name", "status"), [("502-html", 502), ("html-200", 200)])
def test_a_web_page_is_no_answer_and_changes_nothing(play, name, status):
    async def story(sandbox, client):
        sandbox.script(1001, name)
        reply = await client.put()
        assert reply.status == status
        assert reply.headers["Content-Type"].startswith("text/html")
        assert "<html>" in reply.text
        assert ("password" in reply.text) == (name == "html-200")
        assert not applied(sandbox)

    play(story)


@pytest.mark.parametrize("shape", ["message", "text"])
def test_a_500_may_carry_a_business_message(play, shape):
    async def story(sandbox, client):
        sandbox.script(1001, "500-message")
        reply = await client.put()
        assert reply.status == 500
        assert "locked by an open receiving session" in reply.text
        assert reply.text.startswith("{") == (shape == "message")
        assert not applied(sandbox)

    play(story, error_shape=shape)


def test_a_503_says_when_to_come_back(play):
    async def story(sandbox, client):
        sandbox.script(1001, "503")
        assert (await client.put()).headers["Retry-After"] == "7"

    play(story, retry_after_s=7)


def test_throttling_can_come_although_the_quota_is_not_used_up(play, clock):
    async def story(sandbox, client):
        sandbox.script(1001, "throttled")
        reply = await client.put()
        assert reply.status == 403
        assert json.loads(reply.text)["RateLimitResetTime"] == "2023-11-14T22:13:27.0000000Z"
        assert not applied(sandbox)
        assert (await client.put()).status == 200

    play(story, clock=clock, retry_after_s=7, throttle_status=403)


@pytest.mark.parametrize("name", ["reset-before", "reset-after"])
def test_a_reset_is_a_real_one(play, name, full):
    async def story(sandbox, client):
        sandbox.script(1001, name)
        url = urlsplit(client.url)
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(raw_put(client, full))
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        assert applied(sandbox) == (name == "reset-after")
        assert sandbox.calls[-1].status is None

    play(story)


def raw_put(client, body):
    text = json.dumps(body)
    return (
        "PUT /rest/api/PurchaseOrders/1001/TrackingNumber HTTP/1.1\r\n"
        "Host: localhost\r\n"
        f"Authorization: Bearer {client.token}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(text)}\r\n\r\n{text}"
    ).encode()


@pytest.mark.parametrize("name", ["hang-before", "hang-after"])
def test_a_hanging_call_is_never_answered(play, name):
    async def story(sandbox, client):
        sandbox.script(1001, name)
        with pytest.raises(TimeoutError):
            await client.put(timeout=aiohttp.ClientTimeout(total=0.1))
        assert applied(sandbox) == (name == "hang-after")
        assert sandbox.calls[-1].status is None

    play(story)


@pytest.mark.parametrize("body", ["empty", "json"])
def test_a_truncated_answer_ends_before_its_length(play, body):
    async def story(sandbox, client):
        sandbox.script(1001, "truncated")
        path = "/api/PurchaseOrders/1001/TrackingNumber"
        headers = {"Authorization": f"Bearer {client.token}"}
        async with client.session.put(client.url + path, json={}, headers=headers) as reply:
            assert reply.status == 200
            assert await reply.content.readany() == b'{"Success": true}'
            with pytest.raises(aiohttp.ClientPayloadError):
                await reply.content.read()
        assert applied(sandbox)

    play(story, success_body=body)


def test_a_slow_answer_has_its_headers_at_once(play, full):
    woken = asyncio.Event()
    waited = []

    async def sleep(seconds):
        waited.append(seconds)
        await woken.wait()

    async def story(sandbox, client):
        sandbox.script(1001, "slow")
        path = "/api/PurchaseOrders/1001/TrackingNumber"
        headers = {"Authorization": f"Bearer {client.token}"}
        async with client.session.put(client.url + path, json=full, headers=headers) as reply:
            assert reply.status == 200
            assert applied(sandbox)
            assert waited == [3.5]
            woken.set()
            assert await reply.json() == {"Success": True}

    play(story, sleep=sleep, slow_s=3.5)


@pytest.mark.parametrize(
    ("settings", "host"),
    [({}, "127.0.0.1"), ({"redirect_to_other_host": True}, "localhost")],
)
def test_a_redirect_looks_like_success_to_who_follows_and_is_recorded(play, settings, host):
    async def story(sandbox, client):
        sandbox.script(1001, "redirect", "redirect")
        location = (await client.put()).headers["Location"]
        assert location.endswith("/signed-out")
        assert location.startswith("http://localhost:") == (host == "localhost")
        assert sandbox.calls.redirects_followed == 0
        reply = await client.put(allow_redirects=True)
        assert reply.status == 200
        assert sandbox.calls.redirects_followed == 1
        assert sandbox.calls[-1].headers["Host"].startswith(host)
        assert sandbox.calls[-1].path == "/signed-out"
        assert not sandbox.orders

    play(story, **settings)


@pytest.mark.parametrize(("name", "status"), [("empty-200", 400), ("slow", 400), ("ok", 400)])
def test_a_fault_does_not_make_a_refusal_a_success(play, name, status):
    async def story(sandbox, client):
        sandbox.script(1001, name)
        reply = await client.put(1001, {"ShippedOn": "yesterday"})
        assert reply.status == status
        assert "not a valid date" in json.loads(reply.text)["Message"]
        assert not applied(sandbox)

    play(story, sleep=no_wait)


def test_an_empty_200_is_empty_whatever_a_success_says(play):
    async def story(sandbox, client):
        sandbox.script(1001, "empty-200")
        assert [(await client.put()).text for _ in "12"] == ["", "OK"]

    play(story, success_body="text")


def test_the_answer_to_a_refused_call_can_be_lost_too(play):
    async def story(sandbox, client):
        sandbox.script(1001, "reset-after")
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.put(1001, {"ShippedOn": "yesterday"})
        assert not applied(sandbox)

    play(story)


def test_latency_is_fixed_or_drawn_by_the_seed(play):
    def waits(**settings):
        waited = []

        async def sleep(seconds):
            waited.append(seconds)

        async def story(_sandbox, client):
            for _ in range(3):
                await client.put()

        play(story, sleep=sleep, **settings)
        return waited

    assert waits() == []
    assert waits(latency_s=0.25) == [0.25] * 4
    drawn = waits(latency_s=(1.0, 2.0))
    assert all(1.0 <= wait <= 2.0 for wait in drawn)
    assert len(set(drawn)) == 4
    assert drawn == waits(latency_s=(1.0, 2.0)) != waits(latency_s=(1.0, 2.0), seed=1)


@pytest.mark.parametrize(("slots", "most"), [(None, 6), (2, 2), (1, 1)])
def test_no_more_calls_are_worked_on_at_once_than_there_are_slots(play, slots, most):
    at_work = [0]

    async def sleep(_seconds):
        at_work.append(at_work[-1] + 1)
        for _ in range(200):
            await asyncio.sleep(0)
        at_work.append(at_work[-1] - 1)

    async def story(_sandbox, client):
        await asyncio.gather(*(client.put(po=1000 + n) for n in range(6)))

    play(story, sleep=sleep, latency_s=1.0, slots=slots)
    assert max(at_work) == most


def test_a_call_takes_effect_before_its_latency(play):
    async def story(sandbox, client):
        with pytest.raises(TimeoutError):
            await client.put(timeout=aiohttp.ClientTimeout(total=0.1))
        assert applied(sandbox)

    async def forever_after_login(_seconds, first=[True]):  # noqa: B006 - remembers on purpose
        if first:
            first.clear()
        else:
            await asyncio.Event().wait()

    play(story, sleep=forever_after_login, latency_s=1.0)
