"""`python -m batch_tracker` is the same program as `batch-tracker`."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it, too."""
    try:
        from batch_tracker.cli.main import main as run_program  # noqa: PLC0415 - see above

        run_program()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
