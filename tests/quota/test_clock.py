"""The clock that nobody can set: it goes on while the machine sleeps, and names its start."""

import subprocess
import sys
import time

import pytest

from batch_tracker.quota import present, uptime

ASK = "from batch_tracker.quota import uptime; print(*uptime())"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux names its starts in a file")
def test_processes_agree_on_the_start_and_on_the_time_since():
    before = uptime()
    words = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    up, boot = words.stdout.split()
    awake = time.clock_gettime(time.CLOCK_MONOTONIC)
    after = uptime()
    assert before.boot == boot == after.boot
    assert before.up < float(up) < after.up
    assert after.up >= awake


def test_the_present_moment_goes_on_by_both_clocks():
    before, after = present(), present()
    assert before.up <= after.up
    assert before.boot == after.boot
