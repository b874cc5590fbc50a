"""The lists of the page: reasons, warnings, and the rows that need a person."""

from collections.abc import Iterator

from batch_tracker.ledger.aggregates import AttentionRow, Overview, Reason
from batch_tracker.ledger.warnings import WarningGroup
from batch_tracker.model import RunSummary, State
from batch_tracker.reporter.markup import Html, element, joined
from batch_tracker.reporter.summary import warnings_sentence


def state_mark(state: State) -> str:
    """Return the class that colours a state."""
    return f"is-{state.value.replace(' ', '-')}"


def state_word(state: State) -> Html:
    """Return a state as a word on its colour."""
    return element("span", state.value, class_=f"state {state_mark(state)}")


def reasons_part(overview: Overview, summary: RunSummary) -> Html:
    """Return the reasons, the commonest first, each with the rows that show it."""
    if not overview.reasons:
        return _nobody(summary)
    heads = ("State", "Rows", "Message of the first row", "Found in")
    table = _table(
        "Reasons, the commonest first",
        heads,
        [_reason_line(reason) for reason in overview.reasons],
        class_="reasons",
    )
    shown = len(overview.reasons)
    if shown == overview.kinds:
        return _scroll(table, "Reasons")
    note = f"These are the {shown:,} commonest of {overview.kinds:,} reasons."
    return joined([element("p", note), _scroll(table, "Reasons")])


def warnings_part(overview: Overview, summary: RunSummary) -> Html:
    """Return the warnings, the commonest first, each with the rows that have it."""
    if not overview.warnings:
        return element("p", "No row has a warning.", class_="empty")
    table = _table(
        "Warnings, the commonest first",
        ("Rows", "Message of the first row", "Found in"),
        [_warning_line(group) for group in overview.warnings],
        class_="reasons",
    )
    told = f"Rows with a warning: {warnings_sentence(summary)}."
    return joined([element("p", told), _scroll(table, "Warnings")])


def _warning_line(group: WarningGroup) -> Html:
    return element(
        "tr",
        element("td", f"{group.rows:,}", class_="count"),
        element("td", group.message, " ", element("code", group.code), dir="auto", class_="text"),
        element("td", _found_in(group), class_="where"),
    )


def _found_in(group: Reason | WarningGroup) -> str:
    named = ", ".join(f"{number:,}" for number in group.examples)
    more = group.rows - len(group.examples)
    found = f"row {named}" if group.rows == 1 else f"rows {named}"
    return f"{found} and {more:,} more" if more else found


def _reason_line(reason: Reason) -> Html:
    return element(
        "tr",
        element("td", state_word(reason.state)),
        element("td", f"{reason.rows:,}", class_="count"),
        element("td", reason.message, " ", element("code", reason.code), dir="auto", class_="text"),
        element("td", _found_in(reason), class_="where"),
    )


def attention_part(overview: Overview, summary: RunSummary, workbook: Html) -> Html:
    """Return the table of rows, its filter, and a sentence about those that are not in it."""
    notes = element("p", *_left_out(overview, summary, workbook))
    if not overview.rows:
        return joined([_nobody(summary), notes])
    heads = ("Row", "PO", "Tracking number", "State", "Message", "Code")
    table = _table(
        "Rows that need a person, in the order of the file",
        heads,
        [_row_line(row) for row in overview.rows],
        id="attention",
    )
    return joined([notes, _filter(overview), _scroll(table, "Rows")])


def _left_out(overview: Overview, summary: RunSummary, workbook: Html) -> Iterator[str]:
    listed = len(overview.rows)
    if listed < overview.settled:
        yield f"These are the first {listed:,} of {overview.settled:,} rows; all are in "
        yield workbook
        yield ", on the sheet Needs attention. "
    if still_open := _waiting(summary) - overview.settled:
        yield f"{still_open:,} more rows are not settled yet, and not listed here: "
        yield element("code", f"batch-tracker resume {summary.run}")
        yield " sends them."


def _waiting(summary: RunSummary) -> int:
    return sum(count for state, count in summary.counts.items() if state.needs_attention)


def _nobody(summary: RunSummary) -> Html:
    settled = " that is settled" if _waiting(summary) else ""
    return element("p", f"No row{settled} needs a person.", class_="empty")


def _scroll(table: Html, name: str) -> Html:
    """Let a table that is too wide be moved sideways, by keyboard too."""
    return element("div", table, class_="scroll", tabindex=0, role="region", aria_label=name)


def _filter(overview: Overview) -> Html:
    """Return the fields that narrow the table; hidden until the script is there to obey them."""
    states = [state for state in State if any(row.state is state for row in overview.rows)]
    options = [element("option", "all", value=""), *(element("option", s.value) for s in states)]
    return element(
        "div",
        element("label", "Search ", Html('<input type="search" id="filter-words">')),
        element("label", "State ", element("select", *options, id="filter-state")),
        element("span", id="filter-shown", role="status"),
        id="filter",
        role="search",
        hidden="hidden",
    )


def _row_line(row: AttentionRow) -> Html:
    return element(
        "tr",
        element("th", f"{row.number:,}", scope="row", class_="count"),
        element("td", row.po, dir="auto", class_="text po"),
        element("td", row.tracking_number, dir="auto", class_="text number"),
        element("td", state_word(row.state)),
        element("td", row.message, dir="auto", class_="text message"),
        element("td", element("code", row.code)),
        data_state=row.state.value,
    )


def _table(caption: str, heads: tuple[str, ...], lines: list[Html], **attributes: str) -> Html:
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    return element(
        "table",
        element("caption", caption, class_="unseen"),
        element("thead", head),
        element("tbody", *lines),
        **attributes,
    )
