"""The known holes of pages on one's own machine, tried by name: raw over a socket, in a browser."""

import gzip
import json
import socket

import pytest
from playwright.async_api import expect

from tests.acceptance.conftest import PASSWORD
from tests.browser import listen

expect.set_options(timeout=30_000)  # however slow the machine is

ADDRESSES = (
    *("/", "/static/app.js", "/nowhere", "/api/state", "/api/runs", "/api/account"),
    *("/api/find?po=1", "/api/files/" + "0" * 64, "/api/runs/x/page", "/api/runs/x/x.xlsx"),
)
CHANGES = (
    *("/api/doctor", "/api/rehearsal", "/api/quit", "/api/runs/x/stop", "/api/runs/x/resume"),
    *("/api/runs/x/retry", "/api/runs/x/undo", "/api/files/0/send", "/api/files/0/corrections"),
)
SHIPMENT = b"PO,Tracking Number,Carrier\n1001,T1001,ACME\n"


@pytest.mark.parametrize("address", ADDRESSES)
def test_dns_rebinding_meets_a_closed_gate(ui, address):
    """Transmission CVE-2018-5702, Ollama CVE-2024-28224: a foreign name that points here."""
    foreign = f"evil.example:{ui.port}"
    for name in (foreign, "evil.example", f"127.0.0.1.evil.example:{ui.port}"):
        status, headers, _ = ui.raw("GET", address, Host=name, Cookie=ui.cookie)
        assert status == 403
        assert "Access-Control-Allow-Origin" not in headers
    assert ui.raw("GET", address)[0] == 401


def test_a_host_that_is_malformed_meets_a_closed_gate(ui):
    """webpack-dev-server CVE-2026-14631, and what else stands for a name."""
    for host in ("", f"127.0.0.1:{ui.port}@evil.example", f"[::1]:{ui.port}", "127.0.0.1:0x50"):
        asked = (
            f"GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {ui.cookie}\r\nConnection: close\r\n\r\n"
        )
        assert ui.raw_bytes(asked.encode()).split()[1] in {b"400", b"403"}
    smuggled = (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{ui.port}\r\nHost: evil.example\r\n"
        f"Cookie: {ui.cookie}\r\nConnection: close\r\n\r\n"
    )
    assert ui.raw_bytes(smuggled.encode()).split()[1] in {b"400", b"403"}


@pytest.mark.parametrize("address", CHANGES)
def test_forged_requests_change_nothing(ui, address):
    """CSRF: Flower CVE-2022-30034, Syncthing #3134; another port of this machine is no friend."""
    forged = (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{ui.port + 1}"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-Batch-Tracker": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Cookie": "batch-tracker=1"},
    )
    for headers in forged:
        assert ui.ask("POST", address, **headers)[0] in {401, 403, 415}
    assert ui.raw("GET", address, Cookie=ui.cookie)[0] in {404, 405}
    assert ui.get("/api/state")["going"] == []


@pytest.mark.parametrize(
    "address", ["//evil.example/", "/%2f/evil.example", "/\\evil.example", "/?next=//evil.example"]
)
def test_nothing_redirects_elsewhere(ui, address):
    """Open redirects: Jupyter CVE-2023-39968."""
    token = ui.link().partition("token=")[2]
    mark = "&" if "?" in address else "?"
    _, headers, _ = ui.raw("GET", f"{address}{mark}token={token}", Cookie=ui.cookie)
    assert headers.get("Location", "/") == "/"


@pytest.mark.parametrize(
    "address",
    [
        *("/static/../gate.py", "/static/..%2fgate.py", "/static/%2e%2e/gate.py"),
        *("/static//etc/passwd", "/static/", "/static/app.js/..", "/static/app.js%00.css"),
        *("/api/files/..", "/api/files/..%2f..%2fledger.db", "/api/files/%2e%2e/rows"),
        *("/api/runs/..%2f..%2fledger/page", "/api/runs/../../ledger.db", "/page.json"),
    ],
)
def test_no_address_leads_to_a_file_that_is_not_of_the_page(ui, address):
    """Paths: Gradio CVE-2024-1561."""
    status, _, body = ui.raw("GET", address, Cookie=ui.cookie)
    assert status in {400, 403, 404, 409}
    assert b"import" not in body
    assert b"root:" not in body


NAMES = (
    *("../../evil.csv", "..\\evil.csv", "C:\\evil.csv", "\\\\host\\share\\evil.csv", "CON"),
    *("a\0b.csv", "/etc/passwd", "~", ".", "", "x" * 300, "<script>alert(1)</script>.csv"),
)


def test_a_name_of_an_upload_leads_nowhere(ui, program):
    before = set(program.folder.iterdir())
    for number, name in enumerate(NAMES):
        quoted = "".join(f"%{each:02x}" for each in name.encode())
        body = SHIPMENT + b"%d,T,ACME\n" % (number + 2000)
        assert ui.ask("PUT", f"/api/files?name={quoted}", body=body)[0] == 200
    assert set(program.folder.iterdir()) == before
    uploads = program.folder / "home" / "page" / "uploads"
    kept = [each for each in uploads.rglob("*") if each.is_file()]
    assert len(kept) == len(NAMES)
    assert all(each.parent.parent == uploads for each in kept)


