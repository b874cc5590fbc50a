"""Starting, finding and ending the page."""

import json
import signal
import socket
import sys

import pytest


def test_the_address_lets_one_browser_in_and_shows_the_page(ui):
    assert ui.raw("GET", "/")[0] == 401
    link = f"/?{ui.url.partition('?')[2]}"
    assert [ui.raw("GET", link)[0] for _ in range(2)] == [303, 403]
    assert b"batch-tracker" in ui.ask("GET", "/")[1]


def test_who_asks_all_the_time_does_not_keep_the_file_from_being_read(ui, program):
    address = ui.drop(program.manifest(3000))
    assert ui.get(f"{address}/rows?begin=2990")["rows"][0]["number"] == 2990


def test_a_second_start_gives_a_link_to_the_one_that_runs(ui):
    second = ui.program("ui", "--no-browser", "--json")
    assert second.returncode == 0, second.stderr
    url = json.loads(second.stdout)["url"]
    assert url.startswith(f"http://127.0.0.1:{ui.port}/?token=")
    assert url != ui.url
    assert ui.raw("GET", url.partition(str(ui.port))[2])[0] == 303
    assert ui.link() != url


@pytest.mark.usefixtures("server")
def test_without_a_page_there_is_no_link(program):
    ended = program("ui", "--link")
    assert ended.returncode == 2
    assert "The page is not running. batch-tracker ui starts it." in ended.stderr


@pytest.mark.usefixtures("server")
def test_a_taken_port_is_told_and_the_next_one_used(program):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = program.start("ui", "--no-browser", "--port", port)
        told = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate()
    assert "The page is at http://127.0.0.1:" in told
    assert f"Port {port} is taken; the page is at port " in complaints


def test_after_a_kill_the_page_starts_again(ui, start):
    ui.process.kill()
    ui.process.communicate()
    again = start()
    assert again.get("/api/state")["going"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(ui, number):
    ui.process.send_signal(number)
    said, complaints = ui.process.communicate()
    assert ui.process.returncode == 0
    assert (said, complaints) == ("", "")
    assert not list((ui.program.folder / "home").glob("page.json"))


def test_ctrl_c_does_not_wait_for_a_server_that_does_not_answer(program, serve, start):
    server = serve(latency_s=0.01)
    ui = start()
    address = ui.drop(program.manifest(5))
    server.hold(after=2)
    run = ui.send(address)
    server.until_held()
    ui.process.send_signal(signal.SIGINT)
    ui.process.wait(20)
    server.release()
    assert ui.process.returncode == 0
    again = start()
    assert again.get(f"/api/runs/{run}")["can_resume"]


def test_quit_ends_it_and_asks_where_a_run_is_at_work(program, serve, start):
    server = serve(latency_s=0.01)
    ui = start()
    address = ui.drop(program.manifest(5))
    server.hold(after=2)
    ui.send(address)
    status, told = ui.ask("POST", "/api/quit")
    assert (status, told["message"]) == (400, "A run is at work.")
    server.release()
    ui.post("/api/quit", sure=True)
    assert ui.process.wait(20) == 0


def test_without_an_account_it_is_a_rehearsal(program, start):
    for name in ("SELLERCLOUD_USERNAME", "SELLERCLOUD_PASSWORD"):
        program.environment.pop(name)
    ui = start()
    told = ui.get("/api/state")
    assert (told["rehearsal"], told["has_account"]) == (True, False)
    status, refusal = ui.ask("POST", "/api/rehearsal", {"on": False})
    assert (status, refusal["message"][:24]) == (409, "There is no account yet.")
    run = ui.send(ui.drop(program.manifest(3)))
    assert ui.ended(run)["server"] == "the pretend Sellercloud"
    program.settings_file.write_text(
        'url = "http://127.0.0.1:9/rest"\nusername = "clerk"\npassword_file = "secret"\n', "utf-8"
    )
    assert ui.get("/api/state")["has_account"]
    assert ui.post("/api/rehearsal", on=False)["rehearsal"] is False
    assert ui.get("/api/runs")["runs"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="a desktop entry")
def test_a_shortcut_starts_it(program):
    told = program.json("ui", "--install-shortcut")
    entry = (program.folder / told["shortcut"]).read_text("utf-8")
    assert f"Exec={sys.executable} -m batch_tracker ui\n" in entry
    assert told["shortcut"].startswith(str(program.folder))


def test_the_account_is_chosen_on_the_page(program, serve, start):
    server = serve()
    url = program.environment.pop("SELLERCLOUD_URL")
    secret = program.folder / "secret"
    secret.write_text(program.environment.pop("SELLERCLOUD_PASSWORD"), "utf-8")
    program.environment.pop("SELLERCLOUD_USERNAME")
    account = f'url = "{url}"\nusername = "clerk"\npassword_file = "{secret}"\n'
    program.settings_file.write_text(
        f'default_account = "east"\n[accounts.east]\nurl = "http://127.0.0.1:9/rest"\n'
        f'username = "other"\npassword_file = "{secret}"\n[accounts.west]\n{account}',
        "utf-8",
    )
    ui = start()
    assert ui.get("/api/state")["username"] == "other"
    address = ui.drop(program.manifest(2))
    assert ui.ask("POST", "/api/account", {"name": "north"})[0] == 409
    assert ui.post("/api/account", name="west")["username"] == "clerk"
    found = {each["name"]: each["in_force"] for each in ui.get("/api/account")["accounts"]}
    assert found == {"east": False, "west": True}
    ui.ended(ui.send(address))
    assert server.calls.puts.total() == 2
