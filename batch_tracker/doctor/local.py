"""What can be checked on this machine: settings, folders, ledger, quota, versions."""

import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from batch_tracker import __version__
from batch_tracker.doctor.filesystem import is_remote, synced_by
from batch_tracker.doctor.finding import Finding
from batch_tracker.errors import BatchTrackerError, SettingsRefused
from batch_tracker.ledger.health import Health, health
from batch_tracker.notify import Dispatcher
from batch_tracker.quota import QUOTA_FILE, Usage, kept_s, lane_name, present, usage
from batch_tracker.settings import DEFAULT, Settings, ignored_file, origins

_PARTS = ("aiohttp", "openpyxl", "pandas", "pydantic")
# A run of 100,000 rows writes about 50 MB of ledger, and a workbook.
_AMPLE_BYTES = 500_000_000
_LEAST_BYTES = 50_000_000
_OTHERS = 0o077


def machine_findings(settings: Settings) -> Iterator[Finding]:
    """Make the checks that need no network and are the same for all accounts."""
    yield _home(settings.home)
    yield _ledger(settings.home)
    yield _disk(settings.home)


def account_findings(settings: Settings) -> Iterator[Finding]:
    """Make the checks of one account that need no network."""
    yield _settings(settings)
    yield _password(settings)
    yield from _quota(settings)
    if elsewhere := _counted_elsewhere(settings):
        yield elsewhere
    yield _output(settings.output)
    if settings.notify:
        yield _notices(settings)


def versions() -> Finding:
    """Say what is running here."""
    parts = ", ".join(f"{part} {version(part)}" for part in _PARTS)
    message = (
        f"batch-tracker {__version__}, Python {platform.python_version()} on"
        f" {platform.platform(terse=True)}, SQLite {sqlite3.sqlite_version}, {parts}."
    )
    return Finding("versions", "ok", message)


def _settings(settings: Settings) -> Finding:
    given = [each for each in origins(settings, {}) if each.source != DEFAULT]
    told = ", ".join(f"{each.name} {each.value} ({each.source})" for each in given)
    path = settings.settings_file
    file = f"{path} is read" if path.exists() else f"There is no settings file {path}"
    message = f"{file}. Set: {told or 'nothing'}."
    missing = [name for name in ("url", "username") if not getattr(settings, name)]
    if missing:
        hint = "batch-tracker init asks for what is missing and writes it down."
        if ignored := ignored_file(path):
            hint += f" {ignored} is not read. Name it with --config, or move it to {path}."
        return Finding("settings", "fail", f"{message} Missing: {', '.join(missing)}.", hint)
    return Finding("settings", "ok", message)


def _password(settings: Settings) -> Finding:
    try:
        settings.secret()
    except SettingsRefused as refusal:
        return Finding.of("password", refusal)
    file = settings.password_file if settings.password is None else None
    if file and os.name == "posix" and file.stat().st_mode & _OTHERS:
        message = f"Other users may read or change the password file {file}."
        return Finding("password", "warn", message, f"Keep it for yourself: chmod 600 {file}")
    return Finding("password", "ok", "The password can be read.")


def _home(home: Path) -> Finding:
    if not home.exists():
        return _to_be_made("home", home)
    if not os.access(home, os.W_OK | os.X_OK):
        hint = "Set BATCH_TRACKER_HOME to a folder of your own."
        return Finding("home", "fail", f"{home} can't be written.", hint)
    if filesystem := is_remote(home):
        hint = "Set BATCH_TRACKER_HOME to a folder on a local disk. SQLite needs one."
        return Finding("home", "fail", f"{home} is on a network drive ({filesystem}).", hint)
    if synced := synced_by(home):
        hint = "Set BATCH_TRACKER_HOME to another folder. Copying an open ledger damages it."
        return Finding("home", "warn", f"{home} is in {synced}, which copies it elsewhere.", hint)
    if os.name == "posix" and home.stat().st_mode & _OTHERS:
        hint = f"Manifests hold personal data: chmod 700 {home}"
        return Finding("home", "warn", f"Other users may look into {home}.", hint)
    return Finding("home", "ok", f"{home} can be written, and is on a local disk.")


