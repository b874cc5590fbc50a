"""Text on stdout and stderr: it fits the terminal, and nothing in it is obeyed by the terminal.

A progress bar is taken away before anything else is written. Where nothing can be written, the work
goes on all the same.
"""

import io
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from typing import Literal, TextIO

import click

Color = Literal["auto", "always", "never"]

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a terminal's cursor, changes its title or turns its text around."""

_WIDEST = 100
"""Columns; longer lines are hard to read."""

_VALUE = re.compile(r"( *\S+( \S+)? {2,}){1,2}(?=\S)")
"""The labels of a line such as `  workbook  reports/x.xlsx`: what follows is its value."""
_LONGEST_LABEL = 24

_HEADINGS = "Problems:|Warnings:|Note:"
_STATES = "invalid|conflict|rejected|failed|in doubt|not sent|warnings"
_STYLES: tuple[tuple[re.Pattern[str], dict[str, str | bool]], ...] = (
    (re.compile(r"^(Error:|wrong(?= ))"), {"fg": "red", "bold": True}),
    (
        re.compile(rf"^(  ({_STATES}) +[\d,]+.*|({_HEADINGS}).*|look(?= ))"),
        {"fg": "yellow"},
    ),
    (re.compile(r"^ok(?= )"), {"fg": "green"}),
    (re.compile(r"^Next:"), {"bold": True}),
)
"""How the beginning of a line is shown: in colour where a person is needed."""

_color: Color = "auto"
_lost: OSError | None = None
_hide_progress: Callable[[], None] | None = None


def set_color(when: Color) -> None:
    """Say when text is coloured: `auto` is on a terminal, unless NO_COLOR is set."""
    global _color  # noqa: PLW0603 - there is one terminal
    _color = when


def prepare_streams() -> None:
    """Let stdout and stderr be there, and take letters that their encoding lacks, as `\\u53d1`.

    A service or `pythonw` may have none. What is opened next would then take their place, and get
    what libraries write there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - kept
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def set_progress(hide: Callable[[], None] | None) -> None:
    """Name what takes the progress bar away, where one may be shown."""
    global _hide_progress  # noqa: PLW0603 - there is one terminal
    _hide_progress = hide


def hide_progress() -> None:
    """Take the progress bar away, if one is shown; further progress shows it again."""
    if _hide_progress:
        _hide_progress()


def print_text(text: str, *, err: bool = False) -> None:
    """Write a text that may hold anything; on a terminal it is wrapped at words."""
    hide_progress()
    stream = sys.stderr if err else sys.stdout
    lines = _OBEYED.sub("\ufffd", text).split("\n")
    if stream.isatty():
        lines = [wrapped(line, width()) for line in lines]
    colored = _is_colored(stream)
    if colored:
        lines = [_styled(line) for line in lines]
    _write("\n".join(lines), stream, color=colored)


def print_json(value: object) -> None:
    """Write a value as one line of JSON; times in it are ISO 8601."""
    import json

    print_as_is(json.dumps(value, default=lambda moment: moment.isoformat()))


def print_as_is(text: str, *, err: bool = False) -> None:
    """Write a text that is laid out already."""
    hide_progress()
    _write(text, sys.stderr if err else sys.stdout)


def lost_output() -> str:
    """Say why the results could not be written; "" where they were, or their reader left."""
    if _lost is None or isinstance(_lost, BrokenPipeError):
        return ""
    return f"The output can't be written: {_lost.strerror or _lost}. Nothing recorded is lost."


def note_lost_echo(error: Exception) -> bool:
    """Note, for `lost_output`, that click could not write, such as its help; say if that it is."""
    *_, (innermost, _) = walk_tb(error.__traceback__)
    if not isinstance(error, OSError) or innermost.f_code is not click.echo.__code__:
        return False
    _lose(sys.stdout, error)
    return True


def _write(text: str, stream: TextIO, *, color: bool = False) -> None:
    """Write what can be written: that nobody reads it keeps no row from being sent."""
    try:
        click.echo(text, file=stream, color=color)
    except OSError as error:
        _lose(stream, error)


def _lose(stream: TextIO, error: OSError) -> None:
    """Let nothing more be written there: Python would try, and complain, while it exits."""
    global _lost  # noqa: PLW0603 - there is one stdout
    if stream is sys.stdout:
        _lost = _lost or error
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def width() -> int:
    """Return how many columns a line may have on this terminal."""
    return min(shutil.get_terminal_size().columns, _WIDEST)


def wrapped(line: str, columns: int) -> str:
    """Break a line at words. What follows is indented like its value, or its beginning.

    A word that is too long, such as a path, stays whole.
    """
    if len(line) <= columns:
        return line
    label = _VALUE.match(line)
    indent = len(label[0]) if label else len(line) - len(line.lstrip())
    if indent > _LONGEST_LABEL:
        indent = 2
    return textwrap.fill(
        line,
        columns,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _is_colored(stream: TextIO) -> bool:
    if _color == "auto":
        is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return stream.isatty() and not is_plain
    return _color == "always"


def _styled(line: str) -> str:
    for pattern, style in _STYLES:
        if found := pattern.match(line):
            return click.style(found[0], **style) + line[found.end() :]  # type: ignore[arg-type]
    return line
