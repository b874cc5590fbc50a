"""What a person does on the page, in a real browser, with a server that tells what it was sent."""

import asyncio
import re
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from openpyxl import load_workbook
from playwright.async_api import expect

from tests.browser import listen

expect.set_options(timeout=30_000)  # however slow the machine is

HEADERS = "PO,Tracking Number,Carrier,Ship Date,Tracking Number"


@pytest.fixture
def manifest(program):
    """Twenty rows: two columns of numbers, one number that Excel rounded, one PO that is none."""
    rows = [f"{1001 + n},T{1001 + n:09d},ACME,2026-03-04," for n in range(20)]
    rows[0] += "9400111899255192744104"
    rows[2] = "1003,9.40011E+21,ACME,2026-03-04,"
    rows[4] = "PO 7 / 8,T000001005,ACME,2026-03-04,"
    path = program.folder / "carrier.csv"
    path.write_text("\n".join([HEADERS, *rows, ""]), "utf-8")
    return path


@pytest.fixture
def slow(serve, program):
    """A server whose answers can be kept back; four calls at once, so that rows are left."""
    program.environment["BATCH_TRACKER_WORKERS"] = "4"
    return serve(latency_s=0.01)


def ended_run(ui, manifest):
    """Send a manifest without a browser, and wait for its end."""
    run = ui.send(ui.drop(manifest))
    ui.ended(run)
    return run


async def open_run(page, ui, run):
    await page.goto(ui.url)
    await page.get_by_role("link", name=f"Open run {run}").click()


async def drop(page, path):
    await page.get_by_label("Manifest").set_input_files(path)


async def correct(page, cell, text):
    field = page.get_by_label(cell)
    await field.fill(text)
    await field.press("Enter")
    await expect(field).to_have_count(0)


async def held(server):
    await asyncio.to_thread(server.until_held)


async def ends(page, how):
    await expect(page.get_by_role("status")).to_have_text(re.compile(rf"{how}$"))


def opened(path):
    """Open a workbook that a browser has saved, under a name without an ending."""
    return load_workbook(BytesIO(path.read_bytes()))


def send_button(page):
    return page.get_by_role("button", name=re.compile("^Send"))


@asynccontextmanager
async def tabs(page, url, count=2):
    """Open tabs of one browser that was let in."""
    context = await page.context.browser.new_context()
    opened = [await context.new_page() for _ in range(count)]
    await opened[0].goto(url)
    for each in opened[1:]:
        await each.goto(url.partition("?")[0])
    yield opened
    await context.close()


def test_the_whole_round(browser, slow, start, manifest):
    ui = start()

    async def story(page):
        requests, complaints = listen(page)
        await page.goto(ui.url)
        await drop(page, manifest)
        await expect(page.get_by_role("heading", name="carrier.csv")).to_be_visible()
        await expect(send_button(page)).to_be_disabled()
        await expect(page.get_by_text("Answer the question about the columns")).to_be_visible()
        await page.get_by_role("combobox").first.select_option(index=0)
        await page.get_by_role("button", name="OK").click()
        await correct(page, "Tracking Number, row 4", "T000001003")
        await correct(page, "PO, row 6", "1005")
        await page.get_by_role("button", name="Look at the POs").click()
        await expect(page.get_by_text("Looked at 20 POs")).to_be_visible()
        server = urlsplit(ui.program.environment["SELLERCLOUD_URL"]).netloc
        slow.hold(after=5)
        await page.get_by_role("button", name=f"Send 20 updates to {server}").click()
        await held(slow)
        await expect(page.get_by_role("status")).to_contain_text("of 20 rows")
        async with page.expect_response(re.compile("/stop$")):
            await page.get_by_role("button", name="Stop").click()
        slow.release()
        await ends(page, "stopped")
        await page.get_by_role("button", name="Resume").click()
        await ends(page, "finished")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Results workbook").click()
        workbook = opened(await (await download.value).path())
        rows = list(workbook["Results"].iter_rows(min_row=2))
        assert [row[0].value for row in rows] == ["updated"] * 20
        assert rows[2][4].value == "T000001003"
        assert 'it was "9.40011E+21"' in rows[2][4].comment.text
        assert "token" not in page.url
        assert complaints == []
        assert {each.split("/")[2] for each in requests} == {f"127.0.0.1:{ui.port}"}

    browser(story)
    for po in range(1001, 1021):
        assert slow.orders.get(po).tracking_number == f"T{po:09d}"
    assert set(slow.calls.puts.values()) == {1}
    assert manifest.read_text("utf-8").count("9.40011E+21") == 1


