"""A cluster killed anywhere: a small campaign; `tests.campaigns.cluster --kills 100` is large."""

import random
from importlib.util import find_spec

import pytest

from tests.campaigns.cluster import campaign

KILLS, ROWS = 3, 400


@pytest.mark.skipif(not find_spec("distributed"), reason="an extra")
def test_nothing_is_lost_doubled_or_misreported_by_kills_in_a_cluster(tmp_path):
    seed = random.randrange(2**32)
    damage = campaign(KILLS, seed, tmp_path, rows=ROWS)
    assert damage.kills.total() >= KILLS
    assert damage.found == [], f"seed {seed}"
