"""The page of `--help` as it lies on the disk, and as click makes it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import batch_tracker
from batch_tracker.cli.main import cli

HELP = Path(batch_tracker.__file__).parent / "cli" / "help.txt"


def the_page() -> str:
    with cli.make_context("batch-tracker", [], resilient_parsing=True) as context:
        context.terminal_width = 78
        return cli.get_help(context) + "\n"


def shown(flag: str, columns: str) -> str:
    command = [sys.executable, "-m", "batch_tracker", flag]
    environment = {**os.environ, "COLUMNS": columns}
    told = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
    assert not told.stderr
    return told.stdout


def test_the_page_on_the_disk_is_the_one_that_click_makes():
    assert HELP.read_text("ascii") == the_page(), "run python tests/cli/test_help.py"


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("columns", ["80", "200", "", "wide"])
def test_help_is_that_page_however_wide_the_terminal(flag, columns):
    assert shown(flag, columns) == the_page()


def test_help_fits_a_narrow_terminal():
    page = shown("--help", "60")
    prose = page.partition("Options:")[0].partition("batch-tracker check")[0]
    assert max(map(len, prose.splitlines())) <= 60
    assert page != the_page()
    assert page.split()[:9] == the_page().split()[:9]


def test_help_loads_little():
    code = (
        f"import sys; sys.path.insert(0, {str(HELP.parents[2])!r}); sys.argv[1:] = ['--help'];"
        "from batch_tracker.__main__ import main; main();"
        "print({'click', 'inspect', 'pathlib'} & set(sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    told = subprocess.run(command, capture_output=True, check=True, text=True)
    assert told.stderr == "set()\n"


if __name__ == "__main__":
    HELP.write_text(the_page(), "ascii")
