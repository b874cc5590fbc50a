"""Several accounts in one command: at the same time, each at its own pace, none held up."""

import json
import os
import signal

import pytest

from batch_tracker.ledger import open_ledger
from tests.terminal import Terminal

ACCOUNT_PASSWORD = "canary-of-{}-91c4"


@pytest.fixture
def four(agency):
    """Four accounts that keep a small quota, each with a manifest.

    The servers' windows are shorter, as the servers of a busy test machine may be late themselves.
    """
    for name in ("acme", "bolt", "cove", "dune"):
        agency.add(name, 'quota = "15/5"\n', quota=15, quota_window_s=4.0)
        agency.drop(name, 20)
    return agency


def by_account(told):
    return {each["account"]: each for each in told["accounts"]}


def test_accounts_send_at_the_same_time_within_their_quotas(four):
    told = four.program.json("run", "inbox", "--accounts")
    assert {name: each["counts"]["updated"] for name, each in by_account(told).items()} == (
        dict.fromkeys(four.servers, 20)
    )
    assert (told["status"], told["rows"], told["counts"]["updated"]) == ("success", 80, 80)
    assert {each["account"] for each in told["files"]} == set(four.servers)
    assert len({each["report"] for each in told["files"]}) == 4
    for server in four.servers.values():
        assert server.calls.throttled == 0
        assert set(server.calls.puts.values()) == {1}
    began = [min(call.arrived for call in each.calls) for each in four.servers.values()]
    ended = [max(call.arrived for call in each.calls) for each in four.servers.values()]
    assert max(began) < min(ended), "one after the other"


def test_an_account_that_stops_holds_up_no_other_and_the_gravest_exit_code_counts(agency):
    for name in ("acme", "bolt", "cove"):
        agency.add(name)
    (agency.program.settings_file.parent / "bolt-password").write_text("wrong", "utf-8")
    agency.servers["cove"].always("400")
    for name in agency.servers:
        agency.drop(name, 3, file="a.csv")
        agency.drop(name, 2, file="b.csv", first_po=2001)
    told = agency.program.json("run", "inbox", "--accounts", code=3)
    accounts = by_account(told)
    assert {name: each["status"] for name, each in accounts.items()} == {
        "acme": "success",
        "bolt": "stopped",
        "cove": "partial",
    }
    assert (accounts["bolt"]["files"], accounts["bolt"]["not_begun"]) == (1, 1)
    assert accounts["acme"]["counts"]["updated"] == 5
    assert agency.servers["bolt"].calls.logins == 1
    said = agency.program("run", "inbox", "--accounts", "--force").stdout.splitlines()
    assert next(line for line in said if line.startswith("ACCOUNT")).split() == [
        *("ACCOUNT", "STATUS", "FILES", "ROWS", "UPDATED", "NEED", "YOU", "NOT", "SENT", "CALLS")
    ]
    assert "bolt     stopped  1 of 2  3     0        0         3" in "\n".join(said)


def test_files_of_an_account_keep_their_order(agency):
    server = agency.add("acme")
    agency.drop("acme", 3, file="z-first.csv", first_po=1001)
    second = agency.drop("acme", 3, file="a-second.csv", first_po=2001)
    later = second.stat().st_mtime + 5
    os.utime(second, (later, later))
    agency.program.json("run", "inbox", "--accounts")
    sent = [call.po for call in server.calls if call.endpoint == "put"]
    assert max(sent[:3]) < 2001 <= min(sent[3:])


def test_what_lies_in_no_accounts_folder_is_told_and_left_alone(agency):
    server = agency.add("acme")
    agency.drop("acme", 2)
    agency.drop("acne", 2)
    agency.drop(".", 2, file="loose.csv")
    told = agency.program.json("run", "inbox", "--accounts", code=2)
    messages = [each["message"] for each in told["files"] if each["status"] == "error"]
    assert any("there is no account acne. Did you mean acme?" in each for each in messages)
    assert any("lies in no account's folder" in each for each in messages)
    assert by_account(told)["acme"]["counts"]["updated"] == 2
    assert sum(server.calls.puts.values()) == 2


def test_one_ctrl_c_stops_all_accounts_and_each_can_be_resumed(agency):
    for name in ("acme", "bolt"):
        agency.add(name, latency_s=0.01)
        agency.drop(name, 40)
    for server in agency.servers.values():
        server.hold(after=10)
    process = agency.program.start("run", "inbox", "--accounts", "--workers", "4", "--json")
    for server in agency.servers.values():
        server.until_held()
    process.send_signal(signal.SIGINT)
    for server in agency.servers.values():
        server.release()
    said, _ = process.communicate()
    assert process.returncode == 130
    told = by_account(json.loads(said))
    for name, server in agency.servers.items():
        assert told[name]["status"] == "stopped"
        assert 0 < told[name]["counts"]["updated"] < 40
        ended = agency.program.json("resume", "--account", name)
        assert ended["counts"]["updated"] == 40
        assert set(server.calls.puts.values()) == {1}


