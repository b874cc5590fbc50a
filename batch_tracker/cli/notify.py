"""The command about notices."""

import sys

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.notices import dispatcher
from batch_tracker.cli.output import print_json, print_text
from batch_tracker.errors import SettingsRefused


@click.command()
@options.option("--test", "is_test", is_flag=True, required=True, help="Send a test notice.")
@options.as_json
def notify(is_test: bool, as_json: bool) -> None:  # noqa: ARG001 - a notice is sent when told to
    """Send a test notice to every [[notify]] channel of the settings file.

    It says of each channel whether the notice was sent, or why not.
    """
    with session.read_settings({}) as settings:
        if not settings.notify:
            raise SettingsRefused(
                f"There is no [[notify]] table in {settings.settings_file}.",
                hint="Add one for each channel. The README shows how.",
            )
        sent = list(dispatcher(settings).test())
    failed = [name for name, trouble in sent if trouble]
    if as_json:
        channels = [{"channel": name, "trouble": trouble} for name, trouble in sent]
        status = "error" if failed else "success"
        print_json({"status": status, "channels": channels})
    else:
        for name, trouble in sent:
            print_text(f"{name}: {f'not sent, {trouble}' if trouble else 'sent'}")
    sys.exit(1 if failed else 0)
