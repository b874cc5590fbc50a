"""`python -m batch_tracker` is the same program as `batch-tracker`."""

import gc
import os
import sys

_INTERRUPTED = 130
_SOON_S = 0.01

# Modules and rows are millions of small objects without cycles: looking for some after every 700
# new ones, as Python does by itself, takes a fifth of a check's time. Loading the program makes
# 400,000 objects, which stay.
_COLLECT_EVERY = 200_000

# The page that click would make, for a terminal as wide as it makes use of.
_HELP = os.path.join(os.path.dirname(__file__), "cli", "help.txt")  # noqa: PTH118, PTH120 - pathlib takes a third of all the time
_HELP_COLUMNS = 80


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it, too."""
    gc.set_threshold(_COLLECT_EVERY)
    sys.unraisablehook = _interrupt_again
    try:
        if sys.argv[1:] in (["--help"], ["-h"]) and _print_help():
            return
        from batch_tracker.cli.main import main as run_program  # noqa: PLC0415 - see above

        run_program()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    finally:
        gc.freeze()  # the process ends: looking for cycles once more takes a tenth of a short run


def _print_help() -> bool:
    """Print the help at once: click takes three times as long to load as Python itself.

    Returns whether it could be printed; click's own page fits narrow terminals and any encoding.
    """
    from shutil import get_terminal_size  # noqa: PLC0415 - seldom needed

    if get_terminal_size().columns < _HELP_COLUMNS:
        return False
    try:
        with open(_HELP, encoding="ascii") as file:  # noqa: PTH123 - see _HELP
            page = file.read()
        if page.encode(sys.stdout.encoding) != page.encode("ascii"):
            return False
        # A stream of its own: what stdout can't get rid of, it tries to write again.
        with open(sys.stdout.fileno(), "w", encoding="ascii", closefd=False) as out:
            out.write(page)
    except (OSError, AttributeError):  # pythonw has no stdout
        return False
    return True


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """Repeat a Ctrl-C that came where Python drops it: in a callback, such as importing has."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    from _thread import interrupt_main  # noqa: PLC0415 - seldom needed
    from threading import Timer  # noqa: PLC0415

    Timer(_SOON_S, interrupt_main).start()


if __name__ == "__main__":
    main()
