"""The first day, as its user lives it: init asks, checks and writes; doctor agrees; a run works."""

import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest


@pytest.fixture
def blank(program, server):
    """The program without an account in its environment, and where its server is."""
    url = program.environment.pop("SELLERCLOUD_URL")
    del program.environment["SELLERCLOUD_USERNAME"]
    password = program.environment.pop("SELLERCLOUD_PASSWORD")
    return url, password, server


def answer(program, words, answers):
    """Run a command and type these answers, one line each."""
    return subprocess.run(
        program.command(*words),
        cwd=program.folder,
        env=program.environment,
        input="\n".join(answers) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )


def test_from_nothing_to_a_run(program, blank):
    url, password, server = blank
    lost = program("run", program.manifest(2))
    assert lost.returncode == 2
    assert "let batch-tracker init ask for it" in lost.stderr
    done = answer(program, ["init"], [url, "y", "clerk", password, "file", "secret"])
    assert done.returncode == 0, done.stderr
    assert f"Send the user name and password to {url}/api?" in done.stderr
    assert (program.folder / "secret").stat().st_mode & 0o777 == 0o600
    written = program.settings_file.read_text("utf-8")
    assert 'username = "clerk"' in written
    for text in (written, done.stdout, done.stderr):
        assert password not in text
    assert server.calls.logins == 1
    checked = program.json("doctor")
    assert checked["status"] == "ok", checked
    assert program.json("run", program.folder / "manifest.csv")["counts"]["updated"] == 2


def test_a_script_gets_one_object_and_no_password(program, blank):
    url, password, _ = blank
    words = ["init", "--url", url, "--username", "clerk", "--password-from", "env", "--yes"]
    done = program(*words, "--json", SELLERCLOUD_PASSWORD=password)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["status"], told["url"]) == ("success", f"{url}/api")
    assert told["settings"] == str(program.settings_file)
    assert "clerk can log in" in done.stderr
    assert password not in done.stdout + done.stderr
    refused = program.json(*words, code=2)
    assert refused["status"] == "error"
    assert f"{program.settings_file} exists already." in refused["message"]
    confirmed = program.settings_file.with_name("confirmed-servers.txt")
    assert confirmed.read_text("utf-8").splitlines() == [f"{url}/api"]


def test_a_refused_login_writes_nothing(program, blank):
    url, _, server = blank
    words = ["init", "--url", url, "--username", "clerk", "--password-command", "echo wrong"]
    done = program(*words, "--yes")
    assert done.returncode == 3
    assert "does not accept the login" in done.stderr
    assert server.calls.logins == 1
    assert program.json(*words, "--yes", code=3)["status"] == "stopped"
    assert not list(program.settings_file.parent.iterdir())


def test_a_settings_file_that_is_there_is_changed_only_when_told_to(program, blank):
    url, password, _ = blank
    path = program.settings_file
    path.write_text("workers = 2\n[profiles.daily]\n", "utf-8")
    before = path.read_text("utf-8")
    words = ["init", "--url", url, "--username", "clerk", "--yes", "--password-from", "env"]
    kept = program(*words, SELLERCLOUD_PASSWORD=password)
    assert kept.returncode == 2
    assert "Give --force to change the account" in kept.stderr
    declined = answer(program, words[:-3], ["n"])
    assert declined.returncode == 2
    assert path.read_text("utf-8") == before
    done = program(*words, "--force", SELLERCLOUD_PASSWORD=password)
    assert done.returncode == 0, done.stderr
    assert path.with_name("batch-tracker.toml.old").read_text("utf-8") == before
    after = path.read_text("utf-8")
    assert url in after
    assert "workers = 2\n" in after
    assert "[profiles.daily]\n" in after


