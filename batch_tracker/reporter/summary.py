"""A run in a few lines for people, and as one JSON object for scripts."""

from collections.abc import Iterable, Iterator, Sequence

from batch_tracker.model import RunStatus, RunSummary, State
from batch_tracker.model.wording import plural
from batch_tracker.reporter.columns import column_lines, columns_json
from batch_tracker.reporter.times import told

MEANINGS = {
    State.UPDATED: "Sellercloud accepted the change.",
    State.UNCHANGED: "This PO has exactly these values already. Nothing was sent.",
    State.DUPLICATE: "Same as an earlier row of the file, and shares its result.",
    State.SKIPPED: "Not a shipment to send, such as a void or a total. Message says which.",
    State.INVALID: "A cell can't be used as it is, or a warning holds the row back. "
    "Nothing was sent.",
    State.CONFLICT: "Rows of the file disagree on this PO, or --compare found a problem with it. "
    "Nothing was sent.",
    State.REJECTED: "Sellercloud refused the change. Message has its words.",
    State.FAILED: "The server kept failing until all tries were used up.",
    State.IN_DOUBT: "Sent, but the answer was lost. Sellercloud may have taken it or not.",
    State.NOT_SENT: "The run stopped before this row was sent.",
}

_MENDING = {
    State.INVALID: "correct the coloured cells",
    State.CONFLICT: "resolve the conflicts as their messages say",
}

_GRAVITY: tuple[RunStatus, ...] = ("success", "partial", "error", "stopped")


def summary_json(summary: RunSummary) -> dict[str, object]:
    """Return the object `--json` prints. Its keys are a contract with scripts.

    `page` is there only where a page was asked for.
    """
    page = {"page": summary.page} if summary.page else {}
    return {
        "run": summary.run,
        "status": summary.status,
        "source": summary.source,
        "report": summary.report,
        "rows": summary.rows,
        "counts": {state.value: summary.counts.get(state, 0) for state in State},
        "calls": summary.calls,
        "seconds": summary.seconds,
        "message": summary.message,
        "server": summary.server,
        "username": summary.username,
        "account": summary.account,
        "columns": columns_json(summary.columns),
        "warnings": summary.warnings,
        **page,
    }


def summaries_json(summaries: Sequence[RunSummary]) -> dict[str, object]:
    """Return the object for several files: their sums under the usual keys, and each file's own."""
    counts = {state: sum(each.counts.get(state, 0) for each in summaries) for state in State}
    total = RunSummary(
        run=None,
        status=max((each.status for each in summaries), key=_GRAVITY.index, default="success"),
        source=None,
        report=None,
        counts=counts,
        calls=sum(each.calls for each in summaries),
        seconds=round(sum(each.seconds for each in summaries), 1),
        message=" ".join(each.message for each in summaries if each.message),
        server=_common(each.server for each in summaries),
        username=_common(each.username for each in summaries),
        account=_common(each.account for each in summaries),
        warnings=sum(each.warnings for each in summaries),
    )
    return {**summary_json(total), "files": [summary_json(each) for each in summaries]}


def _common(texts: Iterable[str]) -> str:
    """Return the one text that is among these; "" where there are several."""
    found = set(filter(None, texts))
    return found.pop() if len(found) == 1 else ""


def summary_text(summary: RunSummary) -> str:
    """Return the closing lines of a run: what came of it, where it stands, what to do next."""
    told = column_lines(summary.columns)
    lines = [("run", summary.run), ("account", summary.account), ("file", summary.source)]
    lines += [(state.value, _count(summary, state)) for state in State]
    lines += [
        ("warnings", warnings_sentence(summary)),
        ("calls", _calls(summary)),
        ("workbook", summary.report),
        ("page", summary.page),
    ]
    aligned = [f"  {label:<10}{text}" for label, text in lines if text]
    aligned += [f"  {'columns' if not at else '':<10}{line}" for at, line in enumerate(told)]
    steps = [f"Next: {step}" for step in next_steps(summary)]
    return "\n".join([*filter(None, [summary.message]), *aligned, *steps])


def _calls(summary: RunSummary) -> str:
    """Say how many calls were made, and in what time; of a killed run that is not known."""
    time = f" in {duration(summary.seconds)}" if summary.seconds else ""
    return f"{summary.calls:,}{time}"


def _count(summary: RunSummary, state: State) -> str | None:
    count = summary.counts.get(state, 0)
    return f"{count:,}" if count else None


def warnings_sentence(summary: RunSummary) -> str:
    """Say how many rows have warnings, and how many are held back for that; "" for none."""
    if not summary.warnings:
        return ""
    rows = plural(summary.warnings, "row")
    if summary.held == summary.warnings:
        return f"{rows}, held back"
    return f"{rows}, {summary.held:,} of them held back" if summary.held else rows


def next_steps(summary: RunSummary) -> Iterator[str]:
    """Say what a person can do about the rows that are not done, one sentence for each way.

    A rehearsal can't be gone on with: its server ends with it.
    """
    waiting = {state for state in State if state.needs_attention and summary.counts.get(state)}
    mend = " and ".join(_MENDING[state] for state in _MENDING if state in waiting)
    if mend:
        yield (
            f"On the workbook's sheet Results, {mend}. Save it and run it like any manifest. "
            "Only what is unfinished is sent."
        )
    if summary.held:
        yield "If a row with a warning is right, run the file with --warnings send."
    if State.REJECTED in waiting:
        yield (
            "The Message column says why Sellercloud refused a row. Correct that in "
            "Results or in Sellercloud, and run the workbook."
        )
    if summary.is_rehearsal:
        yield "This was a rehearsal. Run it without --sandbox to send it for real."
        yield f"batch-tracker show {summary.run} --sandbox shows this rehearsal again."
        return
    if waiting & {State.FAILED, State.IN_DOUBT}:
        yield f"batch-tracker retry {summary.run} sends the failed and doubtful rows again."
    if State.NOT_SENT in waiting:
        yield f"batch-tracker resume {summary.run} sends the rest."


def duration(seconds: float) -> str:
    """Return a length of time the way people say it: `2.5 s`, `3 min 4 s`, `1 h 2 min`."""
    minute, hour = 60, 3600
    if round(seconds, 1) < minute:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < hour:
        return f"{whole // minute} min {whole % minute} s"
    return f"{whole // hour} h {whole % hour // minute} min"


def facts(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """Say what ran, label by label; what is not known is left out."""
    return ((label, text) for label, text in _facts(summary) if text)


def _facts(summary: RunSummary) -> Iterator[tuple[str, str]]:
    yield "Run", summary.run or ""
    yield "Status", summary.status
    yield "Message", summary.message
    yield "Source", summary.source or ""
    yield "Sheet", summary.sheet
    yield "Profile", f"{summary.profile} ({summary.profile_reason})".removesuffix(" ()")
    yield "Account", summary.account
    yield "Server", summary.server + " (a rehearsal, not Sellercloud)" * summary.is_rehearsal
    yield "Started", told(summary.started_at) if summary.started_at else ""
    yield "Finished", told(summary.finished_at) if summary.finished_at else ""
    yield "Duration", duration(summary.seconds) if summary.seconds else ""
    yield "Calls", f"{summary.calls:,}"
    yield "Warnings", warnings_sentence(summary)
    yield "Quota", _quota(summary.quota)


def _quota(quota: str) -> str:
    calls, _, seconds = quota.partition("/")
    return f"{int(calls):,} calls in {seconds} seconds" if seconds else quota
