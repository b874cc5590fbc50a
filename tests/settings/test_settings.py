"""Where settings come from, which one wins, and what is never shown."""

import os
import re
from datetime import time
from pathlib import Path

import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import Quota, Settings, Share, load_settings

pytestmark = pytest.mark.usefixtures("folder")
CANARY = "Kanarienvogel-7391"


@pytest.fixture
def toml(settings_file):
    def write(text, name=None):
        path = settings_file.with_name(name) if name else settings_file
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(**flags):
    with pytest.raises(SettingsRefused) as caught:
        load_settings(flags)
    return str(caught.value)


URLS = [f"https://{name}.example/rest/api" for name in ("file", "env", "flag")]

LAYERS = [  # setting, its variable, and what it is by default, in the file, environment and flag
    ("url", "SELLERCLOUD_URL", None, *URLS),
    ("username", "SELLERCLOUD_USERNAME", None, "file", "env", "flag"),
    ("workers", "BATCH_TRACKER_WORKERS", None, 2, 3, 4),
    ("quota", "BATCH_TRACKER_QUOTA", "10800/3600", "5/2", "6/0.5", "off"),
    ("home", "BATCH_TRACKER_HOME", str(Path.home() / ".batch-tracker"), "file", "env", "flag"),
    ("output", "BATCH_TRACKER_OUTPUT", "reports", "file", "env", "flag"),
    ("attempts", "BATCH_TRACKER_ATTEMPTS", 5, 6, 7, 8),
    ("backoff_s", "BATCH_TRACKER_BACKOFF_S", 1.0, 0.5, 2.0, 3.0),
    ("timeout_s", "BATCH_TRACKER_TIMEOUT_S", 60.0, 10.0, 20.0, 30.0),
    ("connect_timeout_s", "BATCH_TRACKER_CONNECT_TIMEOUT_S", 15.0, 1.0, 2.0, 3.0),
    ("give_up_s", "BATCH_TRACKER_GIVE_UP_S", 600.0, 1.0, 2.0, 3.0),
    ("same_refusals", "BATCH_TRACKER_SAME_REFUSALS", 10, 0, 2, 3),
    ("max_failures", "BATCH_TRACKER_MAX_FAILURES", None, "20", "5%", "0.5%"),
    ("canary", "BATCH_TRACKER_CANARY", 0, 1, 2, 3),
    ("profile", "BATCH_TRACKER_PROFILE", None, "file", "env", "flag"),
    ("sheet", "BATCH_TRACKER_SHEET", None, "file", "env", "flag"),
    ("date_order", "BATCH_TRACKER_DATE_ORDER", None, "mdy", "dmy", "ymd"),
    ("encoding", "BATCH_TRACKER_ENCODING", None, "cp1252", "gbk", "utf-8"),
    ("zone", "BATCH_TRACKER_ZONE", None, "Asia/Tokyo", "Europe/Rome", "UTC"),
    (
        "team_lookup",
        "BATCH_TRACKER_TEAM_LOOKUP",
        "https://api.sellercloud.com/api/server-by-team/?team={team}",
        *(f"https://{name}.example/{{team}}" for name in ("file", "env", "flag")),
    ),
    ("ship_time", "BATCH_TRACKER_SHIP_TIME", None, "01:00:00", "02:00:00", "03:00:00"),
    ("max_workers", "BATCH_TRACKER_MAX_WORKERS", 64, 8, 16, 32),
    ("address_label", "BATCH_TRACKER_ADDRESS_LABEL", None, "file", "env", "flag"),
    ("cluster", "BATCH_TRACKER_CLUSTER", None, *(f"tcp://127.0.0.1:{n}" for n in (1, 2, 3))),
    ("settle_s", "BATCH_TRACKER_SETTLE_S", 5.0, 0.0, 1.5, 2.0),
    ("poll_s", "BATCH_TRACKER_POLL_S", 10.0, 0.5, 1.0, 2.0),
    ("expect_by", "BATCH_TRACKER_EXPECT_BY", None, "18:00:00", "19:00:00", "20:00:00"),
    ("smaller_than_usual", "BATCH_TRACKER_SMALLER_THAN_USUAL", "50%", "10", "20%", "0"),
]


