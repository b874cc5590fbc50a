"""The one test that really waits: four processes, one quota, a few seconds."""

import subprocess
import sys
import time

from batch_tracker.quota import kept_s
from batch_tracker.settings import Quota

CALLS, SECONDS, LASTING = 60, 0.5, 2.4
KEPT_S = kept_s(Quota(CALLS, SECONDS))

HAMMER = """
import sys, time
from pathlib import Path
from batch_tracker.quota import Lane
from batch_tracker.settings import Quota

home, calls, seconds, start, end = Path(sys.argv[1]), *map(float, sys.argv[2:])
time.sleep(max(0.0, start - time.time()))
lane = Lane(home, name="a", quota=Quota(int(calls), seconds))
while time.time() < end:
    permits = lane.take(4)
    if permits.given:
        print(permits.given, repr(permits.at))
    elif time.time() + permits.wait_s < end:
        time.sleep(permits.wait_s)
    else:
        break
"""


def test_four_processes_share_the_quota_and_waste_next_to_none_of_it(tmp_path):
    start = time.time() + 1.2
    settings = [str(value) for value in (CALLS, SECONDS, start, start + LASTING)]
    # The home is not there yet: all four make it at the same moment.
    home = tmp_path / "home"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", HAMMER, home, *settings], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    logs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4

    times = sorted(
        float(at)
        for line in "".join(logs).splitlines()
        for given, at in [line.split()]
        for _ in range(int(given))
    )
    apart = [later - earlier for earlier, later in zip(times, times[CALLS:], strict=False)]
    assert min(apart) >= KEPT_S - 1e-6
    # It ends in the middle of a window, so that a late waking on a busy machine does not count.
    windows = int((start + LASTING - times[0]) / KEPT_S) + 1
    assert len(times) >= 0.95 * CALLS * windows
