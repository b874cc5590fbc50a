"""The setting `cluster`: encrypted, or on this machine; and Dask is installed."""

import sys

import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import load_settings
from batch_tracker.settings.cluster import require_dask

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786", "tls://s.example.com:1"],
)
def test_a_scheduler_is_on_this_machine_or_encrypted(address):
    assert load_settings({"cluster": address}).cluster == address


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("tcp://scheduler.example.com:8786", "not encrypted"),
        ("tcp://198.51.100.7:8786", "not encrypted"),
        ("tcp://127.0.0.1.example.com:8786", "not encrypted"),
        ("http://127.0.0.1:8787", "no address of a Dask scheduler"),
        ("127.0.0.1:8786", "no address of a Dask scheduler"),
        ("tls://scheduler.example.com", "no address of a Dask scheduler"),
        ("tls://scheduler.example.com:port", "no address of a Dask scheduler"),
        ("tls://:8786", "no address of a Dask scheduler"),
        ("scheduler.json", "no address of a Dask scheduler"),
    ],
)
def test_others_are_refused_in_words(address, complaint):
    with pytest.raises(SettingsRefused, match=complaint):
        load_settings({"cluster": address})


def test_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsRefused, match=r"pip install 'batch-tracker\[dask\]'"):
        require_dask()


def test_a_rehearsal_stays_on_this_machine():
    assert load_settings({"cluster": "tcp://127.0.0.1:1"}).for_rehearsal().cluster is None
