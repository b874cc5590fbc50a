"""Reads small manifests, to their end."""

from datetime import date

import pytest

from batch_tracker.loader import open_manifest, shipped_profiles

TODAY = date(2026, 11, 23)


def read_all(path, profile=None):
    """Return the records of a manifest by their rows, and its notes."""
    with open_manifest(path, profile=profile, known=shipped_profiles(), today=TODAY) as manifest:
        found = {record.number: record for chunk in manifest.chunks() for record in chunk}
        waiting = [(each.number, each.cells) for each in found.values() if each.pending]
        if waiting:
            found |= {record.number: record for record in manifest.read_again(waiting)}
        return found, manifest.notes


@pytest.fixture
def read(tmp_path):
    """Read a CSV file of these lines."""

    def read_lines(*lines, profile=None):
        path = tmp_path / "m.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_all(path, profile)

    return read_lines
