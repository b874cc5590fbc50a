"""Runs, as the page gets them: one at work or ended, and all of them."""

from pathlib import Path

from batch_tracker import ledger
from batch_tracker.ledger import Refusal, Run
from batch_tracker.model import ResultRow, RunSummary, State
from batch_tracker.page.looking import Json, quota_left, server_json, server_name, text_of
from batch_tracker.page.manifests import Sending
from batch_tracker.reporter.summary import duration
from batch_tracker.reporter.times import told
from batch_tracker.settings import Settings
from batch_tracker.stories import words
from batch_tracker.stories.outcome import summarise

_PROBLEMS, _LATEST = 50, 20
_MEANWHILE = {State.IN_DOUBT: "under way", State.NOT_SENT: "to do"}
"""What rows without an answer are called while a run is at work."""


def runs_json(settings: Settings, limit: int) -> list[Json]:
    """Return the runs, the newest first."""
    with ledger.open_ledger(settings.home) as db:
        found = ledger.list_runs(db, last=limit)
        return [_line(run, summarise(run, settings), settings) for run in found]


def _line(run: Run, summary: RunSummary, settings: Settings) -> Json:
    waiting = any(summary.counts[state] for state in State if state.needs_attention)
    return {
        "run": summary.run,
        "name": Path(summary.source or "").name,
        "when": words.local(summary.started_at),
        "rows": summary.rows,
        "outcome": words.standing(summary),
        "mark": "need" if waiting else "ok",
        "can_resume": _is_ours(run, settings) and run.stage == "sending",
        "server": server_name(summary),
    }


def _is_ours(run: Run, settings: Settings) -> bool:
    """Whether a run is one of the server and the account at hand."""
    account = settings.account_of(run.server, run.username)
    return run.server == settings.url and account == (settings.account or "")


def run_json(name: str, settings: Settings, sending: Sending | None, after: str) -> Json:
    """Return how a run stands; of its refusals those after the cursor `after`.

    Raises:
        LedgerRefused: there is no such run.
    """
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name)
        summary = summarise(run, settings)
        is_going = sending is not None and sending.is_going
        latest = ledger.lately_refused(run, after=after, limit=_LATEST)
        line = _line(run, summary, settings)
        told_of: Json = {
            **line,
            "digest": run.manifest.sha256,
            "going": is_going,
            "can_resume": line["can_resume"] and not is_going,
            "status": words.going(sending.progress)
            if sending and is_going
            else words.ending(summary),
            "message": summary.message,
            "refused": sending.refusal if sending and not is_going else "",
            "done": summary.rows - summary.counts[State.NOT_SENT],
            "states": [
                _state(state, count, is_going=is_going)
                for state, count in summary.counts.items()
                if count
            ],
            "latest": list(map(_refusal, latest)),
            "cursor": max((each.at for each in latest), default=after),
            "facts": _pace(settings, sending) if sending and is_going else _facts(summary),
        }
        if not is_going:
            told_of |= _ways_on(run, settings, summary)
        return told_of


def _state(state: State, count: int, *, is_going: bool) -> Json:
    if is_going and state in _MEANWHILE:
        return {"words": _MEANWHILE[state], "count": count, "mark": "no"}
    return {"words": state, "count": count, "mark": _mark(state)}


def _mark(state: State) -> str:
    if state is State.NOT_SENT:
        return "warn"
    return "need" if state.needs_attention else "ok" if state is State.UPDATED else "no"


def _refusal(refusal: Refusal) -> Json:
    return {**refusal._asdict(), "mark": _mark(refusal.state)}


def _pace(settings: Settings, sending: Sending) -> list[tuple[str, str]]:
    """Say how fast a run is, and what the quota has left."""
    progress, rate = sending.progress, sending.rate
    left = quota_left(settings)
    pairs = [
        ("Time left", _time_left(progress.done, progress.total, rate)),
        ("Rows a second", f"{rate:.1f}" if rate else ""),
        ("Calls left", "" if left is None else f"{left:,}"),
        ("Now", progress.note),
    ]
    return [(label, text) for label, text in pairs if text]


def _time_left(done: int, total: int | None, rate: float | None) -> str:
    if not rate or total is None:
        return "not known yet"
    return duration((total - done) / rate)


def _facts(summary: RunSummary) -> list[tuple[str, str]]:
    pairs = [
        ("Started", told(summary.started_at) if summary.started_at else ""),
        ("Took", duration(summary.seconds) if summary.seconds else ""),
        ("Calls", f"{summary.calls:,}"),
        ("Server", server_name(summary)),
        ("User", "" if summary.is_rehearsal else summary.username),
    ]
    return [(label, text) for label, text in pairs if text]


def _ways_on(run: Run, settings: Settings, summary: RunSummary) -> Json:
    """Say what can be done about a run that is not at work, and which rows need a person."""
    counts = summary.counts
    is_ours = _is_ours(run, settings) and not run.is_pruned
    workbook = Path(run.report) if run.report else None
    problems = [] if run.is_pruned else ledger.problems(run, _PROBLEMS)
    waiting = sum(count for state, count in counts.items() if state.needs_attention)
    listed = waiting - counts[State.NOT_SENT]
    return {
        "can_retry": is_ours and bool(counts[State.FAILED] or counts[State.IN_DOUBT]),
        "can_undo": is_ours and run.manifest.findings is not None and bool(counts[State.UPDATED]),
        "changed": counts[State.UPDATED],
        "workbook": workbook.name if workbook and workbook.exists() else "",
        "has_rows": not run.is_pruned and run.stage != "staging",
        "problems": [_problem(run, each) for each in problems],
        "more_problems": max(0, listed - len(problems)),
        **server_json(settings),
    }


def _problem(run: Run, row: ResultRow) -> Json:
    columns = [*run.manifest.text_columns, -1, -1][:2]
    return {
        "number": row.number,
        "po": _text(row, columns[0]),
        "tracking_number": _text(row, columns[1]),
        "state": row.state,
        "mark": _mark(row.state),
        "message": row.message,
    }


def _text(row: ResultRow, column: int) -> str:
    cell = row.cells[column] if 0 <= column < len(row.cells) else ""
    return text_of(cell)
