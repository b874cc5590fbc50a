import json

import pytest


def test_a_login_answers_with_the_documented_fields(play):
    async def story(_sandbox, client):
        reply = await client.login()
        answer = json.loads(reply.text)
        assert reply.status == 200
        assert set(answer) == {
            "access_token",
            "token_type",
            "username",
            "expires_in",
            ".issued",
            ".expires",
        }
        assert answer["token_type"] == "Bearer"
        assert answer["username"] == "clerk"
        assert '"expires_in": 3600.0' in reply.text

    play(story, login=False)


def test_the_times_in_the_answer_are_the_servers_own_and_hide_their_zone(play, clock):
    async def story(_sandbox, client):
        answer = json.loads((await client.login()).text)
        assert answer[".issued"] == "2023-11-14T17:13:20"
        assert answer[".expires"] == "2023-11-14T18:13:20"

    play(story, clock=clock)


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(("user", "password"), [("clerk", "wrong"), ("nobody", "secret")])
def test_wrong_credentials_are_refused_with_a_message(play, status, user, password):
    async def story(_sandbox, client):
        reply = await client.login(user, password)
        assert reply.status == status
        assert json.loads(reply.text) == {"Message": "The user name or password is incorrect."}

    play(story, login=False, wrong_credentials_status=status)


@pytest.mark.parametrize(
    ("user", "password", "status"), [("anyone", "anything", 200), (" ", "x", 400), ("x", "", 400)]
)
def test_any_credentials_do_if_no_users_are_named_but_blank_ones(play, user, password, status):
    async def story(_sandbox, client):
        assert (await client.login(user, password)).status == status

    play(story, login=False, users=None)


@pytest.mark.parametrize(
    "body",
    [
        {"username": "clerk", "password": "secret"},
        {"Username": "clerk"},
        {"Username": "clerk", "Password": "secret", "grant_type": "password"},
        {"Username": "clerk", "Password": 1},
        ["clerk", "secret"],
    ],
)
def test_a_login_of_another_shape_is_a_bad_request(play, body):
    async def story(_sandbox, client):
        assert (await client.send("POST", "/api/token", json=body)).status == 400

    play(story, login=False)


def test_credentials_are_text_even_where_any_will_do(play):
    async def story(_sandbox, client):
        for user, password in ((1, "secret"), ("clerk", 1)):
            assert (await client.login(user, password)).status == 400

    play(story, login=False, users=None)


def test_a_login_must_be_json_by_content_type_too(play):
    async def story(_sandbox, client):
        text = json.dumps({"Username": "clerk", "Password": "secret"})
        assert (await client.send("POST", "/api/token", data=text)).status == 415
        form = {"Username": "clerk", "Password": "secret"}
        assert (await client.send("POST", "/api/token", data=form)).status == 415

    play(story, login=False)


def test_a_token_expires_when_it_said(play, clock):
    async def story(_sandbox, client):
        clock.now += 59.9
        assert (await client.put()).status == 200
        clock.now += 0.1
        reply = await client.put()
        assert (reply.status, reply.text) == (401, "Invalid Token")

    play(story, clock=clock, token_lifetime_s=60.0)


def test_a_second_login_leaves_the_first_token_in_force(play):
    async def story(_sandbox, client):
        first = client.token
        await client.login()
        assert client.token != first
        client.token = first
        assert (await client.put()).status == 200

    play(story)


def test_a_revoked_token_is_refused_and_a_new_one_is_not(play):
    async def story(sandbox, client):
        sandbox.revoke_tokens()
        assert (await client.put()).status == 401
        await client.login()
        assert (await client.put()).status == 200

    play(story)


@pytest.mark.parametrize("header", [None, "Bearer made-up", "Bearer", "Basic {token}", "{token}"])
def test_a_missing_or_unknown_token_is_refused(play, header):
    async def story(sandbox, client):
        token, client.token = client.token, None
        headers = {"Authorization": header.format(token=token)} if header else {}
        reply = await client.put(headers=headers)
        assert (reply.status, reply.text) == (401, "Invalid Token")
        assert (await client.send("GET", "/api/PurchaseOrders", headers=headers)).status == 401
        assert not list(sandbox.orders)

    play(story)
