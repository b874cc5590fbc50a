import json
from collections import Counter

import aiohttp
import pytest

from batch_tracker.sandbox import EndingRule


async def statuses(client, *pos):
    return [(await client.put(po)).status for po in pos]


def test_a_script_is_consumed_one_fault_a_put_and_then_all_is_well(play):
    async def story(sandbox, client):
        sandbox.script(1001, "500", "503")
        sandbox.script(1001, "reset-after", "ok")
        assert await statuses(client, 1001, 1002, 1001) == [500, 200, 503]
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.put(1001)
        assert await statuses(client, 1001, 1001) == [200, 200]

    play(story)


def test_a_script_can_speak_of_the_next_puts_whatever_their_po(play):
    async def story(sandbox, client):
        sandbox.script("put", *["500"] * 3)
        sandbox.script(2, "503")
        assert await statuses(client, 1, 2, 3, 4, 5) == [500, 503, 500, 500, 200]

    play(story)


def test_logins_and_lists_have_scripts_of_their_own(play):
    async def story(sandbox, client):
        sandbox.script("token", "500", "html-200", "401")
        sandbox.script("list", "502-html")
        assert await statuses(client, 1) == [200]
        assert (await client.send("GET", "/api/PurchaseOrders")).status == 502
        assert (await client.list())["Items"]
        assert [(await client.send("POST", "/api/token", json={})).status for _ in "1234"] == [
            500,
            200,
            401,
            400,
        ]

    play(story)


def test_an_unknown_fault_is_refused_at_once(play):
    async def story(sandbox, _client):
        with pytest.raises(ValueError, match="no such fault: 418"):
            sandbox.script(1001, "418")

    play(story)


def test_a_call_that_is_turned_away_consumes_no_script(play):
    async def story(sandbox, client):
        sandbox.script(1001, "500")
        token, client.token = client.token, None
        assert await statuses(client, 1001) == [401]
        client.token = token
        assert await statuses(client, 1001, 1001) == [500, 200]

    play(story)


def test_every_put_can_meet_a_fault_until_it_is_mended(play):
    async def story(sandbox, client):
        sandbox.script(2, "ok")
        assert await statuses(client, 1, 2, 2) == [500, 200, 500]
        sandbox.always("503")
        assert await statuses(client, 2) == [503]
        sandbox.always(None)
        assert await statuses(client, 2) == [200]
        assert (await client.list())["Items"]

    play(story, fault_every="500")


def test_random_faults_come_in_their_shares_whatever_the_order(play):
    def outcomes(pos, **settings):
        async def story(_sandbox, client):
            return dict(zip(pos, await statuses(client, *pos), strict=True))

        shares = {"500": 0.2, "503": 0.3}
        return play(story, fault_shares=shares, **settings)

    pos = range(1, 401)
    first = outcomes(pos)
    assert first == outcomes(pos[::-1])
    assert first != outcomes(pos, seed=1)
    counts = Counter(first.values())
    assert 60 <= counts[500] <= 100
    assert 95 <= counts[503] <= 145
    assert counts.total() == counts[500] + counts[503] + counts[200]


def test_a_random_fault_need_not_strike_the_same_po_twice(play):
    async def story(_sandbox, client):
        assert set(await statuses(client, *[1] * 30)) == {200, 500}

    play(story, fault_shares={"500": 0.5})


@pytest.mark.parametrize("shares", [{"500": 0.6, "503": 0.6}, {"500": -0.1}, {"418": 0.1}])
def test_shares_must_make_sense(play, shares):
    with pytest.raises(ValueError, match=r"fault_shares|shares"):
        play(None, fault_shares=shares)


def test_the_last_fault_of_a_rule_goes_on(play):
    async def story(_sandbox, client):
        assert await statuses(client, 17, 17, 17, 18) == [503, 500, 500, 200]

    play(story, rules=(EndingRule("7", "breaks down", faults=("503", "500")),))


def test_a_fault_of_the_login_can_let_it_through(play):
    async def story(sandbox, client):
        sandbox.script("token", "truncated", "not-applied-200")
        with pytest.raises(aiohttp.ClientPayloadError):
            await client.login()
        assert (await client.login()).text == ""
        assert json.loads((await client.login()).text)["access_token"]

    play(story, login=False)
