"""What a look at a manifest showed, as the page gets it: columns, questions, counts, rows."""

from pathlib import Path
from urllib.parse import urlsplit

from batch_tracker import ledger
from batch_tracker.ledger import BrowsedRow, Fault, Shown
from batch_tracker.model import CORRECTED, Cell, Field, Issue, Level, PoSnapshot, RunSummary, State
from batch_tracker.model.wording import plural
from batch_tracker.page.manifests import DroppedManifest, Look
from batch_tracker.quota import kept_s, lane_name, present, usage
from batch_tracker.reporter.columns import column_lines
from batch_tracker.settings import Settings
from batch_tracker.stories import history, words

FIELDS = (Field.PO, Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)

_TILES = {
    Shown.OPEN: ("will be sent", ""),
    Shown.ATTENTION: ("need you", "need"),
    Shown.WARNINGS: ("with a warning", "warn"),
    Shown.SKIPPED: ("not shipments", ""),
    Shown.DUPLICATE: ("duplicates", ""),
    Shown.UNCHANGED: ("sent before", ""),
    Shown.CORRECTED: ("corrected", ""),
    Shown.ALL: ("rows in all", ""),
}
_ALWAYS = {Shown.OPEN, Shown.ATTENTION, Shown.WARNINGS, Shown.ALL}
_PRETEND = "the pretend Sellercloud"
_DAY = len("2026-03-04")

Json = dict[str, object]


def server_json(settings: Settings) -> Json:
    """Return where calls go and as whom."""
    if settings.is_rehearsal:
        return {"server": _PRETEND, "username": ""}
    name = urlsplit(settings.url or "").netloc
    return {"server": name or "no server yet", "username": settings.username or ""}


def server_name(summary: RunSummary) -> str:
    """Return the server of a run as a person knows it."""
    return _PRETEND if summary.is_rehearsal else urlsplit(summary.server).netloc


def quota_left(settings: Settings) -> int | None:
    """Return how many calls the quota has left, of all addresses; None where there is no quota."""
    if not settings.quota.calls:
        return None
    found = usage(settings.home, seconds=kept_s(settings.quota), now=present())
    used = {each.lane: each.calls for each in found}
    lanes = (
        lane_name(settings.url or "", settings.username or "", address)
        for address in settings.addresses or ("",)
    )
    return sum(max(0, settings.quota.calls - used.get(lane, 0)) for lane in lanes)


def look_json(manifest: DroppedManifest) -> Json:
    """Return how a manifest stands."""
    settings, look, working = manifest.settings, manifest.look, manifest.working
    told: Json = {
        "name": manifest.upload.name,
        "digest": manifest.upload.sha256,
        "working": words.going(working) if working else "",
        "going": _going(manifest),
        **server_json(settings),
        "ready": False,
    }
    if look is None:
        return told
    return {
        **told,
        "ready": True,
        "refused": "" if look.questions or look.checked else str(look.refusal or ""),
        "trouble": str(look.refusal or "") if look.checked else "",
        "questions": [
            {
                "text": question.text,
                "options": [
                    {"words": each.words, "answers": each.answers} for each in question.options
                ],
            }
            for question in look.questions
        ],
        "answered": bool(manifest.answers),
        "reading": manifest.reading,
        "earlier": _earlier(manifest, settings),
        "corrections": len(look.corrections),
        "why_not": _why_not(manifest, look),
        **(_checked_json(look, settings) if look.checked else {}),
    }


def _going(manifest: DroppedManifest) -> Json | None:
    """Return the run that sends this manifest: its name, how far it is, why there is none."""
    sending = manifest.sending
    if sending is None:
        return None
    if sending.is_going:
        return {"run": sending.run, "words": words.going(sending.progress), "refused": ""}
    ended = sending.result
    return {"run": ended.summary.run if ended else "", "words": "", "refused": sending.refusal}


def _checked_json(look: Look, settings: Settings) -> Json:
    checked = look.checked
    assert checked is not None  # noqa: S101 - the caller has looked
    summary = checked.summary
    left = quota_left(settings)
    return {
        "facts": _facts(look),
        "columns": list(column_lines(summary.columns)),
        "profile": summary.profile_reason,
        "notes": summary.notes,
        "warnings": list(words.warning_lines(checked)),
        "to_send": plural(checked.plan.steps, "update"),
        "cost": words.plan_sentence(checked.plan, summary.quota),
        "quota": "" if left is None else words.quota_sentence(left, settings.total_quota),
        "plan": look.plan,
        "looked": checked.comparison.sentence() if checked.comparison else "",
        "tiles": [
            {"show": shown, "count": count, "words": _TILES[shown][0], "mark": _TILES[shown][1]}
            for shown in _TILES
            if (count := look.tally[shown]) or shown in _ALWAYS
        ],
    }


def _facts(look: Look) -> str:
    summary = look.checked.summary if look.checked else None
    if summary is None:
        return ""
    sheet = f"Sheet “{summary.sheet}”, " if summary.sheet else ""
    return f"{sheet}{plural(summary.rows, 'row')}."