@pytest.mark.parametrize(("name", "variable", "default", "file", "env", "flag"), LAYERS)
def test_flags_outrank_the_environment_and_that_the_file(
    toml, monkeypatch, name, variable, default, *, file, env, flag
):
    def now(**flags):
        value = getattr(load_settings(flags), name)
        return str(value) if isinstance(value, (Path, Quota, Share, time)) else value

    assert now() == default
    path = toml(f"{name} = {file!r}")
    in_file = str(path.parent / file) if name in {"home", "output"} else file
    assert now() == in_file
    monkeypatch.setenv(variable, "")
    assert now() == in_file
    monkeypatch.setenv(variable, str(env))
    assert now() == env
    assert now(**{name: None}) == env
    assert now(**{name: flag}) == flag


def test_every_setting_but_the_password_and_the_profiles_is_tried_above():
    named = {name for name, *_ in LAYERS}
    assert set(Settings.model_fields) - named == {
        "account",
        "accounts",
        "addresses",
        "column",
        "compare",
        "config",
        "default_account",
        "notify",
        "password",
        "password_command",
        "password_file",
        "password_keyring",
        "profiles",
        "verify",
        "warnings",
    }


def test_answers_about_columns_come_as_lines_or_as_a_list(toml, monkeypatch):
    def now(**flags):
        return [str(answer) for answer in load_settings(flags).column]

    assert now() == []
    toml('column = ["PO Ref=po"]')
    assert now() == ["PO Ref=po"]
    monkeypatch.setenv("BATCH_TRACKER_COLUMN", "A = B=ignore\nShipped = ship date")
    assert now() == ["A = B=ignore", "Shipped=shipped_on"]
    assert now(column=("C=tracking number",)) == ["C=tracking_number"]
    for wrong in ("PO", "=po", "PO=order"):
        with pytest.raises(SettingsRefused, match="HEADER=FIELD"):
            now(column=(wrong,))


@pytest.mark.parametrize("switch", ["compare", "verify"])
def test_a_switch_is_turned_in_all_places(toml, monkeypatch, switch):
    def now(**flags):
        return getattr(load_settings(flags), switch)

    usual = switch == "compare"
    assert now() is usual
    toml(f"{switch} = {str(not usual).lower()}")
    assert now() is not usual
    monkeypatch.setenv(f"BATCH_TRACKER_{switch.upper()}", str(int(usual)))
    assert now() is usual
    assert now(**{switch: not usual}) is not usual


@pytest.mark.parametrize("wrong", ["many", "5 of 10", "-1", "%", "5%%", "1.2.3"])
def test_what_is_no_share_is_refused(wrong):
    assert "such as 20, or a share such as 5%" in refusal(max_failures=wrong)


