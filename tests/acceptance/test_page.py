"""The page of a real run, and what a real browser makes of it."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import listen

SAMPLES = Path(__file__).parents[2] / "samples"
TABLE = "#attention tbody tr"


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


def test_a_browser_shows_it_without_a_complaint_or_a_request(browser, sample_page):
    async def story(page):
        requests, complaints = listen(page)
        await page.goto(sample_page.as_uri())
        await expect(page.locator("svg[role=img]")).to_have_count(3)
        await expect(page.locator("main section").first).to_have_css("border-style", "solid")
        assert await page.evaluate("performance.getEntriesByType('resource').length") == 0
        assert requests == [sample_page.as_uri()]
        assert complaints == []

    browser(story)


def test_rows_are_found_by_words_and_by_state(browser, sample_page):
    async def story(page):
        await page.goto(sample_page.as_uri())
        shown = page.locator(f"{TABLE}:visible")
        every = await page.locator(TABLE).count()
        assert await shown.count() == every > 3
        words = page.locator("#filter-words")
        await words.press_sequentially("PLACEholder")
        await expect(shown).to_have_count(1)
        await expect(page.locator("#filter-shown")).to_have_text(f"1 of {every} rows shown")
        await words.press_sequentially(" nowhere")
        await expect(shown).to_have_count(0)
        await words.clear()
        await expect(shown).to_have_count(every)
        await page.locator("#filter-state").select_option("conflict")
        await expect(shown).to_have_count(2)

    browser(story)


def test_on_a_telephone_nothing_but_the_charts_is_wider_than_the_screen(browser, sample_page):
    async def story(page):
        await page.goto(sample_page.as_uri())
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        cut_off = await page.locator(".scroll, #filter, section").evaluate_all(
            "found => found.filter(e => e.scrollWidth > e.clientWidth).length"
        )
        assert cut_off == 0
        await page.locator("#filter-words").fill("PLACEholder")
        await expect(page.locator(f"{TABLE}:visible")).to_have_count(1)

    browser(story, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)


def test_a_screen_reader_is_told_what_the_charts_show(browser, sample_page):
    async def story(page):
        await page.goto(sample_page.as_uri())
        await expect(page.get_by_role("img")).to_have_count(3)
        chart = page.get_by_role(
            "img", name="Calls within the last hour, against the quota of 10,800"
        )
        await expect(chart).to_have_accessible_description(
            re.compile(r"The quota allows 10,800\.$")
        )
        for name in (
            "Rows of the file by what became of them",
            "Reasons, the commonest first",
            "Rows that need a person, in the order of the file",
        ):
            await expect(page.get_by_role("table", name=name, exact=True)).to_have_count(1)

    browser(story)


def test_without_scripts_every_row_is_there_and_no_dead_field(browser, sample_page):
    async def story(page):
        await page.goto(sample_page.as_uri())
        assert await page.locator(f"{TABLE}:visible").count() > 3
        await expect(page.locator("#filter")).to_be_hidden()

    browser(story, java_script_enabled=False)


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
    made = page_of(manifest)

    async def story(page):
        requests, complaints = listen(page)
        await page.goto(made.as_uri())
        assert await page.title() == "<b onclick=x>&amp;.csv: some rows need a person"
        cells = await page.locator("#attention .po").all_text_contents()
        assert cells[:6] == attacks[:6]
        assert cells[6] == "[U+202E]gnp.exe"
        assert await page.evaluate("document.scripts.length") == 1
        await expect(page.locator("img, b, meta[http-equiv=refresh]")).to_have_count(0)
        assert len(requests) == 1
        assert complaints == []

    browser(story)
