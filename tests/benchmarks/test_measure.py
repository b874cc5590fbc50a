"""Every group of benchmarks still works: the command as it is called, at its small size.

What the figures are is not judged here: that is for a machine with nothing else to do.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figure, Target
from tests.benchmarks.measure import GROUPS, NOT_MEASURED, exit_code, missed
from tests.browser import installed

ROOT = Path(__file__).parents[2]
NEEDS_MORE = {"rivals"}
"""Groups with contenders that may be left out, because they are not installed everywhere."""

FAST = Figure(what="time", value=1.0, target=Target("<=", 2))
SLOW = Figure(what="rate", value=0.5, target=Target(">=", 2))
FREE = Figure(what="size", value=7, unit=" MB")
BROKEN = Figure(what=NOT_MEASURED, value=None, detail="failed")


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_measures_all_its_figures(tmp_path, name):
    if name == "page" and not installed():
        pytest.skip("no Chromium is installed here")
    outputs = tmp_path / "figures.json", tmp_path / "figures.md"
    options = ["--size", "small", "--json", outputs[0], "--markdown", outputs[1]]
    command = [sys.executable, "-m", "tests.benchmarks.measure", "--only", name, *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert ended.returncode in (0, 1), ended.stdout + ended.stderr
    figures = json.loads(outputs[0].read_text())["figures"]
    assert figures
    assert {each["group"] for each in figures} == {name}
    if name not in NEEDS_MORE:
        assert all(each["value"] is not None for each in figures), figures
    assert outputs[1].read_text() == ended.stdout


def test_below_the_table_stands_every_target_that_is_missed():
    found = [("one", FAST), ("one", SLOW), ("two", FREE)]
    assert list(missed(found)) == [
        "1 of 2 targets are missed.",
        "- one: rate: 0.500x instead of >= 2",
    ]
    assert list(missed([("one", FAST)])) == ["0 of 1 targets are missed."]


def test_what_could_not_be_measured_is_no_success():
    assert list(missed([("one", FAST), ("two", BROKEN)])) == [
        "0 of 1 targets are missed.",
        "- two: not measured",
    ]
    assert exit_code([("one", FAST), ("two", FREE)]) == 0
    assert exit_code([("one", FAST), ("one", SLOW)]) == 1
    assert exit_code([("one", SLOW), ("two", BROKEN)]) == 2
