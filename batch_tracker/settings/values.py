"""The values of settings that are more than a number or a text."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, FiniteFloat, StringConstraints
from pydantic_settings import NoDecode

from batch_tracker.settings.address import api_url
from batch_tracker.settings.cluster import cluster_address
from batch_tracker.settings.password import split_command

# No setting says more than that: it is a slip, and some system's clock or counter breaks on it.
_MOST_ROWS = _MOST_CALLS = 1_000_000_000
_LONGEST_S = 7 * 86_400.0


class Quota(NamedTuple):
    """At most `calls` calls in any `seconds` seconds. No calls at all means: no limit."""

    calls: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.calls}/{self.seconds:g}" if self.calls else "off"


class Share(NamedTuple):
    """A number of rows, or a share of all rows in percent."""

    number: float
    is_percent: bool = False

    def of(self, total: int) -> float:
        """Return how many of `total` rows that is."""
        return self.number * total / 100 if self.is_percent else self.number

    def __str__(self) -> str:
        return f"{self.number:g}{'%' if self.is_percent else ''}"


def read_share(value: object) -> object:
    """Read `20` or `5%`; raises ValueError for other text, leaves other values alone."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    number = text.removesuffix("%")
    if not number.replace(".", "", 1).isdecimal():
        msg = f"{value!r} is not a limit. Write a number of rows such as 20, or a share such as 5%"
        raise ValueError(msg)
    if float(number) > _MOST_ROWS:
        msg = f"{value!r} is more rows than there can be"
        raise ValueError(msg)
    return Share(float(number), text.endswith("%"))


def read_quota(value: object) -> Quota:
    """Read `10800/3600` or `off`; raises ValueError for anything else."""
    if isinstance(value, Quota):
        return value
    if str(value).strip().lower() == "off":
        return Quota(0, 0.0)
    calls, _, seconds = str(value).partition("/")
    try:
        quota = Quota(int(calls), float(seconds))
    except ValueError:
        quota = Quota(0, 0.0)
    if not (1 <= quota.calls <= _MOST_CALLS and 0 < quota.seconds <= _LONGEST_S):
        msg = f"{value!r} is not a quota. Write calls/seconds, such as 10800/3600, or off"
        raise ValueError(msg)
    return quota


def read_addresses(value: object) -> object:
    """Read addresses, parted by commas or in a list; raises ValueError for what is none."""
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        return value
    found = [str(ip_address(str(each).strip())) for each in given if str(each).strip()]
    return tuple(dict.fromkeys(found))


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        msg = f"{path} can't be found, because the user has no home folder"
        raise ValueError(msg) from error


# `~` is a shell's word: a settings file or a scheduler hands it on as it stands.
LocalPath = Annotated[Path, AfterValidator(_expanded)]

ApiUrl = Annotated[str, AfterValidator(api_url)]
CallQuota = Annotated[Quota, NoDecode, BeforeValidator(read_quota)]
PasswordCommand = Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(split_command)]
Username = Annotated[str, StringConstraints(strip_whitespace=True)]
Workers = Annotated[int, Field(ge=1, le=256)]
Rows = Annotated[int, Field(ge=0, le=_MOST_ROWS)]
Seconds = Annotated[FiniteFloat, Field(gt=0, le=_LONGEST_S)]
SecondsOrNone = Annotated[FiniteFloat, Field(ge=0, le=_LONGEST_S)]
Addresses = Annotated[tuple[str, ...], NoDecode, BeforeValidator(read_addresses)]
# ASCII: eighty letters of any alphabet are a pattern of 8 MB to pydantic.
AddressLabel = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
ClusterAddress = Annotated[str, AfterValidator(cluster_address)]
