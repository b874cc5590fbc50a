"""Is everything in order for a run? Each check gives a finding: how it is, and what to do about it.

`local` looks at this machine, `remote` at the server. Nothing is written, but for the permits of
the two calls that `remote` makes: they count like any other.
"""

from collections.abc import Iterator, Mapping

from batch_tracker.doctor.finding import Finding, Status
from batch_tracker.doctor.local import local_findings, versions
from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import load_settings

__all__ = ["Finding", "Status", "examine"]


def examine(flags: Mapping[str, object], *, offline: bool) -> Iterator[Finding]:
    """Make the checks one by one; with `offline`, those that need no network."""
    yield versions()
    try:
        settings = load_settings(flags)
    except SettingsRefused as refusal:
        yield Finding("settings", "fail", refusal.message, refusal.hint)
        return
    able = True
    for finding in local_findings(settings):
        yield finding
        able &= not (finding.check in {"settings", "password"} and finding.status == "fail")
    if offline:
        return
    if not able:
        yield Finding("connection", "warn", "Not tried, because the account is not complete.")
        return
    from batch_tracker.doctor.remote import remote_findings  # noqa: PLC0415 - aiohttp

    yield from remote_findings(settings)
