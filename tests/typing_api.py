"""Types of the public interface, as a program that uses it relies on them; only mypy reads this."""

from pathlib import Path
from typing import assert_type

from pandas import DataFrame

from batch_tracker import (
    BatchTrackerError,
    Checked,
    Progress,
    RunSummary,
    Settings,
    check,
    results,
    resume,
    run,
)
from batch_tracker.model import State


def show(progress: Progress) -> None:
    assert_type(progress.stage, str)
    assert_type(progress.total, int | None)


settings = Settings(workers=4, home=Path("home"), username="clerk")
checked = check("manifest.csv")
assert_type(checked, Checked)
assert_type(checked.summary, RunSummary)
assert_type(checked.plan.steps, int)
summary = run(Path("manifest.csv"), settings, force=True, on_progress=show)
assert_type(summary, RunSummary)
assert_type(run("manifest.csv", settings, force=True, on_progress=show), RunSummary)
assert_type(summary.counts[State.UPDATED], int)
assert_type(summary.report, str | None)
try:
    assert_type(resume("20260304-050607", settings, again=True), RunSummary)
except BatchTrackerError as error:
    assert_type(error.hint, str)

run(5)  # type: ignore[arg-type]
run("manifest.csv", on_progress=5)  # type: ignore[arg-type]
check("manifest.csv", again=True)  # type: ignore[call-arg]
assert_type(results(summary.run), DataFrame)