def test_variables_of_the_system_are_not_the_account(monkeypatch):
    for name in ("USERNAME", "URL", "PASSWORD", "HOME_", "WORKERS"):
        monkeypatch.setenv(name, "5")
    settings = load_settings({})
    assert (settings.url, settings.username, settings.password) == (None, None, None)
    assert settings.workers is None


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("https://xx.api.sellercloud.com", "https://xx.api.sellercloud.com/rest/api"),
        ("https://xx.api.sellercloud.com/", "https://xx.api.sellercloud.com/rest/api"),
        ("https://xx.api.sellercloud.com/rest", "https://xx.api.sellercloud.com/rest/api"),
        ("https://xx.api.sellercloud.com/rest/", "https://xx.api.sellercloud.com/rest/api"),
        ("https://xx.api.sellercloud.com/rest/api", "https://xx.api.sellercloud.com/rest/api"),
        ("https://xx.api.sellercloud.com/rest/api/", "https://xx.api.sellercloud.com/rest/api"),
        ("HTTPS://XX.Api.Sellercloud.COM/Rest/API", "https://xx.api.sellercloud.com/rest/api"),
        (" https://a.example:443/rest\n", "https://a.example/rest/api"),
        ("https://a.example:8443/rest", "https://a.example:8443/rest/api"),
        ("https://a.example/Proxy/rest", "https://a.example/Proxy/rest/api"),
        ("https://a.example/interest", "https://a.example/interest/rest/api"),
        ("https://a.example./rest", "https://a.example/rest/api"),
        ("https://a.example//rest", "https://a.example/rest/api"),
        ("https://a.example/rest//api//", "https://a.example/rest/api"),
        ("https://a.example/rest/api/token", "https://a.example/rest/api"),
        ("https://a.example/rest/swagger/index.html", "https://a.example/rest/api"),
        ("https://B\u00fccher.example", "https://xn--bcher-kva.example/rest/api"),
        ("https://XN--bcher-kva.example", "https://xn--bcher-kva.example/rest/api"),
        ("https://stra\u00dfe.example", "https://xn--strae-oqa.example/rest/api"),
        ("https://[2001:0db8:0:0::0001]:443", "https://[2001:db8::1]/rest/api"),
        ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080/rest/api"),
        ("http://localhost.:8080", "http://localhost:8080/rest/api"),
        ("http://localhost:8080", "http://localhost:8080/rest/api"),
        ("http://127.0.0.1:80/rest", "http://127.0.0.1/rest/api"),
        ("http://[::1]:8080/rest/api", "http://[::1]:8080/rest/api"),
    ],
)
def test_every_form_of_the_address_names_the_same_root(given, root):
    assert load_settings({"url": given}).url == root
    assert load_settings({"url": root}).url == root


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://xx.api.sellercloud.com/rest", "Write https://"),
        ("http://10.0.0.1", "Write https://"),
        ("http://localhost.example", "Write https://"),
        ("xx.api.sellercloud.com/rest", "not a web address"),
        ("ftp://a.example", "not a web address"),
        ("https:///rest", "not a web address"),
        ("https://../rest", "not a web address"),
        ("https://.", "not a web address"),
        ("https://a..example", "not a web address"),
        ("https://a b.example", "not a web address"),
        (f"https://{'a' * 64}.example", "not a web address"),
        ("https://a.example:99999", "[Pp]ort"),
        ("https://[::1", "IPv6"),
        ("https://a.example?key=1", "may hold no"),
        ("https://a.example/#top", "may hold no"),
    ],
)
def test_an_address_that_can_not_be_used_is_refused(given, words):
    with pytest.raises(SettingsRefused, match=words):
        load_settings({"url": given})


@pytest.mark.parametrize(
    "given",
    [
        f"https://clerk:{CANARY}@a.example/rest",
        f"https://{CANARY}@a.example/rest",
        f"clerk:{CANARY}@a.example/rest",
        f"ftp://clerk:{CANARY}@a.example",
        f"https://a.example/rest?password={CANARY}",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(given):
    message = refusal(url=given)
    assert "may hold no user name, password" in message
    assert CANARY not in message


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("10800/3600", Quota(10_800, 3600)),
        (" 5 / 0.5 ", Quota(5, 0.5)),
        ("off", Quota(0, 0)),
        ("OFF", Quota(0, 0)),
    ],
)
def test_a_quota_is_read_and_written_the_same_way(text, quota):
    settings = load_settings({"quota": text})
    assert settings.quota == quota
    assert load_settings({"quota": str(settings.quota)}).quota == quota


@pytest.mark.parametrize(
    "text",
    [
        "0/5",
        "-1/5",
        "10/0",
        "10/-1",
        "nan/5",
        "10/nan",
        "10/inf",
        "10",
        "/",
        "1.5/5",
        "10/5/2",
        "1000000000000/5",
        "none",
    ],
)
def test_what_is_no_quota_is_refused(text):
    assert "is not a quota. Write calls/seconds" in refusal(quota=text)


