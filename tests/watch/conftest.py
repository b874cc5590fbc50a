from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Settings
from batch_tracker.watch import Watcher, lock_folder

TODAY = datetime.fromisoformat("2026-03-04T12:00:00+01:00")


class Heard:
    """Keeps what a watcher says."""

    def __init__(self) -> None:
        self.said = []
        self.handled = []

    def message(self, sentence):
        self.said.append(sentence)

    def file_handled(self, handled):
        self.handled.append(handled)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def server():
    sandbox = Sandbox(SandboxSettings(users={"clerk": "secret"}))
    with sandbox.running() as url:
        sandbox.url = url
        yield sandbox


@pytest.fixture
def settings(server, tmp_path):
    return Settings(
        url=server.url,
        username="clerk",
        password="secret",
        home=tmp_path / "home",
        output=tmp_path / "reports",
        backoff_s=0.01,
        settle_s=0,
    )


@pytest.fixture
def watcher(inbox, settings, heard):
    """Open a watcher as a process of its own would: it knows only what home and folder say."""

    @contextmanager
    def watcher(now=lambda: TODAY, sleep=lambda _: None, clock=lambda: 0.0, **changed):
        changed = settings.model_copy(update=changed)
        with lock_folder(inbox, changed.home) as state:
            yield Watcher(
                inbox,
                changed,
                state,
                listener=heard,
                on_progress=lambda _: None,
                now=now,
                sleep=sleep,
                clock=clock,
            )

    return watcher


@pytest.fixture
def once(watcher):
    """Do one round, and return it."""

    def once(**how):
        with watcher(**how) as one:
            return one.once()

    return once


@pytest.fixture
def drop(inbox):
    """Put a manifest into the folder."""

    def drop(name="daily.csv", rows=3, first_po=1001) -> Path:
        lines = ["PO,Tracking Number,Carrier,Ship Date"]
        lines += [f"{first_po + n},T{first_po + n:09d},ACME,2026-03-04" for n in range(rows)]
        (inbox / name).write_text("\n".join([*lines, ""]), "utf-8")
        return inbox / name

    return drop


@pytest.fixture
def files_in():
    def files_in(folder):
        return sorted(each.name for each in folder.iterdir() if each.is_file())

    return files_in