def test_reload_and_closing_change_nothing(browser, slow, start, program):
    ui = start()

    async def story(page):
        async with tabs(page, ui.url) as (first, second):
            await drop(first, program.manifest(20))
            slow.hold(after=3)
            await send_button(first).click()
            await held(slow)
            await expect(first.get_by_role("button", name="Stop")).to_be_visible()
            await first.reload()
            await expect(first.get_by_role("status")).to_contain_text("of 20 rows")
            address = first.url
            await first.close()
            slow.release()
            await second.goto(address)
            await ends(second, "finished")

    browser(story)
    assert slow.calls.puts.total() == 20


def test_two_tabs_that_send_make_one_run(browser, slow, start, program):
    ui = start()

    async def story(page):
        async with tabs(page, ui.url) as (first, second):
            await drop(first, program.manifest(20))
            await expect(send_button(first)).to_be_enabled()
            await second.goto(first.url)
            await expect(send_button(second)).to_be_enabled()
            slow.hold(after=3)
            await asyncio.gather(send_button(first).dblclick(), send_button(second).click())
            await held(slow)
            for each in (first, second):
                await expect(each.get_by_role("button", name="Stop")).to_be_visible()
            assert first.url == second.url
            slow.release()
            for each in (first, second):
                await ends(each, "finished")
        assert len(ui.get("/api/runs")["runs"]) == 1

    browser(story)
    assert set(slow.calls.puts.values()) == {1}


def test_after_a_kill_a_new_start_offers_to_resume(browser, slow, start, program):
    ui = start()
    address = ui.drop(program.manifest(20))
    slow.hold(after=5)
    ui.send(address)
    slow.until_held()
    ui.process.kill()
    ui.process.communicate()
    slow.release()
    again = start()

    async def story(page):
        await page.goto(again.url)
        await page.get_by_role("button", name="Resume").click()
        await ends(page, "finished")
        await expect(page.get_by_text("20 updated")).to_be_visible()

    browser(story)
    for po in range(1001, 1021):
        assert slow.orders.get(po).tracking_number == f"T{po:09d}"


def test_a_plan_that_has_changed_is_shown_and_not_sent(browser, server, start, program):
    ui = start()
    other = program.manifest(3, name="other.csv")

    async def story(page):
        await page.goto(ui.url)
        await drop(page, program.manifest(5))
        await expect(send_button(page)).to_be_enabled()
        program("run", other)
        sent = server.calls.puts.total()
        await send_button(page).click()
        await expect(page.get_by_role("alert")).to_contain_text("changed since you looked")
        await expect(send_button(page)).to_have_text(re.compile("Send 2 updates"))
        assert server.calls.puts.total() == sent

    browser(story)


@pytest.mark.usefixtures("server")
def test_a_run_is_taken_back(browser, start, program):
    ui = start()
    run = ended_run(ui, program.manifest(2))

    async def story(page):
        await open_run(page, ui, run)
        await page.get_by_text("Take this run back").click()
        await page.get_by_label("Type 2 to go on").fill("3")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("alert")).to_contain_text("2 rows, not 3")
        await page.get_by_label("Type 2 to go on").fill("2")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("heading", name=re.compile("undo.xlsx"))).to_be_visible()

    browser(story)


@pytest.mark.usefixtures("server")
def test_the_same_fault_is_corrected_once(browser, start, program):
    ui = start()
    path = program.manifest(6)
    path.write_text(path.read_text("utf-8").replace("ACME,2026-03-04", "ACME,someday"), "utf-8")

    async def story(page):
        await page.goto(ui.url)
        await drop(page, path)
        await page.get_by_label("Ship Date, row 2").fill("2026-03-04")
        await page.get_by_role("button", name="Put this in all 6 like this").first.click()
        await expect(send_button(page)).to_have_text(re.compile("Send 6 updates"))
        await page.get_by_role("button", name=re.compile("corrected")).click()
        await page.get_by_role("button", name="Undo: it was someday").first.click()
        await expect(send_button(page)).to_have_text(re.compile("Send 5 updates"))
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Corrected file").click()
        sheet = opened(await (await download.value).path()).active
        assert [row[3] for row in sheet.values][:3] == ["Ship Date", "someday", "2026-03-04"]

    browser(story)