def test_the_words_of_the_command_line_are_checked(agency):
    none = agency.program("run", "inbox", "--accounts")
    assert none.returncode == 2
    assert "init --account NAME adds one" in none.stderr
    agency.add("acme")
    assert "is no folder" in agency.program("run", "inbox", "--accounts").stderr
    agency.drop("acme", 1)
    for words in (["--account", "acme"], ["--sandbox"], ["--rows", "2"]):
        assert agency.program("run", "inbox", "--accounts", *words).returncode == 2
    checked = agency.program("check", "inbox", "--accounts")
    assert "A run would make" in checked.stdout
    assert not agency.servers["acme"].calls.by_endpoint


def test_a_person_sees_a_bar_for_each_account_and_is_asked_once(agency):
    for name in ("acme", "bolt"):
        agency.add(name, latency_s=0.02)
        agency.drop(name, 60)
    program = agency.program
    terminal = Terminal(
        ["run", "inbox", "--accounts", "--workers", "2"],
        cwd=program.folder,
        env=program.environment,
    )
    terminal.wait_for("Send 120 updates of 2 accounts at the same time? [y/N]")
    assert not any(server.calls.by_endpoint for server in agency.servers.values())
    terminal.type("y")
    terminal.wait_for("all accounts sending")
    assert terminal.finish() == 0
    assert "acme         sending" in terminal.raw
    assert "bolt         sending" in terminal.raw
    assert terminal.too_long == []
    assert any(line.startswith("bolt     success  1 of 1") for line in terminal.lines)
    with open_ledger(program.folder / "home") as db:
        assert db.execute("SELECT COUNT(*) FROM runs").fetchone() == (2,)


def places(program, name):
    folder = program.folder / "inbox" / name
    return {each.name: sorted(p.name for p in each.glob("*.csv")) for each in folder.iterdir()}


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_a_look_at_all_folders_files_each_accounts_manifests_away(agency, flags):
    program = agency.program
    for name in ("acme", "bolt"):
        agency.add(name)
    (program.folder / "inbox").mkdir()
    (program.settings_file.parent / "bolt-password").write_text("wrong", "utf-8")
    words = ["watch", "inbox", "--accounts", "--once", "--settle", "0", *flags]
    assert program(*words).returncode == 0
    assert sorted(each.name for each in (program.folder / "inbox").iterdir()) == ["acme", "bolt"]
    for name in ("acme", "bolt"):
        agency.drop(name, 2)
    agency.drop("acne", 1)
    done = program(*words)
    assert done.returncode == 3
    assert "there is no account acne. Did you mean acme?" in done.stderr
    assert places(program, "acme")["done"] == ["daily.csv"]
    assert (program.folder / "inbox" / "bolt" / "daily.csv").exists()
    if flags:
        told = json.loads(done.stdout)
        assert {each["account"]: each["status"] for each in told["files"]} == {
            "acme": "success",
            "bolt": "stopped",
        }
        assert [alarm["kind"] for alarm in told["alarms"]] == ["ignored"]
    else:
        assert "account   acme" in done.stdout
    (program.settings_file.parent / "bolt-password").write_text(
        ACCOUNT_PASSWORD.format("bolt"), "utf-8"
    )
    again = program(*words)
    assert again.returncode == 0, again.stderr
    assert "acne" not in again.stderr, "it was told yesterday"
    assert places(program, "bolt")["done"] == ["daily.csv"]


def test_a_watcher_of_all_accounts_works_until_it_is_ended(agency, wait_until):
    program = agency.program
    for name in ("acme", "bolt"):
        agency.add(name, latency_s=0.01)
        agency.drop(name, 20)
    agency.servers["bolt"].hold(after=4)
    words = ("watch", "inbox", "--accounts", "--settle", "0", "--poll", "0.05", "--workers", "2")
    process = program.start(*words)
    agency.servers["bolt"].until_held()
    done = program.folder / "inbox" / "acme" / "done"
    wait_until((done / "daily.csv").exists)
    agency.drop("acme", 3, file="later.csv", first_po=5001)
    wait_until((done / "later.csv").exists)
    agency.servers["bolt"].release()
    wait_until((done.parents[1] / "bolt" / "done" / "daily.csv").exists)
    process.send_signal(signal.SIGTERM)
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    assert said.count("  updated   20") == 2
    assert "  updated   3" in said
