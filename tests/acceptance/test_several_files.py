"""Several manifests in one command."""

import json

import pytest
from openpyxl import load_workbook


@pytest.fixture
def folder(program):
    """Two good manifests that agree on nothing but their shape, and one that is none."""
    inbox = program.folder / "inbox"
    inbox.mkdir()
    program.manifest(3, first_po=1001, name="inbox/monday.csv")
    program.manifest(2, first_po=2001, name="inbox/tuesday.csv")
    (inbox / "minutes.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    return inbox


def test_each_file_has_its_workbook_and_a_bad_one_holds_up_none(program, server, folder):
    ended = program.json("run", folder, code=2)
    files = {each["source"].split("/")[-1]: each for each in ended["files"]}
    assert files["minutes.csv"]["status"] == "error"
    assert "PO" in files["minutes.csv"]["message"]
    for name, rows in (("monday.csv", 3), ("tuesday.csv", 2)):
        assert files[name]["counts"]["updated"] == rows
        book = load_workbook(program.folder / files[name]["report"])
        assert book["Results"].max_row == rows + 1
    assert (ended["rows"], ended["counts"]["updated"], ended["calls"]) == (5, 5, 9)
    assert ended["status"] == "error"
    assert sum(server.calls.puts.values()) == 5


def test_a_pattern_and_a_check_take_several_too(program, folder):
    checked = program.json("check", f"{folder}/*day.csv")
    assert [each["counts"]["not sent"] for each in checked["files"]] == [3, 2]
    said = program("check", folder)
    assert said.returncode == 2
    assert said.stdout.count("A run would make") == 2
    assert "Error: minutes.csv" in said.stdout


def test_what_stops_one_run_stops_the_others(program, server, folder):
    (folder / "minutes.csv").unlink()
    program.environment["SELLERCLOUD_PASSWORD"] = "wrong"
    done = program("run", folder, "--json")
    assert done.returncode == 3
    assert len(json.loads(done.stdout)["files"]) == 1
    assert "1 of 2 files were not begun" in done.stderr
    assert server.calls.by_endpoint["token"] == 1
