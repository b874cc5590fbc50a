"""README's commands, run as they stand; only the account is the sandbox's."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from batch_tracker.cli import cli
from batch_tracker.model import State
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Settings

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "daily-manifest.xlsx"
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
INSTALLING = [block for block in BLOCKS if "pip install" in block]


def test_the_first_two_commands_install_and_run():
    """They need the package index: `.ci/run` runs them word for word, this test the rest."""
    assert BLOCKS[:2] == INSTALLING


def as_checked(block):
    """End the script where a block does not end as the page says for this sample."""
    expected = "2" if "resume" in block else "[01]"  # nothing is left to resume here
    return f"{block}\n[[ $? == {expected} ]] || exit 9\n"


def test_every_other_command_works_in_the_order_of_the_page(tmp_path):
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    (tmp_path / ".sellercloud-password").write_text("secret\n", "utf-8")
    sandbox = Sandbox(SandboxSettings(users={"integration@example.com": "secret"}))
    with sandbox.running() as url:
        script = "".join(map(as_checked, BLOCKS[len(INSTALLING) :]))
        done = subprocess.run(
            ["bash", "-uc", script.replace("https://xx.api.sellercloud.com/rest", url)],
            cwd=tmp_path,
            env={
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(sandbox.calls.puts.values()) > 20


def test_the_first_command_ends_as_the_page_shows(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "batch_tracker", "run", SAMPLE, "--sandbox"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    (shown,) = re.findall(r"^```text\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert shown in done.stdout
    assert done.returncode == 1
    assert len(list(tmp_path.glob("reports/*.xlsx"))) == 1


def test_the_table_of_states_is_complete():
    rows = re.findall(r"^\| ([a-z ]+) \| .* \| (yes)? ?\|$", README, re.MULTILINE)
    assert {name: bool(yes) for name, yes in rows} == {
        state.value: state.needs_attention for state in State
    }


def test_the_table_of_settings_is_true():
    keys = set(re.findall(r"^\| `[^|]*` \| `(\w+)` \|", README, re.MULTILINE))
    assert keys <= set(Settings.model_fields)
    assert set(Settings.model_fields) - keys == {"password", "profiles", "notify"}


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_on_the_page_and_explains_itself(name):
    assert f"batch-tracker {name}" in README
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_exit_codes_agree_with_the_help():
    table = re.findall(r"^\| (\d+) \|", README, re.MULTILINE)
    in_help = re.findall(r"^  (\d+) ", cli.epilog or "", re.MULTILINE)
    assert table == in_help
