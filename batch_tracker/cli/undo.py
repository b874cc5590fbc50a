"""The command that prepares the way back."""

import sys
from pathlib import Path
from typing import Any

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.output import print_json, print_text


@click.command()
@click.argument("run_name", metavar="RUN")
@options.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the manifest goes [reports].",
)
@options.rehearsals
@options.as_json
def undo(run_name: str, sandbox: bool, as_json: bool, **flags: Any) -> None:
    """Write a manifest that gives POs back what they held before RUN. Nothing is sent.

    Every run without --no-compare can be undone. Send the manifest like any other, with
    batch-tracker run. Its second sheet lists what can't be undone.
    """
    from batch_tracker.reporter import summary_json
    from batch_tracker.stories import undo as story

    with session.read_settings(flags, past_rehearsals=sandbox) as settings:
        undone = story.undo(run_name, settings)
    summary = undone.summary
    if as_json:
        print_json(summary_json(summary))
    else:
        print_text(summary.message)
    sys.exit(undone.exit_code)
