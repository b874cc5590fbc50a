import pytest


@pytest.fixture
def folder(folder, monkeypatch):
    """An empty working folder, and an environment that says nothing of us, nor where home is."""
    monkeypatch.delenv("BATCH_TRACKER_HOME")
    return folder