@pytest.fixture
def team_lookup(program, blank):
    """A page that knows which server the team `acme` is on, as Sellercloud's does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"RestApiEndpoint": answers[self.path]}).encode())

        def log_message(self, *_):
            pass

    answers = {"/?team=acme": blank[0], "/?team=evil": "http://localhost.evil.example"}
    with HTTPServer(("127.0.0.1", 0), Handler) as lookup:
        thread = threading.Thread(target=lookup.serve_forever, args=(0.01,))
        thread.start()
        port = lookup.server_port
        program.environment["BATCH_TRACKER_TEAM_LOOKUP"] = f"http://127.0.0.1:{port}/?team={{team}}"
        yield
        lookup.shutdown()
        thread.join()


@pytest.mark.usefixtures("team_lookup")
def test_a_team_is_enough_and_no_server_gets_a_password_unasked(program, blank):
    url, password, server = blank
    program.environment["SELLERCLOUD_PASSWORD"] = password
    words = ["init", "--username", "clerk", "--password-from", "env", "--team"]
    declined = answer(program, [*words, "acme"], ["n"])
    assert declined.returncode == 2
    assert "No address was chosen" in declined.stderr
    assert server.calls.logins == 0
    done = program(*words, "acme", "--yes")
    assert done.returncode == 0, done.stderr
    assert f"{url}/api: a server answers" in done.stderr
    insecure = program(*words, "evil", "--yes", "--force")
    assert insecure.returncode == 2
    assert "would send the password unencrypted" in insecure.stderr


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ([], "--team, --server or --url"),
        (["--url", "URL"], "--username"),
        (["--url", "URL", "--username", "clerk"], "--password-from"),
        (["--url", "URL", "--username", "clerk", "--password-from", "file"], "--password-file"),
    ],
)
def test_where_nobody_can_be_asked_the_missing_flag_is_named(program, blank, words, needed):
    url, *_ = blank
    given = [url if word == "URL" else word for word in words]
    done = program("init", *given, "--yes")
    assert done.returncode == 2
    assert f"Give {needed}" in done.stderr


def test_doctor_says_what_is_wrong_and_fails(program, blank):
    done = program("doctor")
    assert done.returncode == 1
    assert "batch-tracker init" in done.stdout
    url, *_ = blank
    account = {"SELLERCLOUD_URL": url, "SELLERCLOUD_USERNAME": "clerk"}
    done = program("doctor", SELLERCLOUD_PASSWORD="wrong", **account)
    assert done.returncode == 1
    assert "log-on hours" in done.stdout
    assert program("doctor", "--offline", SELLERCLOUD_PASSWORD="wrong", **account).returncode == 0


def test_a_wrong_answer_is_asked_again(program, blank):
    url, password, server = blank
    (program.folder / "taken").write_text("another\n", "utf-8")
    answers = [
        "two words",  # no name that a server can have
        "http://127.0.0.1:1",  # nobody answers
        *(url, "n"),  # not that one
        *(url, "y"),
        *("clerk", "wrong"),
        *("clerk", password),
        *("file", "taken"),
        *("file", "no/such/folder"),
        *("command", "echo wrong"),
        *("command", "no-such-command-at-all"),
        *("file", "secret"),
    ]
    done = answer(program, ["init"], answers)
    assert done.returncode == 0, done.stderr
    assert "is not a server id" in done.stderr
    assert done.stderr.count("No server answers there.") == 1
    assert "No address was chosen." in done.stderr
    assert "does not accept the login" in done.stderr
    assert done.stderr.count("gives another password than the one that was tried") == 2
    assert "can't be written" in done.stderr
    assert "no-such-command-at-all can't be started" in done.stderr
    assert server.calls.logins == 2
    assert password not in done.stdout + done.stderr
    written = program.settings_file.read_text("utf-8")
    assert f'password_file = "{program.folder / "secret"}"' in written
    assert program.json("doctor")["status"] == "ok"


def test_the_password_of_the_environment_is_used_only_if_the_person_wants_it(program, blank):
    url, password, server = blank
    program.environment["SELLERCLOUD_PASSWORD"] = "of another user"
    words = ["init", "--url", url, "--username", "clerk"]
    done = answer(program, words, ["y", "n", password, "file", "secret"])
    assert done.returncode == 0, done.stderr
    assert "SELLERCLOUD_PASSWORD is set here too. It is used first." in done.stdout
    assert server.calls.logins == 1
    program.environment["SELLERCLOUD_PASSWORD"] = password
    done = answer(program, [*words, "--force"], ["y", "y"])
    assert done.returncode == 0, done.stderr
    assert "password_file =" not in program.settings_file.read_text("utf-8").replace("# pass", "")
