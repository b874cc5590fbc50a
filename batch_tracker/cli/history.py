"""The commands that look back."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.output import print_json, print_text
from batch_tracker.cli.prompts import Prompts

if TYPE_CHECKING:
    from batch_tracker.ledger import Pruned
    from batch_tracker.model import ResultRow, RunSummary

_LONGEST_AGE_DAYS = 36_500
_RUNS_SHOWN = 50


def _age(_context: click.Context, _parameter: click.Parameter, text: str) -> timedelta:
    """Read an age; a lifetime is the longest that can be meant."""
    found = re.fullmatch(r"(\d{1,5})([dwy])", text.strip().lower(), re.ASCII)
    days = int(found[1]) * {"d": 1, "w": 7, "y": 365}[found[2]] if found else 0
    if not 1 <= days <= _LONGEST_AGE_DAYS:
        raise click.BadParameter(f"{text!r} is not an age. Write it like 90d, 12w or 2y.")
    return timedelta(days=days)


@click.command()
@options.run_name
@options.output
@options.option("--html", "page", is_flag=True, help="Also write the results as a web page.")
@options.option("--open", "opened", is_flag=True, help="Write that page and show it in a browser.")
@options.rehearsals
@options.as_json
def report(
    run_name: str | None, *, page: bool, opened: bool, sandbox: bool, as_json: bool, **flags: Any
) -> None:
    """Write the results workbook of the newest run, or of RUN, again."""
    from batch_tracker.stories import history

    with (
        session.progress() as progress,
        session.read_settings(flags, past_rehearsals=sandbox) as settings,
    ):
        ended = history.report(run_name, settings, on_progress=progress, page=page or opened)
    if opened:
        session.open_page(ended)
    session.end(ended, as_json=as_json)


@click.command()
@click.option(
    "--last",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Show the last N runs [{_RUNS_SHOWN}; with --json all].",
)
@options.rehearsals
@options.as_json
def runs(last: int | None, sandbox: bool, as_json: bool) -> None:
    """List the last runs in the ledger, the newest first; with --account, only that account's."""
    from batch_tracker.reporter import summary_json
    from batch_tracker.settings import named_account
    from batch_tracker.stories import history
    from batch_tracker.stories.words import runs_table

    with session.read_settings({}, past_rehearsals=sandbox) as settings:
        account = named_account(options.given_everywhere())
        shown = last if as_json else last or _RUNS_SHOWN
        found = history.runs(settings, account=account, last=shown)
    if as_json:
        print_json({"runs": [{**summary_json(each), **_times(each)} for each in found]})
    else:
        print_text(runs_table(found))
        if len(found) == _RUNS_SHOWN and last is None:
            print_text(f"These are the last {_RUNS_SHOWN}. --last N shows more.")


@click.command()
@options.run_name
@options.rehearsals
@options.as_json
def show(run_name: str | None, sandbox: bool, as_json: bool) -> None:
    """Show the newest run, or RUN: its facts, counts, notes, and first problem rows."""
    from batch_tracker.reporter import summary_json
    from batch_tracker.stories import history
    from batch_tracker.stories.words import shown_text

    with session.read_settings({}, past_rehearsals=sandbox) as settings:
        summary, problems = history.show(run_name, settings)
    if not as_json:
        print_text(shown_text(summary, problems))
        return
    shown = {
        **summary_json(summary),
        **_times(summary),
        "server": summary.server,
        "sheet": summary.sheet,
        "profile": summary.profile,
        "notes": summary.notes,
        "problems": [_row(each) for each in problems],
    }
    print_json(shown)


@click.command()
@click.argument("po", metavar="PO", type=options.Whole(1, 2_147_483_647))
@options.rehearsals
@options.as_json
def find(po: int, sandbox: bool, as_json: bool) -> None:
    """Show everything that happened to a PO in all runs, and what was last sent to it."""
    from batch_tracker.stories import history
    from batch_tracker.stories.words import found_text

    with session.read_settings({}, past_rehearsals=sandbox) as settings:
        found = history.find(po, settings)
    if not as_json:
        print_text(found_text(found, settings.account_of))
        return
    mentions = [
        {
            "run": each.run.name,
            "source": each.run.source,
            "server": each.run.server,
            "account": settings.account_of(each.run.server, each.run.username),
            **_row(each.result),
            "values": each.values._asdict() if each.values else None,
            "attempts": [attempt._asdict() for attempt in each.attempts],
        }
        for each in found.mentions
    ]
    applied = [{**each._asdict(), "values": each.values._asdict()} for each in found.applied]
    told = {"po": po, "rows": mentions, "applied": applied}
    print_json(told)


@click.command()
@options.option(
    "--older-than",
    "age",
    required=True,
    callback=_age,
    metavar="AGE",
    help="How many days, weeks or years ago the run ended, such as 90d, 12w or 2y.",
)
@options.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@options.option("--yes", is_flag=True, help="Don't ask.")
@options.rehearsals
@options.as_json
def prune(age: timedelta, *, dry_run: bool, yes: bool, sandbox: bool, as_json: bool) -> None:
    """Delete the rows of old runs. Manifests may hold personal data.

    The counts of each run are kept. So is what was sent to each PO, so nothing is sent twice. Runs
    that can still be resumed are kept. Results workbooks are files of their own: delete those
    yourself.
    """
    from batch_tracker.stories import history

    before = datetime.now(UTC) - age
    with session.read_settings({}, past_rehearsals=sandbox) as settings:
        pruned = history.prune(before, settings, dry_run=True)
        deleted = bool(pruned.runs) and not dry_run and (yes or _agreed(pruned))
        if deleted:
            pruned = history.prune(before, settings, dry_run=False)
    if as_json:
        print_json({**pruned._asdict(), "deleted": deleted})
    elif deleted:
        print_text(_deleted_text(pruned))
    else:
        would = " would be deleted" if dry_run and pruned.runs else ""
        print_text(f"Nothing was deleted: {_amount(pruned)}{would}.")


def _agreed(pruned: "Pruned") -> bool:
    question = f"Delete {_amount(pruned)}? Their results can't be written again"
    return Prompts(interactive=True).confirm(question, default=False)


def _amount(pruned: "Pruned") -> str:
    from batch_tracker.model.wording import plural

    if not pruned.runs:
        return "no run is that old"
    return f"{plural(pruned.rows, 'row')} of {plural(pruned.runs, 'run')}"


def _deleted_text(pruned: "Pruned") -> str:
    if pruned.freed_bytes is None:
        return (
            f"Deleted {_amount(pruned)}. The ledger file keeps its size, and new runs use the "
            "space."
        )
    return f"Deleted {_amount(pruned)}. The ledger is {pruned.freed_bytes / 1e6:,.1f} MB smaller."


def _times(summary: "RunSummary") -> dict[str, str | None]:
    moments = {"started_at": summary.started_at, "finished_at": summary.finished_at}
    return {name: moment.isoformat() if moment else None for name, moment in moments.items()}


def _row(result: "ResultRow") -> dict[str, object]:
    return {
        "row": result.number,
        "state": result.state,
        "code": result.code,
        "message": result.message,
        "http_status": result.status,
    }
