"""The program as its user runs it, in a process of its own, and the manifests it is given."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figures import MeasuringFailed

ACCOUNT = {"username": "clerk", "password": "secret"}
HEADING = "PO,Tracking Number,Carrier,Ship Date\n"


def write_manifest(path: Path, rows: int, *, first_po: int = 1001) -> Path:
    """Write a clean manifest: one PO a row, in a row."""
    lines = (f"{first_po + n},T{first_po + n:09d},ACME,2026-03-04\n" for n in range(rows))
    path.write_text(HEADING + "".join(lines), "utf-8")
    return path


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return an environment with an account and nothing else; ledger and quota are in `folder`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BATCH_TRACKER_HOME": str(folder / "home"),
        "BATCH_TRACKER_BACKOFF_S": "0.01",
        "SELLERCLOUD_URL": url,
        "SELLERCLOUD_USERNAME": ACCOUNT["username"],
        "SELLERCLOUD_PASSWORD": ACCOUNT["password"],
    }


def start(folder: Path, url: str, *words: object) -> subprocess.Popen[str]:
    """Start `batch-tracker` in `folder`, which is to end with one JSON object."""
    return subprocess.Popen(
        [sys.executable, "-m", "batch_tracker", *map(str, words), "--json"],
        cwd=folder,
        env=environment(folder, url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> dict[str, object]:
    """Wait for a program to end well, and return its JSON object."""
    said, complaints = process.communicate()
    if process.returncode:
        raise MeasuringFailed(f"exit code {process.returncode}: {said}{complaints}")
    return json.loads(said)
