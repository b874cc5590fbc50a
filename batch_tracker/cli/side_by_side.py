"""`run INBOX --accounts`: several accounts at once, told as one command."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.notices import send_notices
from batch_tracker.cli.output import print_json, print_text
from batch_tracker.cli.prompts import Prompts
from batch_tracker.errors import Interrupted

if TYPE_CHECKING:
    from batch_tracker.settings import Settings
    from batch_tracker.stories.accounts import Inbox
    from batch_tracker.stories.outcome import Checked, Ended


def settings_by_account(flags: Mapping[str, Any]) -> "dict[str, Settings]":
    """Return the settings of every account; raises SettingsRefused where there is none."""
    from batch_tracker.errors import SettingsRefused
    from batch_tracker.settings import load_settings

    given = {**flags, **options.given_everywhere()}
    if given.pop("account"):
        raise click.UsageError("Give --account or --accounts, not both.")
    with session.read_settings(flags) as settings:
        names = list(settings.accounts)
    if not names:
        raise SettingsRefused(
            f"{settings.settings_file} has no accounts.",
            hint="batch-tracker init --account NAME adds one.",
        )
    return {name: load_settings({**given, "account": name}) for name in names}


def one_folder(words: Sequence[str], *, rows: object) -> Path:
    """Return the only folder that is named; no rows of it can be chosen."""
    if len(words) > 1:
        raise click.UsageError("--accounts takes one folder.")
    if rows:
        raise click.UsageError("--rows is for a single file.")
    return Path(words[0])


def run_accounts(
    inbox: Path, flags: Mapping[str, Any], *, force: bool, is_asked: bool, as_json: bool
) -> NoReturn:
    """Run the manifests of an inbox, those of different accounts at the same time."""
    from batch_tracker.cli.progress import ProgressBars
    from batch_tracker.stories.accounts import look_into, run_accounts
    from batch_tracker.stories.outcome import Checked, Ended

    settings = settings_by_account(flags)
    found = look_into(inbox, settings)
    if is_asked:
        _confirm(found, settings, force=force)
    course = _Course(found, settings, as_json=as_json)
    with ProgressBars(found.manifests) as bars:
        for news in run_accounts(found.manifests, settings, force=force):
            if isinstance(news.told, Ended):
                course.ended(news.account, news.told)
            elif isinstance(news.told, Checked):
                session.print_warnings(news.told)
            else:
                bars.show(news.account, news.told)
    course.tell()
    sys.exit(course.exit_code)


def check_accounts(
    inbox: Path, flags: Mapping[str, Any], *, force: bool, as_json: bool
) -> NoReturn:
    """Check the manifests of an inbox, account by account."""
    from batch_tracker.stories.accounts import look_into

    settings = settings_by_account(flags)
    found = look_into(inbox, settings)
    for each in found.misplaced:
        print_text(f"Error: {each.summary.message}", err=True)
    look = bool(flags.get("compare"))
    checked = list(_checked(found, settings, force=force, look=look))
    session.end_check(checked, as_json=as_json, least=2 if found.misplaced else 0)


def _checked(
    found: "Inbox", settings: "Mapping[str, Settings]", *, force: bool, look: bool = False
) -> "Iterator[Checked]":
    from batch_tracker.stories.check import check, check_each

    with session.progress() as progress:
        look_at = partial(check, force=force, look=look, on_progress=progress)
        for name, paths in found.manifests.items():
            yield from check_each(paths, settings[name], look_at)


def _confirm(found: "Inbox", settings: "Mapping[str, Settings]", *, force: bool) -> None:
    """Show what each account will send, and ask once for all of them."""
    from batch_tracker.errors import NotConfirmed
    from batch_tracker.model.wording import plural
    from batch_tracker.stories.words import check_text

    updates = 0
    for checked in _checked(found, settings, force=force):
        print_text(check_text(checked) + "\n", err=True)
        updates += checked.plan.steps
    accounts = plural(len(found.manifests), "account")
    question = f"Send {plural(updates, 'update')} of {accounts} at the same time?"
    if not Prompts(interactive=True).agrees_to_send(question):
        raise NotConfirmed("Nothing was sent.")


class _Course:
    """How the files of several accounts have ended so far; told as they do, and once at the end."""

    def __init__(
        self, inbox: "Inbox", settings: "Mapping[str, Settings]", *, as_json: bool
    ) -> None:
        self._inbox = inbox
        self._settings = settings
        self._as_json = as_json
        self._endings: dict[str, list[Ended]] = {name: [] for name in inbox.manifests}
        self._noticed: set[str] = set()
        for each in inbox.misplaced:
            self._print(each)

    @property
    def exit_code(self) -> int:
        """The gravest of all."""
        interrupted = any(
            self._not_begun(name) and not endings[-1].ends_all
            for name, endings in self._endings.items()
            if endings
        )
        codes = [each.exit_code for each in self._all()]
        return max([*codes, Interrupted.exit_code] if interrupted else codes)

    def ended(self, account: str, ended: "Ended") -> None:
        """Tell of one file; of an account that is at its end, also those who are not there."""
        self._endings[account].append(ended)
        if ended.ends_all or not self._not_begun(account):
            self._notice(account)
        self._print(ended)

    def tell(self) -> None:
        """Tell how all accounts have fared: a table, or one JSON object."""
        from batch_tracker.reporter import summaries_json

        for name, endings in self._endings.items():
            if endings:
                self._notice(name)
        if self._as_json:
            told = summaries_json([each.summary for each in self._all()])
            print_json({**told, "accounts": [self._json(name) for name in self._endings]})
        else:
            print_text(self._table())

    def _notice(self, account: str) -> None:
        if account not in self._noticed:
            self._noticed.add(account)
            send_notices(self._endings[account], self._settings[account])

    def _all(self) -> "list[Ended]":
        return [*self._inbox.misplaced, *(one for each in self._endings.values() for one in each)]

    def _not_begun(self, account: str) -> int:
        return len(self._inbox.manifests[account]) - len(self._endings[account])

    def _print(self, ended: "Ended") -> None:
        from batch_tracker.reporter import summary_text

        if not self._as_json:
            print_text(summary_text(ended.summary) + "\n")

    def _json(self, account: str) -> dict[str, object]:
        from batch_tracker.reporter import summaries_json

        endings = self._endings[account]
        sums = summaries_json([each.summary for each in endings])
        told = {key: sums[key] for key in ("status", "rows", "counts", "calls", "message")}
        files = {"files": len(endings), "not_begun": self._not_begun(account)}
        return {"account": account, **told, **files}

    def _table(self) -> str:
        """Return a line for each account: how it stands, and how many rows are in each state."""
        from batch_tracker.model import State

        head = ("ACCOUNT", "STATUS", "FILES", "ROWS", "UPDATED", "NEED YOU", "NOT SENT", "CALLS")
        rows: list[tuple[str, ...]] = [head]
        for name in self._endings:
            told = self._json(name)
            counts: Any = told["counts"]
            waiting = sum(counts[state] for state in State if state.needs_attention)
            left = counts[State.NOT_SENT]
            files = f"{told['files']} of {len(self._inbox.manifests[name])}"
            numbers = (told["rows"], counts[State.UPDATED], waiting - left, left, told["calls"])
            rows.append((name, f"{told['status']}", files, *(f"{n:,}" for n in numbers)))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
