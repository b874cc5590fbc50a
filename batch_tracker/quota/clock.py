"""The moment by two clocks: the one that people and programs set, and the one that nobody can.

The first goes on while the machine is off, the second only counts on while it is on, asleep or
not. Where they disagree on how much time has passed, one of them was set.
"""

import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

_BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")
_WINDOWS_BOOT_KEY = (
    r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
)


class Uptime(NamedTuple):
    """How many seconds the machine has been on, asleep or not, since the start called `boot`.

    `boot` is "" where the system does not name its starts.
    """

    up: float
    boot: str


class Moment(NamedTuple):
    """A moment by both clocks; `unix` is in Unix seconds, `up` and `boot` as in Uptime."""

    unix: float
    up: float
    boot: str


def uptime() -> Uptime:
    """Return how long the machine has been on."""
    if sys.platform == "linux":
        return Uptime(time.clock_gettime(time.CLOCK_BOOTTIME), _boot())
    if sys.platform == "darwin":  # there time.monotonic stands still while the machine sleeps
        return Uptime(time.clock_gettime(time.CLOCK_MONOTONIC), _boot())
    return Uptime(time.monotonic(), _boot())


def present() -> Moment:
    """Return the present moment."""
    return Moment(time.time(), *uptime())


@cache
def _boot() -> str:
    """Return the system's own name for the machine's present start."""
    with suppress(OSError, subprocess.SubprocessError):
        if sys.platform == "win32":
            import winreg  # noqa: PLC0415 - not on every system

            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS_BOOT_KEY) as key:
                return str(winreg.QueryValueEx(key, "BootId")[0])
        if sys.platform == "darwin":
            words = ("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")
            told = subprocess.run(words, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
            return told.stdout.strip()
        return _BOOT_FILE.read_text("ascii").strip()
    return ""
