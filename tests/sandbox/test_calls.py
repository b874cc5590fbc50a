import aiohttp
import pytest

from batch_tracker.sandbox import Call, CallLog


def test_every_call_is_logged_in_order_with_nothing_redacted(play, clock, full):
    async def story(sandbox, client):
        clock.now += 5
        await client.put(1001, full, headers={"X-Trace": "abc"})
        await client.list(("model.pOIds", "1001"))
        login, put, read = sandbox.calls
        assert login.body == {"Username": "clerk", "Password": "secret"}
        assert (login.method, login.path) == ("POST", "/rest/api/token")
        assert (login.endpoint, put.endpoint, read.endpoint) == ("token", "put", "list")
        assert (login.arrived, put.arrived) == (1_700_000_000.0, 1_700_000_005.0)
        assert (login.user, put.user, read.user) == ("clerk",) * 3
        assert (login.po, put.po, read.po) == (None, 1001, None)
        assert put.headers["Authorization"] == f"Bearer {client.token}"
        assert put.headers["X-Trace"] == "abc"
        assert put.body == full
        assert (put.status, put.applied, put.fault) == (200, True, "ok")
        assert not put.throttled
        assert read.query == "model.pOIds=1001"
        assert (read.method, read.path) == ("GET", "/rest/api/PurchaseOrders")
        assert (login.applied, read.applied) == (False, False)

    play(story, clock=clock)


def test_refused_calls_are_logged_as_they_were_answered(play):
    async def story(sandbox, client):
        headers = {"Content-Type": "application/json"}
        await client.put(1001, json=None, data=b"{", headers=headers)
        await client.put("abc")
        await client.send("GET", "/elsewhere")
        client.token = "unknown"
        await client.put(1002)
        calls = list(sandbox.calls)[1:]
        assert [call.status for call in calls] == [400, 404, 404, 401]
        assert [call.po for call in calls] == [1001, None, None, 1002]
        assert [call.user for call in calls] == ["clerk", "clerk", "clerk", None]
        assert sandbox.calls.puts == {1001: 1, 1002: 1}
        assert calls[0].body == b"{"
        assert calls[2].endpoint == "elsewhere"
        assert not any(call.applied for call in calls)

    play(story)


def test_the_counters_count(play):
    async def story(sandbox, client):
        sandbox.script(1, "500", "reset-after")
        await client.put(1)
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.put(1)
        await client.put(1)
        await client.put(2, {"ShippedOn": "nonsense"})
        await client.login("clerk", "wrong")
        calls = sandbox.calls
        assert dict(calls.puts) == {1: 3, 2: 1}
        assert dict(calls.applied) == {1: 2}
        assert calls.logins == 2
        assert calls.by_endpoint == {"token": 2, "put": 4}
        assert len(calls) == 6

    play(story)


def test_a_log_may_forget_calls_but_still_counts_them(play):
    async def story(sandbox, client):
        for po in (1, 2, 3):
            await client.put(po)
        assert [call.po for call in sandbox.calls] == [2, 3]
        assert len(sandbox.calls) == 4
        assert sandbox.calls.max_calls_in_any_window(60) == 4

    play(story, calls_kept=2)


def arrivals(*calls):
    log = CallLog()
    for user, arrived in calls:
        call = Call(arrived, "put", "PUT", "/", "", {})
        log.arrive(call)
        log.identify(call, user)
    return log


def test_the_fullest_window_is_found_wherever_it_lies():
    log = arrivals(*[("a", t) for t in (0.0, 5.0, 9.0, 9.5, 10.0, 14.0, 30.0)])
    assert log.max_calls_in_any_window(1.0) == 2
    assert log.max_calls_in_any_window(1.01) == 3
    assert log.max_calls_in_any_window(10.0) == 5
    assert log.max_calls_in_any_window(100.0) == 7


def test_windows_are_of_everyone_or_of_one_user():
    log = arrivals(("a", 1.0), ("b", 1.1), ("a", 1.2), (None, 1.3), ("a", 0.9))
    assert log.max_calls_in_any_window(10) == 5
    assert log.max_calls_in_any_window(10, "a") == 3
    assert log.max_calls_in_any_window(10, "nobody") == 0
