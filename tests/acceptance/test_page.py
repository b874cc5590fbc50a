"""The page of a real run, and what a real browser makes of it."""

import json
import os
import shutil
import subprocess
from contextlib import suppress
from fcntl import F_DUPFD, fcntl
from functools import partial
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
]
NEEDS_CHROMIUM = pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")


def hand_over(to_read, to_write):
    """Put the ends of two pipes where the browser looks for them."""
    ends = [fcntl(end, F_DUPFD, 10) for end in (to_read, to_write)]
    for place, end in zip((3, 4), ends, strict=True):
        os.dup2(end, place)


class Browser:
    """Chromium, spoken to over two pipes in its DevTools protocol. Everything it says is kept."""

    def __init__(self, folder):
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()
        self.said, self._rest, self._number, self._session = [], b"", 0, None
        self._process = subprocess.Popen(
            [CHROMIUM, *FLAGS, f"--user-data-dir={folder}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=partial(hand_over, to_read, to_write),  # noqa: PLW1509 - it takes no lock
        )
        os.close(to_read)
        os.close(to_write)
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def close(self):
        with suppress(OSError):
            self.ask("Browser.close")
        os.close(self._to)
        os.close(self._from)
        self._process.wait(20)

    def ask(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        (answer,) = self._until(lambda said: said.get("id") == self._number)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, path):
        self.ask("Page.navigate", url=path.as_uri())
        self._until(lambda said: said.get("method") == "Page.loadEventFired")

    def value(self, expression):
        told = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def all_said(self, method):
        return [each["params"] for each in self.said if each.get("method") == method]

    def _until(self, is_it):
        while True:
            *messages, self._rest = self._rest.split(b"\0")
            for n, message in enumerate(messages):
                said = json.loads(message)
                self.said.append(said)
                if is_it(said):
                    self._rest = b"\0".join([*messages[n + 1 :], self._rest])
                    return [said]
            more = os.read(self._from, 1 << 16)
            assert more, "the browser has gone"
            self._rest += more


@pytest.fixture
def browser(tmp_path):
    started = Browser(tmp_path / "profile")
    yield started
    started.close()


@pytest.fixture
def page_of(program):
    """Runs a manifest and returns the page of that run."""

    def page_of(manifest):
        program("run", manifest)
        told = program("report", "--html", "--json")
        return program.folder / json.loads(told.stdout)["page"]

    return page_of


@pytest.fixture
def sample_page(serve, page_of):
    serve()
    return page_of(SAMPLES / "daily-manifest.csv")


def test_the_page_stands_beside_the_workbook_under_its_name(program, server):
    run = program.json("run", program.manifest(3))
    told = program.json("report", "--html")
    assert told.pop("page") == run["report"].removesuffix(".xlsx") + ".html"
    assert told.keys() == run.keys()
    page = (program.folder / run["report"]).with_suffix(".html").read_text("utf-8")
    assert "Every row is done" in page
    assert server.calls.by_endpoint["put"] == 3


@pytest.mark.usefixtures("server")
def test_a_report_without_the_flag_writes_no_page(program):
    program("run", program.manifest(3))
    told = program.json("report")
    assert "page" not in told
    assert not list((program.folder / "reports").glob("*.html"))


@pytest.mark.usefixtures("server")
def test_open_shows_the_page_in_the_browser_of_the_user(program):
    script = program.folder / "browser"
    script.write_text('#!/bin/sh\necho "$1" > opened\n', "utf-8")
    script.chmod(0o755)
    program("run", program.manifest(3))
    told = json.loads(program("report", "--open", "--json", BROWSER=str(script)).stdout)
    opened = (program.folder / "opened").read_text("utf-8").strip()
    assert opened == (program.folder / told["page"]).as_uri()


@pytest.mark.usefixtures("server")
def test_a_page_that_cannot_be_opened_is_named(program):
    program("run", program.manifest(3))
    ended = program("report", "--open", BROWSER="/no/such/browser")
    assert ended.returncode == 0
    assert "results.html" in ended.stdout


@NEEDS_CHROMIUM
def test_a_browser_shows_it_without_a_complaint_or_a_request(browser, sample_page):
    browser.open(sample_page)
    assert browser.value("document.querySelectorAll('svg[role=img]').length") == 3
    assert (
        browser.value("getComputedStyle(document.querySelector('main section')).borderStyle")
        == "solid"
    )
    assert browser.value("performance.getEntriesByType('resource').length") == 0
    asked = [each["request"]["url"] for each in browser.all_said("Network.requestWillBeSent")]
    assert asked == [sample_page.as_uri()]
    for complaint in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
        assert browser.all_said(complaint) == []


SHOWN = "[...document.querySelectorAll('#attention tbody tr')].filter(r => r.offsetHeight).length"


@NEEDS_CHROMIUM
def test_rows_are_found_by_words_and_by_state(browser, sample_page):
    browser.open(sample_page)
    every = browser.value(SHOWN)
    assert every == browser.value("document.querySelectorAll('#attention tbody tr').length") > 3
    browser.value("document.getElementById('filter-words').focus()")
    browser.type("PLACEholder")
    assert browser.value(SHOWN) == 1
    assert browser.value("document.getElementById('filter-shown').textContent") == (
        f"1 of {every} rows shown"
    )
    browser.type(" nowhere")
    assert browser.value(SHOWN) == 0
    browser.value(
        "document.getElementById('filter-words').value = '';"
        "s = document.getElementById('filter-state'); s.value = 'conflict';"
        "s.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    assert browser.value(SHOWN) == 2


@NEEDS_CHROMIUM
def test_on_a_telephone_nothing_but_the_charts_is_wider_than_the_screen(browser, sample_page):
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=390,
        height=844,
        deviceScaleFactor=1,
        mobile=True,
    )
    browser.open(sample_page)
    assert browser.value("document.documentElement.scrollWidth") == 390
    cut_off = "[...document.querySelectorAll('.scroll, #filter, section')].filter(e => {} > {})"
    assert browser.value(cut_off.format("e.scrollWidth", "e.clientWidth") + ".length") == 0
    browser.value("document.getElementById('filter-words').focus()")
    browser.type("PLACEholder")
    assert browser.value(SHOWN) == 1


@NEEDS_CHROMIUM
def test_a_screen_reader_is_told_what_the_charts_show(browser, sample_page):
    browser.open(sample_page)
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    told = [
        (node["name"]["value"], node["description"]["value"])
        for node in nodes
        if node.get("role", {}).get("value") in {"image", "img"}
    ]
    assert len(told) == 3
    assert told[1][0] == "Calls within the last hour, against the quota of 10,800"
    assert told[1][1].endswith("the quota allows 10,800.")
    tables = {
        node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "table"
    }
    assert {
        "Rows of the file by what became of them",
        "Reasons, the commonest first",
        "Rows that need a person, in the order of the file",
    } <= tables


@NEEDS_CHROMIUM
def test_without_scripts_every_row_is_there_and_no_dead_field(browser, sample_page):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(sample_page)
    assert browser.value(SHOWN) > 3
    assert browser.value("document.getElementById('filter').offsetHeight") == 0


@NEEDS_CHROMIUM
@pytest.mark.usefixtures("server")
def test_a_hostile_manifest_does_nothing_in_a_browser(browser, program, page_of):
    attacks = [
        "<script>document.title = 'taken'</script>",
        "</script><script>document.title = 'taken'</script>",
        "<img src=x onerror=\"document.title = 'taken'\">",
        "<svg onload=\"document.title = 'taken'\">",
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
        "javascript:document.title='taken'",
        "\u202egnp.exe",
        "x" * 30_000,
    ]
    quoted = ['"' + text.replace('"', '""') + '"' for text in attacks]
    manifest = program.folder / "<b onclick=x>&amp;.csv"
    lines = [f"{text},{text},ACME,2026-03-04" for text in quoted]
    manifest.write_text("\n".join(["PO,Tracking Number,Carrier,Ship Date", *lines]), "utf-8")
    page = page_of(manifest)
    browser.open(page)
    assert browser.value("document.title") == "<b onclick=x>&amp;.csv: some rows need a person"
    cells = browser.value(
        "[...document.querySelectorAll('#attention .po')].map(c => c.textContent)"
    )
    assert cells[:6] == attacks[:6]
    assert cells[6] == "[U+202E]gnp.exe"
    assert browser.value("document.scripts.length") == 1
    assert (
        browser.value("document.querySelectorAll('img, b, meta[http-equiv=refresh]').length") == 0
    )
    assert len(browser.all_said("Network.requestWillBeSent")) == 1
    assert browser.all_said("Log.entryAdded") == []