@pytest.mark.parametrize("value", ["[0, -5]", "[10, 5]", "10", "''", "{calls = 5, seconds = 1}"])
def test_a_quota_in_the_file_is_text(toml, value):
    toml(f"quota = {value}")
    assert "is not a quota" in refusal()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("workers", 0),
        ("workers", 257),
        ("workers", "many"),
        ("attempts", 0),
        ("backoff_s", 0),
        ("timeout_s", "inf"),
        ("timeout_s", "nan"),
        ("connect_timeout_s", -1),
        ("date_order", "ydm"),
        ("ship_time", "25:00"),
        ("profiles", "daily"),
    ],
)
def test_a_value_that_can_not_be_is_refused_by_the_name_of_its_setting(name, value, monkeypatch):
    assert f"Setting {name}" in refusal(**{name: value})
    monkeypatch.setenv(f"BATCH_TRACKER_{name.upper()}", str(value))
    assert f"Setting {name}" in refusal()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe/"])
def test_a_zone_that_does_not_exist_is_refused(zone):
    assert "is not a time zone. Write it like America/New_York" in refusal(zone=zone)


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("wrokers = 3", "wrokers", "workers"),
        ("sellercloud_user = 'a'", "sellercloud_user", None),
        ("[profiles.daily]\ndate_ordre = 'mdy'", "profiles.daily.date_ordre", "date_order"),
        ("[profile.daily]\ndate_order = 'mdy'", None, None),
        ("[[notify]]\nkind = 'smtp'\nhots = 'a'", "notify.0.smtp.hots", "host"),
        ("[[notify]]\nkind = 'slack'\nurl = 'a'", "notify.0.slack.url", "url_env"),
        ("[[notify]]\nkind = 'slack'\nurlenv = 'a'", "notify.0.slack.urlenv", "url_env"),
        ("colour_of_the_sky = 1", "colour_of_the_sky", None),
    ],
)
def test_a_typo_is_told_with_the_file_and_the_nearest_name(toml, text, wrong, right):
    path = toml(text)
    message = refusal()
    assert f" It is in {path}." in message
    if wrong:
        near = f" Did you mean {right}?" if right else ""
        assert f"There is no setting {wrong}.{near} It is in " in message


@pytest.mark.parametrize(
    ("variable", "right"),
    [
        ("BATCH_TRACKER_WORKER", "BATCH_TRACKER_WORKERS"),
        ("batch_tracker_qouta", "BATCH_TRACKER_QUOTA"),
        ("BATCH_TRACKER_CONIFG", "BATCH_TRACKER_CONFIG"),
        ("BATCH_TRACKER_XYZZY", None),
    ],
)
def test_a_typo_in_a_variable_is_told_with_the_nearest_name(monkeypatch, variable, right):
    monkeypatch.setenv(variable, "")
    load_settings({})
    monkeypatch.setenv(variable, "4")
    near = f" Did you mean {right}?" if right else ""
    assert f"There is no variable {variable.upper()}.{near} " in refusal()


def test_a_wrong_value_is_told_with_where_it_is(toml, monkeypatch):
    path = toml("workers = 0\nurl = 'nonsense'")
    assert refusal().count(f" It is in {path}.") == 2
    monkeypatch.setenv("BATCH_TRACKER_WORKERS", "0")
    assert "It is set by BATCH_TRACKER_WORKERS." in refusal()
    assert "workers" in refusal(workers=0)
    assert "WORKERS" not in refusal(workers=0)


def test_profiles_of_the_file_are_read(toml):
    toml("[profiles.daily]\ndate_order = 'dmy'\nheaders = ['PO #']")
    assert load_settings({}).profiles["daily"].date_order == "dmy"


