"""The command of the first day: it asks for the account, tries it, and writes it down."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from batch_tracker.cli import options
from batch_tracker.cli.output import print_json, print_text
from batch_tracker.cli.prompts import Prompts
from batch_tracker.errors import LoginRefused, ServerUnusable, SettingsRefused

if TYPE_CHECKING:
    from batch_tracker.account import Value
    from batch_tracker.settings import Settings

_PLACES = ["keyring", "file", "command", "env"]
_ADDRESS_FLAGS = ("team", "server", "url")


class _Account(NamedTuple):
    """What the server accepts. `place` says where the password is already; None: not yet asked."""

    url: str
    username: str
    secret: str
    place: "dict[str, Value] | None"


@click.command()
@options.option("--team", metavar="NAME", help="Your Sellercloud team. Its server is looked up.")
@options.option("--server", metavar="ID", help="Or your Sellercloud server's id.")
@options.option("--url", metavar="URL", help="Or the whole address of the REST API.")
@options.option("--username", metavar="NAME", help="The user to log in as.")
@options.option(
    "--password-from",
    "way",
    type=click.Choice(_PLACES),
    help="Where the password is: in the keyring, in a file, printed by a command, or in "
    "SELLERCLOUD_PASSWORD.",
)
@options.option("--password-file", "file", metavar="FILE", help="The file with the password.")
@options.option(
    "--password-command", "line", metavar="COMMAND", help="The command that prints the password."
)
@options.option("--yes", is_flag=True, help="Ask nothing. Use the first address that answers.")
@options.option("--force", is_flag=True, help="Change an account that exists already.")
@options.as_json
def init(yes: bool, force: bool, as_json: bool, **flags: Any) -> None:
    """Set up the account: find its server, check the login, write the settings file.

    It asks for everything that no flag gives. The password is kept where you choose, never in the
    settings file. Nothing is written before the login works. Other settings in the file stay.

    With --account NAME it adds one of several accounts, as a table [accounts.NAME].
    """
    from batch_tracker import account
    from batch_tracker.settings import confirm, load_settings, settings_file

    prompts = Prompts(interactive=not yes)
    given = options.given_everywhere()
    path = settings_file(given["config"])
    known = load_settings({"account": given["account"]}, account.Answers)
    _require_consent(path, known.account, prompts, force=force)
    found = prompts.until_accepted(
        lambda again: _account(prompts, known, {} if again else flags), ServerUnusable
    )
    print_text(f"{found.username} can log in at {found.url}.", err=as_json)
    values = _named(known) | {"url": found.url, "username": found.username}
    values |= prompts.until_accepted(lambda _again: _kept(prompts, found, values), SettingsRefused)
    confirm(found.url)
    backup = account.write_settings(path, values)
    text = _closing_lines(path, backup, values)
    if as_json:
        told = {"url": found.url, "username": found.username, "account": known.account}
        told["settings"] = str(path)
        print_json({"status": "success", **told, "message": " ".join(text)})
    else:
        print_text("\n".join(text))


def _named(known: "Settings") -> "dict[str, Value]":
    return {"account": known.account} if known.account else {}


def _require_consent(path: Path, account: str | None, prompts: Prompts, *, force: bool) -> None:
    """Go on where the account is there only if it may be changed."""
    from batch_tracker.settings import account_names, require_account_name

    if account:
        require_account_name(account)
    if force or not path.exists() or (account and account not in account_names(path)):
        return
    what = f"The account {account}" if account else f"{path}"
    change = "Change it?" if account else "Change the account in it?"
    question = f"{what} exists already. {change} Everything else in the file stays."
    if prompts.interactive and prompts.confirm(question, flag="--force", default=False):
        return
    raise SettingsRefused(
        f"{what} exists already.",
        hint="Give --force to change it."
        if account
        else "Give --force to change the account in it, or --account NAME to add one.",
    )


def _account(prompts: Prompts, known: "Settings", flags: dict[str, Any]) -> _Account:
    """Ask for the address and then for the login, until the server accepts them."""
    url = prompts.until_accepted(
        lambda again: _address(prompts, known, {} if again else flags),
        ServerUnusable,
        SettingsRefused,
    )
    return prompts.until_accepted(
        lambda again: _login(prompts, known, flags, url, again=again), LoginRefused
    )


def _address(prompts: Prompts, known: "Settings", flags: dict[str, Any]) -> str:
    """Return an address at which a server answers and which the person agrees to."""
    from batch_tracker import account

    found = account.try_out(_addresses(prompts, known, flags), known)
    for each in found:
        print_text(f"  {each.url}: {each.trouble or 'a server answers'}", err=True)
    answering = [each for each in found if not each.trouble]
    if not answering:
        raise ServerUnusable(
            "No server answers there.", hint="Give the whole address of the REST API with --url."
        )
    for each in answering:
        if not (prompts.interactive or each.is_sellercloud or flags["url"]):
            raise SettingsRefused(
                f"{each.url} is not one of Sellercloud's own addresses.",
                hint="If it is right, give it with --url.",
            )
        if prompts.confirm(f"Send the user name and password to {each.url}?"):
            return each.url
    raise SettingsRefused("No address was chosen.", hint="Give the right one with --url.")


def _addresses(prompts: Prompts, known: "Settings", flags: dict[str, Any]) -> list[str]:
    """Return the addresses to try out, the likeliest first."""
    from batch_tracker import account

    given = [flags[name] for name in _ADDRESS_FLAGS if flags.get(name)]
    if len(given) > 1:
        raise click.UsageError("Give one of --team, --server and --url.")
    if flags.get("server"):
        return account.guesses(flags["server"])
    answer = prompts.text(
        "Your Sellercloud team, server id or address",
        next(iter(given), known.url if flags else None),
        flag="--team, --server or --url",
    )
    if "." in answer or "://" in answer:
        return [answer if "://" in answer else f"https://{answer}"]
    urls, trouble = account.candidates_for_team(answer, known)
    if trouble:
        print_text(f"{trouble} Trying {answer} as a server id.", err=True)
    return urls


def _login(
    prompts: Prompts, known: "Settings", flags: dict[str, Any], url: str, *, again: bool
) -> _Account:
    """Ask for the user name and the password, and log in."""
    from batch_tracker import account
    from batch_tracker.settings import load_settings

    first = None if again else flags.get("username") or known.username
    username = prompts.text("User name", first, flag="--username")
    values = _named(known) | {"url": url, "username": username}
    place = None if again else _place_given(prompts, known, flags)
    stored = None if place is None else account.stored_secret({**values, **place})
    flag = "--password-from" if known.account else "SELLERCLOUD_PASSWORD"
    secret = stored or prompts.text("Password", flag=flag, hidden=True)
    account.check_login(load_settings({**values, "password": secret}, account.Answers))
    return _Account(url, username, secret, place)


def _place_given(
    prompts: Prompts, known: "Settings", flags: dict[str, Any]
) -> "dict[str, Value] | None":
    """Return the settings that say where the password is, where flags or the environment do."""
    given = "file" if flags.get("file") else "command" if flags.get("line") else None
    if way := flags.get("way") or given:
        if way == "env" and known.account:
            raise click.UsageError(
                "SELLERCLOUD_PASSWORD belongs to no account: give --password-from "
                "keyring, file or command."
            )
        return _place(prompts, way, flags, known.account)
    if not prompts.interactive:
        raise click.UsageError("With --yes nothing is asked. Give --password-from.")
    use = "Use the password that SELLERCLOUD_PASSWORD holds?"
    return {} if known.password and prompts.confirm(use) else None


def _place(
    prompts: Prompts, way: str, flags: dict[str, Any], name: "Value | None"
) -> "dict[str, Value]":
    """Return the settings for a place to keep the password in."""
    from batch_tracker.account import Answers
    from batch_tracker.settings import load_settings

    if way == "file":
        usual = "~/.sellercloud-password" + (f"-{name}" if name else "")
        flag = "--password-file"
        file = prompts.text("File", flags.get("file"), flag=flag, default=usual)
        return {"password_file": file if file.startswith("~") else str(Path(file).absolute())}
    if way == "command":
        line = prompts.text("Command", flags.get("line"), flag="--password-command")
        words = load_settings({"password_command": line}, Answers).password_command
        return {"password_command": list(words or ())}
    return {"password_keyring": True} if way == "keyring" else {}


def _kept(prompts: Prompts, found: _Account, values: "dict[str, Value]") -> "dict[str, Value]":
    """Put the password where it is to be, and return the settings that say where."""
    from importlib.util import find_spec

    from batch_tracker import account

    place = found.place
    if place is None:
        can = {"keyring": find_spec("keyring") is not None, "env": "account" not in values}
        among = [place for place in _PLACES if can.get(place, True)]
        way = prompts.choice(
            "Where to keep the password",
            None,
            among=among,
            default=among[0],
            flag="--password-from",
        )
        place = _place(prompts, way, {}, values.get("account"))
    account.keep_secret({**values, **place}, found.secret)
    return place


def _closing_lines(path: Path, backup: Path | None, values: "dict[str, Value]") -> list[str]:
    from batch_tracker import account

    lines = [f"Wrote {path}." + (f" The old file is now {backup}." if backup else "")]
    if account.is_outranked(values):
        lines.append("SELLERCLOUD_PASSWORD is set here too. It is used first.")
    if not account.has_place(values):
        lines.append("Set SELLERCLOUD_PASSWORD before each run.")
    if name := values.get("account"):
        return [*lines, f"Next: batch-tracker doctor --account {name} checks everything else."]
    return [*lines, "Next: batch-tracker doctor checks everything else."]
