"""Neither password nor token is left anywhere, whatever the server says and does."""

import logging

import pytest
from aiohttp import web

from batch_tracker.errors import BatchTrackerError
from batch_tracker.sandbox import FAULTS

PASSWORD = 'canary"Pa55wörd'
TOKEN = "canary-token-123"


def found_in(job, log):
    """Where a secret can be read: the log, or a file of the tool's folder."""
    home = job.settings.home
    secrets = [
        PASSWORD,
        "canary-token-123",
        *(call.headers.get("Authorization", "")[7:] for call in job.sandbox.calls),
    ]
    places = {path.name: path.read_bytes() for path in home.iterdir()}
    places["log"] = "\n".join(
        record.getMessage() + str(record.exc_info) for record in log.records
    ).encode()
    return [
        name
        for name, content in places.items()
        for secret in filter(None, secrets)
        for spelled in SPELLINGS.values()
        if spelled(secret).encode() in content
    ]


def test_after_every_fault_the_ledger_and_the_log_hold_no_secret(play, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("asyncio").setLevel(logging.DEBUG)
    logging.getLogger("aiohttp").setLevel(logging.DEBUG)

    async def story(job):
        for update, fault in zip(job.updates, FAULTS, strict=True):
            job.sandbox.script(update.po, fault)
        await job.send()
        assert job.open == 0
        assert found_in(job, caplog) == []

    play(
        story,
        rows=len(FAULTS),
        timeout_s=0.3,
        password=PASSWORD,
        server={"users": {"clerk": PASSWORD}, "slow_s": 0.01},
    )


SPELLINGS = {
    "as it is": str,
    "HTML": lambda text: "".join(f"&#{ord(letter)};" for letter in text),
    "JSON": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "a URL": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("login_status", [200, 400, 500])
def test_a_server_that_echoes_what_it_gets_does_not_get_it_written_down(
    play, caplog, serve, login_status, spelling
):
    spelled = SPELLINGS[spelling]
    caplog.set_level(logging.DEBUG)

    async def echo(request):
        body = await request.text()
        if request.path.endswith("/token") and login_status == 200:
            return web.json_response({"access_token": TOKEN})
        echoed = f"{body} {PASSWORD} {request.headers.get('Authorization')}"
        said = f"Bad: {spelled(echoed)}"
        if request.path.endswith("/token"):
            return web.json_response({"Message": said}, status=login_status)
        return web.Response(text=said, status=400)

    async def story(job):
        async with serve(echo) as address:
            job.move_to(f"{address}/rest/api")
            error = None
            try:
                await job.send()
            except BatchTrackerError as raised:
                error = raised
        assert (error is None) == (login_status == 200)
        told = f"{error} {job.messages}"
        assert "Bad: " in told
        assert not any(spelled("canary") in told for spelled in SPELLINGS.values())
        assert found_in(job, caplog) == []

    play(story, rows=3, password=PASSWORD)


def test_a_password_is_not_shown_where_the_settings_are(play):
    async def story(job):
        for secret in (PASSWORD, repr(PASSWORD)):
            assert secret not in repr(job.settings) + str(job.settings.shown())

    play(story, password=PASSWORD)
