"""Bent files: a small campaign; `tests.campaigns.mutated_files` makes a large one."""

import random

from tests.campaigns.mutated_files import campaign

MUTATIONS = 150


def test_bent_files_are_read_or_refused_soon_and_in_little_memory():
    seed = random.randrange(2**32)
    found = campaign(MUTATIONS, seed)
    assert found.mutations == MUTATIONS
    assert found.amiss == [], f"seed {seed}"
