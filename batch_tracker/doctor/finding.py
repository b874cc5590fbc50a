"""What one check of the doctor came to."""

from typing import Literal, NamedTuple

from batch_tracker.errors import BatchTrackerError

Status = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    """What was looked at, how it is, and what to do about it (`hint`, "" where nothing).

    `account` is the name of the account that it is about; "" where there is only one, or it is
    about this machine.
    """

    check: str
    status: Status
    message: str
    hint: str = ""
    account: str = ""

    @classmethod
    def of(cls, check: str, error: BatchTrackerError) -> "Finding":
        """Return the finding that an error makes."""
        return cls(check, "fail", error.message, error.hint)
