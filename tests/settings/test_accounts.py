"""Several accounts in one file: each is used as a whole, and nothing of one goes to another."""

import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import Quota, Settings, load_settings, origins

pytestmark = pytest.mark.usefixtures("folder")

TWO = """\
url = "https://own.example/rest"
username = "own"
password_file = "own-password"
workers = 2
output = "out"

[accounts.acme]
url = "https://acme.example"
username = "acme-clerk"
password_file = "acme-password"
quota = "5/2"
output = "acme-out"
compare = false

[[accounts.acme.notify]]
kind = "slack"
url_env = "ACME_SLACK"

[accounts.bolt]
url = "https://bolt.example"
username = "bolt-clerk"
"""


@pytest.fixture
def toml(settings_file):
    def write(text):
        settings_file.write_text(text, "utf-8")
        for name in ("own", "acme"):
            settings_file.with_name(f"{name}-password").write_text(f"{name}-secret", "utf-8")
        return settings_file

    return write


def login(settings):
    return settings.url, settings.username, settings.secret()


def refusal(**flags):
    with pytest.raises(SettingsRefused) as caught:
        load_settings(flags)
    return str(caught.value)


def test_an_account_has_its_own_and_shares_the_rest(toml):
    path = toml(TWO)
    own, acme = load_settings({}), load_settings({"account": "acme"})
    assert login(own) == ("https://own.example/rest/api", "own", "own-secret")
    assert (own.account, own.quota, own.compare) == (None, Quota(10800, 3600), True)
    assert login(acme) == ("https://acme.example/rest/api", "acme-clerk", "acme-secret")
    assert (acme.account, acme.quota, acme.compare) == ("acme", Quota(5, 2), False)
    assert (acme.workers, acme.output) == (2, path.parent / "acme-out")
    assert [channel.url_env for channel in acme.notify] == ["ACME_SLACK"]


def test_no_password_of_another_login_is_taken_for_an_account(toml, monkeypatch):
    toml(TWO)
    for name in ("URL", "USERNAME", "PASSWORD"):
        monkeypatch.setenv(f"SELLERCLOUD_{name}", "https://other.example")
    acme = load_settings({"account": "acme"})
    assert login(acme) == ("https://acme.example/rest/api", "acme-clerk", "acme-secret")
    with pytest.raises(SettingsRefused, match="The account bolt has no password"):
        load_settings({"account": "bolt"}).require_account()
    other = load_settings({"account": "acme", "url": "https://new.example", "username": "x"})
    with pytest.raises(SettingsRefused, match="has no password"):
        other.secret()


def test_the_environment_names_an_account_and_the_flag_outranks_it(toml, monkeypatch):
    toml(TWO)
    monkeypatch.setenv("BATCH_TRACKER_ACCOUNT", "acme")
    assert load_settings({}).username == "acme-clerk"
    assert load_settings({"account": "bolt"}).username == "bolt-clerk"
    monkeypatch.setenv("BATCH_TRACKER_QUOTA", "7/7")
    assert load_settings({}).quota == Quota(7, 7)


def test_the_default_account_is_used_where_nothing_else_says_where_to_log_in(toml, monkeypatch):
    toml('default_account = "acme"\n' + TWO)
    assert load_settings({}).account == "acme"
    assert load_settings({"account": "bolt"}).account == "bolt"
    monkeypatch.setenv("SELLERCLOUD_URL", "https://env.example")
    assert load_settings({}).account is None
    monkeypatch.delenv("SELLERCLOUD_URL")
    assert Settings(url="https://py.example").account is None


def test_what_is_wrong_is_told_once_with_its_name(toml):
    toml(TWO.replace('quota = "5/2"', 'quota = "many"'))
    told = refusal(account="acme")
    assert told.count("many") == 1
    assert "Setting accounts.acme.quota:" in told
    toml(TWO.replace("compare =", "compaer ="))
    assert "There is no setting accounts.acme.compaer. Did you mean compare?" in refusal()
    toml(TWO)
    assert refusal(account="acne").startswith("There is no account acne. Did you mean acme?")
    toml(TWO.replace('username = "acme-clerk"', 'password = "in the open"'))
    assert "holds a password" in refusal()
    toml('account = "acme"\n' + TWO)
    assert "Write default_account instead." in refusal()
    toml('default_account = "gone"')
    assert refusal().startswith("There is no account gone.")


def test_where_each_setting_comes_from_names_the_account(toml, monkeypatch):
    path = toml(TWO)
    monkeypatch.setenv("SELLERCLOUD_USERNAME", "somebody")
    flags = {"account": "acme"}
    told = {each.name: each for each in origins(load_settings(flags), flags)}
    assert told["username"][1:] == ("acme-clerk", f"{path} [accounts.acme]")
    assert told["account"][1:] == ("acme", "--account")
    assert told["workers"].source == str(path)
    assert told["accounts"].value == "acme, bolt"


def test_an_account_is_known_by_its_login(toml):
    toml(TWO)
    settings = load_settings({})
    assert settings.account_of("https://acme.example/rest/api", "acme-clerk") == "acme"
    assert settings.account_of("https://acme.example/rest/api", "bolt-clerk") == ""


def test_addresses_are_given_with_commas_or_as_a_list_each_once(toml, monkeypatch):
    toml(TWO.replace("compare = false", 'addresses = ["198.51.100.8", "::1"]\ncompare = false'))
    assert load_settings({}).addresses == ()
    acme = load_settings({"account": "acme"})
    assert (acme.addresses, acme.total_quota) == (("198.51.100.8", "::1"), Quota(10, 2))
    monkeypatch.setenv("BATCH_TRACKER_ADDRESSES", "198.51.100.7, 198.51.100.8,198.51.100.7")
    assert load_settings({}).addresses == ("198.51.100.7", "198.51.100.8")
    monkeypatch.setenv("BATCH_TRACKER_ADDRESSES", "example.com")
    assert "'example.com' does not appear to be an IPv4 or IPv6 address" in refusal()
