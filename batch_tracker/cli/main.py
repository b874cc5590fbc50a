"""The program: its commands, its errors and its exit codes."""

import sys
from typing import TYPE_CHECKING

import click

from batch_tracker import __version__
from batch_tracker.cli import options
from batch_tracker.cli.commands import SHORT_HELP, Commands
from batch_tracker.cli.output import (
    lost_output,
    note_lost_echo,
    prepare_streams,
    print_as_is,
    print_json,
    print_text,
)
from batch_tracker.errors import BatchTrackerError
from batch_tracker.interrupt import ending_as_by_ctrl_c

if TYPE_CHECKING:
    from batch_tracker.model import ManifestColumn

_STOPPED = (3, 130)

_EPILOG = """
\b
Settings, weakest first: defaults, the settings file, environment, flags.
  SELLERCLOUD_URL            the REST endpoint, such as https://xx.api.sellercloud.com/rest
  SELLERCLOUD_USERNAME       the user to log in as
  SELLERCLOUD_PASSWORD       its password, or SELLERCLOUD_PASSWORD_FILE naming a file with it
  BATCH_TRACKER_ACCOUNT      the account of the settings file to use, as --account
  BATCH_TRACKER_CONFIG       a settings file to use instead of your own
  BATCH_TRACKER_HOME         where the ledger and the quota live (~/.batch-tracker)
  BATCH_TRACKER_WORKERS ...  any flag of a command, by its name

\b
Exit codes:
  0    every row is updated, unchanged, duplicate or skipped
  1    some rows need a person
  2    wrong usage, settings or file; nothing was sent
  3    stopped before the end; resume goes on
  130  interrupted; resume goes on
"""


class _Program(click.Group):
    """The group of all commands, in the order in which a person needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click names it
        return list(SHORT_HELP)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - the same
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SHORT_HELP.items()))


@click.group(
    cls=_Program,
    commands=Commands(),
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def cli() -> None:
    """Send the tracking numbers of a carrier's manifest to Sellercloud's purchase orders.

    Give it a CSV file or an Excel workbook with a PO, a tracking number, a carrier and a ship
    date in each row. It makes one call per row at most, and never more calls than the quota
    allows. A results workbook says row by row what happened.

    \b
      batch-tracker check manifest.xlsx           what would happen; nothing is sent
      batch-tracker run manifest.xlsx --sandbox   a rehearsal
      batch-tracker run manifest.xlsx             the real thing
    """


cli.params += options.everywhere()


def main() -> None:
    """Run the command line and exit with the code that `--help` explains."""
    prepare_streams()
    try:
        with ending_as_by_ctrl_c():
            _run()
    finally:
        if why := lost_output():
            print_text(f"Error: {why}", err=True)
            sys.exit(_code_of(sys.exception()) or 1)


def _code_of(end: BaseException | None) -> int:
    """Return the exit code with which the program was about to end."""
    code = end.code if isinstance(end, SystemExit) else 0
    return code if isinstance(code, int) else 1


def _run() -> None:
    try:
        cli.main(prog_name="batch-tracker", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("Interrupted.", code=130)
    except click.exceptions.NoArgsIsHelpError as error:
        is_program = error.ctx.parent is None
        print_as_is(error.message, err=not is_program)
        sys.exit(0 if is_program else 2)
    except click.ClickException as error:
        _fail(_usage_text(error), code=2)
    except BatchTrackerError as error:
        _fail(str(error), code=error.exit_code, columns=getattr(error, "columns", ()))
    except KeyboardInterrupt:
        _fail("Interrupted. batch-tracker resume sends the rest.", code=130)
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        if note_lost_echo(error):
            sys.exit(1)
        from batch_tracker.traceback_file import keep_traceback

        _fail(keep_traceback(error), code=3)


def _fail(message: str, *, code: int, columns: "tuple[ManifestColumn, ...]" = ()) -> None:
    if "--json" in sys.argv:
        from dataclasses import replace

        from batch_tracker.model import RunStatus, RunSummary
        from batch_tracker.reporter import summary_json

        status: RunStatus = "stopped" if code in _STOPPED else "error"
        summary = RunSummary.of_nothing(message, status=status)
        print_json(summary_json(replace(summary, columns=columns)))
    else:
        print_text(f"Error: {message}", err=True)
    sys.exit(code)


def _usage_text(error: click.ClickException) -> str:
    """Say what is wrong with a command line, the nearest right option, and where the help is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "batch-tracker"
    text = error.format_message()
    if context and isinstance(error, click.NoSuchOption):
        from difflib import get_close_matches

        known = [name for param in context.command.get_params(context) for name in param.opts]
        near = get_close_matches(error.option_name, known, n=1, cutoff=0.7)
        text = f"There is no option {error.option_name}."
        text += f" Did you mean {near[0]}?" if near else ""
    return f"{text} See {command} --help."
