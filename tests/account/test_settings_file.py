"""The file that init writes: it says what was found, explains the rest, and replaces nothing."""

import re
from pathlib import Path

import pytest

from batch_tracker import account
from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import Settings, load_settings

ACCOUNT = {"url": "https://xx.api.sellercloud.com/rest/api", "username": "clerk"}


def test_what_is_written_is_what_is_read(settings_file):
    values = {
        **ACCOUNT,
        "username": 'J. "Q" \\ Ämtér 😀\x7f',
        "password_command": ["pass", "show", "a 'b'"],
        "password_file": "~/secret",
        "password_keyring": True,
    }
    for _ in ("a new file", "the same once more"):
        account.write_settings(settings_file, values)
        settings = load_settings({})
        assert settings.url == values["url"]
        assert settings.username == values["username"]
        assert settings.password_command == ("pass", "show", "a 'b'")
        assert settings.password_keyring is True


OTHER_SETTINGS = """\
# mine
workers = 2  # no more
SELLERCLOUD_USERNAME = "before"
password_command = [
    "pass",  # the store
    "show",
]
password = "in the open"

[profiles.daily]
date_order = "dmy"

[[notify]]
kind = "slack"
url_env = "SLACK"
"""


def test_all_else_in_a_file_that_is_there_stays(settings_file):
    settings_file.write_text(OTHER_SETTINGS, "utf-8")
    backup = account.write_settings(settings_file, {**ACCOUNT, "password_file": "/secret"})
    text = settings_file.read_text("utf-8")
    assert "# mine\nworkers = 2  # no more\n" in text
    assert "in the open" not in text
    settings = load_settings({})
    assert (settings.username, settings.workers) == ("clerk", 2)
    assert (settings.password_file, settings.password_command) == (Path("/secret"), None)
    assert settings.profiles["daily"].date_order == "dmy"
    assert [channel.kind for channel in settings.notify] == ["slack"]
    assert backup.read_text("utf-8") == OTHER_SETTINGS
    assert {path.stat().st_mode & 0o777 for path in (backup, settings_file)} == {0o600}


@pytest.mark.parametrize("damage", ["damaged = ", "url = 'a'\nurl = 'b'", b"\xff"])
def test_a_file_that_can_not_be_read_stays_as_it_is(settings_file, damage):
    damage = damage if isinstance(damage, bytes) else damage.encode()
    settings_file.write_bytes(damage)
    with pytest.raises(SettingsRefused, match="can't be written"):
        account.write_settings(settings_file, ACCOUNT)
    assert settings_file.read_bytes() == damage
    assert list(settings_file.parent.iterdir()) == [settings_file]


def test_a_link_to_the_file_stays_a_link(settings_file, tmp_path):
    target = tmp_path / "dotfiles.toml"
    target.write_text("workers = 2\n", "utf-8")
    settings_file.symlink_to(target)
    account.write_settings(settings_file, ACCOUNT)
    assert settings_file.is_symlink()
    assert 'username = "clerk"' in target.read_text("utf-8")


def test_every_key_it_explains_is_a_setting_with_a_value_that_is_one(settings_file):
    text = account.settings_text({})
    keys = re.findall(r"^# (\w+) = ", text, re.MULTILINE)
    assert len(keys) > 10
    assert set(keys) <= set(Settings.model_fields)
    settings_file.write_text(re.sub(r"(?m)^# (\w+ = )", r"\1", text), "utf-8")
    load_settings({})


def test_untouched_it_changes_nothing(settings_file):
    before = load_settings({})
    settings_file.write_text(account.settings_text({}), "utf-8")
    assert load_settings({}) == before


def test_the_folder_is_made_for_its_owner_alone(tmp_path):
    path = tmp_path / "a" / "b" / "batch-tracker.toml"
    assert account.write_settings(path, ACCOUNT) is None
    assert (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_place_that_can_not_be_written_is_named(folder):
    (folder / "file").write_text("", "utf-8")
    with pytest.raises(SettingsRefused, match="--config"):
        account.write_settings(folder / "file" / "such.toml", ACCOUNT)


def test_the_answers_take_nothing_from_a_file_that_is_there(settings_file):
    settings_file.write_text("damaged = ", "utf-8")
    assert load_settings({"username": "clerk"}, account.Answers).username == "clerk"


def test_a_new_password_file_is_for_its_owner_alone(folder):
    values = {**ACCOUNT, "password_file": str(folder / "secret")}
    assert account.stored_secret(values) is None
    account.keep_secret(values, " pä ss ")
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600
    assert account.stored_secret(values) == " pä ss "
    account.keep_secret(values, " pä ss ")
    with pytest.raises(SettingsRefused, match="gives another password"):
        account.keep_secret(values, "another")
    assert account.stored_secret(values) == " pä ss "


def test_a_command_is_kept_only_if_it_prints_the_password():
    values = {**ACCOUNT, "password_command": ["echo", "right"]}
    account.keep_secret(values, "right")
    with pytest.raises(SettingsRefused, match="gives another password"):
        account.keep_secret(values, "wrong")


@pytest.mark.usefixtures("folder")
def test_the_variable_that_outranks_the_chosen_place_is_noticed(monkeypatch):
    values = {**ACCOUNT, "password_command": ["echo", "from command"]}
    assert not account.is_outranked(values)
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", "from environment")
    assert account.stored_secret(values) == "from command"
    assert account.is_outranked(values)
    assert account.stored_secret(ACCOUNT) == "from environment"
    assert not account.is_outranked(ACCOUNT)
