"""Four processes, one quota, and a clock that moves only when one of them waits."""

import struct
import subprocess
import sys

from batch_tracker.quota import kept_s
from batch_tracker.settings import Quota

CALLS, SECONDS, WINDOWS = 60, 10.0, 5
KEPT_S = kept_s(Quota(CALLS, SECONDS))
BEGIN = 1_700_000_000.0

TAKER = """
import fcntl, mmap, struct, sys
from pathlib import Path
from batch_tracker.quota import Lane, Moment
from batch_tracker.settings import Quota

home, clock_file, calls, seconds, end = *map(Path, sys.argv[1:3]), *map(float, sys.argv[3:])
file = clock_file.open("r+b")
shared = mmap.mmap(file.fileno(), 8)

def clock():
    return struct.unpack("d", shared)[0]

def wait_until(moment):
    fcntl.flock(file, fcntl.LOCK_EX)
    shared[:] = struct.pack("d", max(clock(), moment))
    fcntl.flock(file, fcntl.LOCK_UN)

def take(wanted):
    permits = lane.take(wanted)
    if permits.given:
        print(permits.given, repr(permits.at.up), flush=True)
    else:
        wait_until(permits.at.up + permits.wait_s)

print("ready", flush=True)
sys.stdin.readline()
quota = Quota(int(calls), seconds)
lane = Lane(home, name="a", quota=quota, clock=lambda: Moment(now := clock(), now, "boot"))
take(1)
sys.stdin.readline()
while clock() < end:
    take(4)
"""


def go(processes):
    for process in processes:
        print(file=process.stdin, flush=True)


def test_four_processes_share_the_quota_and_waste_none_of_it(tmp_path):
    clock_file = tmp_path / "clock"
    clock_file.write_bytes(struct.pack("d", BEGIN))
    home, end = tmp_path / "home", BEGIN + (WINDOWS - 0.5) * KEPT_S
    words = [home, clock_file, *map(str, (CALLS, SECONDS, end))]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    heard = [process.stdout.readline() for process in processes]
    assert heard == ["ready\n"] * 4
    go(processes)  # the home is not there yet: all four make it at the same moment
    heard = [process.stdout.readline() for process in processes]
    go(processes)
    heard += [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4

    times = sorted(
        float(at)
        for line in "".join(heard).splitlines()
        for given, at in [line.split()]
        for _ in range(int(given))
        if float(at) < end
    )
    assert len(times) == CALLS * WINDOWS
    apart = [later - earlier for earlier, later in zip(times, times[CALLS:], strict=False)]
    assert min(apart) >= KEPT_S - 1e-6
