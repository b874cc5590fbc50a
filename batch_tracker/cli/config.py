"""The commands about the settings file."""

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.output import print_json, print_text


@click.group()
def config() -> None:
    """Show the settings, and where they come from."""


@config.command("show")
@options.as_json
def show_config(as_json: bool) -> None:
    """Show every setting, its value, and where it comes from. Secrets are shown as ***."""
    from batch_tracker.settings import origins

    given = options.given_everywhere()
    with session.read_settings({}) as settings:
        found = list(origins(settings, given))
        file, account = str(settings.settings_file), settings.account
    if as_json:
        told = {each.name: {"value": each.value, "source": each.source} for each in found}
        print_json({"file": file, "account": account, "settings": told})
        return
    print_text(f"Settings file: {file}" + (f"\nAccount: {account}" if account else "") + "\n")
    for each in found:
        source = each.source.replace(file, "settings file")
        print_text(f"{each.name:<20}{each.value or '-'}  ({source})")


@config.command("path")
@options.as_json
def config_path(as_json: bool) -> None:
    """Print the path of the settings file, whether or not it exists."""
    from batch_tracker.settings import ignored_file, settings_file

    path = settings_file(options.given_everywhere()["config"])
    if as_json:
        print_json({"file": str(path), "exists": path.exists()})
        return
    print_text(str(path))
    if not path.exists():
        print_text("It does not exist yet. batch-tracker init writes it.", err=True)
    if ignored := ignored_file(path):
        print_text(f"{ignored} is not read. Name it with --config to use it.", err=True)
