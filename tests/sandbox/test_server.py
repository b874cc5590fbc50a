import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from urllib.parse import urlsplit

import aiohttp
import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.sandbox import Sandbox, SandboxSettings


def log_in(url):
    body = json.dumps({"Username": "clerk", "Password": "secret"}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/token", body, headers)
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)["access_token"]


def put(url, token, po=1001):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    path = f"{url}/api/PurchaseOrders/{po}/TrackingNumber"
    body = b'{"TrackingNumber": "X"}'
    request = urllib.request.Request(path, body, headers, method="PUT")
    return urllib.request.urlopen(request, timeout=30)


def test_it_runs_beside_ordinary_code_and_keeps_its_state():
    sandbox = Sandbox()
    with sandbox.running() as url:
        token = log_in(url)
        put(url, token).close()
        assert sandbox.orders[1001].tracking_number == "X"
    with pytest.raises(OSError, match="refused"):
        log_in(url)
    with sandbox.running(urlsplit(url).port) as again:
        assert again == url
        put(url, token, 1002).close()
    assert list(sandbox.orders) == [1001, 1002]
    assert sandbox.calls.logins == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "sandbox"]


def test_another_process_can_use_it():
    sandbox = Sandbox()
    script = "import sys, urllib.request as u; u.urlopen(sys.argv[1] + '/api/PurchaseOrders')"
    with sandbox.running() as url:
        done = subprocess.run(
            [sys.executable, "-c", script, url], check=False, capture_output=True, text=True
        )
    assert "HTTP Error 401" in done.stderr
    assert sandbox.calls[-1].status == 401


def test_a_stop_does_not_wait_for_a_hanging_call():
    sandbox = Sandbox()
    errors = []

    def hang(url, token):
        try:
            put(url, token)
        except OSError as error:
            errors.append(error)

    with sandbox.running() as url:
        sandbox.script(1001, "hang-after")
        client = threading.Thread(target=hang, args=(url, log_in(url)))
        client.start()
        while not sandbox.calls.applied[1001]:
            time.sleep(0.001)
    client.join()
    (error,) = errors
    assert isinstance(error, ConnectionError)  # the server left, not the client


def test_a_client_that_leaves_a_hanging_call_leaves_nothing_behind():
    async def story():
        sandbox = Sandbox()
        sandbox.script("list", "ok")
        async with sandbox.serve() as url, aiohttp.ClientSession() as session:
            before = asyncio.all_tasks()
            body = {"Username": "clerk", "Password": "secret"}
            sandbox.script("token", "hang-before")
            with pytest.raises(TimeoutError):
                await session.post(
                    f"{url}/api/token", json=body, timeout=aiohttp.ClientTimeout(total=0.05)
                )
            while asyncio.all_tasks() != before:  # noqa: ASYNC110 - tasks tell no one
                await asyncio.sleep(0)

    asyncio.run(story())


def test_it_listens_on_loopback_only():
    with Sandbox().running() as url:
        assert urlsplit(url).hostname == "127.0.0.1"
        with socket.socket() as other, pytest.raises(OSError, match="refused"):
            other.connect(("127.0.0.2", urlsplit(url).port))


@pytest.mark.parametrize("port", [None, 70_000])
def test_a_port_that_can_not_be_had_is_refused_in_plain_words(port):
    with (
        Sandbox().running() as url,
        pytest.raises(SettingsRefused, match="Choose another port"),
        Sandbox().running(port or urlsplit(url).port),
    ):
        pass


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/PurchaseOrders/1/TrackingNumber", 405),
        ("GET", "/api/token", 405),
        ("PUT", "/api/PurchaseOrders/1/trackingnumber", 404),
        ("PUT", "/api/PurchaseOrders/1/TrackingNumber/", 404),
        ("PUT", "/API/PurchaseOrders/1/TrackingNumber", 404),
        ("GET", "/rest/api/PurchaseOrders", 404),
        ("GET", "/", 404),
    ],
)
def test_any_other_path_or_method_is_an_error(play, method, path, status):
    async def story(_sandbox, client):
        reply = await client.send(method, path)
        assert reply.status == status
        assert json.loads(reply.text)["Message"]

    play(story)


def test_the_path_before_api_is_needed_and_can_be_set(play):
    async def story(_sandbox, client):
        client.url = client.url.removesuffix("/delta")
        assert (await client.send("GET", "/api/PurchaseOrders")).status == 404
        assert (await client.send("GET", "/rest/api/PurchaseOrders")).status == 404
        assert (await client.send("GET", "/delta/api/PurchaseOrders")).status == 200

    play(story, prefix="/delta")


def test_a_setting_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="unknown_po"):
        SandboxSettings(unknown_po="teapot")
    with pytest.raises(ValueError, match="temper"):
        SandboxSettings(temper="bad")
    with pytest.raises(ValueError, match="frozen"):
        SandboxSettings().quota = 1
