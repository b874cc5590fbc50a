"""Which settings there are, and where each comes from."""

import json

import pytest
from click.testing import CliRunner

from batch_tracker.cli.main import cli
from batch_tracker.settings import Settings

CANARY = "Kanarienvogel-7391"


@pytest.fixture
def show(settings_file, monkeypatch):
    """Say what `config show` shows of a settings file and an environment."""
    for name in ("SELLERCLOUD_URL", "SELLERCLOUD_USERNAME", "SELLERCLOUD_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def show(text, *words, **environment):
        settings_file.write_text(text, "utf-8")
        done = CliRunner().invoke(cli, [*words, "config", "show", "--json"], env=environment)
        assert done.exit_code == 0, done.output
        assert CANARY not in done.output
        return json.loads(done.stdout)["settings"]

    return show


def test_every_setting_is_shown_with_its_value_and_where_it_comes_from(show, settings_file):
    shown = show("workers = 3\noutput = '/out'", BATCH_TRACKER_OUTPUT="/elsewhere")
    assert shown.keys() == Settings.model_fields.keys()
    assert shown["workers"] == {"value": "3", "source": str(settings_file)}
    assert shown["output"] == {"value": "/elsewhere", "source": "BATCH_TRACKER_OUTPUT"}
    assert shown["quota"] == {"value": "10800/3600", "source": "default"}
    assert shown["url"] == {"value": "", "source": "default"}
    assert shown["verify"]["value"] == "no"


def test_no_secret_is_shown(show):
    text = f"""
password_command = ["printf", "{CANARY}"]
[profiles.daily]
[[notify]]
kind = "slack"
url_env = "SLACK"
"""
    shown = show(text, SELLERCLOUD_PASSWORD=CANARY, SLACK=CANARY)
    assert shown["password"] == {"value": "***", "source": "SELLERCLOUD_PASSWORD"}
    assert shown["password_command"]["value"] == "***"
    assert shown["profiles"]["value"] == "daily"
    assert shown["notify"]["value"] == "slack"


@pytest.mark.parametrize(
    "words", [["--config", "F", "config", "show"], ["config", "show", "--config", "F"]]
)
def test_another_file_can_be_named_anywhere_in_the_command_line(tmp_path, words):
    path = tmp_path / "other.toml"
    path.write_text("workers = 7", "utf-8")
    words = [str(path) if word == "F" else word for word in words]
    done = CliRunner().invoke(cli, words)
    assert f"Settings file: {path}" in done.stdout
    assert f"{'workers':<20}7  (settings file)" in done.stdout
    assert f"{'config':<20}{path}  (--config)" in done.stdout


def test_every_command_can_be_given_another_settings_file():
    flags = {
        f"{name} {sub}".strip(): [flag for param in each.params for flag in param.opts]
        for name, command in cli.commands.items()
        for sub, each in {"": command, **getattr(command, "commands", {})}.items()
    }
    assert [name for name, given in flags.items() if "--config" not in given] == []


def test_the_path_is_printed_and_a_file_here_is_said_not_to_be_read(
    settings_file, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "batch-tracker.toml").write_text("damaged = ", "utf-8")
    done = CliRunner().invoke(cli, ["config", "path"])
    assert done.stdout == f"{settings_file}\n"
    assert "batch-tracker init writes it" in done.stderr
    assert f"{tmp_path / 'batch-tracker.toml'} is not read." in done.stderr
    settings_file.write_text("damaged = ", "utf-8")
    done = CliRunner().invoke(cli, ["config", "path", "--json"])
    assert json.loads(done.stdout) == {"file": str(settings_file), "exists": True}
