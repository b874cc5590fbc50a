"""Sending only some rows of a file, by their numbers."""

import pytest
from openpyxl import load_workbook


def test_only_the_chosen_rows_are_sent_and_every_row_is_told(program, server):
    manifest = program.manifest(9)  # rows 2 to 10
    ended = program.json("run", manifest, "--rows", "3, 5-6,10-99")
    assert set(server.calls.puts) == {1002, 1004, 1005, 1009}
    assert (ended["counts"]["updated"], ended["counts"]["skipped"]) == (4, 5)
    results = load_workbook(program.folder / ended["report"])["Results"]
    codes = [cell for row in results.values for cell in row if cell == "not-chosen"]
    assert len(codes) == 5
    assert "Note: Only these rows were chosen: 3, 5-6, 10-99." in program("show").stdout
    whole = program.json("run", manifest)
    assert (whole["counts"]["updated"], whole["counts"]["unchanged"]) == (5, 4)
    assert server.calls.puts.total() == 9


def test_a_choice_settles_what_rows_disagree_on(program, server):
    path = program.folder / "m.csv"
    lines = ["PO,Tracking Number", "1001,T000000001", "1001,T000000002", "x,T000000003"]
    path.write_text("\n".join(lines), "utf-8")
    assert program.json("check", path, code=1)["counts"]["conflict"] == 2
    checked = program.json("check", path, "--rows", "3")
    assert (checked["counts"]["not sent"], checked["counts"]["skipped"]) == (1, 2)
    program.json("run", path, "--rows", "3")
    assert server.orders[1001].tracking_number == "T000000002"


def test_a_file_that_was_run_in_part_is_still_run_as_a_whole_by_a_watcher(program, server):
    manifest = program.manifest(3)
    program.json("run", manifest, "--rows", "2")
    inbox = program.folder / "inbox"
    inbox.mkdir()
    manifest.rename(inbox / "manifest.csv")
    (file,) = program.json("watch", inbox, "--once", "--settle", "0")["files"]
    assert (file["counts"]["updated"], file["note"]) == (2, "")
    assert server.calls.puts.total() == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rows", "x"], "Write it like 12,40-60"),
        (["--rows", "9-3"], "Write it like 12,40-60"),
        (["--rows", "3,"], "Write it like 12,40-60"),
        (["--rows", "12,40-60"], "has no row 12, 40-60."),
    ],
)
def test_rows_that_are_not_there_are_refused(program, server, words, said):
    path = program.manifest(3)
    done = program("run", path, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(server.calls) == 0
    assert program.json("runs")["runs"] == []


def test_rows_of_several_files_can_not_be_meant(program, server):
    program.manifest(2, name="a.csv")
    program.manifest(2, name="b.csv")
    for command in ("run", "check"):
        done = program(command, "a.csv", "b.csv", "--rows", "2")
        assert done.returncode == 2
        assert "for a single file" in done.stderr
    assert len(server.calls) == 0
