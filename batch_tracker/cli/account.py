"""The commands of the first day, and of the day on which something is wrong."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.prompts import Prompts
from batch_tracker.errors import ServerUnusable, SettingsRefused

if TYPE_CHECKING:
    from batch_tracker.account.settings_file import Value
    from batch_tracker.settings import Settings

_WAYS = ["env", "file", "command", "keyring"]
_MARKS = {"ok": "ok    ", "warn": "look  ", "fail": "wrong "}


@click.command(short_help="Find the server, check the login, write batch-tracker.toml.")
@options.option("--team", metavar="NAME", help="Your Sellercloud team; its server is looked up.")
@options.option("--server", metavar="ID", help="Or your Sellercloud server's id.")
@options.option("--url", metavar="URL", help="Or the whole address of the REST API.")
@options.option("--username", metavar="NAME", help="The user to log in as.")
@options.option(
    "--password-from",
    "way",
    type=click.Choice(_WAYS),
    help="Where the password is: SELLERCLOUD_PASSWORD, a file, a command's output, the keyring.",
)
@options.option("--password-file", "file", metavar="FILE", help="The file, for file.")
@options.option("--password-command", "line", metavar="COMMAND", help="The command, for command.")
@options.option("--yes", is_flag=True, help="Ask nothing; take the first address that answers.")
@options.option("--force", is_flag=True, help="Replace a settings file that is there.")
@options.as_json
def init(username: str | None, yes: bool, force: bool, as_json: bool, **flags: Any) -> None:
    """Set up the account: find its server, check the login, write batch-tracker.toml.

    Whatever no flag says is asked. The password goes to the system's keyring or stays where it
    is, never into the settings file. Nothing is written unless the login works.
    """
    from batch_tracker import account
    from batch_tracker.settings import load_settings, settings_file

    prompts = Prompts(interactive=not yes)
    path = settings_file()
    _require_place(path, prompts, force=force)
    known = load_settings({}, account.Answers)
    values: dict[str, Value] = {"url": _address(prompts, known, flags)}
    values["username"] = prompts.text("User name", username or known.username, flag="--username")
    values |= _way(prompts, known, flags)
    secret = _secret(prompts, values)
    settings = load_settings({**values, "password": secret}, account.Answers)
    account.check_login(settings)
    click.echo(f"{settings.username} can log in at {settings.url}.", err=as_json)
    account.keep_secret(values, secret)
    kept = account.write_settings(path, account.settings_text(values), replace=path.exists())
    said = _said(path, kept, values)
    if as_json:
        told = {"url": settings.url, "username": settings.username, "settings": str(path)}
        said = [session.to_json({"status": "success", **told, "message": " ".join(said)})]
    click.echo("\n".join(said))


def _require_place(path: Path, prompts: Prompts, *, force: bool) -> None:
    """Refuse to go on where a settings file is there and is to stay."""
    if force or not path.exists():
        return
    if not prompts.interactive or not prompts.confirm(
        f"{path} is there already. Replace it?", flag="--force"
    ):
        raise SettingsRefused(
            f"{path} is there already.",
            hint="Give --force to replace it; the old one is kept beside it.",
        )


def _address(prompts: Prompts, known: "Settings", flags: dict[str, Any]) -> str:
    """Return an address at which a server answers and which the person agrees to."""
    from batch_tracker import account

    found = account.try_out(_addresses(prompts, known, flags), known)
    for each in found:
        click.echo(f"  {each.url}: {each.trouble or 'a server answers'}", err=True)
    answering = [each for each in found if not each.trouble]
    if not answering:
        raise ServerUnusable(
            "No server answers there.", hint="Give the whole address of the REST API with --url."
        )
    for each in answering:
        if not prompts.interactive and not (each.is_sellercloud or flags["url"]):
            raise SettingsRefused(
                f"{each.url} is not one of Sellercloud's own addresses.",
                hint="If it is right all the same, give it with --url.",
            )
        if prompts.confirm(f"Send the user name and password to {each.url}?"):
            return each.url
    raise SettingsRefused("No address was chosen.", hint="Give the right one with --url.")


def _addresses(prompts: Prompts, known: "Settings", flags: dict[str, Any]) -> list[str]:
    """Return the addresses to try out, the likeliest first."""
    from batch_tracker import account

    named = [name for name in ("team", "server", "url") if flags[name]]
    if len(named) > 1:
        raise click.UsageError("Give one of --team, --server and --url.")
    if flags["server"]:
        return account.guesses(flags["server"])
    answer = prompts.text(
        "Your Sellercloud team, server id or address",
        flags["team"] or flags["url"] or known.url,
        flag="--team, --server or --url",
    )
    if "." in answer or "://" in answer:
        return [answer if "://" in answer else f"https://{answer}"]
    urls, trouble = account.candidates_for_team(answer, known)
    if trouble:
        click.echo(f"{trouble} Trying {answer} as a server's id.", err=True)
    return urls


def _way(prompts: Prompts, known: "Settings", flags: dict[str, Any]) -> "dict[str, Value]":
    """Return the settings that say where the password is."""
    from importlib.util import find_spec

    from batch_tracker.account import Answers
    from batch_tracker.settings import load_settings

    given = "file" if flags["file"] else "command" if flags["line"] else None
    usual = "env" if known.password else "keyring" if find_spec("keyring") else "file"
    way = prompts.choice(
        "Where is, or goes, the password",
        flags["way"] or given,
        among=_WAYS,
        default=usual,
        flag="--password-from",
    )
    if way == "file":
        usual_file = "~/.sellercloud-password"
        flag = "--password-file"
        return {"password_file": prompts.text("File", flags["file"], flag=flag, default=usual_file)}
    if way == "command":
        line = prompts.text("Command", flags["line"], flag="--password-command")
        words = load_settings({"password_command": line}, Answers).password_command
        return {"password_command": list(words or ())}
    return {"password_keyring": True} if way == "keyring" else {}


def _secret(prompts: Prompts, values: "dict[str, Value]") -> str:
    """Return the password from where it is; ask for one that is still to go there."""
    from batch_tracker import account

    stored = account.stored_secret(values)
    known = "Use the password that is known already?"
    if stored and ("password_keyring" not in values or prompts.confirm(known)):
        return stored
    return prompts.text("Password", flag="SELLERCLOUD_PASSWORD", hidden=True)


def _said(path: Path, kept: Path | None, values: "dict[str, Value]") -> list[str]:
    from batch_tracker import account

    said = [f"{path} is written." + (f" The old one is {kept}." if kept else "")]
    if account.is_outranked(values):
        said.append("SELLERCLOUD_PASSWORD is set here too, and outranks it.")
    return [*said, "Next: batch-tracker doctor looks at everything else."]


@click.command(short_help="Check everything a run needs, and say what to do.")
@options.option("--offline", is_flag=True, help="Make no connection and no call.")
@options.as_json
def doctor(offline: bool, as_json: bool) -> None:
    """Check everything a run needs, and say what to do about what is not in order.

    Nothing is sent but one login and one look at the list of purchase orders.
    """
    from batch_tracker.doctor import examine

    findings = []
    for finding in examine(offline=offline):
        findings.append(finding)
        if not as_json:
            hint = f"\n{'':19}{finding.hint}" if finding.hint else ""
            click.echo(f"{_MARKS[finding.status]} {finding.check:<11} {finding.message}{hint}")
    worst = max((finding.status for finding in findings), key=list(_MARKS).index)
    if as_json:
        checks = [finding._asdict() for finding in findings]
        click.echo(session.to_json({"status": worst, "checks": checks}))
    sys.exit(1 if worst == "fail" else 0)
