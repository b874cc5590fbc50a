import json

import pytest


async def statuses(client, count):
    return [(await client.put()).status for _ in range(count)]


def test_calls_over_the_quota_get_the_documented_body_and_change_nothing(play, clock):
    async def story(sandbox, client):
        assert await statuses(client, 2) == [200, 200]
        reply = await client.put(1002)
        assert reply.status == 429
        assert json.loads(reply.text) == {
            "Error": "Too many requests.",
            "RateLimitResetTime": "2023-11-14T23:13:20.0000000Z",
        }
        assert "Retry-After" not in reply.headers
        assert list(sandbox.orders) == [1001]
        assert sandbox.calls.throttled == 1
        assert sandbox.calls[-1].throttled

    play(story, clock=clock, quota=3)


def test_the_reset_time_is_never_early_and_has_seven_digits(play, clock):
    async def story(_sandbox, client):
        reset = json.loads((await client.put()).text)["RateLimitResetTime"]
        assert reset == "2023-11-14T22:13:30.1234570Z"

    clock.now = 1_700_000_000.123457
    play(story, clock=clock, quota=1, quota_window_s=10.0)


def test_logins_lists_and_lost_paths_all_count(play):
    async def story(_sandbox, client):
        await client.list()
        await client.send("GET", "/api/Nowhere")
        assert (await client.login()).status == 429
        assert (await client.send("GET", "/api/PurchaseOrders")).status == 429
        assert (await client.send("GET", "/api/Nowhere")).status == 429

    play(story, quota=3)


def test_each_user_has_a_quota(play):
    async def story(_sandbox, client):
        assert await statuses(client, 2) == [200, 429]
        assert (await client.login("other", "x")).status == 200
        assert await statuses(client, 2) == [200, 429]

    play(story, users={"clerk": "secret", "other": "x"}, quota=2)


def test_a_failed_login_counts_for_the_user_it_names(play):
    async def story(_sandbox, client):
        await client.login("clerk", "wrong")
        assert (await client.login("clerk", "wrong")).status == 429

    play(story, login=False, quota=1)


def test_an_expired_token_still_says_whose_call_it_is(play, clock):
    async def story(_sandbox, client):
        clock.now += 5
        assert await statuses(client, 2) == [401, 429]

    play(story, clock=clock, quota=2, token_lifetime_s=1.0)


def test_a_sliding_window_frees_one_call_when_one_leaves(play, clock):
    async def story(_sandbox, client):  # the login is the call at 0 s
        clock.now += 6
        assert await statuses(client, 2) == [200, 200]
        clock.now += 3.9
        reply = await client.put()
        assert reply.status == 429
        clock.now += 6.1
        assert await statuses(client, 3) == [200, 200, 429]

    play(story, clock=clock, quota=3, quota_window_s=10.0)


def test_in_a_sliding_window_hammering_pushes_the_reset_away(play, clock):
    async def story(_sandbox, client):
        clock.now += 1
        assert "22:13:31" in (await client.put()).text
        clock.now += 1
        assert "22:13:32" in (await client.put()).text

    play(story, clock=clock, quota=1, quota_window_s=10.0)


def test_a_fixed_window_empties_at_once(play, clock):
    async def story(_sandbox, client):
        clock.now += 9.9
        assert await statuses(client, 2) == [200, 200]
        reply = await client.put()
        assert (reply.status, "22:13:30.0000000Z" in reply.text) == (429, True)
        clock.now += 0.1
        assert await statuses(client, 4) == [200, 200, 200, 429]

    play(story, clock=clock, quota=3, quota_window_s=10.0, quota_window="fixed")


@pytest.mark.parametrize("status", [200, 400, 403, 429, 503])
def test_the_status_of_throttling_can_be_set(play, status):
    async def story(sandbox, client):
        reply = await client.put()
        assert reply.status == sandbox.calls[-1].status == status
        assert "RateLimitResetTime" in reply.text
        assert not sandbox.calls[-1].applied

    play(story, quota=1, throttle_status=status)


@pytest.mark.parametrize(("where", "body"), [("with-body", True), ("instead-of-body", False)])
def test_retry_after_comes_with_the_body_or_instead_of_it(play, clock, where, body):
    async def story(_sandbox, client):
        clock.now += 0.5
        reply = await client.put()
        assert reply.headers["Retry-After"] == "10"
        assert bool(reply.text) == body

    play(story, clock=clock, quota=1, quota_window_s=9.1, throttle_retry_after=where)


def test_the_quota_comes_before_the_token(play):
    async def story(sandbox, client):
        client.token = None
        assert await statuses(client, 2) == [401, 429]
        assert sandbox.calls.throttled == 1

    play(story, login=False, quota=1)