def test_the_file_may_be_named_and_must_then_be_there(toml, monkeypatch):
    toml("workers = 2")
    elsewhere = toml("workers = 3", name="other.toml")
    monkeypatch.setenv("BATCH_TRACKER_CONFIG", str(elsewhere))
    assert load_settings({}).workers == 3
    assert load_settings({"config": toml("workers = 4", name="third.toml")}).workers == 4
    monkeypatch.setenv("BATCH_TRACKER_CONFIG", "missing.toml")
    assert "missing.toml does not exist" in refusal()
    assert "gone.toml does not exist" in refusal(config="gone.toml")
    monkeypatch.setenv("BATCH_TRACKER_CONFIG", "")
    assert load_settings({}).workers == 2


def test_the_file_of_the_working_folder_is_not_read(folder, monkeypatch):
    """Its password_command would be run, whoever wrote it."""
    (folder / "batch-tracker.toml").write_text("password_command = 'touch run'\nworkers = 9")
    settings = load_settings({})
    assert (settings.workers, settings.password_command) == (None, None)
    monkeypatch.setenv("BATCH_TRACKER_CONFIG", "batch-tracker.toml")
    assert load_settings({}).workers == 9


def test_the_file_is_found_from_everywhere(toml, folder, monkeypatch):
    toml("workers = 2\npassword_file = 'secret'").with_name("secret").write_text("hush")
    (folder / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(folder / "deep" / "down")
    assert load_settings({}).workers == 2
    assert load_settings({}).secret() == "hush"


posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_is_refused(toml, mode):
    path = toml("workers = 2")
    path.chmod(mode)
    assert f"{path} may be changed by other users" in refusal()
    assert f"chmod go-w {path}" in refusal()
    path.chmod(0o644)
    assert load_settings({}).workers == 2


@posix
@pytest.mark.parametrize("mode", [0o720, 0o707, 0o777])
def test_a_file_in_a_folder_that_others_may_write_to_is_refused(toml, mode):
    folder = toml("workers = 2").parent
    folder.chmod(mode)
    assert f"{folder}, the settings file's folder, may be changed" in refusal()
    folder.chmod(0o1777)  # as /tmp is: only a file's owner can replace it
    assert load_settings({}).workers == 2


@posix
def test_a_link_is_as_safe_as_the_folder_it_leads_to(settings_file, tmp_path):
    target = tmp_path / "shared" / "mine.toml"
    target.parent.mkdir()
    target.write_text("workers = 2")
    settings_file.symlink_to(target)
    assert load_settings({}).workers == 2
    target.parent.chmod(0o777)
    assert "may be changed by other users" in refusal()


@posix
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_belongs_to_another_user_is_refused(toml, monkeypatch, what):
    path = toml("workers = 2")
    if os.geteuid() == 0:
        os.chown(path if what == "file" else path.parent, 4321, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4321)
    assert "belongs to another user" in refusal()


def test_a_file_names_no_other_file(toml):
    toml("config = 'other.toml'")
    assert "names a settings file" in refusal()


def test_an_empty_name_of_the_file_is_no_name(monkeypatch):
    monkeypatch.setenv("BATCH_TRACKER_CONFIG", "")
    assert load_settings({}).workers is None


@pytest.mark.parametrize("content", [b"workers = ", b"workers = 'J\xfcrgen'"])
def test_a_damaged_file_is_refused(settings_file, content):
    settings_file.write_bytes(content)
    assert "batch-tracker.toml can't be read" in refusal()


def test_a_folder_in_the_place_of_the_file_is_refused(settings_file):
    settings_file.mkdir()
    assert "batch-tracker.toml can't be read" in refusal()


def test_a_file_saved_with_a_byte_order_mark_is_read(settings_file):
    settings_file.write_bytes(b"\xef\xbb\xbfworkers = 2")
    assert load_settings({}).workers == 2


@pytest.mark.parametrize("key", ["password", "SELLERCLOUD_PASSWORD"])
def test_a_password_in_the_file_is_refused_and_not_repeated(toml, key):
    toml(f"{key} = '{CANARY}'")
    message = refusal()
    assert "batch-tracker.toml holds a password" in message
    assert CANARY not in message


def test_the_password_is_never_shown(monkeypatch):
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", CANARY)
    settings = load_settings({"sheet": "Daily"})
    assert settings.secret() == CANARY
    shown = [repr(settings), str(settings), settings.model_dump_json(), str(settings.shown())]
    shown += [refusal(workers=0), refusal(url="nonsense"), refusal(nonsense=CANARY)]
    assert not [text for text in shown if CANARY in text]
    assert settings.shown()["sheet"] == "Daily"


def test_a_password_file_is_read_to_the_end_of_its_line(folder, monkeypatch):
    (folder / "secret").write_bytes(b"\xef\xbb\xbf p\xc3\xa4ss word \r\n")
    monkeypatch.setenv("SELLERCLOUD_PASSWORD_FILE", "secret")
    assert load_settings({}).secret() == " päss word "
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", "")
    assert load_settings({}).secret() == " päss word "
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", "first")
    assert load_settings({}).secret() == "first"


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "can't be read"), (b"\n", "is empty"), (b"\xff\xfe", "can't be read")],
)
def test_a_password_file_without_a_password_is_refused(folder, toml, content, words):
    if content is not None:
        (folder / "secret").write_bytes(content)
    toml(f"password_file = '{folder / 'secret'}'")
    with pytest.raises(SettingsRefused, match=f"password file {folder / 'secret'} {words}"):
        load_settings({}).secret()


