"""What went wrong inside the program, written down for whoever mends it."""

import os
import tempfile
import traceback


def keep_traceback(error: BaseException) -> str:
    """Write down what went wrong inside the program, and return a sentence for the person."""
    file, path = tempfile.mkstemp(prefix="batch-tracker-", suffix=".txt")
    with os.fdopen(file, "w", encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    return (
        f"This is a defect of batch-tracker; please report it with {path}. Nothing "
        "recorded is lost: resume goes on."
    )