@pytest.mark.usefixtures("server")
def test_dates_can_be_read_in_another_order(browser, start, program):
    ui = start()
    path = program.manifest(3)
    path.write_text(path.read_text("utf-8").replace("2026-03-04", "03/04/2026"), "utf-8")

    async def story(page):
        await page.goto(ui.url)
        await drop(page, path)
        await expect(page.get_by_text("can be month/day/year")).to_be_visible()
        await page.get_by_label("Order of a date").select_option("dmy")
        await page.get_by_role("button", name="Read it again").click()
        await expect(send_button(page)).to_have_text(re.compile("Send 3 updates"))
        await page.get_by_role("button", name="will be sent").click()
        await expect(page.get_by_text("2026-04-03").first).to_be_visible()

    browser(story)


@pytest.mark.usefixtures("server")
def test_pos_that_cannot_be_looked_at_leave_the_rows_as_they_are(browser, start, program):
    ui = start(SELLERCLOUD_PASSWORD="wrong")

    async def story(page):
        await page.goto(ui.url)
        await drop(page, program.manifest(3))
        await page.get_by_role("button", name="Look at the POs").click()
        await expect(page.get_by_role("alert")).to_contain_text("login")
        await expect(page.get_by_role("table", name="Rows")).to_be_visible()
        await expect(send_button(page)).to_be_enabled()

    browser(story)


@pytest.mark.usefixtures("server")
def test_looking_back(browser, start, program):
    ui = start()
    run = ended_run(ui, program.manifest(2))

    async def story(page):
        await open_run(page, ui, run)
        async with page.expect_popup() as popup:
            await page.get_by_role("link", name="Report with charts").click()
        report = await popup.value
        await report.wait_for_load_state()
        _, complaints = listen(report)
        await report.reload()
        await expect(report.get_by_text("Every row is done")).to_be_visible()
        await expect(report.locator("main section").first).to_have_css("border-style", "solid")
        async with report.expect_download():
            await report.get_by_role("link", name=re.compile("results.xlsx")).first.click()
        assert complaints == []
        await page.get_by_role("link", name="History").click()
        await expect(page.get_by_role("table", name="Runs").locator("tbody tr")).to_have_count(1)
        await page.get_by_role("link", name="Find a PO").click()
        await page.get_by_label("PO", exact=True).fill("1001")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("accepted, HTTP 200")).to_be_visible()
        await page.get_by_role("link", name="Account").click()
        await page.get_by_role("button", name="Check everything").click()
        await expect(page.get_by_role("table", name="Findings")).to_be_visible()

    browser(story)


def test_without_javascript_the_page_says_so(browser, ui):
    async def story(page):
        await page.goto(ui.url)
        await expect(page.get_by_text("This page needs JavaScript")).to_be_visible()

    browser(story, java_script_enabled=False)


AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.usefixtures("server")
def test_nothing_keeps_anybody_out(browser, start, program, scheme):
    """What axe-core finds serious on each screen; and no screen is wider than a telephone."""
    ui = start()
    path = program.manifest(6)
    path.write_text(path.read_text("utf-8").replace("T000001002", "9.40011E+21"), "utf-8")

    async def story(page):
        async def examine():
            await page.evaluate(AXE.read_text("utf-8"))
            found = await page.evaluate("axe.run()")
            grave = [
                (each["id"], [node["html"] for node in each["nodes"]])
                for each in found["violations"]
                if each["impact"] in {"serious", "critical"}
            ]
            assert grave == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= 360

        await page.goto(ui.url)
        await expect(page.get_by_role("heading", name="Drop today")).to_be_visible()
        await examine()
        await drop(page, path)
        await expect(page.get_by_role("table", name="Rows")).to_be_visible()
        await examine()
        await send_button(page).click()
        await ends(page, "finished")
        await examine()
        for link in ("History", "Find a PO", "Account"):
            await page.get_by_role("link", name=link).click()
            await expect(page.get_by_role("heading", name=link)).to_be_visible()
            await examine()

    browser(story, viewport={"width": 360, "height": 740}, color_scheme=scheme)
