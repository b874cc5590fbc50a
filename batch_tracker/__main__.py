"""`python -m batch_tracker` is the same program as `batch-tracker`."""

import gc
import sys

_INTERRUPTED = 130
_SOON_S = 0.01

# Modules and rows are millions of small objects without cycles: looking for some after every 700
# new ones, as Python does by itself, takes a fifth of a check's time. Loading the program makes
# 400,000 objects, which stay.
_COLLECT_EVERY = 200_000


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it, too."""
    gc.set_threshold(_COLLECT_EVERY)
    sys.unraisablehook = _interrupt_again
    try:
        from batch_tracker.cli.main import main as run_program  # noqa: PLC0415 - see above

        run_program()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    finally:
        gc.freeze()  # the process ends: looking for cycles once more takes a tenth of a short run


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
