"""Kill it anywhere: a small campaign; `tests.campaigns.kill --kills 10000` is a large one."""

import random

import pytest

from tests.campaigns.kill import campaign

KILLS = 25


@pytest.mark.timeout(180)
def test_nothing_is_lost_doubled_or_misreported_by_kills(tmp_path):
    seed = random.randrange(2**32)
    damage = campaign(KILLS, seed, tmp_path)
    assert damage.kills >= KILLS  # two runs of a trial may both end by the last
    assert damage.found == [], f"seed {seed}"