def _to_be_made(check: str, folder: Path) -> Finding:
    """Judge a folder that a run will make."""
    there = _nearest(folder)
    if os.access(there, os.W_OK | os.X_OK):
        return Finding(check, "ok", f"{folder} does not exist yet. The next run makes it.")
    hint = f"Make {folder}, or name another folder in the settings."
    return Finding(check, "fail", f"{folder} does not exist, and {there} can't be written.", hint)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def _ledger(home: Path) -> Finding:
    try:
        found = health(home)
    except BatchTrackerError as error:
        return Finding.of("ledger", error)
    if found is None:
        return Finding("ledger", "ok", "There is no ledger yet. The first run makes one.")
    return _judge_ledger(found)


def _judge_ledger(found: Health) -> Finding:
    if found.damage:
        hint = (
            "Move the file away. The next run starts a new ledger, and sends rows again that "
            "were sent before."
        )
        return Finding("ledger", "fail", f"The ledger is damaged: {found.damage}.", hint)
    message = f"{found.runs:,} runs in {found.bytes / 1e6:,.1f} MB, version {found.version}"
    if found.unfinished:
        names = ", ".join(found.unfinished)
        hint = (
            f"batch-tracker resume {found.unfinished[0]} sends the rest, unless another "
            "process is at work on it."
        )
        return Finding("ledger", "warn", f"{message}; not finished: {names}.", hint)
    seen = "a sample of it is undamaged" if found.is_sample else "undamaged"
    return Finding("ledger", "ok", f"{message}, {seen}.")


def _quota(settings: Settings) -> Iterator[Finding]:
    quota = settings.quota
    if not quota.calls:
        yield Finding("quota", "warn", "There is no limit on calls.", "Set quota to 10800/3600.")
        return
    try:
        lanes = usage(settings.home, seconds=kept_s(quota), now=present())
    except BatchTrackerError as error:
        yield Finding.of("quota", error)
        return
    used = [lane for lane in lanes if lane.calls or lane.paused_until]
    if settings.account:
        name = lane_name(settings.url or "", settings.username or "")
        used = [lane for lane in used if f"{lane.lane} ".startswith(f"{name} ")]
    if not used:
        yield Finding("quota", "ok", f"All of {quota} is left.")
    yield from (_judge_lane(lane, settings) for lane in used)


def _counted_elsewhere(settings: Settings) -> Finding | None:
    """Tell of the other place where calls of this machine's user are likely to be counted.

    Each home counts for itself: it may be on the only disk of a container that lasts.
    """
    usual = Settings.model_fields["home"].default.expanduser()
    if settings.home.absolute() == usual or not (usual / QUOTA_FILE).exists():
        return None
    message = f"Calls are counted in {settings.home}, and other calls in {usual}."
    hint = "Two homes are two quotas. Use one BATCH_TRACKER_HOME for one Sellercloud user."
    return Finding("quota", "warn", message, hint)


def _judge_lane(lane: Usage, settings: Settings) -> Finding:
    left = max(0, settings.quota.calls - lane.calls)
    message = f"{lane.calls:,} calls made, {left:,} of {settings.quota} left for {lane.lane}"
    if lane.paused_until:
        until = datetime.fromtimestamp(lane.paused_until).astimezone()
        hint = "The server asked for this. Runs wait and then go on by themselves."
        return Finding("quota", "warn", f"{message}; paused until {until:%H:%M:%S}.", hint)
    if not left:
        return Finding("quota", "warn", f"{message}.", "Runs wait and then go on by themselves.")
    return Finding("quota", "ok", f"{message}.")


def _disk(home: Path) -> Finding:
    free = shutil.disk_usage(_nearest(home)).free
    message = f"{free / 1e9:,.1f} GB are free where {home} is."
    hint = "Free some space. batch-tracker prune deletes old runs."
    if free < _AMPLE_BYTES:
        return Finding("disk", "fail" if free < _LEAST_BYTES else "warn", message, hint)
    return Finding("disk", "ok", message)


def _output(output: Path) -> Finding:
    if not output.exists():
        return _to_be_made("output", output)
    if output.is_dir() and os.access(output, os.W_OK | os.X_OK):
        return Finding("output", "ok", f"{output.absolute()} can be written.")
    hint = "Set output (or --output) to a folder of your own."
    return Finding("output", "fail", f"No workbook can be written into {output}.", hint)


def _notices(settings: Settings) -> Finding:
    """Say whether notices could be sent; none is."""
    dispatcher = Dispatcher(settings, lambda _: None)
    try:
        dispatcher.require_ready()
    except SettingsRefused as refusal:
        return Finding.of("notices", refusal)
    channels = len(settings.notify)
    told = "1 channel has" if channels == 1 else f"All {channels} channels have"
    return Finding("notices", "ok", f"{told} what is needed; nothing was sent.")
