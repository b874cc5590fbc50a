"""The threat model names for each attacker what is promised, and a test that is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODEL = (ROOT / ".github" / "SECURITY.md").read_text("utf-8")
LINES = [line.strip("|").split("|") for line in MODEL.splitlines() if line.startswith("| ")][1:]

HELD = [
    "a file that you run",
    "a file in the folder that you stand in",
    "the server's answers",
    "the network",
    "another user of this machine",
]


@pytest.mark.parametrize("held", HELD)
def test_each_thing_that_an_attacker_may_hold_has_a_line(held):
    assert any(line[0].strip().startswith(held) for line in LINES)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0].strip())
def test_each_line_promises_something_and_names_tests_that_exist(line):
    _, promised, tests = line
    assert promised.strip()
    named = re.findall(r"`([^`]+)`", tests)
    assert named
    for name in named:
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert f"def {function}" in (ROOT / path).read_text("utf-8"), name
