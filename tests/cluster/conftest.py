"""What a worker runs, without a worker around it."""

import pytest

from batch_tracker.sandbox import Sandbox, SandboxSettings

PASSWORD = "canary-password-of-a-worker"


@pytest.fixture
def server(folder, monkeypatch):  # noqa: ARG001 - nothing else is set
    """A server that this machine's settings are for."""
    sandbox = Sandbox(SandboxSettings(users={"clerk": PASSWORD}))
    with sandbox.running() as url:
        monkeypatch.setenv("SELLERCLOUD_URL", url)
        monkeypatch.setenv("SELLERCLOUD_USERNAME", "clerk")
        monkeypatch.setenv("SELLERCLOUD_PASSWORD", PASSWORD)
        yield sandbox
