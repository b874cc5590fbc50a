"""Flags that several commands share: what they hand on, and what they refuse."""

import click
import pytest
from click.testing import CliRunner

from batch_tracker.cli import options


@pytest.fixture
def given():
    """Parse words with some options; return click's result and what was handed on."""

    def given(*words, decorator):
        handed_on = {}

        @click.command()
        @decorator
        def command(**flags):
            handed_on.update(flags)

        return CliRunner().invoke(command, words), handed_on

    return given


def test_a_flag_that_is_not_given_says_nothing(given):
    _, reading = given(decorator=options.reading)
    _, sending = given(decorator=options.sending)
    assert set(reading.values()) == set(sending.values()) == {None}


def test_columns_may_be_named_again_and_again(given):
    words = ("--column", "Ref=po", "--column", "Code=ignore")
    assert given(*words, decorator=options.reading)[1]["column"] == ("Ref=po", "Code=ignore")


@pytest.mark.parametrize(
    ("decorator", "words"),
    [
        (options.reading, ("--date-order", "ydm")),
        (options.sending, ("--workers", "many")),
        (options.sending, ("--output", __file__)),
        (options.files, ()),
    ],
)
def test_what_can_not_be_meant_is_refused(given, decorator, words):
    result, handed_on = given(*words, decorator=decorator)
    assert (result.exit_code, handed_on) == (2, {})


def test_the_flags_of_a_group_are_listed_in_the_order_they_are_written(given):
    shown = given("--help", decorator=options.sending)[0].output
    places = [shown.index(flag) for flag in ("--workers", "--quota", "--canary", "--output")]
    assert places == sorted(places)
