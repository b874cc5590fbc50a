"""Questions: what was given is not asked for, and where nobody answers, nothing is guessed."""

import click
import pytest
from click.testing import CliRunner

from batch_tracker.cli.prompts import Prompts
from batch_tracker.errors import LoginRefused, SettingsRefused


@pytest.fixture
def answering():
    """Ask with these lines typed; return click's result, and what the question returned."""

    def answering(typed, ask, *, interactive=True):
        answers = []

        @click.command()
        def command():
            answers.append(ask(Prompts(interactive=interactive)))

        return CliRunner().invoke(command, input=typed), answers

    return answering


def name(prompts, given=None):
    return prompts.text("Your user", given, flag="--username", default="clerk")


def color(prompts, given=None):
    return prompts.choice("Colour", given, among=["red", "blue"], default="red", flag="--color")


@pytest.mark.parametrize("ask", [name, color])
@pytest.mark.parametrize("interactive", [True, False])
def test_what_was_given_is_not_asked_for(answering, ask, interactive):
    result, answers = answering("", lambda prompts: ask(prompts, "blue"), interactive=interactive)
    assert (answers, result.output) == (["blue"], "")


@pytest.mark.parametrize(
    ("ask", "typed", "answer"),
    [(name, " ann \n", "ann"), (name, "\n", "clerk"), (color, "green\nblue\n", "blue")],
)
def test_what_was_not_given_is_asked_for_on_stderr(answering, ask, typed, answer):
    result, answers = answering(typed, ask)
    assert answers == [answer]
    assert result.stdout == ""
    assert result.stderr


def test_a_hidden_answer_is_kept_to_its_last_blank_and_not_shown(answering):
    result, answers = answering(
        " secret \n", lambda prompts: prompts.text("Password", flag="--password", hidden=True)
    )
    assert answers == [" secret "]
    assert "secret" not in result.output


@pytest.mark.parametrize(("ask", "flag"), [(name, "--username"), (color, "--color")])
@pytest.mark.parametrize("interactive", [True, False])
def test_where_nobody_answers_the_flag_is_named(answering, ask, flag, interactive):
    result, answers = answering("", ask, interactive=interactive)
    assert answers == []
    assert result.exit_code == 2
    assert f"Give {flag}" in result.stderr


@pytest.mark.parametrize(("typed", "answer"), [("y\n", True), ("n\n", False), ("\n", True)])
def test_a_person_confirms(answering, typed, answer):
    assert answering(typed, lambda prompts: prompts.confirm("Go on?"))[1] == [answer]


def test_without_a_person_all_is_confirmed(answering):
    result, answers = answering("", lambda prompts: prompts.confirm("Go on?"), interactive=False)
    assert (answers, result.output) == ([True], "")


def asking(*answers):
    """Return a question that meets these one after another, and how it was asked."""
    asked, left = [], iter(answers)

    def ask(again):
        asked.append(again)
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return ask, asked


def test_a_wrong_answer_is_told_and_asked_for_again(capsys):
    ask, asked = asking(SettingsRefused("No."), LoginRefused("Nor that."), "right")
    given = Prompts(interactive=True).until_accepted(ask, SettingsRefused, LoginRefused)
    assert (given, asked) == ("right", [False, True, True])
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "No.\nNor that.\n")


def test_without_a_person_the_first_wrong_answer_ends_it(capsys):
    ask, asked = asking(SettingsRefused("No."), "right")
    with pytest.raises(SettingsRefused):
        Prompts(interactive=False).until_accepted(ask, SettingsRefused)
    assert asked == [False]
    assert capsys.readouterr().err == ""


def test_an_error_that_is_no_wrong_answer_ends_it():
    ask, _ = asking(LoginRefused("No."), "right")
    with pytest.raises(LoginRefused):
        Prompts(interactive=True).until_accepted(ask, SettingsRefused)
