"""What is written fits the terminal, is not obeyed by it, and has colour where that is wanted."""

import contextlib
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.cli import output
from batch_tracker.cli.output import lost_output, note_lost_echo, print_text, wrapped


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shown(monkeypatch):
    """Write a text to a terminal of 80 columns, and return what the terminal gets."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    def shown(text):
        with contextlib.redirect_stdout(Screen()) as screen:
            print_text(text)
        return screen.getvalue()

    yield shown
    output.set_color("auto")


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("short", "short"),
        (f"{'word ' * 10}end", f"{'word ' * 8}".rstrip() + "\nword word end"),
        (
            "  label     " + "word " * 8,
            "  label     word word word word word\n" + " " * 12 + "word word word",
        ),
        (
            "ok     check        " + "word " * 6,
            "ok     check        word word word word\n" + " " * 20 + "word word",
        ),
        (
            "  run       /a/path/that/is/longer/than/the/line.xlsx",
            "  run\n            /a/path/that/is/longer/than/the/line.xlsx",
        ),
        (
            "  an indented sentence that goes on and on and on",
            "  an indented sentence that goes on and\n  on and on",
        ),
    ],
)
def test_a_line_is_broken_at_words_and_goes_on_below_its_value(line, broken):
    assert wrapped(line, 40) == broken


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=200))
def test_no_word_is_lost_and_no_line_too_long_but_for_one_word(text):
    lines = wrapped(text, 40).split("\n")
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= 40 or len(line.split()) == 1 for line in lines)


@pytest.mark.parametrize(
    ("line", "colored"),
    [
        ("Error: no.", "Error:"),
        ("  invalid   4", "  invalid   4"),
        ("  in doubt  1,204", "  in doubt  1,204"),
        ("Warnings: 2 rows", "Warnings: 2 rows"),
        ("wrong  home", "wrong"),
        ("look   home", "look"),
        ("ok     home", "ok"),
        ("Next: look.", "Next:"),
        ("  updated   24", ""),
        ("row 4 is invalid: x", ""),
        ("looks like this", ""),
    ],
)
def test_colour_is_where_a_person_is_needed(shown, line, colored):
    written = shown(line)
    parts = re.findall(r"(?:\x1b\[\d+m)+(.*?)\x1b\[0m", written)
    assert parts == ([colored] if colored else [])
    assert re.sub(r"\x1b\[\d+m", "", written) == f"{line}\n"


@pytest.mark.parametrize(
    ("when", "variable", "is_colored"),
    [
        ("auto", {}, True),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {}, False),
    ],
)
def test_who_wants_no_colour_gets_none(shown, monkeypatch, when, variable, is_colored):
    for name, value in variable.items():
        monkeypatch.setenv(name, value)
    output.set_color(when)
    assert ("\x1b" in shown("Error: no.")) is is_colored


def test_a_pipe_gets_whole_lines_without_colour(capsys):
    print_text("Error: " + "word " * 40)
    assert capsys.readouterr().out == "Error: " + "word " * 40 + "\n"


def test_what_a_terminal_would_obey_is_shown(shown):
    assert shown("a\x1b[2Jb\u202ec\rd") == "a\ufffd[2Jb\ufffdc\ufffdd\n"


def test_an_error_that_is_not_click_s_is_no_lost_output(tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        (tmp_path / "missing").open()
    assert not note_lost_echo(raised.value)
    assert lost_output() == ""
