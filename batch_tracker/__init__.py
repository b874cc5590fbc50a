"""A manifest in, one rate-limited update per purchase order out, every row accounted for.

From Python, as from the command line, the account comes from the environment and
the settings file (see `Settings`; `batch-tracker init` writes it):

    >>> from batch_tracker import check, run
    >>> check("manifest.csv").plan.steps
    3
    >>> summary = run("manifest.csv")
    >>> summary.status, summary.counts["updated"]
    ('success', 3)
    >>> summary.report
    '...reports...manifest-...-results.xlsx'
    >>> run("manifest.csv").counts["unchanged"]
    3

`api.py` says the rest: settings of your own, progress, notebooks and threads. What can go wrong
as a whole is a `BatchTrackerError` (see errors.py); what is wrong with a row is in the workbook.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "BatchTrackerError",
    "Checked",
    "Progress",
    "RunSummary",
    "Settings",
    "check",
    "results",
    "resume",
    "run",
]

if TYPE_CHECKING:
    from batch_tracker.api import Checked, check, results, resume, run
    from batch_tracker.errors import BatchTrackerError
    from batch_tracker.model import Progress, RunSummary
    from batch_tracker.settings import Settings
else:
    # Imported when first used: the command line can do without most of it.
    _HOMES = {
        "BatchTrackerError": "errors",
        "Progress": "model",
        "RunSummary": "model",
        "Settings": "settings",
    }

    def __getattr__(name: str) -> object:
        """Return a public name from the module it lives in."""
        if name not in __all__:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'api')}"), name)
