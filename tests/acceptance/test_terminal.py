"""What a person sees in a terminal of 80 columns."""

from urllib.parse import urlsplit

import pytest

from tests.terminal import Terminal


@pytest.fixture
def terminal(program):
    """Start the program in a terminal."""

    def terminal(*words, **environment):
        env = program.environment | environment
        return Terminal(words, cwd=program.folder, env=env)

    return terminal


def test_a_run_against_a_quota_shows_no_broken_line(program, serve, terminal):
    serve(latency_s=0.01)
    program.environment["BATCH_TRACKER_QUOTA"] = "100/2"
    run = terminal("run", program.manifest(300), "--yes")
    run.wait_for("quota used up, goes on at ")
    assert run.finish() == 0
    assert run.too_long == []
    shown = run.lines
    assert "  updated   300" in shown
    assert any(line.startswith("  calls     30") for line in shown)
    assert not any("%" in line or "rows/s" in line or "rows, " in line for line in shown), shown


def test_the_question_shows_what_will_be_sent_where_and_as_whom(program, server, terminal):
    manifest = program.manifest(27)
    manifest.write_text(manifest.read_text("utf-8") + "nothing,T1,ACME,2026-03-04\n", "utf-8")
    run = terminal("run", manifest, "--compare")
    host = urlsplit(program.environment["SELLERCLOUD_URL"]).netloc
    run.wait_for(f"Send 27 updates to {host} as clerk? [y/N]")
    shown = run.lines
    assert f"  server    {program.environment['SELLERCLOUD_URL']}/api" in shown
    assert "  user      clerk" in shown
    assert "  to send   27" in shown
    assert any("→" in line for line in shown)
    assert any("27 calls" in line for line in shown)
    assert sum(server.calls.puts.values()) == 0
    run.type("y")
    assert run.finish() == 1
    assert run.too_long == []
    assert "  updated   27" in run.lines
    assert sum(server.calls.puts.values()) == 27


@pytest.mark.parametrize("answer", ["n", "", "\x03"])
def test_without_a_yes_nothing_is_sent_and_nothing_stays(program, server, terminal, answer):
    run = terminal("run", program.manifest(3))
    run.wait_for("[y/N]")
    run.type(answer)
    assert run.finish() == 2
    assert "Error: manifest.csv: nothing was sent." in run.lines
    assert sum(server.calls.puts.values()) == 0
    assert program.json("runs")["runs"] == []
    assert program("resume").returncode == 2
    assert program.json("run", program.folder / "manifest.csv")["counts"]["updated"] == 3


@pytest.mark.parametrize("words", [["--yes"], ["--json"], ["--sandbox"]])
@pytest.mark.usefixtures("server")
def test_who_has_said_so_is_not_asked(program, terminal, words):
    run = terminal("run", program.manifest(3), *words)
    assert run.finish() == 0
    assert "[y/N]" not in run.raw


@pytest.mark.usefixtures("server")
def test_without_a_terminal_and_with_nothing_to_send_nobody_is_asked(program, terminal):
    done = program("run", program.manifest(3))
    assert (done.returncode, "[y/N]" in done.stdout + done.stderr) == (0, False)
    run = terminal("run", "manifest.csv")
    assert run.finish() == 0
    assert "[y/N]" not in run.raw
    assert "  unchanged 3" in run.lines


def test_each_of_several_files_is_asked_about(program, server, terminal):
    program.manifest(2, name="a.csv")
    program.manifest(2, name="b.csv", first_po=2001)
    run = terminal("run", "a.csv", "b.csv")
    for answer in ("n", "y"):
        run.wait_for("[y/N]")
        run.type(answer)
    assert run.finish() == 2
    assert set(server.calls.puts) == {2001, 2002}


def test_a_login_that_is_refused_before_the_question_can_be_resumed(program, server, terminal):
    path = program.manifest(3)
    run = terminal("run", path, "--compare", SELLERCLOUD_PASSWORD="wrong")
    assert run.finish() == 3
    assert "[y/N]" not in run.raw
    assert program.json("resume")["counts"]["updated"] == 3
    assert sum(server.calls.puts.values()) == 3


def test_the_page_is_shown_at_the_end_where_that_is_wanted(program, server, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > shown\n', "utf-8")
    browser.chmod(0o755)
    program.environment["BROWSER"] = str(browser)
    ended = program.json("run", program.manifest(2), "--open")
    shown = (program.folder / "shown").read_text("utf-8").strip()
    assert shown == (program.folder / ended["page"]).as_uri()
    assert server.calls.puts.total() == 2


def test_a_killed_run_took_no_time_that_is_known(program, serve, wait_until):
    server = serve(latency_s=0.05)
    run = program.start("run", program.manifest(40), "--workers", "1")
    wait_until(lambda: server.calls.puts.total() >= 2)
    run.kill()
    run.communicate()
    shown = program("show").stdout
    assert "  calls     " in shown
    assert " s\n" not in shown
