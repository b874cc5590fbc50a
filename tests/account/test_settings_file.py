"""The file that init writes: it says what was found, explains the rest, and replaces nothing."""

import re

import pytest

from batch_tracker import account
from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import Settings, load_settings

ACCOUNT = {"url": "https://xx.api.sellercloud.com/rest/api", "username": "clerk"}


def test_what_is_written_is_what_is_read(folder):
    values = {
        **ACCOUNT,
        "username": 'J. "Q" \\ Ämtér 😀\x7f',
        "password_command": ["pass", "show", "a 'b'"],
        "password_file": "~/secret",
        "password_keyring": True,
    }
    account.write_settings(
        folder / "batch-tracker.toml", account.settings_text(values), replace=False
    )
    settings = load_settings({})
    assert settings.url == values["url"]
    assert settings.username == values["username"]
    assert settings.password_command == ("pass", "show", "a 'b'")
    assert settings.password_keyring is True


def test_every_key_it_explains_is_a_setting_with_a_value_that_is_one(folder):
    text = account.settings_text({})
    keys = re.findall(r"^# (\w+) = ", text, re.MULTILINE)
    assert len(keys) > 10
    assert set(keys) <= set(Settings.model_fields)
    (folder / "batch-tracker.toml").write_text(re.sub(r"(?m)^# (\w+ = )", r"\1", text), "utf-8")
    load_settings({})


def test_untouched_it_changes_nothing(folder):
    before = load_settings({})
    (folder / "batch-tracker.toml").write_text(account.settings_text({}), "utf-8")
    assert load_settings({}) == before


def test_a_file_that_is_there_stays(folder):
    path = folder / "batch-tracker.toml"
    path.write_text("mine", "utf-8")
    with pytest.raises(SettingsRefused, match="can't be written"):
        account.write_settings(path, "theirs", replace=False)
    assert path.read_text("utf-8") == "mine"
    kept = account.write_settings(path, "theirs", replace=True)
    assert (path.read_text("utf-8"), kept.read_text("utf-8")) == ("theirs", "mine")


def test_a_place_that_can_not_be_written_is_named(folder):
    with pytest.raises(SettingsRefused, match="BATCH_TRACKER_CONFIG"):
        account.write_settings(folder / "no" / "such.toml", "", replace=False)


def test_the_answers_take_nothing_from_a_file_that_is_there(folder):
    (folder / "batch-tracker.toml").write_text("damaged = ", "utf-8")
    assert load_settings({"username": "clerk"}, account.Answers).username == "clerk"


def test_a_new_password_file_is_for_its_owner_alone(folder):
    values = {**ACCOUNT, "password_file": str(folder / "secret")}
    assert account.stored_secret(values) is None
    account.keep_secret(values, " pä ss ")
    assert (folder / "secret").stat().st_mode & 0o777 == 0o600
    assert account.stored_secret(values) == " pä ss "
    account.keep_secret(values, "another")
    assert account.stored_secret(values) == " pä ss "


@pytest.mark.usefixtures("folder")
def test_the_variable_that_outranks_the_chosen_place_is_noticed(monkeypatch):
    values = {**ACCOUNT, "password_command": ["echo", "from command"]}
    assert not account.is_outranked(values)
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", "from environment")
    assert account.stored_secret(values) == "from command"
    assert account.is_outranked(values)
    assert account.stored_secret(ACCOUNT) == "from environment"
    assert not account.is_outranked(ACCOUNT)
