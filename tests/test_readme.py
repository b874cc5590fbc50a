"""README's commands, run as they stand; only the account is the sandbox's."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from batch_tracker.cli.main import cli
from batch_tracker.model import State
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Settings
from batch_tracker.settings.channel import Hook, Mailbox
from batch_tracker.settings.profile import Profile

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "daily-manifest.xlsx"
README = (ROOT / "README.md").read_text("utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


BLOCKS = blocks("sh")
INSTALLING = [block for block in BLOCKS if "pip install" in block]


def test_the_first_two_commands_install_and_run():
    """They need the package index: `.ci/run` runs them word for word, this test the rest."""
    assert BLOCKS[:2] == INSTALLING


def as_checked(block):
    """End the script where a block does not end as the page says for this sample."""
    expected = "2" if "resume" in block else "[01]"  # nothing is left to resume here
    return f"{block}\n[[ $? == {expected} ]] || exit 9\n"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    shutil.copy(SAMPLE, tmp_path / "MANIFEST.xlsx")
    (tmp_path / ".sellercloud-password").write_text("secret\n", "utf-8")
    return tmp_path


@pytest.fixture
def execute(folder):
    """Run words in the folder, as a user who has installed the program and nothing else."""

    def execute(*words, **environment):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            words,
            cwd=folder,
            env={"PATH": path, "HOME": str(folder), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return execute


def test_every_other_command_works_in_the_order_of_the_page(execute):
    sandbox = Sandbox(SandboxSettings(users={"integration@example.com": "secret"}))
    with sandbox.running() as url:
        script = "".join(map(as_checked, BLOCKS[len(INSTALLING) :]))
        done = execute("bash", "-uc", script.replace("https://xx.api.sellercloud.com/rest", url))
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(sandbox.calls.puts.values()) > 20


def test_the_first_command_ends_as_the_page_shows(execute, folder):
    done = execute("batch-tracker", "run", SAMPLE, "--sandbox")
    shown, *_ = blocks("text")
    assert shown in done.stdout
    assert done.returncode == 1
    assert len(list(folder.glob("reports/*.xlsx"))) == 1


def test_a_column_is_asked_about_as_the_page_shows(execute, folder):
    head, *rows = (
        "PO,Carrier,Ship Date,City,Wagon ref",
        "1001,UPS,2026-11-20,Reno,1Z999AA10123456784",
        "1002,USPS,2026-11-20,Waco,9400111899255192744104",
    )
    (folder / "daily.csv").write_text("\n".join([head, *rows]), "utf-8")
    _, shown, *_ = blocks("text")
    done = execute("batch-tracker", "check", "daily.csv")
    assert " ".join(shown.split()) in " ".join(done.stderr.split())
    assert done.returncode == 2


def test_the_json_object_is_the_one_the_sample_ends_with(execute):
    done = execute("batch-tracker", "run", "samples/daily-manifest.csv", "--sandbox", "--json")
    (shown,) = map(json.loads, blocks("json"))
    told = json.loads(done.stdout)
    for path in (told["source"], shown["source"]):
        assert Path(path).is_absolute()
        assert path.endswith("/samples/daily-manifest.csv")
    for always_another in ("run", "source", "report", "seconds", "server", "username"):
        assert type(told.pop(always_another)) is type(shown.pop(always_another))
    assert told == shown


def test_the_python_works(execute):
    (script,) = blocks("python")
    with Sandbox(SandboxSettings(users={"clerk": "secret"})).running() as url:
        done = execute(
            *("python", "-c", script),
            SELLERCLOUD_URL=url,
            SELLERCLOUD_USERNAME="clerk",
            SELLERCLOUD_PASSWORD="secret",
        )
    assert done.stderr == ""
    assert "27 calls to make" in done.stdout
    assert "partial" in done.stdout


def test_the_settings_shown_are_accepted(execute, folder):
    told, _ = blocks("toml")
    (findings,) = re.findall("`(findings = .*?)`", README)
    text = f"{told}\n[profiles.mine]\n{findings}\n"
    settings = folder / ".config" / "batch-tracker" / "batch-tracker.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(text, "utf-8")
    checked = ("batch-tracker", "check", "samples/daily-manifest.csv", "--profile", "mine")
    assert execute(*checked).returncode == 1
    settings.write_text(text.replace("kind", "sort"), "utf-8")
    assert execute(*checked).returncode == 2


def test_the_accounts_shown_are_accepted(execute, folder):
    _, told = blocks("toml")
    settings = folder / ".config" / "batch-tracker" / "batch-tracker.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(told, "utf-8")
    listed = execute("batch-tracker", "account", "list")
    assert (listed.returncode, listed.stdout[:6]) == (0, "* acme")


def test_the_table_of_states_is_complete():
    _, _, section = README.partition("## Read your results\n")
    section, _, _ = section.partition("\n## ")
    rows = re.findall(r"^\| ([a-z ]+) \| .* \| (yes)? ?\|$", section, re.MULTILINE)
    assert {name: bool(yes) for name, yes in rows} == {
        state.value: state.needs_attention for state in State
    }


def test_the_table_of_settings_names_variables_and_flags_that_are_there():
    flags = {
        flag for command in cli.commands.values() for each in command.params for flag in each.opts
    }
    rows = re.findall(r"^\| `([^|]*)` \| `(\w+)` \| (?:`([^|]*)` )?\| ", README, re.MULTILINE)
    for variables, key, flag in rows:
        prefix = "SELLERCLOUD" if variables.startswith("SELLERCLOUD") else "BATCH_TRACKER"
        assert f"{prefix}_{key.upper()}" in variables
        assert not flag or flag in flags


def test_the_table_of_settings_is_true():
    keys = set(re.findall(r"^\| `[^|]*` \| `(\w+)` \|", README, re.MULTILINE))
    assert keys <= set(Settings.model_fields)
    assert set(Settings.model_fields) - keys == {
        *("account", "accounts", "config", "password", "profiles", "notify")
    }


def test_the_table_of_a_profile_is_complete():
    (table,) = re.findall(r"^\| Key of a profile .*\n((?:\|.*\n)+)", README, re.MULTILINE)
    keys = {key for line in table.splitlines() for key in re.findall("`(.*?)`", line.split("|")[1])}
    assert keys == set(Profile.model_fields) - {"name"}


def test_the_table_of_a_channel_is_complete():
    (table,) = re.findall(r"^\| Key of `\[\[notify.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    keys = {key for line in table.splitlines() for key in re.findall("`(.*?)`", line.split("|")[1])}
    assert keys == Hook.model_fields.keys() | Mailbox.model_fields.keys()


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_on_the_page_and_explains_itself(name):
    assert f"batch-tracker {name}" in README
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_the_list_of_commands_begins_with_the_first_day_and_cuts_nothing_off():
    done = subprocess.run(
        [sys.executable, "-m", "batch_tracker", "--help"],
        env={"PATH": os.environ["PATH"], "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    listed = done.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    named = [command.name for command in cli.commands.values()]
    assert [line.split()[0] for line in listed] == named
    assert "..." not in "".join(listed)


def test_the_exit_codes_agree_with_the_help():
    table = re.findall(r"^\| (\d+) \|", README, re.MULTILINE)
    in_help = re.findall(r"^  (\d+) ", cli.epilog or "", re.MULTILINE)
    assert table == in_help
