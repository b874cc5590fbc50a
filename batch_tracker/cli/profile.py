"""The commands about profiles."""

from pathlib import Path

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.output import print_json, print_text


@click.group()
def profile() -> None:
    """Show and make profiles: how the manifests of one source are read."""


@profile.command("list")
@options.as_json
def list_profiles(as_json: bool) -> None:
    """List the profiles, your own and the shipped ones."""
    from batch_tracker.stories.stage import profiles

    with session.read_settings({}) as settings:
        found = profiles(settings)
    if as_json:
        told = {"name", "description", "headers"}
        print_json({"profiles": [each.model_dump(include=told) for each in found]})
        return
    for each in found:
        print_text(f"{each.name:<22}{each.description.partition('. ')[0]}".rstrip())


@profile.command("show")
@click.argument("name")
def show_profile(name: str) -> None:
    """Print a shipped profile, to copy and change."""
    from batch_tracker.loader import shipped_profile_text

    click.echo(shipped_profile_text(name), nl=False)


@profile.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def new_profile(file: Path) -> None:
    """Print a starting profile for a file; what is guessed is marked as a guess."""
    from batch_tracker.loader import profile_template

    click.echo(profile_template(file))
