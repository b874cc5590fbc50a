"""Numbers and commands in sentences."""

import os
import shlex
import subprocess


def plural(number: int, noun: str) -> str:
    """Return `1 row`, `2 rows`, `1,204 rows`."""
    return f"{number:,} {noun}" + "s" * (number != 1)


def command_line(*words: str) -> str:
    """Return a command as it is typed on this system."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
