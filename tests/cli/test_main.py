"""What the program does with words that are not right, or with none."""

import pytest

from batch_tracker.cli import main
from batch_tracker.cli.main import cli

REQUIRED = [
    "run",
    "check",
    "watch",
    "notify",
    "account remove",
    "find",
    "prune",
    "undo",
    "profile show",
    "profile new",
]


@pytest.fixture
def called(monkeypatch, capsys):
    """Call the program as the shell does; return its exit code, stdout and stderr."""

    def called(*words):
        monkeypatch.setattr("sys.argv", ["batch-tracker", *words])
        with pytest.raises(SystemExit) as ending:
            main()
        return ending.value.code, *capsys.readouterr()

    return called


@pytest.mark.parametrize("command", ["", "account", "profile", "config"])
def test_a_group_without_a_command_is_its_help(called, command):
    code, out, err = called(*command.split())
    assert f"Usage: {f'batch-tracker {command}'.strip()} [OPTIONS] COMMAND" in out + err
    assert code == (2 if command else 0)


@pytest.mark.parametrize("command", REQUIRED)
def test_a_command_that_needs_words_and_gets_none_is_its_help(called, command):
    code, out, err = called(*command.split())
    assert (code, out) == (2, "")
    assert err.startswith(f"Usage: batch-tracker {command} [OPTIONS]")
    assert "--config FILE" in err


def test_the_commands_that_need_words_are_those_above():
    every = {
        f"{name} {sub}".strip(): each
        for name, command in cli.commands.items()
        for sub, each in {"": command, **getattr(command, "commands", {})}.items()
        if not hasattr(each, "commands")
    }
    assert {name for name, each in every.items() if each.no_args_is_help} == set(REQUIRED)


@pytest.mark.parametrize(
    ("words", "near", "command"),
    [
        (["--versoin"], "--version", ""),
        (["rnu"], "run", ""),
        (["show", "--jsn"], "--json", " show"),
        (["profile", "list", "--jsno"], "--json", " profile list"),
    ],
)
def test_a_typo_is_answered_with_the_nearest_right_word(called, words, near, command):
    code, _, err = called(*words)
    assert code == 2
    assert "Did you mean" in err
    assert near in err
    assert err.endswith(f"See batch-tracker{command} --help.\n")
