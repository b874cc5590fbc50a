"""The commands about accounts."""

import sys
from typing import TYPE_CHECKING

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.output import print_json, print_text
from batch_tracker.cli.prompts import Prompts
from batch_tracker.errors import BatchTrackerError, NotConfirmed, SettingsRefused

if TYPE_CHECKING:
    from batch_tracker.settings import Settings


@click.group()
def account() -> None:
    """List, test and remove accounts; init --account NAME adds one."""


@account.command("list")
@options.as_json
def list_accounts(as_json: bool) -> None:
    """List the accounts of the settings file. The one that is used without --account has a *."""
    with session.read_settings({}) as settings:
        accounts = [
            {
                "account": name,
                "is_default": name == settings.account,
                "url": each.url,
                "username": each.username,
            }
            for name, each in settings.accounts.items()
        ]
        file = settings.settings_file
    if as_json:
        print_json({"accounts": accounts})
        return
    if not accounts:
        print_text(f"{file} has no accounts. batch-tracker init --account NAME adds one.")
    width = max((len(f"{each['account']}") for each in accounts), default=0)
    for each in accounts:
        mark = "*" if each["is_default"] else " "
        login = f"{each['username'] or 'no username'} at {each['url'] or 'no url'}"
        print_text(f"{mark} {each['account']:<{width}}  {login}")


@account.command("test", short_help="Log in with each account, or with those that are named.")
@click.argument("names", metavar="[NAME...]", nargs=-1)
@options.as_json
def test_accounts(names: tuple[str, ...], as_json: bool) -> None:
    """Log in with each account, or with those that are named. That is one call for each."""
    from batch_tracker.settings import load_settings, named_account

    given = options.given_everywhere()
    named = named_account(given)
    with session.read_settings({}) as settings:
        wanted = names or ((named,) if named else tuple(settings.accounts))
    results = []
    for name in dict.fromkeys(wanted):
        trouble = _trouble(load_settings({**given, "account": name}))
        results.append({"account": name, "status": "fail" if trouble else "ok", "message": trouble})
        if not as_json:
            print_text(f"{name}: {trouble or 'the login works.'}")
    if as_json:
        print_json({"accounts": results})
    elif not results:
        print_text("There are no accounts. batch-tracker init --account NAME adds one.")
    sys.exit(1 if any(each["message"] for each in results) else 0)


def _trouble(settings: "Settings") -> str:
    """Return why an account can't log in, "" where it can."""
    from batch_tracker.account import check_login

    try:
        settings.require_account()
        check_login(settings)
    except BatchTrackerError as error:
        return str(error)
    return ""


@account.command("remove", short_help="Take an account out of the settings file.")
@click.argument("name")
@options.option("--yes", is_flag=True, help="Don't ask.")
@options.as_json
def remove_account(name: str, yes: bool, as_json: bool) -> None:
    """Take an account out of the settings file. Its runs stay in the ledger.

    Its password stays where it is. A copy of the old settings file is kept beside it.
    """
    from batch_tracker.account import remove_account
    from batch_tracker.settings import account_names, settings_file

    path = settings_file(options.given_everywhere()["config"])
    if name not in account_names(path):
        raise SettingsRefused(
            f"There is no account {name}.", hint="batch-tracker account list shows them all."
        )
    question = f"Take the account {name} out of {path}?"
    if not Prompts(interactive=not yes).confirm(question, default=False):
        raise NotConfirmed("Nothing was removed.")
    backup = remove_account(path, name)
    text = f"The account {name} is no longer in {path}. The old file is {backup}."
    if as_json:
        print_json({"status": "success", "account": name, "message": text})
    else:
        print_text(text)
