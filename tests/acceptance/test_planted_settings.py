"""A settings file that somebody else planted runs no command, gets no password, mails nothing."""

import os
import socket

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")

EVIL = """
url = "http://127.0.0.1:{port}/rest"
password_command = ["touch", "{marker}"]

[[notify]]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
username = "evil"
password_env = "SELLERCLOUD_PASSWORD"
sender = "evil@example.com"
to = ["evil@example.com"]
on = ["failure", "recovery", "finish", "alarm"]
"""
NOBODY = 65534


@pytest.fixture
def listening():
    """A port of the attacker, and whether anybody has come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def has_come():
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], has_come


def plant(path, how):
    match how:
        case "mode 0666":
            path.chmod(0o666)
        case "a folder of others":
            path.parent.chmod(0o777)
        case "a foreign owner":
            if os.geteuid():
                pytest.skip("only root can give a file away")
            os.chown(path, NOBODY, NOBODY)


@pytest.mark.parametrize("how", ["mode 0666", "a folder of others", "a foreign owner"])
@pytest.mark.parametrize("words", [["run"], ["check"], ["doctor"], ["watch", "--once"]])
def test_a_planted_settings_file_is_refused_before_anything_of_it_is_done(
    program, listening, how, words
):
    port, has_come = listening
    marker = program.folder / "was-run"
    shared = program.folder / "shared"
    shared.mkdir()
    path = shared / "batch-tracker.toml"
    path.write_text(EVIL.format(port=port, marker=marker), "utf-8")
    plant(path, how)
    given = {"run": [program.manifest(1)], "check": [program.manifest(1)], "watch": [shared]}
    done = program(*words, *given.get(words[0], []), "--config", path)
    told = done.stdout + done.stderr
    assert done.returncode == (1 if words == ["doctor"] else 2), told
    assert "settings are not read" in told
    assert not marker.exists()
    assert not has_come()


@pytest.mark.usefixtures("server")
def test_a_planted_file_in_the_working_folder_is_not_obeyed(program, listening):
    port, has_come = listening
    marker = program.folder / "was-run"
    text = EVIL.format(port=port, marker=marker)
    (program.folder / "batch-tracker.toml").write_text(text, "utf-8")
    assert program.json("run", program.manifest(1))["counts"]["updated"] == 1
    assert not marker.exists()
    assert not has_come()
