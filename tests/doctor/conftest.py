import pytest

CANARY = "canary-password-7f3a"


@pytest.fixture
def home(folder):
    (folder / "home").mkdir(mode=0o700)
    return folder / "home"


@pytest.fixture
def account(folder, monkeypatch):  # noqa: ARG001 - made first
    """An account in the environment, at a server that is not there."""
    for name, value in {
        "URL": "http://127.0.0.1:9",
        "USERNAME": "clerk",
        "PASSWORD": CANARY,
    }.items():
        monkeypatch.setenv(f"SELLERCLOUD_{name}", value)
