"""Several accounts, as their user lives them: added, listed, tested, used, told apart, removed."""

import json
import sys

import pytest

CANARY = "canary-of-{}-91c4"


@pytest.fixture
def two(agency):
    agency.add("acme")
    agency.add("bolt")
    return agency


def test_each_account_sends_to_its_own_server_and_no_password_to_another(two):
    program = two.program
    strays = {"SELLERCLOUD_PASSWORD": "canary-of-nobody", "SELLERCLOUD_USERNAME": "stray"}
    for name, rows in (("acme", 3), ("bolt", 2)):
        manifest = program.manifest(rows, name=f"{name}.csv")
        done = program("run", manifest, "--account", name, "--json", **strays)
        told = json.loads(done.stdout)
        assert (told["account"], told["counts"]["updated"]) == (name, rows), done.stderr
        assert sum(two.servers[name].calls.puts.values()) == rows
    assert program("doctor", **strays).returncode == 0
    assert program("account", "test", **strays).returncode == 0
    for name, other in (("acme", "bolt"), ("bolt", "acme")):
        seen = two.seen(name)
        assert CANARY.format(name) in seen
        assert CANARY.format(other) not in seen
        assert "canary-of-nobody" not in seen
        assert "stray" not in seen


def test_an_account_without_a_password_borrows_none(two):
    program = two.program
    path = program.settings_file
    path.write_text(path.read_text("utf-8").replace('password_file = "bolt-password"\n', ""))
    calls = len(two.servers["bolt"].calls)
    done = program("run", program.manifest(1), "--account", "bolt", SELLERCLOUD_PASSWORD="stray")
    assert done.returncode == 2
    assert "The account bolt has no password." in done.stderr
    assert "init --account bolt" in done.stderr
    assert len(two.servers["bolt"].calls) == calls


def test_runs_rows_and_settings_name_their_account(two):
    program = two.program
    for name in ("acme", "bolt"):
        program.json("run", program.manifest(1, name=f"{name}.csv"), "--account", name)
    assert [each["account"] for each in program.json("runs")["runs"]] == ["bolt", "acme"]
    assert [each["account"] for each in program.json("runs", "--account", "acme")["runs"]] == [
        "acme"
    ]
    assert "ACCOUNT" in program("runs").stdout
    assert {each["account"] for each in program.json("find", 1001)["rows"]} == {"acme", "bolt"}
    assert "(acme), " in program("find", 1001).stdout
    assert program.json("config", "show", "--account", "acme")["account"] == "acme"
    assert "Account: acme\n" in program("config", "show", "--account", "acme").stdout


def test_the_doctor_looks_at_all_accounts_or_at_one(two):
    program = two.program
    (program.settings_file.parent / "bolt-password").write_text("wrong", "utf-8")
    told = program.json("doctor", code=1)
    logins = {each["account"]: each for each in told["checks"] if each["check"] == "login"}
    assert {name: each["status"] for name, each in logins.items()} == {"acme": "ok", "bolt": "fail"}
    assert program.json("doctor", "--account", "acme")["status"] != "fail"
    assert "\nAccount bolt\n" in program("doctor", "--offline").stdout


def test_a_run_is_resumed_by_its_own_account_only(two):
    program, server = two.program, two.servers["acme"]
    server.always("401")
    stopped = program.json(
        *("run", program.manifest(2), "--account", "acme", "--no-compare"),
        code=3,
    )
    server.always(None)
    other = program("resume", stopped["run"], "--account", "bolt")
    assert other.returncode == 2
    assert f"Run {stopped['run']} is a run of the account acme. Give --account acme." in (
        other.stderr
    )
    assert (
        "No run of the account bolt is unfinished." in program("resume", "--account", "bolt").stderr
    )
    assert not two.servers["bolt"].calls.puts
    assert program.json("resume", "--account", "acme")["counts"]["updated"] == 2


def test_accounts_are_added_listed_and_removed_and_nothing_else_is_lost(agency):
    program = agency.program
    agency.write("workers = 2  # mine\n")
    agency.add("acme")
    agency.add("bolt")
    written = program.settings_file.read_text("utf-8")
    url = written.partition("accounts.bolt]")[2].split('"')[1]
    secret = program.folder / "third"
    secret.write_text(CANARY.format("bolt"), "utf-8")
    words = ["init", "--account", "third", "--url", url, "--username", "bolt-clerk"]
    words += ["--password-file", secret, "--yes"]
    told = program.json(*words)
    assert told["account"] == "third"
    after = program.settings_file.read_text("utf-8")
    assert after.startswith(written)
    again = program("init", "--account", "third", *words[3:])
    assert again.returncode == 2
    assert "The account third exists already. Give --force to change it." in again.stderr
    assert program("init", "--account", "a/b", *words[3:]).returncode == 2
    agency.write('default_account = "third"\n', first=True)
    listed = program.json("account", "list")["accounts"]
    assert {each["account"]: each["is_default"] for each in listed} == {
        "acme": False,
        "bolt": False,
        "third": True,
    }
    assert "* third  bolt-clerk at " in program("account", "list").stdout
    program.json("account", "remove", "third", "--yes")
    assert program.settings_file.read_text("utf-8").strip() == written.strip()
    assert program.json("account", "remove", "third", "--yes", code=2)["status"] == "error"


def test_the_first_account_of_a_new_file_is_the_default(agency):
    program = agency.program
    url = agency.add("acme") and program.settings_file.read_text("utf-8").split('"')[1]
    program.settings_file.unlink()
    secret = CANARY.format("acme")
    words = ["init", "--account", "acme", "--url", url, "--username", "acme-clerk", "--yes"]
    print_it = f"{sys.executable} -c \"print('{secret}')\""
    refused = program(*words, "--password-from", "env", SELLERCLOUD_PASSWORD=secret)
    assert refused.returncode == 2
    assert "SELLERCLOUD_PASSWORD belongs to no account" in refused.stderr
    program.json(*words, "--password-command", print_it)
    assert program.json("run", program.manifest(1))["account"] == "acme"
    assert program.json("run", program.manifest(2), "--sandbox")["counts"]["updated"] == 2
