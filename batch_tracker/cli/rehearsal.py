"""The command that serves the pretend Sellercloud."""

import click

from batch_tracker.cli import options


@click.command()
@options.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    metavar="N",
    help="Where to listen; 0 takes any free port.",
)
def sandbox(port: int) -> None:
    """Serve the pretend Sellercloud on this machine until Ctrl-C, for rehearsals.

    Any user name and password will do, and any PO exists but for these: ids ending in 404 do not
    exist, in 400 refuse a ship date, in 408 break off before answering, in 500 always fail, in
    503 fail once.
    """
    import threading

    from batch_tracker.sandbox import REHEARSAL, Sandbox

    with Sandbox(REHEARSAL).running(port) as url:
        click.echo(f"The sandbox serves at {url} until Ctrl-C. In another terminal:")
        click.echo(f"  export SELLERCLOUD_URL={url}")
        click.echo("  export SELLERCLOUD_USERNAME=anyone SELLERCLOUD_PASSWORD=anything")
        threading.Event().wait()
