"""A password goes to a server that only the settings file names once a person has agreed to it."""

import os

import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import confirm, load_settings
from batch_tracker.settings.confirmed import CONFIRMED_FILE

SERVER = "https://file.example/rest/api"
PASSWORD = "Kanarienvogel-7391"


@pytest.fixture
def login(folder, monkeypatch, settings_file):
    """Return a function that reads the password with these places in file and environment."""
    monkeypatch.setenv("SELLERCLOUD_USERNAME", "clerk")
    secret = folder / "secret"
    secret.write_text(PASSWORD, "utf-8")
    values = {"FILE": str(secret), "COMMAND": f"cat {secret}"}

    def login(in_file, *, url=SERVER, **environment):
        text = f'{in_file.format_map(values)}\nurl = "{url}"\n'
        settings_file.write_text(text, "utf-8")
        for name, value in environment.items():
            monkeypatch.setenv(f"SELLERCLOUD_{name}", value.format_map(values))
        return load_settings({}).secret()

    return login


ELSEWHERE = [
    {"PASSWORD": PASSWORD},
    {"PASSWORD_FILE": "{FILE}"},
    {"PASSWORD_COMMAND": "{COMMAND}"},
]


@pytest.mark.parametrize("place", ELSEWHERE, ids=lambda place: next(iter(place)))
def test_a_server_of_the_file_gets_no_password_from_elsewhere_before_it_is_confirmed(login, place):
    with pytest.raises(SettingsRefused) as caught:
        login("", **place)
    assert SERVER in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert "batch-tracker init" in caught.value.hint
    confirm("https://other.example/rest/api")
    with pytest.raises(SettingsRefused):
        login("", **place)
    confirm(SERVER)
    assert login("", **place) == PASSWORD


def test_a_place_in_the_file_that_a_variable_outranks_is_elsewhere(login):
    with pytest.raises(SettingsRefused, match="nobody has agreed"):
        login("password_file = '{FILE}'", PASSWORD_FILE="{FILE}")


@pytest.mark.parametrize(
    ("in_file", "url", "environment"),
    [
        ("password_file = '{FILE}'", SERVER, {}),
        ("SELLERCLOUD_PASSWORD_FILE = '{FILE}'", SERVER, {}),
        ("password_command = '{COMMAND}'", SERVER, {}),
        ("", SERVER, {"URL": "https://env.example/rest", "PASSWORD": PASSWORD}),
        ("", SERVER, {"URL": SERVER, "PASSWORD": PASSWORD}),
        ("", "http://127.0.0.1:1/rest", {"PASSWORD": PASSWORD}),
    ],
    ids=["file", "variable in the file", "command", "other URL", "same URL", "this machine"],
)
def test_what_stands_together_needs_no_consent(login, in_file, url, environment):
    assert login(in_file, url=url, **environment) == PASSWORD


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_list_that_others_may_write_to_confirms_nothing(login, settings_file):
    confirm(SERVER)
    settings_file.with_name(CONFIRMED_FILE).chmod(0o666)
    with pytest.raises(SettingsRefused, match="may be changed by other users"):
        login("", PASSWORD=PASSWORD)


def test_a_server_is_listed_once(settings_file):
    for _ in range(2):
        confirm(SERVER)
    assert settings_file.with_name(CONFIRMED_FILE).read_text("utf-8") == f"{SERVER}\n"
