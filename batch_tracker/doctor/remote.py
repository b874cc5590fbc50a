"""What can be checked at the server: it answers, its clock, the login, the list of POs."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from batch_tracker.doctor.finding import Finding, Status
from batch_tracker.errors import LoginRefused, Refused, ServerUnusable, Stopped
from batch_tracker.sender.lanes import why_unusable
from batch_tracker.sender.probe import Ping, Probe, ping, probing
from batch_tracker.settings import Settings

_TOLERABLE = timedelta(seconds=60)

# What Sellercloud's help pages name as reasons for which an employee can't log in.
_LOGIN_HINT = (
    "Check the user name and the password. If they are right, look at the employee in "
    "Sellercloud. It may be locked, or need a second factor. An IP address filter or "
    "log-on hours may keep it out. Give the integration an employee of its own."
)


def remote_findings(settings: Settings) -> Iterator[Finding]:
    """Make the checks at the server, until one fails that the next ones need."""
    yield from _addresses(settings)
    try:
        met = asyncio.run(ping(settings.url or "", timeout_s=settings.connect_timeout_s))
    except ServerUnusable as error:
        yield Finding.of("connection", error)
        return
    yield Finding("connection", "ok", f"{settings.url} answers in {met.seconds:.2f} s.")
    yield clock_finding(met, datetime.now(UTC))
    yield from asyncio.run(_checks_with_account(settings))


def _addresses(settings: Settings) -> Iterator[Finding]:
    found = [(each, why_unusable(each)) for each in settings.addresses]
    able = [each for each, trouble in found if not trouble]
    for _, trouble in found:
        if trouble:
            status: Status = "warn" if able else "fail"
            yield Finding("address", status, trouble.message, trouble.hint)
    if able:
        yield Finding("address", "ok", f"Calls can be made from {', '.join(able)}.")


def clock_finding(met: Ping, now: datetime) -> Finding:
    """Compare the server's clock, which tells whole seconds, with ours."""
    if met.moment is None:
        return Finding("clock", "ok", "The server does not tell the time.")
    ahead = now - met.moment
    if abs(ahead) <= _TOLERABLE:
        return Finding("clock", "ok", "This machine's clock agrees with the server's.")
    direction = "ahead of" if ahead > timedelta(0) else "behind"
    message = (
        f"This machine's clock is {abs(ahead).total_seconds():,.0f} s {direction} the server's."
    )
    hint = "Set the clock. Quota, tokens and certificates depend on it."
    return Finding("clock", "warn", message, hint)


async def _checks_with_account(settings: Settings) -> list[Finding]:
    try:
        async with probing(settings) as probe:
            await probe.log_in()
            return [_logged_in(settings), await _list(probe)]
    except LoginRefused as error:
        return [Finding("login", "fail", error.message, _LOGIN_HINT)]
    except ServerUnusable as error:
        return [Finding.of("login", error)]
    except Stopped as error:  # the quota is used up: no fault of the account's
        return [Finding("login", "warn", f"Not tried. {error.message}", error.hint)]
    except Refused as error:
        return [Finding.of("login", error)]


def _logged_in(settings: Settings) -> Finding:
    return Finding("login", "ok", f"{settings.username} can log in.")


async def _list(probe: Probe) -> Finding:
    try:
        await probe.list_orders()
    except ServerUnusable as error:
        return Finding.of("list", error)
    except Stopped as error:
        return Finding("list", "warn", f"Not tried. {error.message}", error.hint)
    return Finding("list", "ok", "Purchase orders can be listed.")
