"""The files that were written of a run: their digests tell which a person has changed since."""

from batch_tracker.ledger.runs import Run
from batch_tracker.sqlite_file import transaction


def note_written(run: Run, sha256: str) -> None:
    """Note a file before it gets its name: killed in between, it is not taken for a changed one."""
    with transaction(run.ledger):
        run.ledger.execute(
            "UPDATE runs SET report_sha256 = ltrim(COALESCE(report_sha256, '') || ' ' || ?)"
            " WHERE id = ?",
            (sha256, run.id),
        )


def was_written(run: Run, sha256: str) -> bool:
    """Return whether a file with these very bytes was written of this run."""
    query = "SELECT instr(COALESCE(report_sha256, ''), ?) FROM runs WHERE id = ?"
    (position,) = run.ledger.execute(query, (sha256, run.id)).fetchone()
    return bool(position)
