"""What a person reads of a story, at the terminal and on the page: tables, sentences, lines."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from batch_tracker.ledger.history import Attempt, PoHistory, Values
from batch_tracker.model import Field, Progress, ResultRow, RunSummary, State
from batch_tracker.model.snapshots import look_ups
from batch_tracker.model.wording import plural
from batch_tracker.planner.compare import Comparison
from batch_tracker.planner.plan import Plan
from batch_tracker.reporter.columns import column_lines
from batch_tracker.reporter.summary import duration, summary_text, warnings_sentence
from batch_tracker.settings import Quota
from batch_tracker.stories.outcome import Checked

_LONGEST_VALUE = 40
_HOUR_S = 3600


def plan_sentence(plan: Plan, quota: str) -> str:
    """Say how many calls a run would make, and how long the quota makes that take."""
    if not plan.steps:
        return "Nothing to send."
    time = f". At {quota} that takes at least {duration(plan.seconds)}" if plan.seconds else ""
    calls = plural(plan.steps + plan.look_ups, "call")
    looks = f" ({plan.look_ups:,} to look at the POs first)" if plan.look_ups else ""
    return f"A run would make {calls}{looks} and one login{time}."


def counts_sentence(summary: RunSummary) -> str:
    """Say how many rows came to what: `27 updated, 5 invalid`."""
    told = (f"{count:,} {state}" for state, count in summary.counts.items() if count)
    return ", ".join(told) or "no rows"


def standing(summary: RunSummary) -> str:
    """Say in a few words how a run stands that is not at work."""
    left = summary.counts[State.NOT_SENT]
    waiting = sum(count for state, count in summary.counts.items() if state.needs_attention)
    if summary.status == "stopped":
        return f"stopped, {plural(left, 'row')} not sent"
    return f"{plural(waiting, 'row')} for a person" if waiting else "every row is done"


def ending(summary: RunSummary) -> str:
    """Say how a run stands that is not at work, and whether it is finished or stopped."""
    how = "stopped" if summary.status == "stopped" else "finished"
    return f"{counts_sentence(summary).capitalize()}. The run is {how}"


def going(progress: Progress) -> str:
    """Say how far a run is that is at work."""
    stage = _STAGES.get(progress.stage, progress.stage.capitalize())
    total = f" of {progress.total:,}" if progress.total is not None else ""
    note = f" ({progress.note})" if progress.note else ""
    return f"{stage}: {progress.done:,}{total} rows{note}"


_STAGES = {"comparing": "Looking at the POs", "writing": "Writing the results workbook"}


def quota_sentence(left: int, quota: Quota) -> str:
    """Say how many calls the quota has left."""
    stretch = "this hour" if quota.seconds == _HOUR_S else f"in {duration(quota.seconds)}"
    return f"{left:,} of {quota.calls:,} calls are left {stretch}."


def runs_table(runs: Sequence[RunSummary]) -> str:
    """Return the runs as a table, one line each; where there are accounts, with their names."""
    width = max((len(run.account) for run in runs), default=0)
    account = f"{'ACCOUNT':<{max(width, 7)}}  " if width else ""
    head = f"{'RUN':<20}{'STARTED':<18}{'STATUS':<9}{'ROWS':>9}{'CALLS':>9}  {account}FILE"
    lines = [
        f"{run.run:<20}{local(run.started_at):<18}{run.status:<9}{run.rows:>9,}{run.calls:>9,}  "
        f"{run.account:<{len(account)}}{run.source}"
        for run in runs
    ]
    return "\n".join([head, *lines])


def local(moment: datetime | None) -> str:
    """Return a moment by the clock on the wall, to the minute; "" for none."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


def shown_text(summary: RunSummary, problems: Sequence[ResultRow]) -> str:
    """Return how a run stands, as lines for people: its facts, its notes, its first problems."""
    facts = {
        "started": local(summary.started_at),
        "ended": local(summary.finished_at),
        "server": summary.server,
        "sheet": summary.sheet,
        "profile": summary.profile_reason,
    }
    lines = [
        summary_text(summary),
        *(f"  {name:<10}{text}" for name, text in facts.items() if text),
        *(f"Note: {note}" for note in summary.notes),
        *(_problem(row) for row in problems),
    ]
    if left := _waiting(summary) - len(problems):
        lines.append(f"  and {plural(left, 'more row')} that need a person")
    return "\n".join(lines)


def _waiting(summary: RunSummary) -> int:
    """Count the rows that need a person and have a reason for that."""
    return sum(
        count
        for state, count in summary.counts.items()
        if state.needs_attention and state is not State.NOT_SENT
    )


