"""Kill it anywhere: a small campaign; `tests/campaigns/kill.py --kills 10000` is a large one."""

import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 25


@pytest.mark.timeout(180)
def test_nothing_is_lost_doubled_or_misreported_by_kills():
    script = Path(__file__).parent / "campaigns" / "kill.py"
    done = subprocess.run(
        [sys.executable, script, "--kills", str(KILLS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{KILLS} kills in ")
