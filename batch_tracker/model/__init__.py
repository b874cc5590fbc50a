"""The values that pass between the stages: frozen, and without behaviour worth a name of its own.

source file → SourceRow → Record (an Update, or Issues) → Step → Attempt → Outcome → workbook
              loader      loader                          plan    sender    ledger    reporter
"""

# fmt: off
# isort: off
from batch_tracker.model.answers import Answer, Judgement, Outcome, Verdict
from batch_tracker.model.cells import (
    Cell, Issue, Kind, Level, Run, SourceRow, TypedCell, rich_format, runs_of,
)
from batch_tracker.model.columns import ColumnStatus, ManifestColumn
from batch_tracker.model.corrections import CORRECTED, Correction
from batch_tracker.model.results import (
    BEFORE_COLUMNS, LEADING_COLUMNS, RESTORE_COLUMNS, RESTORE_SHEET, TRAILING_COLUMNS, Progress,
    ResultRow, RunSummary, nameless,
)
from batch_tracker.model.snapshots import PoSnapshot, Tolerance, differences, substance
from batch_tracker.model.states import Field, RunStatus, State
from batch_tracker.model.updates import PoRange, Record, Step, Update, updates_of

__all__ = [
    "BEFORE_COLUMNS", "CORRECTED", "LEADING_COLUMNS", "RESTORE_COLUMNS", "RESTORE_SHEET",
    "TRAILING_COLUMNS", "Answer", "Cell", "ColumnStatus", "Correction", "Field", "Issue",
    "Judgement", "Kind", "Level", "ManifestColumn", "Outcome", "PoRange", "PoSnapshot", "Progress",
    "Record", "ResultRow", "Run", "RunStatus", "RunSummary", "SourceRow", "State", "Step",
    "Tolerance", "TypedCell", "Update", "Verdict", "differences", "nameless", "rich_format",
    "runs_of", "substance", "updates_of",
]
