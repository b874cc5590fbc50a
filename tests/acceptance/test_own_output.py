"""Nobody reads what the program prints, or it can't print: the work is done all the same."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.test_notices import heard, occasions

__all__ = ["heard"]


def with_streams(program, command):
    """Run a command in a shell that redirects its streams."""
    return subprocess.run(
        ["sh", "-c", command, "sh", *program.command()],
        cwd=program.folder,
        env=program.environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("streams", "code"),
    [
        ("2>&-", 0),
        (">&- 2>&-", 0),
        ("<&- >&- 2>&-", 0),
        ("2>/dev/full", 0),
        (">/dev/full", 1),
        (">/dev/full 2>/dev/full", 1),
        ("2>&1 | true", 0),
    ],
)
def test_with_streams_that_take_nothing_all_rows_are_sent_and_a_notice_goes_out(
    program, server, heard, streams, code
):
    heard.wants("finish")
    program.manifest(3)
    done = with_streams(program, f'"$@" run manifest.csv {streams}')
    assert done.returncode == code
    assert server.calls.puts.total() == 3
    assert occasions(heard) == ["finish"]
    assert "Traceback" not in done.stderr
    assert len(list((program.folder / "reports").glob("*.xlsx"))) == 1


@pytest.mark.usefixtures("server")
def test_a_closed_stderr_is_not_taken_for_a_file_that_is_opened_next(program):
    """What a library writes to file number 2 would stand in the ledger then."""
    program.manifest(3)
    with_streams(program, '"$@" run manifest.csv >&- 2>&-')
    assert program.json("runs")["runs"][0]["counts"]["updated"] == 3


@pytest.mark.usefixtures("server")
def test_why_the_results_could_not_be_written_is_told_where_it_can_be(program):
    program.manifest(1)
    done = with_streams(program, '"$@" run manifest.csv --json >/dev/full')
    assert done.stderr.startswith("Error: The output can't be written: No space left on device.")


@pytest.mark.parametrize("words", ["--help", "--version", "run --help", "", "runs"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_words_that_can_not_be_written_are_told_as_such(program, words, unbuffered):
    program.environment |= {"PYTHONUNBUFFERED": unbuffered}
    done = with_streams(program, f'"$@" {words} >/dev/full')
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The output can't be written: No space left on device.")
    assert len(done.stderr.splitlines()) == 1
    assert with_streams(program, f'"$@" {words} | true').stderr == ""


@pytest.mark.parametrize("streams", [">/dev/full 2>/dev/full", ">&- 2>&-", "2>&1 | true"])
def test_a_watcher_whose_output_nobody_takes_goes_on(program, server, wait_until, streams):
    program.environment |= {"BATCH_TRACKER_SETTLE_S": "0.05", "BATCH_TRACKER_POLL_S": "0.05"}
    inbox = program.folder / "inbox"
    inbox.mkdir()
    words = ["sh", "-c", f'exec "$@" watch inbox --json {streams}', "sh", *program.command()]
    with subprocess.Popen(
        words, cwd=program.folder, env=program.environment, start_new_session=True
    ) as watcher:
        for number in (1, 2):
            path = program.manifest(2, first_po=1000 * number, name=f"{number}.part")
            path.rename(inbox / f"{number}.csv")
            wait_until(lambda n=number: (inbox / "done" / f"{n}.csv").exists())
        os.killpg(watcher.pid, 15)
    assert server.calls.puts.total() == 4


@pytest.mark.usefixtures("server")
def test_the_results_of_a_command_that_only_looks_may_find_no_reader(program):
    program.json("run", program.manifest(3))
    done = with_streams(program, '"$@" runs | true')
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(program.folder / "home").is_dir()
