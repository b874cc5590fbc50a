"""What every test relies on."""

import os
import signal
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests import browser as chromium

# However slow the machine is: neither an example nor the making of one has a time limit.
settings.register_profile(
    "no-deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# A campaign of mutations wants the same examples each time, and only whether one fails.
settings.register_profile(
    "mutation",
    settings.get_profile("no-deadline"),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("no-deadline")

# A shell ignores Ctrl-C for what it starts in the background, nohup the end of the terminal,
# and children inherit that: the tests that send these signals would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):  # not on Windows
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Settings files that others may write to are refused, and tests write some.
os.umask(0o022)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder, and an environment that says nothing of us."""
    for name in os.environ:
        if name.startswith(("SELLERCLOUD_", "BATCH_TRACKER_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATCH_TRACKER_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def answering():
    """A server on this machine that gives every GET the same answer."""

    @contextmanager
    def answering(body=b"", *, status=200, **headers):
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response_only(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}", asked
            finally:
                server.shutdown()
                thread.join()

    return answering


@pytest.fixture(scope="session")
def browser():
    """A browser: plays a story on a page of its own."""
    if not chromium.installed():
        pytest.skip("no Chromium is installed here: .ci/run says how to get it")
    with chromium.running() as play:
        yield play


@pytest.fixture(autouse=True, scope="session")
def no_settings_file(tmp_path_factory):
    """Whoever runs the tests has no settings of their own meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture
def settings_file(tmp_path, monkeypatch):
    """Where the user's settings file is to be written; its folder is there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "batch-tracker"
    folder.mkdir(parents=True)
    return folder / "batch-tracker.toml"
