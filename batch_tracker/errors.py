"""What can end a run, grouped by what the caller does about it.

A problem of one row is never an exception: it is an `Issue` (see model.py).

    BatchTrackerError             message for a person, hint how to mend it
    ├── Refused                   exit 2: nothing was sent
    │   ├── SettingsRefused       a flag, variable or settings file is wrong
    │   ├── SourceRefused         the manifest can't be read
    │   ├── ColumnsRefused        the manifest is readable, its columns are not understood
    │   │   └── ColumnsUnclear    a person can say what they mean
    │   ├── LedgerRefused         the ledger can't be opened or written
    │   │   └── BeingWorkedOn     another process is at work on this run or file
    │   └── NotConfirmed          a person was asked and did not agree
    ├── Stopped                   exit 3: the run ended early and can be resumed
    │   ├── LoginRefused          the server does not accept the user name and password
    │   ├── ServerUnusable        what answers is down, or is not the API
    │   ├── ClusterUnusable       the Dask cluster is gone, or one of its workers
    │   ├── LookUpFailed          the server does not show the POs it is asked for
    │   ├── SameRefusal           every row is refused alike: it is not the rows
    │   ├── TooManyFailures       more rows fail than were allowed
    │   ├── NotApplied            the first rows, sent to try the server, changed nothing
    │   └── Interrupted           exit 130: a person or the system asked it to stop
    ├── ReportFailed              exit 1: the run is in the ledger, its workbook is not written
    └── Defect                    exit 3: something is wrong in this program itself
"""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple


class BatchTrackerError(Exception):
    """A problem of the whole run, in words a person can act on.

    `str(error)` is the message and, where there is one, the hint: one plain sentence each.
    """

    exit_code: ClassVar[int] = 1
    concerns_all: ClassVar[bool] = False
    """Whether it would stop every other file as well: the login, the server, the ledger."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class Refused(BatchTrackerError):
    """The run can't start. Nothing was sent."""

    exit_code = 2


class SettingsRefused(Refused):
    """A flag, an environment variable or the settings file is missing or wrong."""

    concerns_all = True


class SourceRefused(Refused):
    """The manifest can't be read: missing, empty, damaged, or not a table."""


class ColumnsRefused(Refused):
    """The manifest has no column, or more than one, for a field that is needed."""

    columns: tuple[Any, ...] = ()
    """The file's columns (`ManifestColumn`), as far as they are known."""


class Option(NamedTuple):
    """An answer that a person can choose: in words, and as `--column` takes it."""

    words: str
    answers: tuple[str, ...]


class Question(NamedTuple):
    """What is asked about the columns of a file, and what can be answered, the likeliest first."""

    text: str
    options: tuple[Option, ...]


class ColumnsUnclear(ColumnsRefused):
    """What some columns hold is asked; nothing is read before it is answered."""

    def __init__(self, message: str, *, hint: str = "", questions: Sequence[Question]) -> None:
        super().__init__(message, hint=hint)
        self.questions = tuple(questions)


class LedgerRefused(Refused):
    """The ledger can't be opened, read or written."""

    concerns_all = True


class BeingWorkedOn(LedgerRefused):
    """Another process is at work on this run, or on this very file."""

    concerns_all = False


class NotConfirmed(Refused):
    """A person was asked whether to send, and did not say yes."""


class Stopped(BatchTrackerError):
    """The run ended before the last row. What is left can be resumed."""

    exit_code = 3
    concerns_all = True


class LoginRefused(Stopped):
    """The server does not accept the credentials, or refuses a token it has just issued."""


class ServerUnusable(Stopped):
    """No usable answer: the server is down, or what answers there is not the API."""


class ClusterUnusable(Stopped):
    """The Dask cluster can't be used: its scheduler, all its workers, or one of them."""


class LookUpFailed(Stopped):
    """POs can't be looked up: nothing is known of what they hold."""


class SameRefusal(Stopped):
    """The first rows all met the same refusal. Its hint names the probable cause.

    `rows` are their positions in the run; rows whose answers were still under way join them.
    """

    concerns_all = False

    def __init__(self, message: str, *, hint: str = "", rows: Sequence[int] = ()) -> None:
        super().__init__(message, hint=hint)
        self.rows = rows


class TooManyFailures(Stopped):
    """More rows were rejected, failed or are in doubt than `--max-failures` allows."""

    concerns_all = False


class NotApplied(Stopped):
    """Nothing changed by the first rows: none was accepted, or reading them back shows none."""

    concerns_all = False


class Interrupted(Stopped):
    """Ctrl-C, or a request of the system to end."""

    exit_code = 130


class ReportFailed(BatchTrackerError):
    """The results workbook can't be written, or does not agree with the run.

    Nothing is lost: the ledger holds every outcome, and the workbook can be written again from it.
    """


class Defect(BatchTrackerError):
    """Something is wrong in this program itself; what it is was written down."""

    exit_code = 3
