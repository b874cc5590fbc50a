"""Files made to do harm, given to the program itself: a plain refusal, in little memory.

The smaller hazards are in `samples/hazards`; how soon these end is measured by
`tests/benchmarks/hostile.py`. Memory is what the largest process took, children included. It is
measured by a process that starts the program: a peak is handed down from the process that forks,
and the tests' own may be large.
"""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.samples import hostile_files

MAX_MB = 500

LAUNCHER = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
print(json.dumps([done.returncode, done.stdout, done.stderr, peak_mb]))
"""

REFUSED = {
    "zip-bomb.xlsx": "unpacks to far more than a sheet would",
    "text-in-one-cell.xlsx": "unpacks to far more than a sheet would",
    "shared-strings.xlsx": "unpacks to far more than a sheet would",
    "nested-tags.xlsx": "nested or stretched beyond reason",
    "billion-laughs.xlsx": "document type declaration",
    "last-corner.xlsx": "cell XFD1048576 is too far to the right",
    "one-cell-repeated.ods": "too much memory or time",
    "one-field.csv": "line 2 is longer than 2,097,152 characters",
    "million-columns.csv": "line 1 has 1,000,002 cells: at most 1,000 columns",
    "unclosed-quote.csv": "a cell in line 2 is longer than 1,000,000 characters",
}


@pytest.fixture
def checked(program, tmp_path):
    """Build a file, check it as a user would, and delete it: some take much room."""

    def run(name):
        path = tmp_path / name
        hostile_files.MAKERS[name](path)
        command = [sys.executable, "-c", LAUNCHER, *program.command("check", path)]
        done = subprocess.run(
            command, env=program.environment, capture_output=True, text=True, check=True
        )
        path.unlink()
        code, out, err, peak_mb = json.loads(done.stdout)
        assert peak_mb < MAX_MB
        return code, out, err

    return run


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux does")


@linux_only
@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_in_one_sentence(checked, name):
    code, out, err = checked(name)
    assert (code, out) == (2, "")
    assert err.startswith(f"Error: {name}: ")
    assert REFUSED[name] in err
    assert len(err.strip().splitlines()) == 1


@linux_only
def test_a_sheet_of_styled_blanks_is_read(checked):
    code, out, err = checked("styled-blanks.xlsx")
    assert (code, err) == (0, "")
    assert "A run would make 2 calls" in out


def on_a_terminal(program, *words):
    """Run the program with a terminal as its stdout: click takes colours out for anything else."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        program.command(*words),
        cwd=program.folder,
        env=program.environment,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ):
        os.close(theirs)
        said = b""
        with suppress(OSError):  # so ends what a terminal says on Linux
            while piece := os.read(ours, 1 << 16):
                said += piece
    os.close(ours)
    return said.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is played with a POSIX one")
def test_a_terminal_obeys_nothing_that_stands_in_a_manifest(program):
    manifest = program.folder / "\x1b]0;taken\x07.csv"
    manifest.write_text("PO,Tracking Number,Void\n1,T1,\x1b[2Jmaybe\u202e\n", "utf-8")
    for words in (["check", manifest], ["run", manifest, "--sandbox"]):
        program.environment["NO_COLOR"] = "1"
        said = on_a_terminal(program, *words)
        assert not {"\x1b", "\x07", "\u202e"} & set(said)
        assert "\ufffd]0;taken\ufffd.csv" in said