def _earlier(manifest: DroppedManifest, settings: Settings) -> Json | None:
    ended = history.latest_of(manifest.upload.sha256, settings)
    if ended is None:
        return None
    told = f"This file was run before: {words.counts_sentence(ended.summary)}."
    return {"run": ended.summary.run, "words": told}


def _why_not(manifest: DroppedManifest, look: Look) -> str:
    """Say why nothing can be sent now; "" where it can."""
    if look.questions:
        return "Answer the question about the columns first."
    if look.checked is None:
        return "This file can't be sent as it is."
    if manifest.working:
        return "Checking the file again."
    if manifest.sending and manifest.sending.is_going:
        return "This file is being sent."
    return "" if look.checked.plan.steps else "There is nothing to send."


def rows_json(
    look: Look, shown: Shown, *, search: str, offset: int, limit: int, begin: int
) -> Json:
    """Return a page of the rows that were looked at."""
    with ledger.read_scratch(look.folder) as db:
        run = ledger.find_run(db)
        page = ledger.browse(run, shown, search=search, offset=offset, limit=limit, begin=begin)
        cells = _Cells(run, look)
        rows = [cells.row_json(row) for row in page.rows]
    return {"total": page.total, "offset": page.offset, "rows": rows}


class _Cells:
    """Turns rows into what the page shows: each field with its value, its faults, its inputs."""

    def __init__(self, run: ledger.Run, look: Look) -> None:
        self._headers = run.manifest.headers
        self._alike = look.alike
        self._columns = {
            field: [n for n, each in enumerate(run.manifest.columns) if each.read_as == field]
            for field in FIELDS
        }

    def row_json(self, row: BrowsedRow) -> Json:
        """Return one row."""
        result = row.result
        state = result.state
        return {
            "number": result.number,
            "state": words.planned(state),
            "mark": _mark(row),
            "message": "" if state is State.NOT_SENT or self._is_told(row) else result.message,
            "warnings": [
                _in_words(each)
                for each in result.issues
                if each.level is Level.WARNING and each.column is None
            ],
            "fields": {field: self._field(row, field) for field in FIELDS},
            "others": [self._cell(row, column) for column in self._other_columns(row)],
        }

    def _is_told(self, row: BrowsedRow) -> bool:
        """Whether the cells themselves say why the row needs a person."""
        errors = [each for each in row.result.issues if each.level is Level.ERROR]
        is_invalid = row.result.state is State.INVALID and row.result.code != "held-warning"
        return is_invalid and bool(errors) and all(each.column is not None for each in errors)

    def _other_columns(self, row: BrowsedRow) -> list[int]:
        shown = {columns[0] for columns in self._columns.values() if columns}
        spoken = {each.column for each in row.result.issues if each.column is not None}
        return sorted(spoken - shown)

    def _field(self, row: BrowsedRow, field: Field) -> Json:
        columns = self._columns[field]
        value = getattr(row, field)
        told: Json = self._cell(row, columns[0]) if columns else {"text": ""}
        if value is not None and not told.get("edit"):
            told["text"] = _short(field, str(value))
        return {**told, "before": _before(row.result.before, field)}

    def _cell(self, row: BrowsedRow, column: int) -> Json:
        """Return a cell; one that is wrong, doubtful or corrected can be edited."""
        result = row.result
        issues = [each for each in result.issues if each.column == column]
        correction = next((each for each in issues if each.code == CORRECTED), None)
        faults = [each for each in issues if each.level is not Level.NOTE]
        error = next((each for each in faults if each.level is Level.ERROR), None)
        cell = result.cells[column] if column < len(result.cells) else ""
        like = Fault(column, error.code, error.text) if error else None
        return {
            "text": text_of(cell),
            "column": column,
            "header": self._header(column),
            "edit": bool(faults or correction) or result.state is State.CONFLICT,
            "why": [{"words": _in_words(each), "level": each.level} for each in faults],
            "was": correction.text if correction else None,
            "alike": self._alike.get(like, 1) if like else 1,
            "like": like,
        }

    def _header(self, column: int) -> str:
        name = self._headers[column].strip() if column < len(self._headers) else ""
        return name or f"column {column + 1}"


def text_of(cell: Cell) -> str:
    """Return a cell as a person reads it: of a date without a time, the day."""
    return cell if isinstance(cell, str) else cell.raw.removesuffix("T00:00:00")


def _mark(row: BrowsedRow) -> str:
    """Return the sign beside a row's state: sent, sent with a warning, for a person, none."""
    if row.result.state is State.NOT_SENT:
        return "warn" if row.result.has_warning else "ok"
    return "need" if row.result.state.needs_attention else "no"


def _in_words(issue: Issue) -> str:
    return f"{issue.message} {issue.hint}".strip()


def _short(field: Field, value: str) -> str:
    """Return a value as a person reads it: of a date, the day."""
    return value[:_DAY] if field is Field.SHIPPED_ON else value


def _before(before: PoSnapshot | None, field: Field) -> str | None:
    """Return what the PO holds; None where nobody looked, or the field is the PO itself."""
    if before is None or not before.found or field is Field.PO:
        return None
    return _short(field, str(getattr(before, field)))


def corrected_name(path: Path) -> str:
    """Return what the corrected file is called."""
    return f"{path.stem}-corrected.xlsx"
