"""Which steps are handed out, and in which order."""

from batch_tracker import ledger
from batch_tracker.sender.open_steps import OpenSteps
from batch_tracker.settings import Settings
from tests.sender.conftest import stage, update_of


def test_a_step_that_was_given_back_is_handed_out_after_all_others(tmp_path):
    settings = Settings(url="https://a.example", username="clerk", home=tmp_path)
    with ledger.open_ledger(tmp_path) as db:
        steps = OpenSteps(stage(db, settings, [update_of(po) for po in (1001, 1002, 1003)]))
        _, second = steps.next(), steps.next()
        steps.give_back(second)
        assert [steps.next().update.po, steps.next().update.po] == [1003, 1002]
        assert steps.next() is None
