"""The stories of run.py and undo.py, told in this process: real files, a real server, a ledger."""

import csv
import os
from pathlib import Path

import pytest
from openpyxl import load_workbook

from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Settings
from batch_tracker.stories import undo
from batch_tracker.stories.run import run as run_story

PASSWORD = "canary-password-7f3a"


class Clerk:
    """Somebody at work with a server: writes manifests, runs them, undoes runs."""

    def __init__(self, folder: Path, sandbox: Sandbox, url: str) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.settings = Settings(
            url=url,
            username="clerk",
            password=PASSWORD,
            home=folder / "home",
            output=folder / "reports",
            backoff_s=0.01,
            compare=True,
        )

    def manifest(self, *rows: tuple[str, ...]) -> Path:
        path = self.folder / "manifest.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("PO", "Tracking Number", "Carrier", "Ship Date"), *rows])
        return path

    def standard(self, *pos: int) -> Path:
        return self.manifest(*((str(po), f"T{po:09d}", "ACME", "2026-03-04") for po in pos))

    def run(self, path: Path | str, **settings):
        changed = self.settings.model_copy(update=settings)
        return run_story(Path(path), changed, force=False, on_progress=lambda _: None).summary

    def undo(self, name: str):
        return undo.undo(name, self.settings).summary

    def sheets(self, path: str):
        """The rows of each sheet of a workbook, without the headings."""
        book = load_workbook(path)
        return {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}

    def results(self, summary):
        """The rows of a results workbook, each by its headings, by PO."""
        headings, *rows = load_workbook(summary.report)["Results"].iter_rows(values_only=True)
        found = (dict(zip(headings, row, strict=True)) for row in rows)
        return {row["PO"]: row for row in found}


@pytest.fixture
def hire(tmp_path, monkeypatch):
    """Give a clerk a server with these settings."""
    for name in os.environ:
        if name.startswith(("SELLERCLOUD_", "BATCH_TRACKER_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    running = []

    def hire(**settings):
        sandbox = Sandbox(SandboxSettings(users={"clerk": PASSWORD}, **settings))
        running.append(sandbox.running())
        return Clerk(tmp_path, sandbox, running[-1].__enter__())

    yield hire
    for context in running:
        context.__exit__(None, None, None)
