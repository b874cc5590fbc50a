"""Where the password comes from, in which order, and how each way fails."""

import shlex
import sys

import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import load_settings, password

pytestmark = pytest.mark.usefixtures("folder")
CANARY = "Kanarienvogel-7391"


def python(script):
    """Return a command that runs a script in Python."""
    return shlex.join([sys.executable, "-Ssc", script])


def refusal(**settings):
    with pytest.raises(SettingsRefused) as caught:
        load_settings(settings).secret()
    return str(caught.value)


def test_the_environment_outranks_the_file_and_that_the_command(folder, monkeypatch):
    (folder / "secret").write_text("from file\n", "utf-8")
    given = {"password_command": python("print('from command')")}
    assert load_settings(given).secret() == "from command"
    given["password_file"] = "secret"
    assert load_settings(given).secret() == "from file"
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", "from environment")
    assert load_settings(given).secret() == "from environment"


def test_the_command_outranks_the_keyring():
    given = {"password_command": python("print('from command')"), "password_keyring": True}
    assert load_settings(given).secret() == "from command"


def test_a_command_may_be_words_or_a_line_in_all_places(settings_file, monkeypatch):
    file = settings_file
    file.write_text("password_command = 'pass show \"a b\"'", "utf-8")
    assert load_settings({}).password_command == ("pass", "show", "a b")
    file.write_text("password_command = ['pass', 'show', 'a b']", "utf-8")
    assert load_settings({}).password_command == ("pass", "show", "a b")
    monkeypatch.setenv("SELLERCLOUD_PASSWORD_COMMAND", "pass env")
    assert load_settings({}).password_command == ("pass", "env")
    assert load_settings({"password_command": "pass flag"}).password_command == ("pass", "flag")


def test_the_keyring_is_asked_where_a_setting_says_so(settings_file, monkeypatch):
    assert load_settings({}).password_keyring is False
    settings_file.write_text("password_keyring = true", "utf-8")
    assert load_settings({}).password_keyring is True
    monkeypatch.setenv("SELLERCLOUD_PASSWORD_KEYRING", "0")
    assert load_settings({}).password_keyring is False


def test_a_command_is_run_once_and_without_a_shell(folder):
    script = "import sys; open('ran', 'a').write('x'); print(sys.argv[1])"
    settings = load_settings({"password_command": python(script) + " '$HOME; `id` äö '"})
    assert settings.secret() == "$HOME; `id` äö "
    assert settings.secret() == "$HOME; `id` äö "
    assert (folder / "ran").read_text() == "x"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program-at-all", "no-such-program-at-all can't be started"),
        (python("raise SystemExit(3)"), "failed with exit code 3"),
        (python(""), "printed nothing"),
        (python("print('a'); print('b')"), "printed several lines"),
        (python(r"import sys; sys.stdout.buffer.write(b'\xff\xfe')"), "not UTF-8 text"),
    ],
)
def test_a_command_without_a_password_is_refused(command, words):
    assert words in refusal(password_command=command)


def test_a_command_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(password, "_COMMAND_TIMEOUT_S", 0.2)
    slow = python("import threading; threading.Event().wait()")
    assert "took longer than 0.2 s" in refusal(password_command=slow)


@pytest.mark.parametrize("wrong", ["", "pass 'unclosed", "[]"])
def test_what_is_no_command_is_refused_by_its_name(settings_file, wrong):
    value = wrong if wrong == "[]" else repr(wrong)
    settings_file.write_text(f"password_command = {value}", "utf-8")
    assert "PASSWORD_COMMAND" in refusal()


def test_what_a_command_printed_is_never_shown():
    leaky = python(f"print('{CANARY}'); print('{CANARY}')")
    message = refusal(password_command=leaky)
    assert CANARY not in message
    settings = load_settings({"password_command": python(f"print('{CANARY}'[::1])")})
    assert settings.secret() == CANARY
    # The command itself is no secret, so it is taken out of what is looked at.
    shown = repr(settings.model_copy(update={"password_command": None}))
    assert CANARY not in shown
    assert CANARY not in str(settings.shown())


def test_without_the_keyring_package_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    message = refusal(password_keyring=True)
    assert "The keyring package is not installed" in message
    assert "batch-tracker[keyring]" in message


@pytest.fixture
def keyring():
    """The real keyring package, with a store that lives as long as the test."""
    keyring = pytest.importorskip("keyring")

    class Store(pytest.importorskip("keyring.backend").KeyringBackend):
        priority = 1

        def __init__(self):
            super().__init__()
            self.held = {}

        def get_password(self, service, username):
            return self.held.get((service, username))

        def set_password(self, service, username, password):
            self.held[service, username] = password

    before = keyring.get_keyring()
    keyring.set_keyring(Store())
    yield keyring
    keyring.set_keyring(before)


@pytest.mark.usefixtures("keyring")
def test_the_keyring_gives_back_what_it_was_given():
    server = "https://a.example/rest/api"
    account = {"url": server, "username": "clerk", "password_keyring": True}
    assert "holds no password of clerk for https://a.example/rest/api" in refusal(**account)
    password.keep_in_keyring(server, "clerk", CANARY)
    assert load_settings(account).secret() == CANARY
    assert "holds no password" in refusal(**{**account, "username": "other"})


def test_a_machine_without_a_keyring_says_what_to_do_instead(keyring):
    keyring.set_keyring(pytest.importorskip("keyring.backends.fail").Keyring())
    message = refusal(url="https://a.example", username="clerk", password_keyring=True)
    assert "The keyring can't be used" in message
    assert "SELLERCLOUD_PASSWORD_FILE" in message
    with pytest.raises(SettingsRefused, match="SELLERCLOUD_PASSWORD_COMMAND"):
        password.keep_in_keyring("https://a.example", "clerk", CANARY)
