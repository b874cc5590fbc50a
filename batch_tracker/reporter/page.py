"""The page to look at: one HTML file that shows a run and asks nothing of any network.

It is read on machines where manifests come from anywhere, so what stands in a file or in a
server's answer is text here and nothing else: `markup.py` escapes it, and a content security
policy lets nothing run or load but the page's own style and script, which it names by their hash.
"""

import os
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import quote as url_quote

from batch_tracker.ledger.aggregates import Overview
from batch_tracker.model import RunSummary, State
from batch_tracker.reporter.markup import Html, element, joined
from batch_tracker.reporter.page_charts import latency_chart, quota_chart, rate_chart
from batch_tracker.reporter.page_rows import (
    attention_part,
    reasons_part,
    state_mark,
    state_word,
    warnings_part,
)
from batch_tracker.reporter.release import Register, draft, release, save
from batch_tracker.reporter.summary import MEANINGS, duration, facts, next_steps
from batch_tracker.settings import Quota

_HEADLINES = {
    "success": "Every row is done",
    "partial": "Some rows need a person",
    "stopped": "Stopped before the end",
    "error": "Nothing was sent",
}


def write_page(
    path: Path, *, summary: RunSummary, overview: Overview, quota: Quota, register: Register
) -> Path:
    """Write the page of a run, all of it or none.

    Args:
        path: Where the page belongs: beside the workbook, which it links to.
        summary: The run as a whole; its `report` is the workbook.
        overview: What the ledger has gathered about the run.
        quota: What the calls are drawn against.
        register: Where the digests of the files of this run are kept.

    Returns:
        The path written: `path`, or one with a number where that can't be replaced.

    Raises:
        ReportFailed: where the file can't be written.
    """
    page = render(summary, overview, quota).encode()
    with draft(path, what="results page", again="report --html") as name:
        save(lambda file: file.write(page), name)
        return release(name, path, register)


def render(summary: RunSummary, overview: Overview, quota: Quota) -> str:
    """Return the page as text."""
    style, script = _own("page.css"), _own("page.js")
    workbook = _link_to_workbook(summary)
    return Template(_own("page.html")).substitute(
        policy=policy(),
        title=joined([f"{_file(summary)}: {_HEADLINES[summary.status].lower()}"]),
        style=style,
        script=script,
        header=_header(summary),
        outcome=_outcome(summary),
        reasons=reasons_part(overview, summary),
        warnings=warnings_part(overview, summary),
        rows=attention_part(overview, summary, workbook),
        calls=_calls(summary, overview, quota),
        facts=_facts(summary),
        footer=element("p", "Written by batch-tracker from its ledger. Every row: ", workbook, "."),
    )


def _own(name: str) -> str:
    return files("batch_tracker.reporter").joinpath(name).read_text("utf-8")


def policy() -> str:
    """Return the content security policy of the page: its own style and script, and no more."""
    style, script = _own("page.css"), _own("page.js")

    def named(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {named(style)}; script-src {named(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _file(summary: RunSummary) -> str:
    return Path(summary.source or "").name


def _link_to_workbook(summary: RunSummary) -> Html:
    """Link to the file beside the page; quoting leaves no way to name anything else."""
    name = Path(summary.report or "").name
    return element("a", name, href=url_quote(os.fsencode(name), safe=""))


def _header(summary: RunSummary) -> Html:
    return joined(
        [
            element("p", "Results of run ", summary.run or "", class_="overline"),
            element("h1", _file(summary)),
            element("p", _HEADLINES[summary.status], class_=f"verdict {summary.status}"),
        ]
    )


def _outcome(summary: RunSummary) -> Html:
    steps = [element("li", step) for step in next_steps(summary)]
    return joined(
        [
            element("p", summary.message, class_="message") if summary.message else Html(),
            _glance(summary),
            _states(summary),
            element("h3", "What to do next") if steps else Html(),
            element("ul", *steps, class_="next") if steps else Html(),
        ]
    )


def _glance(summary: RunSummary) -> Html:
    waiting = sum(count for state, count in summary.counts.items() if state.needs_attention)
    tiles = (
        ("Rows", f"{summary.rows:,}"),
        ("Done", f"{summary.rows - waiting:,}"),
        ("Need a person", f"{waiting:,}"),
        ("Warnings", f"{summary.warnings:,}"),
        ("Calls", f"{summary.calls:,}"),
        ("Duration", duration(summary.seconds)),
    )
    return element("dl", *(_pair(*tile) for tile in tiles), class_="glance")


def _pair(term: str, text: str) -> Html:
    return element("div", element("dt", term), element("dd", text, dir="auto"))


def _states(summary: RunSummary) -> Html:
    """Return the counts, state by state; the bars only repeat them."""
    head = element(
        "tr",
        *(element("th", text, scope="col") for text in ("State", "Rows")),
        element("th", "Share", scope="col", colspan=2),
        element("th", "Meaning", scope="col", class_="meaning"),
    )
    body = element("tbody", *(_state_line(summary, state) for state in State))
    caption = element("caption", "Rows of the file by what became of them", class_="unseen")
    return element("table", caption, element("thead", head), body, class_="states")


def _state_line(summary: RunSummary, state: State) -> Html:
    count = summary.counts.get(state, 0)
    percent = 100 * count / (summary.rows or 1)
    bar = element(
        "svg",
        element("rect", width=f"{max(percent, 0.7):.1f}%" if count else 0, height="100%"),
        class_=f"share {state_mark(state)}",
        aria_hidden="true",
    )
    return element(
        "tr",
        element("th", state_word(state), scope="row"),
        element("td", f"{count:,}", class_="count"),
        element("td", f"{percent:.1f} %", class_="count"),
        element("td", bar, class_="share"),
        element("td", MEANINGS[state], class_="meaning"),
        class_=None if count else "none",
    )


def _calls(summary: RunSummary, overview: Overview, quota: Quota) -> Html:
    if not overview.timeline.buckets:
        return element("p", "No call for a row was made.", class_="empty")
    charts = [rate_chart(overview.timeline)]
    if quota.calls:
        charts.append(quota_chart(overview.timeline, quota))
    if overview.latencies:
        charts.append(latency_chart(overview.latencies))
    told = element("p", " ".join(_told_calls(summary, overview, quota)))
    return joined([told, *charts])


def _told_calls(summary: RunSummary, overview: Overview, quota: Quota) -> Iterator[str]:
    at_rows = sum(each.calls for each in overview.timeline.buckets)
    answered = sum(each.calls for each in overview.latencies)
    other = summary.calls - at_rows
    yield f"Calls for rows: {at_rows:,}; answered: {answered:,}."
    if other:
        yield (
            f"Other calls, for logins and look-ups: {other:,}. They count against the "
            "quota too. When they were made is not recorded."
        )
    if quota.calls:
        yield (
            "The quota is the one set when this page was written. Other runs of the same "
            "user share it."
        )


def _facts(summary: RunSummary) -> Html:
    table = element(
        "dl", *(_pair(*fact) for fact in facts(summary) if fact[0] != "Message"), class_="facts"
    )
    notes = [element("li", note, dir="auto") for note in summary.notes]
    if not notes:
        return table
    return joined([table, element("h3", "Notes on the file"), element("ul", *notes)])
