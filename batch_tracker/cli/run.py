"""The commands that send, or say what would be sent."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.notices import errors_noticed
from batch_tracker.cli.output import print_text
from batch_tracker.cli.prompts import Prompts, is_interactive
from batch_tracker.cli.questions import asking
from batch_tracker.cli.side_by_side import check_accounts, one_folder, run_accounts

if TYPE_CHECKING:
    from batch_tracker.planner.chosen_rows import Ranges
    from batch_tracker.stories.outcome import Checked


@click.command()
@options.files
@options.reading
@options.rows
@options.option("--dry-run", is_flag=True, help="The same as check.")
@options.force
@options.compare
@options.warnings
@options.sending
@options.option(
    "--sandbox", is_flag=True, help="Rehearse: send to a pretend Sellercloud inside this command."
)
@options.accounts
@options.option("--yes", is_flag=True, help="Don't ask before sending.")
@options.option("--open", "opened", is_flag=True, help="Show the results in a browser at the end.")
@options.as_json
def run(
    files: tuple[str, ...],
    *,
    rows: "Ranges",
    opened: bool,
    dry_run: bool,
    force: bool,
    sandbox: bool,
    accounts: bool,
    yes: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Send a manifest and write the results workbook.

    On a terminal, it shows what will be sent, to which server and as whom. Then it asks.

    FILE can be several files, a folder, or a pattern in quotes. Each file gets its own results
    workbook.

    Running the same file twice sends nothing twice. Of a file that has grown, only the new rows are
    sent. The results workbook is a manifest too: correct its coloured cells and run it.

    With --accounts, FILE is a folder, and each folder in it is called as an account. The accounts
    send at the same time.
    """
    if accounts and (opened or sandbox):
        raise click.UsageError("--open and --sandbox are not for several accounts.")
    answers = is_interactive() and not (yes or as_json)
    if accounts:
        inbox = one_folder(files, rows=rows)
        if dry_run:
            check_accounts(inbox, flags, force=force, as_json=as_json)
        run_accounts(inbox, flags, force=force, is_asked=answers, as_json=as_json)
    if dry_run:
        _check(
            files,
            rows=rows,
            force=force,
            as_json=as_json,
            flags=flags,
            rehearse=sandbox,
            answers=answers,
        )
    from batch_tracker.loader import find_manifests
    from batch_tracker.stories import history
    from batch_tracker.stories.run import run, run_each
    from batch_tracker.stories.send import Confirm

    paths = find_manifests(files)
    if len(paths) > 1 and (rows or opened):
        raise click.UsageError("--rows and --open are for a single file.")
    is_asked = answers and not sandbox
    confirm = Confirm(_confirm, looks=True) if is_asked else Confirm(session.print_warnings)
    with (
        session.progress() as progress,
        session.read_settings(flags, rehearse=sandbox) as settings,
        errors_noticed(settings, paths[0], paths[0].parent),
    ):
        story = partial(run, force=force, on_progress=progress, confirm=confirm, chosen=rows)
        send = asking(story) if answers else story
        if len(paths) == 1:
            ended = send(paths[0], settings)
            if opened and ended.summary.report:
                ended = session.open_page(history.add_page(ended, settings))
            session.end(ended, as_json=as_json, settings=settings)
        endings = run_each(paths, settings, send)
        session.end_each(endings, files=len(paths), as_json=as_json, settings=settings)


def _confirm(checked: "Checked") -> None:
    """Show what will be sent, and ask; raise NotConfirmed where the person does not say yes."""
    from batch_tracker.errors import NotConfirmed
    from batch_tracker.model.wording import plural
    from batch_tracker.stories.words import check_text

    print_text(check_text(checked), err=True)
    summary = checked.summary
    updates = plural(checked.plan.steps, "update")
    server = urlsplit(summary.server).netloc
    question = f"Send {updates} to {server} as {summary.username}?"
    if not Prompts(interactive=True).agrees_to_send(question):
        raise NotConfirmed(f"{Path(summary.source or '').name}: nothing was sent.")


@click.command()
@options.files
@options.reading
@options.rows
@options.force
@options.compare
@options.warnings
@options.quota
@options.accounts
@options.as_json
def check(
    files: tuple[str, ...],
    *,
    rows: "Ranges",
    force: bool,
    accounts: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Show what run would do with a manifest. Nothing is sent and nothing is kept.

    With --compare, it logs in and looks at the POs that would be updated. It shows what they hold
    now, and what they would hold afterwards. Without --compare, it needs no account.
    """
    if accounts:
        check_accounts(one_folder(files, rows=rows), flags, force=force, as_json=as_json)
    answers = is_interactive() and not as_json
    _check(
        files,
        rows=rows,
        force=force,
        as_json=as_json,
        flags=flags,
        rehearse=False,
        answers=answers,
    )


def _check(
    files: tuple[str, ...],
    *,
    rows: "Ranges",
    force: bool,
    as_json: bool,
    flags: dict[str, Any],
    rehearse: bool,
    answers: bool,
) -> NoReturn:
    from batch_tracker.loader import find_manifests
    from batch_tracker.stories.check import check, check_each

    paths = find_manifests(files)
    if len(paths) > 1 and rows:
        raise click.UsageError("--rows is for a single file.")
    look = bool(flags.get("compare"))
    with (
        session.progress() as progress,
        session.read_settings(flags, rehearse=rehearse) as settings,
    ):
        story = partial(check, force=force, look=look, on_progress=progress, chosen=rows)
        look_at = asking(story) if answers else story
        if len(paths) == 1:
            checked = [look_at(paths[0], settings)]
        else:
            checked = list(check_each(paths, settings, look_at))
    session.end_check(checked, as_json=as_json)


@click.command()
@options.run_name
@options.sending
@options.as_json
def resume(run_name: str | None, as_json: bool, **flags: Any) -> None:
    """Send the rest of the newest stopped run, or of RUN. The manifest is not needed."""
    _go_on(run_name, again=False, as_json=as_json, flags=flags)


@click.command()
@options.run_name
@options.sending
@options.as_json
def retry(run_name: str | None, as_json: bool, **flags: Any) -> None:
    """Send the failed, doubtful and unsent rows of the newest run, or of RUN, again."""
    _go_on(run_name, again=True, as_json=as_json, flags=flags)


def _go_on(name: str | None, *, again: bool, as_json: bool, flags: dict[str, Any]) -> None:
    from batch_tracker.stories.resume import resume

    with session.progress() as progress, session.read_settings(flags) as settings:
        ended = resume(name, settings, again=again, on_progress=progress)
    session.end(ended, as_json=as_json, settings=settings)
