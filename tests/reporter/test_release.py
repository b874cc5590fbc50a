"""What a person has changed is never replaced; what was written is nobody else's to read."""

import os
import stat
import subprocess
import sys
import time

import pytest
from openpyxl import load_workbook

from batch_tracker.reporter.file_names import file_name
from batch_tracker.reporter.release import changed_files, move

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def correct(path, text="corrected"):
    book = load_workbook(path)
    book["Results"]["D2"].value = text
    book.save(path)


def test_a_workbook_as_it_was_written_is_replaced(write, row, tmp_path):
    for number in (2, 3):
        assert write([row(number)]) == tmp_path / "results.xlsx"
    assert names(tmp_path) == ["results.xlsx"]


def test_one_that_was_changed_stays_and_the_next_has_another_name(write, row, tmp_path, register):
    first = write([row(2)])
    correct(first)
    kept = first.read_bytes()
    for _ in range(2):
        assert write([row(2)]) == tmp_path / "results (2).xlsx"
    assert first.read_bytes() == kept
    correct(tmp_path / "results (2).xlsx")
    assert list(changed_files(first, register)) == [first, tmp_path / "results (2).xlsx"]
    assert write([row(2)]) == tmp_path / "results (3).xlsx"
    assert load_workbook(first)["Results"]["D2"].value == "corrected"


def test_a_file_of_that_name_that_is_not_ours_stays(write, row, tmp_path):
    (tmp_path / "results.xlsx").write_text("somebody else's", "utf-8")
    assert write([row(2)]) == tmp_path / "results (2).xlsx"
    assert (tmp_path / "results.xlsx").read_text("utf-8") == "somebody else's"


def test_what_is_written_is_noted_before_it_has_its_name(write, row, tmp_path, monkeypatch):
    """Killed in between, the next one must not take it for a changed one."""
    path = write([row(2)])
    monkeypatch.setattr(
        type(path), "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt())
    )
    with pytest.raises(KeyboardInterrupt):
        write([row(2)])
    monkeypatch.undo()
    assert write([row(2)]) == path
    assert names(tmp_path) == ["results.xlsx"]


@posix
def test_only_its_owner_may_read_it(write, row):
    before = os.umask(0)
    try:
        path = write([row(2)])
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_workbook_is_moved_without_replacing_one_that_was_changed(write, row, tmp_path, register):
    target = tmp_path / "attention" / "results.xlsx"
    assert move(write([row(2)]), target, register) == target
    assert move(write([row(2)]), target, register) == target
    correct(target)
    assert move(write([row(2)]), target, register) == target.with_name("results (2).xlsx")
    assert load_workbook(target)["Results"]["D2"].value == "corrected"
    assert names(tmp_path) == ["attention"]


KILLED = """
import os, signal, sys
from pathlib import Path
from batch_tracker.model import ResultRow, RunSummary, State
from batch_tracker.reporter.release import Register
from batch_tracker.reporter.workbook import write_workbook
def rows():
    for n in range(1, 3000):
        if n == 2900:
            print(os.listdir(os.path.dirname(sys.argv[1])), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        yield ResultRow(n, ["x" * 50], State.UPDATED, "", "", 200, 1, None, ())
counts = {state: 0 for state in State} | {State.UPDATED: 2999}
summary = RunSummary(run="r", status="success", source="s", report=None, counts=counts,
                     calls=0, seconds=0.0, message="")
write_workbook(Path(sys.argv[1]), summary=summary, headers=["A"], width=1, text_columns=(),
               rows=rows(), position_of=lambda number: None, on_progress=lambda _: None,
               register=Register(lambda digest: False, lambda digest: None))
"""


@posix
def test_what_a_killed_process_has_left_is_removed_by_the_next(write, row, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    folder = tmp_path / "reports"
    folder.mkdir()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, folder / "results.xlsx"],
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ".tmp" in killed.stdout, killed.stderr
    assert names(temporary) == [], "no row is left where nobody looks for it"
    assert len(names(folder)) == 1
    write([row(2)], path=folder / "results.xlsx")
    assert names(folder) == ["results.xlsx"]


def test_what_another_process_is_writing_is_left_alone(write, row, tmp_path):
    def write_another(progress):
        if progress.done == 0:
            write([row(2)], path=tmp_path / "other.xlsx")

    path = write([row(2)], on_progress=write_another)
    assert names(tmp_path) == ["other.xlsx", path.name]


def test_the_single_files_of_earlier_versions_are_removed_once_they_are_abandoned(
    write, row, tmp_path
):
    old, new = (tmp_path / f".batch-tracker-{name}.tmp" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"rows")
    os.utime(old, (time.time() - 7200,) * 2)
    write([row(2)])
    assert names(tmp_path) == [new.name, "results.xlsx"]


# What the files are called

RUN = "20260304-150607"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("in/daily.csv", f"daily-{RUN}-results.xlsx"),
        ("daily.2026.csv", f"daily.2026-{RUN}-results.xlsx"),
        ("daily-20250101-101010-results.xlsx", f"daily-{RUN}-results.xlsx"),
        ("daily-20250101-101010-2-results (3).xlsx", f"daily-{RUN}-results.xlsx"),
        ("daily-20250101-101010-undo.xlsx", f"daily-{RUN}-results.xlsx"),
        (
            "daily-20250101-101010-results-20250102-101010-results.xlsx",
            f"daily-{RUN}-results.xlsx",
        ),
        ("daily-results.xlsx", f"daily-results-{RUN}-results.xlsx"),
        ("-20250101-101010-results.xlsx", f"-20250101-101010-results-{RUN}-results.xlsx"),
    ],
)
def test_names_do_not_grow(source, name):
    assert file_name(source, RUN, "results") == name


@pytest.mark.parametrize("letter", ["x", "é", "件", "😀", os.fsdecode(b"\xff")])
@pytest.mark.parametrize("length", [4, 100, 226, 227, 240, 251, 255])
def test_a_name_of_any_length_can_be_written(write, row, tmp_path, letter, length):
    stem = letter * (length // len(os.fsencode(letter)))
    name = file_name(f"{stem}.csv", f"{RUN}-99", "results")
    path = tmp_path / name
    assert write([row(2)], path=path) == path
    correct(path)
    spare = write([row(2)], path=path)
    assert spare.name.endswith(" (2).xlsx")
    assert len(os.fsencode(path.name)) <= 255
    cut = path.name.removesuffix(f"-{RUN}-99-results.xlsx")
    assert stem.startswith(cut)
    assert len(os.fsencode(cut)) > min(length, 200) - 4, "no more is cut than must be"
