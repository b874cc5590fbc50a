"""The files of a run: where they belong, and what is said of one that a person has changed."""

from functools import partial
from pathlib import Path

from batch_tracker import ledger, loader
from batch_tracker.ledger import Run
from batch_tracker.model.wording import command_line
from batch_tracker.reporter.file_names import Kind, file_name
from batch_tracker.reporter.release import Register, changed_files
from batch_tracker.settings import Settings


def path_of(run: Run, settings: Settings, kind: Kind) -> Path:
    """Return where a workbook of a run belongs: a path that is right in any folder."""
    return settings.output.absolute() / file_name(run.source, run.name, kind)


def register_of(run: Run) -> Register:
    """Return where the digests of a run's files are kept."""
    return Register(partial(ledger.was_written, run), partial(ledger.note_written, run))


def kept_corrections(run: Run, path: Path) -> str:
    """Say which results workbooks hold corrections that no run has read yet, and how to send them.

    They are those that a new one for `path` will not replace, and the last one, wherever it is.
    """
    register = register_of(run)
    earlier = changed_files(Path(run.report), register) if run.report else ()
    unread = (
        each
        for each in dict.fromkeys((*earlier, *changed_files(path, register)))
        if not _was_run(run, each)
    )
    return " ".join(
        f"{kept_words(each)} To send its corrections: "
        f"{command_line('batch-tracker', 'run', str(each))}"
        for each in unread
    )


def kept_files(run: Run, path: Path) -> str:
    """Say which files a new one for `path` does not replace, because a person has changed them."""
    return " ".join(map(kept_words, changed_files(path, register_of(run))))


def kept_words(path: Path) -> str:
    """Say that a file stays as it is."""
    return f"{path} was changed after it was written, so it is kept."


def _was_run(run: Run, path: Path) -> bool:
    digest = loader.file_digest(path)
    return ledger.run_of(run.ledger, sha256=digest, server=run.server) is not None
