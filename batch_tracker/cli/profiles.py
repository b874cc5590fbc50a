"""The commands about profiles."""

from pathlib import Path

import click

from batch_tracker.cli import session


@click.group()
def profile() -> None:
    """Show and make profiles: how the manifests of one source are read."""


@profile.command("list")
def list_profiles() -> None:
    """List the profiles, the shipped ones and your own."""
    from batch_tracker.staging import profiles

    with session.read_settings({}) as settings:
        for each in profiles(settings):
            click.echo(f"{each.name:<22}{each.description.partition('. ')[0]}")


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
