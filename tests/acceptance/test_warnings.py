"""A row that is odd is sent, but not in silence; or it is held back, where that is wanted."""

import json

import pytest
from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS
from batch_tracker.sandbox import PurchaseOrder


@pytest.fixture
def odd(program):
    """A manifest of three rows, of which two have other values than an earlier one."""
    earlier = program.manifest(3)
    program.json("run", earlier)
    changed = earlier.read_text("utf-8").replace("T000001001", "T100001001")
    path = program.folder / "changed.csv"
    path.write_text(changed.replace("T000001003", "T100001003"), "utf-8")
    return path


def puts(server):
    return sum(server.calls.puts.values())


def test_they_are_listed_before_anything_is_sent(program, server, odd):
    before = puts(server)
    told = program("check", odd)
    assert told.returncode == 0
    assert "Warnings: 2 rows (--warnings hold keeps such rows back)" in told.stdout
    assert "  rows 2, 4 (replaces): Replaces the tracking number T000001001" in told.stdout
    assert program.json("check", odd)["warnings"] == 2
    assert puts(server) == before


@pytest.mark.parametrize("is_json", [False, True])
def test_a_run_lists_them_first_and_counts_them_at_the_end(program, server, odd, is_json):
    done = program("run", odd, *["--json"] * is_json)
    assert "rows 2, 4 (replaces): Replaces the tracking number T000001001" in done.stderr
    if is_json:
        assert json.loads(done.stdout)["warnings"] == 2
    else:
        assert "  warnings  2 rows" in done.stdout.splitlines()
    assert puts(server) == 3 + 2


@pytest.mark.usefixtures("server")
def test_they_are_told_again_by_every_command_that_looks_back(program, odd):
    program.json("run", odd)
    assert program.json("show")["warnings"] == 2
    assert program.json("runs")["runs"][0]["warnings"] == 2
    page = program.json("report", "--html")["page"]
    text = (program.folder / page).read_text("utf-8")
    assert "Rows with a warning: 2 rows." in text
    assert "Replaces the tracking number T000001001" in text


def test_several_files_are_summed_up(program, server, odd):
    plain = program.manifest(2, first_po=5001, name="plain.csv")
    ended = program.json("run", odd, plain)
    assert ended["warnings"] == 2
    assert [each["warnings"] for each in ended["files"]] == [2, 0]
    assert puts(server) == 3 + 2 + 2


@pytest.mark.parametrize("by", ["flag", "environment"])
def test_rows_with_a_warning_can_be_held_back(program, server, odd, by):
    words = ["--warnings", "hold"] if by == "flag" else []
    if by == "environment":
        program.environment["BATCH_TRACKER_WARNINGS"] = "hold"
    checked = program.json("check", odd, *words, code=1)
    ended = program.json("run", odd, *words, code=1)
    for each in (checked, ended):
        assert (each["counts"]["invalid"], each["counts"]["unchanged"], each["warnings"]) == (
            2,
            1,
            2,
        )
    assert puts(server) == 3


def test_what_is_held_back_is_sent_as_it_is_once_somebody_says_so(program, server, odd):
    first = program.json("run", odd, "--warnings", "hold", code=1)
    again = program.json("run", first["report"], "--warnings", "send")
    assert (again["counts"]["updated"], again["counts"]["unchanged"]) == (2, 1)
    assert puts(server) == 3 + 2
    assert server.orders[1001].tracking_number == "T100001001"


def test_what_is_held_back_is_sent_once_it_is_corrected(program, server, odd):
    first = program.json("run", odd, "--warnings", "hold", code=1)
    path = program.folder / first["report"]
    book = load_workbook(path)
    assert book.active.title == "Needs attention"
    book["Results"].cell(2, len(LEADING_COLUMNS) + 2).value = "T000001001"
    book.save(path)
    again = program.json("run", path, "--warnings", "hold", code=1)
    assert (again["counts"]["unchanged"], again["counts"]["invalid"]) == (2, 1)
    assert puts(server) == 3


def test_a_look_at_the_pos_that_warns_holds_back_too(program, serve):
    server = serve(orders=(PurchaseOrder(1001, tracking_number="OTHER"), PurchaseOrder(1002)))
    manifest = program.manifest(2)
    sent = program.json("run", manifest, "--compare", "--warnings", "hold", code=1)
    assert (sent["counts"]["updated"], sent["counts"]["conflict"]) == (1, 1)
    assert server.orders[1001].tracking_number == "OTHER"