def found_text(history: PoHistory, account_of: Callable[[str, str], str]) -> str:
    """Return everything that is known of a PO, as lines for people.

    `account_of` names the account with a server and a user, or returns "".
    """
    lines = [f"PO {history.po}"]
    if not (history.mentions or history.applied):
        lines.append("  No run in the ledger has it.")
    for mention in history.mentions:
        result = mention.result
        account = account_of(mention.run.server, mention.run.username)
        by = f" ({account})" if account else ""
        where = f"run {mention.run.name}{by}, {mention.run.source} row {result.number}"
        lines += [
            f"  {local(mention.run.started_at)}  {where}: {result.state}",
            f"    {_in_words(mention.values)}" if mention.values else "",
            f"    {result.message}" if result.message else "",
            *(f"    {_attempt(each)}" for each in mention.attempts),
        ]
    lines += [
        f"  Known as applied at {each.server}: {_in_words(each.values)}"
        f" (run {each.run}, {local(each.applied_at)})"
        for each in history.applied
    ]
    return "\n".join(filter(None, lines))


def _in_words(values: Values) -> str:
    named = zip(("tracking number", "carrier", "ship date"), values, strict=True)
    return ", ".join(f"{name} {value}" for name, value in named if value) or "nothing certain"


def _attempt(attempt: Attempt) -> str:
    status = f"HTTP {attempt.status}" if attempt.status else ""
    answer = attempt.answer or "no answer was recorded"
    told = ", ".join(filter(None, [answer, status, attempt.message]))
    return f"try {attempt.number} at {attempt.started_at.astimezone():%H:%M:%S}: {told}"


def check_text(checked: Checked) -> str:
    """Return what a check found, as lines for people."""
    summary = checked.summary
    if summary.status == "error":
        return f"Error: {summary.message}"
    lines = [
        summary.source,
        f"  server    {summary.server}" if summary.server else "",
        f"  user      {summary.username}" if summary.username else "",
        f"  account   {summary.account}" if summary.account else "",
        summary.profile_reason,
        *(f"  {line}" for line in column_lines(summary.columns)),
        *(f"Note: {note}" for note in summary.notes),
        *(f"  {planned(state):<10}{count:,}" for state, count in summary.counts.items() if count),
        *_problem_lines(checked),
        *warnings_lines(checked),
        *(_comparison(checked.comparison) if checked.comparison else ()),
        plan_sentence(checked.plan, summary.quota),
    ]
    return "\n".join(line for line in lines if line)


def warnings_lines(checked: Checked) -> Iterator[str]:
    """Say which warnings there are, the commonest first, each with its first rows."""
    if not checked.warnings:
        return
    does = (
        "--warnings send sends such rows"
        if checked.summary.held
        else "--warnings hold keeps such rows back"
    )
    yield f"Warnings: {warnings_sentence(checked.summary)} ({does})"
    yield from (f"  {line}" for line in warning_lines(checked))


def warning_lines(checked: Checked) -> Iterator[str]:
    """Name each kind of warning with its first rows."""
    for group in checked.warnings:
        yield f"{_rows(group.rows, group.examples)} ({group.code}): {group.message}"


def _problem_lines(checked: Checked) -> Iterator[str]:
    """Say which problems there are, the commonest first, each with its first rows."""
    if not checked.reasons:
        return
    yield f"Problems: {plural(_waiting(checked.summary), 'row')}"
    for group in checked.reasons:
        what = ", ".join(filter(None, [group.state, group.code]))
        yield f"  {_rows(group.rows, group.examples)} ({what}): {group.message}"
    if left := checked.kinds - len(checked.reasons):
        yield f"  and {plural(left, 'more kind')} of problem"


def _rows(count: int, examples: Sequence[int]) -> str:
    """Name the first of some rows, and say how many more there are."""
    more = count - len(examples)
    named = ", ".join(map(str, examples)) + (f" and {more:,} more" if more else "")
    return f"{'row' if count == 1 else 'rows'} {named}"


def _comparison(comparison: Comparison) -> Iterator[str]:
    calls = plural(look_ups(comparison.rows), "call")
    looked = comparison.sentence().partition(":")[0]
    yield f"{looked}. A run looks again, in {calls}."
    yield changes_table(comparison)
    yield from (f"  {finding:<13}{words}" for finding, words in comparison.told().items())


def changes_table(comparison: Comparison) -> str:
    """Return what the first changing rows change, from what to what, a line each."""
    if not comparison.first:
        return ""
    fields = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
    table = [["ROW", "PO", "FOUND", *(field.label.upper() for field in fields)]]
    for row in comparison.first:
        told = {each.field: " → ".join(map(_short, each.shown())) for each in row.changes}
        cells = (told.get(field, "") for field in fields)
        table.append([str(row.number), str(row.po), ", ".join(row.found), *cells])
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(map(str.ljust, cells, widths)) for cells in table]
    if left := comparison.changing - len(comparison.first):
        lines.append(f"and {left:,} more rows that change something")
    return "\n".join(f"  {line}".rstrip() for line in lines)


def _short(text: str) -> str:
    """Cut a long text, and keep the server's control characters from the terminal."""
    clear = "".join(each if each.isprintable() else "\ufffd" for each in text)
    return clear if len(clear) <= _LONGEST_VALUE else f"{clear[: _LONGEST_VALUE - 1]}…"


def planned(state: State) -> str:
    """Return what a state is called before anything is sent."""
    return "to send" if state is State.NOT_SENT else state.value


def _problem(row: ResultRow) -> str:
    return f"  row {row.number} is {row.state}: {row.message}"
