"""Several files one after the other: whose trouble is whose."""

from functools import partial
from pathlib import Path

import pytest

from batch_tracker import ledger
from batch_tracker.loader import file_digest
from batch_tracker.stories.check import check, check_each
from batch_tracker.stories.run import run, run_each


@pytest.fixture
def files(tmp_path):
    """Three manifests."""
    paths = [tmp_path / f"{name}.csv" for name in "abc"]
    for number, path in enumerate(paths, start=1):
        path.write_text(f"PO,Tracking Number,Carrier\n{number},1Z{number},ACME\n", "utf-8")
    return paths


@pytest.fixture
def settings(hire):
    return hire().settings


def raises_at_second_file(error):
    """Raise an error as the second file is planned."""
    planned = []

    def on_progress(progress):
        if progress.note == "planning":
            planned.append(progress)
            if len(planned) == 2:
                raise error

    return on_progress


def test_a_defect_that_one_file_meets_holds_up_no_other(files, settings):
    told = raises_at_second_file(ZeroDivisionError("nobody has thought of it"))
    first, odd, last = run_each(files, settings, partial(run, force=False, on_progress=told))
    assert [each.summary.status for each in (first, odd, last)] == ["success", "stopped", "success"]
    assert (odd.exit_code, odd.summary.source) == (3, str(files[1]))
    assert "This is a defect of batch-tracker" in odd.summary.message
    Path(odd.summary.message.split(" with ")[1].split(". ")[0]).unlink()


def test_an_interrupt_while_a_file_is_read_ends_all_and_keeps_what_is_known(files, settings):
    told = raises_at_second_file(KeyboardInterrupt())
    first, second = run_each(files, settings, partial(run, force=False, on_progress=told))
    assert (first.summary.status, second.summary.status) == ("success", "stopped")
    assert second.exit_code == 130


def test_a_file_that_another_process_sends_holds_up_no_other(files, settings):
    settings.home.mkdir()
    with ledger.sending(file_digest(files[1]), server=settings.url, home=settings.home):
        ended = list(
            run_each(files, settings, partial(run, force=False, on_progress=lambda _: None))
        )
    assert [each.exit_code for each in ended] == [0, 2, 0]


def test_a_ledger_that_can_not_be_used_ends_all(files, settings):
    settings.home.mkdir()
    (settings.home / "ledger.db").write_bytes(b"not a database" * 99)
    (ended,) = run_each(files, settings, partial(run, force=False, on_progress=lambda _: None))
    assert (ended.exit_code, ended.ends_all, ended.summary.status) == (2, True, "error")


def test_a_defect_that_a_check_of_one_file_meets_holds_up_no_other(files, settings):
    told = raises_at_second_file(ZeroDivisionError("nobody has thought of it"))
    checked = list(check_each(files, settings, partial(check, force=False, on_progress=told)))
    assert [each.exit_code for each in checked] == [0, 3, 0]
    Path(checked[1].summary.message.split(" with ")[1].split(". ")[0]).unlink()
