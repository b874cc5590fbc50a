"""Rehearsals, as their user meets them: a sandbox in another terminal, and which profiles are."""

import json
import signal

import pytest
from openpyxl import load_workbook


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sandbox_serves_until_it_is_told_to_end_and_ends_well(program, number):
    sandbox = program.start("sandbox", "--port", "0", "--json")
    program.environment["SELLERCLOUD_URL"] = json.loads(sandbox.stdout.readline())["url"]
    ended = program.json("run", program.manifest(3))
    sandbox.send_signal(number)
    said, complained = sandbox.communicate()
    assert ended["counts"]["updated"] == 3
    assert (sandbox.returncode, said, complained) == (0, "", "")


def test_a_sandbox_says_how_to_use_it(program):
    sandbox = program.start("sandbox", "--port", "0")
    said = "".join(sandbox.stdout.readline() for _ in range(3))
    sandbox.send_signal(signal.SIGINT)
    assert sandbox.wait() == 0
    sandbox.communicate()
    assert "until Ctrl-C" in said
    assert said.count("  export SELLERCLOUD_") == 2


def test_the_profiles_are_listed_your_own_first(program):
    program.settings_file.write_text(
        '[profiles.acme]\nheaders = ["Ref"]\ncolumns = {po = "Ref"}\n', "utf-8"
    )
    first, *others = program.json("profile", "list")["profiles"]
    assert (first["name"], first["headers"]) == ("acme", ["Ref"])
    assert "ups-worldship" in [each["name"] for each in others]
    lines = program("profile", "list").stdout.splitlines()
    assert [lines[0], len(lines)] == ["acme", 1 + len(others)]


def test_a_rehearsal_promises_nothing_that_ends_with_it(program):
    manifest = program.manifest(1, first_po=1500)
    done = program("run", manifest, "--sandbox")
    assert "failed    1" in done.stdout
    assert "batch-tracker retry" not in done.stdout
    assert "Run it without --sandbox to send it for real." in done.stdout
    (path,) = (program.folder / "reports").glob("*.xlsx")
    told = [cell for row in load_workbook(path)["Summary"].values for cell in row if cell]
    assert "This was a rehearsal. Run it without --sandbox to send it for real." in told
    assert any("(a rehearsal, not Sellercloud)" in str(cell) for cell in told)
    assert not any("batch-tracker retry" in str(cell) for cell in told)


def test_a_rehearsal_can_be_looked_at_beforehand_without_an_account(program):
    del program.environment["SELLERCLOUD_USERNAME"], program.environment["SELLERCLOUD_PASSWORD"]
    words = ("run", program.manifest(3), "--sandbox", "--dry-run", "--compare")
    checked = program.json(*words)
    assert (checked["counts"]["not sent"], checked["calls"]) == (3, 2)


def test_a_rehearsal_can_be_looked_back_at_and_never_meets_the_real_ledger(program, server):
    manifest = program.manifest(3, first_po=1498)  # 1500 always fails
    rehearsed = program.json("run", manifest, "--sandbox", "--compare", code=1)
    assert (rehearsed["counts"]["updated"], rehearsed["counts"]["failed"]) == (2, 1)
    run = rehearsed["run"]
    assert program.json("runs")["runs"] == []
    assert [each["run"] for each in program.json("runs", "--sandbox")["runs"]] == [run]
    assert program.json("show", "--sandbox")["run"] == run
    assert program("show", run).returncode == 2
    page = program.folder / program.json("report", run, "--sandbox", "--html", code=1)["page"]
    assert "rehearsal" in page.read_text("utf-8")
    assert program.json("find", 1498, "--sandbox")["rows"][0]["state"] == "updated"
    assert program.json("find", 1498)["rows"] == []
    undone = program.json("undo", run, "--sandbox", code=1)
    assert undone["run"] == run
    again = program.json("run", manifest, "--sandbox", code=1)
    assert again["counts"] == rehearsed["counts"], "another rehearsal begins with a fresh server"
    assert server.calls.puts.total() == 0
    real = program.json("run", manifest)
    assert (real["counts"]["updated"], real["counts"]["unchanged"]) == (3, 0)
    assert [each["run"] for each in program.json("runs")["runs"]] == [real["run"]]
    pruned = program.json("prune", "--older-than", "1d", "--yes", "--sandbox")
    assert pruned["runs"] == 0
