"""The page: how soon it shows a manifest of many rows, how soon it finds some of them.

A real Chromium on the real page. The clock of `first rows` starts when the server says that the
check has ended. Needs Chromium; the heap is that of the page's scripts.
"""

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.figures import Figure, MeasuringFailed, Size, Target
from tests.benchmarks.programs import environment, write_manifest
from tests.browser import installed

ROWS: dict[Size, int] = {"small": 500, "default": 100_000, "large": 100_000}
PAUSE_S = 0.01
_WATCH = """() => { window.shown = new Promise((resolve) => new MutationObserver(() => resolve())
    .observe(document.getElementById("rows"), {childList: true})); }"""
MS = 1000
MB = 1024**2


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    """Drop a manifest, and time what a person then does."""
    chromium = installed()
    if chromium is None:
        raise MeasuringFailed("no Chromium is installed")
    rows = ROWS[size]
    manifest = write_manifest(folder / "many.csv", rows)
    words = ["ui", "--no-browser", "--json", "--port", "0"]
    server = subprocess.Popen(
        [sys.executable, "-m", "batch_tracker", *words],
        cwd=folder,
        env=environment(folder, "http://127.0.0.1:9/rest"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = json.loads(server.stdout.readline())["url"]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            page = browser.new_page()
            page.set_default_timeout(600_000)
            expect.set_options(timeout=600_000)
            page.goto(url)
            yield from _figures(page, manifest, rows)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _figures(page: Page, manifest: Path, rows: int) -> Iterator[Figure]:
    table = page.locator("#rows tbody tr")
    began = time.perf_counter()
    page.get_by_label("Manifest").set_input_files(manifest)
    page.wait_for_url(re.compile("#look/"))
    checked = _check_ended(page)
    table.first.wait_for()
    shown = time.perf_counter() - checked
    detail = f"check of {rows:,} rows {checked - began:.1f} s"
    yield _time("first rows after the check's end", shown, Target("<=", 1000), detail)

    def tile() -> None:
        page.get_by_role("button", name="will be sent").click()
        expect(page.locator("#tile-open")).to_have_attribute("aria-pressed", "true")

    def search() -> None:
        page.get_by_label("Search the rows").fill(str(1000 + rows))

    def jump() -> None:
        page.get_by_label("Go to row").fill(str(rows - 20))
        page.keyboard.press("Enter")

    yield _time("filter", _until_shown(page, tile), Target("<=", 200))
    yield _time("jump to a row near the end", _until_shown(page, jump), Target("<=", 200))
    yield _time("search (200 ms of it wait for more letters)", _until_shown(page, search))
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = page.evaluate("performance.memory.usedJSHeapSize") / MB
    yield Figure(what="heap of the page", value=heap, unit=" MB", target=Target("<=", 30))


def _time(what: str, seconds: float, target: Target | None = None, detail: str = "") -> Figure:
    return Figure(what=what, value=seconds * MS, unit=" ms", target=target, detail=detail)


def _check_ended(page: Page) -> float:
    """Wait until the server says that the check has ended; return when that was."""
    (cookie,) = page.context.cookies()
    headers = {"Cookie": f"{cookie['name']}={cookie['value']}"}
    address = urlsplit(page.url)
    digest = address.fragment.partition("/")[2]
    while True:
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        connection.request("GET", f"/api/files/{digest}", headers=headers)
        told = json.loads(connection.getresponse().read())
        connection.close()
        if told["ready"] and not told["working"]:
            return time.perf_counter()
        time.sleep(PAUSE_S)


def _until_shown(page: Page, act: Callable[[], None]) -> float:
    """Return how long it takes until other rows are shown."""
    page.evaluate(_WATCH)
    began = time.perf_counter()
    act()
    page.evaluate("window.shown")
    return time.perf_counter() - began
