"""The first stretch of a check or a run: a manifest into the ledger, and planned there."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from batch_tracker import ledger, loader
from batch_tracker.errors import ColumnsRefused, Interrupted, Refused, SourceRefused
from batch_tracker.ledger import ManifestFacts, Run
from batch_tracker.ledger.journal import utc_now
from batch_tracker.loader import Doubts, Manifest
from batch_tracker.model import RESTORE_COLUMNS, RESTORE_SHEET, Cell, Correction, Field, Progress
from batch_tracker.planner import plan
from batch_tracker.planner.chosen_rows import Ranges, in_words, leave_out_others
from batch_tracker.planner.samples import holds_sample_rows
from batch_tracker.settings import Settings, is_loopback
from batch_tracker.settings.profile import Finding, Handling, Profile
from batch_tracker.stories.outcome import OnProgress

_MANY_POS, _REMARKS = 10, 5
_AGAIN_CHUNK = 2000


def profiles(settings: Settings) -> tuple[Profile, ...]:
    """Return the profiles that can be named: your own first, then the shipped ones."""
    own = (each.model_copy(update={"name": name}) for name, each in settings.profiles.items())
    return (*own, *loader.shipped_profiles())


def named_profile(settings: Settings) -> Profile | None:
    """Return the profile that the settings name, if any.

    Raises:
        SettingsRefused: there is none of that name.
    """
    if not settings.profile:
        return None
    return loader.find_profile(settings.profile, profiles(settings))


def answered_profile(path: Path, settings: Settings) -> Profile:
    """Return the profile that reads a manifest as the answers about its columns say.

    It is taken unasked for files with the same headers.
    """
    return loader.answered_profile(
        path,
        profile=named_profile(settings),
        known=profiles(settings),
        answers=settings.column,
    )


def refuse_if_being_sent(path: Path, settings: Settings) -> None:
    """Say so before the rows are read: the lock on their run comes only after them.

    Raises:
        LedgerRefused: another process sends this very file.
    """
    with suppress(OSError):  # what is wrong with the file, its reader says better
        digest = loader.file_digest(path)
        with ledger.sending(digest, server=settings.url or "", home=settings.home):
            return


def require_no_sample(run: Run) -> None:
    """Refuse to send a sample of ours, however it was edited, to a real server.

    Raises:
        SourceRefused: the run holds rows of a sample, and its server is not on this machine.
    """
    if is_loopback(urlsplit(run.server).hostname or "") or not holds_sample_rows(run):
        return
    raise SourceRefused(
        f"{run.source} has rows of a sample. Samples are not sent to a real server.",
        hint="Its POs may be real ones of yours. Rehearse it with --sandbox.",
    )


def stage(
    db: sqlite3.Connection,
    path: Path,
    settings: Settings,
    *,
    on_progress: OnProgress,
    force: bool,
    chosen: Ranges = (),
    corrections: Sequence[Correction] = (),
) -> Run:
    """Write every row of the manifest to the ledger and settle those that need no call.

    Where rows are chosen, all others are skipped. Where cells were corrected, that is read.

    Raises:
        SourceRefused: the file can't be read, or has none of the rows that are chosen.
        ColumnsRefused: its columns or its dates are not understood.
        SettingsRefused: the profile or a setting of how to read it is wrong.
    """
    with _open_manifest(path, settings, corrections) as manifest:
        run = _begin(db, manifest, settings, force=force, chosen=chosen)
        try:
            rows = _stage_rows(run, manifest, on_progress)
            on_progress(Progress("reading", rows, rows, "planning"))
            _read_again(run, manifest, ledger.pending_rows(run))
            _hold_doubtful_rows(run, manifest)
            _leave_out_others(run, chosen)
            plan.plan_rows(
                run,
                on_conflict=manifest.profile.on_conflict,
                force=force,
                hold_warnings=settings.warnings == "hold",
                restores=_restores(manifest),
            )
            on_progress(Progress("reading", rows, rows))
            return ledger.update_run(run, notes_json=[*manifest.notes, *_remarks(run)])
        except Refused as refusal:  # what only the whole file shows
            ledger.discard(run)
            if isinstance(refusal, ColumnsRefused):
                refusal.columns = manifest.columns
            raise
        except KeyboardInterrupt:
            ledger.discard(run)
            raise Interrupted(
                f"Interrupted while {path.name} was read. Nothing was sent.",
                hint="Run the file again.",
            ) from None


def _leave_out_others(run: Run, chosen: Ranges) -> None:
    if chosen and not leave_out_others(run, chosen):
        raise SourceRefused(
            f"{run.source} has no row {in_words(chosen)}.",
            hint="Give the rows' numbers in the file. batch-tracker check shows some.",
        )


def _remarks(run: Run) -> Iterator[str]:
    """Remark on what is odd about the rows to send as a whole, though not about any of them."""
    if run.manifest.chosen_rows:
        yield f"Only these rows were chosen: {run.manifest.chosen_rows}."
    for number, pos in ledger.repeated_numbers(run, least=_MANY_POS, limit=_REMARKS):
        yield f"{pos:,} POs get the same tracking number, {number}."


def _restores(manifest: Manifest) -> bool:
    """Whether a file is a restore manifest, as `undo` writes it."""
    return manifest.sheet == RESTORE_SHEET and tuple(manifest.headers) == RESTORE_COLUMNS


def _open_manifest(path: Path, settings: Settings, corrections: Sequence[Correction]) -> Manifest:
    return loader.open_manifest(
        path,
        profile=named_profile(settings),
        known=profiles(settings),
        overrides=settings.reading(),
        today=date.today(),  # noqa: DTZ011 - the clerk's own day decides what is in the future
        corrections=corrections,
    )


def _begin(
    db: sqlite3.Connection,
    manifest: Manifest,
    settings: Settings,
    *,
    force: bool,
    chosen: Ranges,
) -> Run:
    return ledger.begin_run(
        db,
        now=utc_now(),
        server=settings.url or "",
        username=settings.username or "",
        source=str(manifest.path.absolute()),
        manifest=ManifestFacts(
            sheet=manifest.sheet,
            headers=list(manifest.headers),
            columns=manifest.columns,
            text_columns=manifest.columns_of(Field.PO, Field.TRACKING_NUMBER),
            profile=manifest.profile.name,
            why=manifest.why,
            sha256=manifest.digest(),
            findings=_findings(manifest, settings, force=force) if settings.compare else None,
            chosen_rows=in_words(chosen),
            zone=manifest.profile.zone,
            force=force,
        ),
    )


def _findings(manifest: Manifest, settings: Settings, *, force: bool) -> dict[Finding, Handling]:
    """Return what is done about what a look at the POs shows: warnings can hold rows back."""
    handling = manifest.profile.handling(force=force)
    if settings.warnings == "send":
        return handling
    return {finding: "hold" if does == "warn" else does for finding, does in handling.items()}


def _stage_rows(run: Run, manifest: Manifest, on_progress: OnProgress) -> int:
    rows = 0
    for chunk in manifest.chunks():
        ledger.stage_rows(run, rows + 1, chunk)
        rows += len(chunk)
        on_progress(Progress("reading", rows, _estimate(rows, manifest.progress())))
    return rows


def _hold_doubtful_rows(run: Run, manifest: Manifest) -> None:
    """Hold rows whose POs are unlike nearly all others known, or are named in a note."""
    doubts = manifest.doubts(ledger.po_lengths(run))
    _read_again(run, manifest, ledger.rows_of_lengths(run, doubts.lengths), doubts)
    _read_again(run, manifest, ledger.rows_with_numbers(run, doubts.named), doubts)


def _read_again(
    run: Run,
    manifest: Manifest,
    rows: Iterator[tuple[int, int, list[Cell]]],
    doubts: Doubts | None = None,
) -> None:
    """Read rows again of which only the whole file could tell what becomes of them."""
    while chunk := list(islice(rows, _AGAIN_CHUNK)):
        again = ((number, cells) for _, number, cells in chunk)
        records = manifest.read_again(again, doubts or Doubts())
        ledger.restage_rows(run, list(zip((row for row, *_ in chunk), records, strict=True)))


def _estimate(rows: int, share: float) -> int | None:
    return max(rows, round(rows / share)) if share else None
