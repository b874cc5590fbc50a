"""The ledger: a SQLite file that outlives any run, and the spine of every stage.

`database` opens it, `staging` takes in what was read, `runs`, `rows` and `cells` hold it and what
became of it, `journal` is how the sender writes while calls are under way, `history` looks back
over all runs, `aggregates` sees one from afar, `browse` pages through it, `corrections` keeps what
a person corrects. `schema.sql` is the page to read first, and `migration` leads older tables to it.

`journal` says what is on disk before what, whenever the process is killed.
"""

# fmt: off
# isort: off
from batch_tracker.ledger.aggregates import Reason, overview, reasons_of, repeated_numbers
from batch_tracker.ledger.before_images import (
    ComparedRow, compared_rows, count_unread, held_before, unread_steps,
)
from batch_tracker.ledger.browse import (
    BrowsedRow, Fault, Refusal, RowsPage, Shown, alike, browse, lately_refused, rows_with, tally,
)
from batch_tracker.ledger.cells import width
from batch_tracker.ledger.corrections import correct, corrections_of, undo_correction
from batch_tracker.ledger.database import at_one_moment, open_ledger, open_scratch, read_scratch
from batch_tracker.ledger.history import PoHistory, Pruned, history_of, prunable, prune
from batch_tracker.ledger.journal import Journal
from batch_tracker.ledger.lock import sending, working_on
from batch_tracker.ledger.doubtful_rows import po_lengths, rows_of_lengths, rows_with_numbers
from batch_tracker.ledger.other_runs import Need
from batch_tracker.ledger.rows import (
    calls_made, counts, doubtful_steps, mark_same_refusal, note_report, open_steps, position_of,
    problems, refused_doubts, reopen, results, steps, unverified_steps,
)
from batch_tracker.ledger.runs import (
    ManifestFacts, Run, begin_run, discard, find_run, forget_applied, list_runs, newest_run,
    run_of, server_number, update_run, usual_rows,
)
from batch_tracker.ledger.staging import pending_rows, restage_rows, stage_rows
from batch_tracker.ledger.values import shipped_on_of
from batch_tracker.ledger.warnings import WarningGroup, count_held, count_warned, warning_groups
from batch_tracker.ledger.written_files import note_written, was_written
from batch_tracker.sqlite_file import transaction

__all__ = [
    "BrowsedRow", "ComparedRow", "Fault", "Journal", "ManifestFacts", "Need", "PoHistory", "Pruned",
    "Reason", "Refusal", "RowsPage", "Run", "Shown", "WarningGroup", "alike", "at_one_moment",
    "begin_run", "browse", "calls_made", "compared_rows", "correct", "corrections_of", "count_held",
    "count_unread", "count_warned", "counts", "discard", "doubtful_steps", "find_run",
    "forget_applied", "held_before", "history_of", "lately_refused", "list_runs",
    "mark_same_refusal", "newest_run", "note_report", "note_written", "open_ledger", "open_scratch",
    "open_steps", "overview", "pending_rows", "po_lengths", "position_of", "problems", "prunable",
    "prune", "read_scratch", "reasons_of", "refused_doubts", "reopen", "repeated_numbers",
    "restage_rows", "results", "rows_of_lengths", "rows_with", "rows_with_numbers", "run_of",
    "sending", "server_number", "shipped_on_of", "stage_rows", "steps", "tally", "transaction",
    "undo_correction", "unread_steps", "unverified_steps", "update_run", "usual_rows",
    "warning_groups", "was_written", "width", "working_on",
]