def test_uploads_that_are_empty_packed_or_broken_off_are_not_kept(ui, program, wait_until):
    put = {"method": "PUT", "path": "/api/files?name=a.csv"}
    assert ui.ask(**put, body=b"")[0] == 409
    packed = gzip.compress(SHIPMENT)
    assert ui.ask(**put, body=packed, **{"Content-Encoding": "gzip"})[0] == 415
    assert ui.ask(**put, body=SHIPMENT, **{"Content-Encoding": "identity"})[0] == 415
    assert ui.ask(**put, body=SHIPMENT, **{"Content-Type": "multipart/form-data"})[0] == 415
    assert ui.ask(**put, body=SHIPMENT, **{"Content-Type": "application/json"})[0] == 415
    uploads = program.folder / "home" / "page" / "uploads"
    head = (
        f"PUT /api/files?name=a.csv HTTP/1.1\r\nHost: 127.0.0.1:{ui.port}\r\n"
        f"Origin: http://127.0.0.1:{ui.port}\r\nX-Batch-Tracker: 1\r\nCookie: {ui.cookie}\r\n"
        "Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", ui.port)) as connection:
        connection.sendall(head.encode() + SHIPMENT)
        wait_until(lambda: list(uploads.glob("*.part")))
    wait_until(lambda: not list(uploads.iterdir()))


def test_no_secret_is_told_or_written_down(ui, program):
    """Token in logs: CVE-2022-24758; the password stands in no answer, page or file."""
    run = ui.send(ui.drop(program.manifest(2)))
    told = ui.ended(run)
    ui.raw("GET", f"/?token={ui.url.partition('token=')[2]}")
    ui.ask("POST", "/api/files/0/send", body=b"{{{", **{"Content-Type": "application/json"})
    answers = [
        ui.ask("GET", address)[1]
        for address in ("/api/state", "/api/account", f"/api/runs/{run}", f"/api/runs/{run}/page")
    ]
    answers += [ui.post("/api/doctor"), ui.get(f"/api/runs/{run}/{told['workbook']}")]
    texts = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in answers]
    tokens = [ui.url.partition("token=")[2], ui.cookie.partition("=")[2]]
    said, complaints = ui.end()
    texts += [said.encode(), complaints.encode()]
    texts += [each.read_bytes() for each in program.folder.rglob("*") if each.is_file()]
    assert not any(PASSWORD.encode() in each for each in texts)
    assert not any(token.encode() in each for token in tokens for each in texts)


def test_a_browser_that_is_led_here_by_a_foreign_name_sees_nothing(browser, ui):
    async def story(page):
        await page.goto(ui.link())
        answer = await page.goto(f"http://evil.example:{ui.port}/")
        assert answer.status == 403
        told = await page.locator("body").inner_text()
        assert told.strip() == "This server does not answer to that name."

    browser(story)


ATTACK = """
<form id=quit method=post action="{target}/api/quit" enctype="text/plain" target=sink>
<input name='{{"sure": true, "x": "' value='"}}'></form><iframe name=sink></iframe>
<script src="{target}/static/app.js"></script><img src="{target}/static/icon.svg">
<script>
const headers = {{"Content-Type": "application/json", "X-Batch-Tracker": "1"}};
const post = {{method: "POST", credentials: "include", body: '{{"sure": true}}'}};
const ask = (address, how) => () => fetch("{target}" + address, how).then((each) => each.text());
const tries = [
  ask("/api/state", {{credentials: "include"}}),
  ask("/api/quit", {{...post, mode: "no-cors"}}),
  ask("/api/quit", {{...post, headers}}),
];
window.learnt = Promise.all(tries.map((each) => each().catch(() => "")));
document.getElementById("quit").submit();
</script>
"""


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_a_hostile_page_learns_and_changes_nothing(browser, ui, answering, host):
    """As a stranger, and from another port of this machine, whose requests have our cookie."""
    target = f"http://127.0.0.1:{ui.port}"
    body = ATTACK.format(target=target).encode()
    with answering(body, **{"Content-Type": "text/html"}) as (address, _):

        async def story(page):
            await page.goto(ui.link())
            await expect(page.get_by_role("heading", name="Drop today")).to_be_visible()
            await page.goto(address.replace("127.0.0.1", host))
            assert await page.evaluate("window.learnt") == ["", "", ""]
            assert await page.evaluate("document.images[0].naturalWidth") == 0
            sink = page.frame("sink")
            await sink.wait_for_load_state()

        browser(story)
    assert ui.get("/api/state")["going"] == []


MARKUP = "<img src=x onerror=alert(1)>"


def test_markup_in_files_shows_as_itself(browser, ui, program):
    """XSS through names: Jupyter CVE-2015-6938, Syncthing CVE-2022-46165."""
    path = program.folder / "<b onclick=alert(2)>bold.csv"
    path.write_text(
        f"PO,Tracking Number,{MARKUP},Carrier\n1001,{MARKUP},x,ACME\n1002,T1002,y,<b>ACME</b>\n",
        "utf-8",
    )

    async def story(page):
        _, complaints = listen(page)
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        await page.goto(ui.link())
        await page.get_by_label("Manifest").set_input_files(path)
        await expect(page.get_by_role("heading", name=path.name)).to_be_visible()
        await expect(page.get_by_text(MARKUP, exact=False).first).to_be_visible()
        await page.get_by_role("combobox").first.select_option(label="ignore it")
        await page.get_by_role("button", name="OK").click()
        await expect(page.get_by_role("table", name="Rows")).to_be_visible()
        await expect(page.get_by_text(MARKUP[:20]).first).to_be_visible()
        await page.get_by_role("button", name="rows in all").click()
        await expect(page.get_by_text("<b>ACME</b>").first).to_be_visible()
        assert await page.locator("main img, main b[onclick]").count() == 0
        assert complaints == []

    browser(story)
