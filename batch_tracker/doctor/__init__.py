"""Is everything in order for a run? Each check gives a finding: how it is, and what to do about it.

`local` looks at this machine, `remote` at the server. Nothing is written, but for the permits of
the two calls that `remote` makes: they count like any other.
"""

from collections.abc import Iterator, Mapping

from batch_tracker.doctor.finding import Finding, Status
from batch_tracker.doctor.local import account_findings, machine_findings, versions
from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import Settings, load_settings, named_account

__all__ = ["Finding", "Status", "examine"]


def examine(flags: Mapping[str, object], *, offline: bool) -> Iterator[Finding]:
    """Make the checks one by one; with `offline`, those that need no network.

    Where no account is named and there are several, all are looked at.
    """
    yield versions()
    try:
        settings = load_settings(flags)
        accounts = list(_accounts(settings, flags))
    except SettingsRefused as refusal:
        yield Finding("settings", "fail", refusal.message, refusal.hint)
        return
    yield from machine_findings(settings)
    for each in accounts:
        for finding in _of_account(each, offline=offline):
            yield finding._replace(account=each.account or "")


def _accounts(settings: Settings, flags: Mapping[str, object]) -> Iterator[Settings]:
    """Return the settings of every account that is meant, and of a login beside them."""
    if named_account(flags) or not settings.accounts:
        yield settings
        return
    if settings.url and not settings.account:
        yield settings
    yield from (load_settings({**flags, "account": name}) for name in settings.accounts)


def _of_account(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    able = True
    for finding in account_findings(settings):
        yield finding
        able &= not (finding.check in {"settings", "password"} and finding.status == "fail")
    if offline:
        return
    if not able:
        yield Finding("connection", "warn", "Not tried, because the account is not complete.")
        return
    from batch_tracker.doctor.remote import remote_findings  # noqa: PLC0415 - aiohttp

    yield from remote_findings(settings)