def test_without_a_password_it_is_said_how_to_set_one():
    with pytest.raises(SettingsRefused, match="SELLERCLOUD_PASSWORD_FILE"):
        load_settings({}).secret()


def test_a_home_folder_is_meant_by_a_tilde(toml):
    toml("home = '~/tracker'\noutput = '~/reports'")
    settings = load_settings({})
    assert settings.home == Path.home() / "tracker"
    assert settings.output == Path.home() / "reports"
    assert "no home folder" in refusal(home="~no-such-user-at-all/x")


def test_what_outranks_a_profile_is_only_what_was_said():
    assert load_settings({}).reading() == {}
    given = {"sheet": "Daily", "zone": "UTC", "ship_time": "08:00", "date_order": "dmy"}
    assert load_settings(given).reading() == {**given, "ship_time": time(8)}


@pytest.mark.parametrize("name", ["expect_by", "ship_time"])
@pytest.mark.parametrize("given", ["18:00Z", "18:00+02:00"])
def test_a_time_of_day_has_no_zone(name, given):
    assert "give only the time" in refusal(**{name: given})


def numeric_settings():
    """Every setting that is a number, or holds one."""
    kinds = {int: (), float: (), Quota: ("1/{}", "{}/1"), Share: ("{}", "{}%")}
    for name, field in Settings.model_fields.items():
        found = [
            kind for kind in kinds if kind.__name__ in re.findall(r"\w+", str(field.annotation))
        ]
        for form in {form for kind in found for form in kinds[kind] or ("{}",)}:
            yield name, form


ABSURD = ["1e300", "1" + "0" * 400, "-1", "nan", "inf", "-inf", "9" * 5000, "1e999"]


@pytest.mark.parametrize("number", ABSURD, ids=lambda number: number[:5])
@pytest.mark.parametrize(("name", "form"), sorted(numeric_settings()))
def test_a_number_that_can_not_be_meant_is_refused_in_words(name, form, number):
    assert name in refusal(**{name: form.format(number)})


def test_all_numeric_settings_are_tried():
    tried = {name for name, _ in numeric_settings()}
    assert tried >= {"workers", "attempts", "give_up_s", "timeout_s", "poll_s", "quota", "canary"}
    assert tried >= {"max_failures", "smaller_than_usual", "same_refusals", "settle_s"}


def test_blanks_around_the_user_name_are_none_of_it(monkeypatch):
    monkeypatch.setenv("SELLERCLOUD_USERNAME", " clerk\t")
    assert load_settings({}).username == "clerk"
