"""The command that serves the page: the same work in a browser."""

from pathlib import Path
from typing import Any

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.output import print_json, print_text


@click.command()
@options.option("--port", type=options.Whole(0, 65535), help="The port to listen at [8731].")
@options.option("--no-browser", is_flag=True, help="Only print the address, open no browser.")
@options.option("--link", "link_only", is_flag=True, help="Print a fresh link to the running page.")
@options.option("--install-shortcut", is_flag=True, help="Put it into the start menu.")
@options.as_json
def ui(
    *,
    port: int | None,
    no_browser: bool,
    link_only: bool,
    install_shortcut: bool,
    as_json: bool,
) -> None:
    """Do the same work in a browser: drop a manifest, look, correct, send, watch.

    The page is served on this machine alone. The address that is printed works once. Where the
    page is running already, it is that one which is opened. Ctrl-C ends it, and so does Quit.
    """
    if install_shortcut:
        _install(as_json=as_json)
        return
    from batch_tracker.page.state_file import AlreadyRunning, only_one

    with session.read_settings({}) as settings:
        home = settings.home
    show = _Show(no_browser=no_browser, as_json=as_json)
    try:
        with only_one(home):
            if link_only:
                _refuse_link()
            _serve(port, show)
    except AlreadyRunning:
        show(_link_of(home))


class _Show:
    """Tells the address, and opens it."""

    def __init__(self, *, no_browser: bool, as_json: bool) -> None:
        self._no_browser = no_browser
        self._as_json = as_json

    def __call__(self, url: str) -> None:
        """Print an address that works once, and open it in the person's browser."""
        import webbrowser

        if self._as_json:
            print_json({"url": url})
        else:
            print_text(f"The page is at {url}")
        if not self._no_browser and not webbrowser.open(url):
            print_text("No browser could be started; open the address yourself.", err=True)


def _serve(port: int | None, show: _Show) -> None:
    import asyncio

    from batch_tracker.page.page import Page
    from batch_tracker.page.server import PORT, listen, serve
    from batch_tracker.settings import load_settings

    wanted = PORT if port is None else port
    given: dict[str, Any] = options.given_everywhere()
    with session.read_settings({}, rehearse=True) as rehearsal, listen(wanted) as listening:
        taken = listening.getsockname()[1]
        if wanted not in {0, taken}:
            print_text(f"Port {wanted} is taken; the page is at port {taken}.", err=True)
        page = Page(load_settings, rehearsal, given)
        asyncio.run(serve(page, listening, show))


def _link_of(home: Path) -> str:
    from batch_tracker.page.link import fresh_link
    from batch_tracker.page.state_file import running

    return fresh_link(running(home))


def _refuse_link() -> None:
    from batch_tracker.errors import Refused

    raise Refused("The page is not running.", hint="batch-tracker ui starts it.")


def _install(*, as_json: bool) -> None:
    from batch_tracker.page.shortcut import install_shortcut

    path = install_shortcut()
    if as_json:
        print_json({"shortcut": str(path)})
    else:
        print_text(f"The shortcut is {path}")
