"""Never over the quota, and no permit lost; `tests.campaigns.quota --runs 20000` is a large one."""

import random

from tests.campaigns.quota import campaign

RUNS = 8


def test_held_files_set_clocks_and_stops_cost_no_permit_and_free_none(tmp_path):
    assert campaign(RUNS, random.randrange(2**32), tmp_path) == []
