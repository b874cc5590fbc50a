"""The command that serves the pretend Sellercloud."""

from contextlib import suppress

import click

from batch_tracker.cli import options
from batch_tracker.cli.output import print_json, print_text


@click.command()
@options.option(
    "--port",
    type=options.Whole(0, 65535),
    default=8080,
    show_default=True,
    metavar="N",
    help="The port to use. 0 takes any free port.",
)
@options.as_json
def sandbox(port: int, as_json: bool) -> None:
    """Serve the pretend Sellercloud on this machine until Ctrl-C, for rehearsals.

    Any user name and password will do. Every PO exists and can be updated, except:

    \b
      ids ending in 404   do not exist
      ids ending in 400   refuse a ship date
      ids ending in 408   break off before answering
      ids ending in 500   always fail
      ids ending in 503   fail once
    """
    import threading

    from batch_tracker.sandbox import REHEARSAL, Sandbox

    serving = Sandbox(REHEARSAL).running(port)
    with suppress(KeyboardInterrupt), serving as url:
        if as_json:
            print_json({"url": url})
        else:
            print_text(_how_to_use(url))
        threading.Event().wait()


def _how_to_use(url: str) -> str:
    return (
        f"The sandbox serves at {url} until Ctrl-C. In another terminal:\n"
        f"  export SELLERCLOUD_URL={url}\n"
        "  export SELLERCLOUD_USERNAME=anyone SELLERCLOUD_PASSWORD=anything"
    )
