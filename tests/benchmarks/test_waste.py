"""No call is wasted: small sizes of what `tests/benchmarks/waste.py` counts."""

from tests.benchmarks import waste


def test_a_manifest_that_grows_costs_one_call_for_each_new_row_and_one_login_a_day(tmp_path):
    calls = waste.grow(tmp_path / "daily", days=6, rows=20)
    assert calls.needed == 6 * (20 + 1 + 1)
    assert calls.made == calls.needed


def test_a_call_that_failed_is_repeated_once_and_no_other(tmp_path):
    calls = waste.stumble(tmp_path / "faults", rows=300, share=0.05)
    assert calls.repeated > 0
    assert calls.made == calls.needed == 300 + 6 + 1 + calls.repeated


def test_a_kill_repeats_at_most_one_call_per_worker(tmp_path):
    killed = waste.kill(tmp_path / "kills", rows=120, every=50, workers=4)
    assert killed.kills == 2
    assert killed.most_extra <= 4
    assert killed.calls.made <= killed.calls.needed + 2 * 4
