"""Flags and arguments that several commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from batch_tracker.cli.output import Color, set_color

Command = Callable[..., None]
Decorator = Callable[[Command], Command]


class Whole(click.IntRange):
    """A whole number within bounds; click's own words for another thing are hard to read."""

    name = "whole number"


def option(*names: str, **details: Any) -> Decorator:
    """Return click's option, typed."""
    return click.option(*names, **details)


_ROWS = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)
_EVERYWHERE = "batch_tracker.{}"


def everywhere() -> list[click.Parameter]:
    """Return the options that the program and each of its commands take."""
    return [
        click.Option(
            ["--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            expose_value=False,
            callback=_keep,
            help="Read this settings file, not your own.",
        ),
        click.Option(
            ["--account"],
            metavar="NAME",
            expose_value=False,
            callback=_keep,
            help="Use this account of the settings file.",
        ),
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_keep_color,
            help="Whether to use colour [auto: on a terminal].",
        ),
    ]


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value:
        context.meta[_EVERYWHERE.format(parameter.name)] = value


def _keep_color(_context: click.Context, _parameter: click.Parameter, when: Color | None) -> None:
    if when:
        set_color(when)


def given_everywhere() -> dict[str, Any]:
    """Return the settings of `--config` and `--account`, wherever in the command line they are."""
    meta = click.get_current_context().meta
    return {name: meta.get(_EVERYWHERE.format(name)) for name in ("config", "account")}


def _together(*options: Decorator) -> Decorator:
    def decorate(command: Command) -> Command:
        for each in reversed(options):
            command = each(command)
        return command

    return decorate


files = click.argument("files", metavar="FILE...", nargs=-1, required=True)
run_name = click.argument("run_name", metavar="[RUN]", required=False)

as_json = option("--json", "as_json", is_flag=True, help="Print one JSON object, nothing else.")
force = option("--force", is_flag=True, help="Also send rows that were sent before.")
quota = option("--quota", metavar="N/SECONDS", help="At most N calls in any SECONDS [10800/3600].")
compare = option(
    "--compare/--no-compare",
    default=None,
    help="Look at the POs first, 50 in a call [run: yes, check: no].",
)
warnings = option(
    "--warnings",
    type=click.Choice(["send", "hold"]),
    help="Send rows with a warning, or hold them back [send].",
)


def _read_rows(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> tuple[tuple[int, int], ...]:
    """Read `12,40-60`; return the first and the last row of each part."""
    parts = [_ROWS.fullmatch(part.strip()) for part in text.split(",")] if text else []
    found = [(int(part[1]), int(part[2] or part[1])) for part in parts if part]
    if len(found) < len(parts) or any(first > last for first, last in found):
        raise click.BadParameter(f"{text!r} is not a list of rows. Write it like 12,40-60.")
    return tuple(found)


rows = option("--rows", callback=_read_rows, metavar="N,N-N", help="Only these rows of the file.")
accounts = option(
    "--accounts",
    is_flag=True,
    help="Take all accounts at once: FILE is a folder with a folder for each.",
)
rehearsals = option("--sandbox", is_flag=True, help="Look at rehearsals, not at real runs.")
output = option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the results workbook goes [reports].",
)
reading = _together(
    option("--sheet", metavar="NAME", help="Which sheet of a workbook to read."),
    option("--profile", metavar="NAME|FILE", help="How to read the file. See profile list."),
    option(
        "--column",
        metavar="HEADER=FIELD",
        multiple=True,
        callback=lambda _context, _parameter, answers: answers or None,
        help="What a column holds: po, tracking_number, carrier, shipped_on, void, or ignore.",
    ),
    option(
        "--encoding",
        metavar="NAME",
        help="The encoding of a text file, such as cp1252, gbk or mac_roman.",
    ),
    option(
        "--date-order",
        type=click.Choice(["mdy", "dmy", "ymd"]),
        help="Which part of a date like 03/04/2026 comes first.",
    ),
)
sending = _together(
    option("--workers", type=int, metavar="N", help="How many calls to make at once [found out]."),
    quota,
    option(
        "--canary",
        type=int,
        metavar="N",
        help="Send N rows first. Go on only if Sellercloud shows them.",
    ),
    option("--verify", is_flag=True, default=None, help="Read every updated row back at the end."),
    option(
        "--max-failures",
        metavar="N|P%",
        help="Stop when more than N rows, or P% of them, fail.",
    ),
    option("--cluster", metavar="ADDRESS", help="Let the workers of a Dask scheduler send."),
    output,
)
