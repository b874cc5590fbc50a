"""The page to look at: what it shows, and what it never does."""

import os
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest

from batch_tracker.errors import ReportFailed
from batch_tracker.ledger.aggregates import (
    AttentionRow,
    Bucket,
    Latency,
    Overview,
    Reason,
    Timeline,
)
from batch_tracker.ledger.warnings import WarningGroup
from batch_tracker.model import State
from batch_tracker.reporter.page import render, write_page
from batch_tracker.reporter.page_charts import percentile
from batch_tracker.reporter.release import Register
from batch_tracker.settings import Quota

QUOTA = Quota(10_800, 3600.0)
VOID = {"meta", "input"}
HALF = "\ud83d"
"""Half of a surrogate pair: it can't be in a file's name, but a byte that is no text can."""
NO_TEXT = os.fsdecode(b"\xff")
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><style>*{}</style>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- ",
    "]]>",
    "&lt;script&gt;",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
    "$policy ${script}",
    "%s {0}",
    "\0\x07\x1b[31m",
    "\u202egnp.exe\u2066",
    f"half {HALF}",
    "x" * 30_000,
]
REVERSING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Page(HTMLParser):
    """A page as a browser would take it apart; fails where an element is not closed in turn."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts = [], [], []
        self._open = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] not in (["script"], ["style"]):
            self.texts.append(data.strip())

    def all(self, tag):
        return [a for name, a in zip(self.tags, self.attributes, strict=True) if name == tag]

    @property
    def text(self):
        return " ".join(filter(None, self.texts))


def attention(number, text="1001", **changes):
    row = AttentionRow(number, text, text, State.INVALID, text, "bad")
    return row._replace(**changes)


@pytest.fixture
def overview():
    def build(**changes):
        empty = {
            "timeline": Timeline(1.0, ()),
            "latencies": (),
            "reasons": (),
            "kinds": 0,
            "rows": (),
            "settled": 0,
        }
        return Overview(**(empty | changes))

    return build


@pytest.fixture
def page(summarize, overview):
    def build(*, quota=QUOTA, counts=None, seen=None, **changes):
        every = dict.fromkeys(State, 0) | (counts or {})
        return Page(render(summarize(counts=every, **changes), seen or overview(), quota))

    return build


@pytest.fixture
def busy(overview):
    """A run with calls, reasons and rows."""
    return overview(
        timeline=Timeline(
            60.0, (Bucket(1_772_600_760.0, 120, 120), Bucket(1_772_600_820.0, 60, 180))
        ),
        latencies=(Latency(80, 90), Latency(250, 80), Latency(2_000, 10)),
        reasons=(Reason(State.REJECTED, "http-404", "Not found.", 7, (2, 3, 4, 5, 6)),),
        kinds=1,
        rows=(attention(2), attention(3)),
        settled=2,
    )


def test_the_page_tells_every_state_with_its_count(page):
    text = page(counts={State.UPDATED: 9_950, State.IN_DOUBT: 50}).text
    assert "updated 9,950 99.5 %" in text
    assert "in doubt 50 0.5 %" in text
    assert "unchanged 0 0.0 %" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("success", "Every row is done"),
        ("partial", "Some rows need a person"),
        ("stopped", "Stopped before the end"),
    ],
)
def test_the_page_begins_with_the_verdict(page, status, words):
    assert page(status=status).text.index(words) < 200


def test_an_empty_run_says_so_in_every_part(page):
    text = page(counts={State.UNCHANGED: 3}).text
    assert text.count("No row needs a person.") == 2
    assert "No call for a row was made." in text


def test_rows_that_are_still_open_are_counted_and_resume_is_named(page):
    text = page(counts={State.NOT_SENT: 5_120}).text
    assert "5,120 more rows are not settled yet" in text
    assert "batch-tracker resume daily-1" in text


def test_rows_beyond_the_listed_ones_are_left_to_the_workbook(page, busy):
    text = page(counts={State.INVALID: 31_204}, seen=busy._replace(settled=31_204)).text
    assert "These are the first 2 of 31,204 rows; all are in daily-1.xlsx , on the sheet" in text


def test_reasons_name_rows_to_look_at(page, busy):
    text = page(counts={State.INVALID: 2}, seen=busy).text
    assert "rejected 7 Not found. http-404 rows 2, 3, 4, 5, 6 and 2 more" in text


def test_warnings_are_shown_with_rows_to_look_at(page, overview):
    groups = (
        WarningGroup("check-digit", "A wrong check digit.", 12, (3, 4, 7, 8, 9)),
        WarningGroup("hidden-row", "A hidden row.", 1, (5,)),
    )
    text = page(seen=overview(warnings=groups), warnings=13, held=1).text
    assert "Rows with a warning: 13 rows, 1 of them held back." in text
    assert "12 A wrong check digit. check-digit rows 3, 4, 7, 8, 9 and 7 more" in text
    assert "1 A hidden row. hidden-row row 5" in text
    assert "Warnings 13" in text


def test_a_run_without_warnings_says_so(page):
    assert "No row has a warning." in page().text


def test_further_reasons_are_counted(page, busy):
    assert "the 1 commonest of 12 reasons" in page(seen=busy._replace(kinds=12)).text


def test_every_chart_has_words_and_a_table_for_who_cannot_see_it(page, busy):
    seen = page(seen=busy)
    charts = [each for each in seen.all("svg") if each.get("role") == "img"]
    assert len(charts) == seen.tags.count("details") == 3
    ids = {each["id"] for each in seen.attributes if "id" in each}
    for chart in charts:
        assert {chart["aria-labelledby"], chart["aria-describedby"]} <= ids
    assert "180 calls, at most 120 per minute." in seen.text
    assert "At most 180 calls were begun in any hour. The quota allows 10,800." in seen.text
    assert (
        "Half of the calls took at most 80 ms, 95 % at most 2 s, and the slowest took 2 s."
        in seen.text
    )


def test_without_a_quota_no_quota_is_drawn(page, busy):
    seen = page(seen=busy, quota=Quota(0, 0.0), calls=180)
    assert seen.tags.count("details") == 2
    assert "quota" not in seen.text


def test_nearest_rank_percentiles():
    latencies = [Latency(10, 50), Latency(20, 45), Latency(900, 5)]
    assert [percentile(latencies, share) for share in (0.5, 0.51, 0.95, 0.96, 1.0)] == [
        10,
        20,
        20,
        900,
        900,
    ]


@pytest.mark.parametrize("ms", [0, 1, 7, 999, 60_000, 86_400_000])
def test_a_latency_of_any_size_is_drawn(page, overview, ms):
    seen = overview(timeline=Timeline(0.1, (Bucket(0.0, 1, 1),)), latencies=(Latency(ms, 1),))
    rects = [each for each in page(seen=seen).all("rect") if each.get("class") == "bar"]
    assert len(rects) == 2
    for rect in rects:
        assert 0 <= float(rect["x"]) <= 960
        assert 0 < float(rect["height"]) <= 150


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_is_shown_and_never_obeyed(page, overview, text):
    def build(text):
        name = text.replace("/", "").replace(HALF, NO_TEXT)
        seen = overview(
            reasons=(Reason(State.FAILED, text, text, 1, (2,)),),
            kinds=1,
            rows=(attention(2, text, code=text),),
            settled=1,
            warnings=(WarningGroup(text, text, 1, (2,)),),
        )
        return page(
            seen=seen,
            counts={State.INVALID: 1},
            source=f"in/{name}",
            report=f"out/{name}",
            message=text,
            sheet=text,
            profile=text,
            server=text,
            notes=(text,),
            run=text,
        )

    hostile, harmless = build(text), build("1001")
    assert hostile.tags == harmless.tags
    assert [set(each) for each in hostile.attributes] == [set(each) for each in harmless.attributes]
    assert not REVERSING.search(hostile.text)
    if text.isprintable():
        assert text in hostile.text
    links = [each["href"] for each in hostile.all("a")]
    assert all(re.fullmatch(r"#\w+|[\w.%~-]*", link) for link in links)


def test_what_cannot_be_seen_is_named(page, overview):
    seen = overview(rows=(attention(2, "a\u202eb\x07c\u200bd\ud83d"),), settled=1)
    assert "a[U+202E]b[U+0007]c[U+200B]d[U+D83D]" in page(seen=seen).text


def test_the_page_can_load_and_run_nothing_but_itself(page, busy):
    seen = page(seen=busy)
    (policy,) = [each["content"] for each in seen.all("meta") if "http-equiv" in each]
    assert policy.startswith("default-src 'none'; ")
    for name, directive in (("page.css", "style-src"), ("page.js", "script-src")):
        text = files("batch_tracker.reporter").joinpath(name).read_bytes()
        digest = b64encode(sha256(text).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in policy
    assert not {"link", "img", "iframe", "object", "form", "base"} & set(seen.tags)
    names = {name for each in seen.attributes for name in each}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style"}


def test_headings_and_landmarks_are_in_order(page, busy):
    seen = page(seen=busy, notes=("a note",), counts={State.INVALID: 1})
    levels = [int(tag[1]) for tag in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert seen.all("html") == [{"lang": "en"}]
    assert {"header", "nav", "main", "footer"} <= set(seen.tags)
    ids = [each["id"] for each in seen.attributes if "id" in each]
    assert len(ids) == len(set(ids))
    assert {each["href"][1:] for each in seen.all("a") if each["href"][0] == "#"} <= set(ids)


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart(scheme):
    style = files("batch_tracker.reporter").joinpath("page.css").read_text("utf-8")
    light, dark = style.split("prefers-color-scheme: dark")
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", light if scheme == "light" else dark))
    for ground in ("page", "card"):
        for ink in ("ink", "soft", "link", "limit"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for kind in ("good", "quiet", "cell", "server", "doubt", "open"):
        assert contrast(colours[f"{kind}-ink"], colours[f"{kind}-paper"]) >= 4.5, kind
        assert contrast(colours[f"{kind}-bar"], colours["card"]) >= 3, kind
    assert contrast(colours["bar"], colours["card"]) >= 3


def test_the_page_appears_whole_or_not_at_all(tmp_path, summarize, overview):
    path = tmp_path / "new" / "daily-results.html"
    path.parent.mkdir()
    path.write_text("earlier")
    facts = {"summary": summarize(), "overview": overview(), "quota": Quota(1, 1.0)}
    facts["register"] = Register(lambda _: True, lambda _: None)
    assert write_page(path, **facts) == path
    assert path.read_text("utf-8").startswith("<!doctype html>")
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(ReportFailed, match=r"The results page .* can't be written"):
        write_page(path / "below-a-file.html", **facts)
