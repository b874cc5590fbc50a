import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from batch_tracker.model import Answer
from batch_tracker.sender.rate_limited import pause_s
from batch_tracker.sender.reply import classify

RESET = "2022-01-14T09:38:49.9856571Z"
RESET_AT = datetime(2022, 1, 14, 9, 38, 49, 985657, tzinfo=UTC)
HTTP_DATE = "Fri, 14 Jan 2022 09:38:50 GMT"
PAGE = "<!DOCTYPE html><html><body>Sign in</body></html>"


def verdict(status, body=b"", **headers):
    if isinstance(body, dict | list):
        body = json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else body.encode()
    return classify(status, CIMultiDict(names), raw)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("", ["", "text/html", "image/png"]),
        (" \r\n", ["", "text/html; charset=utf-8"]),
        ("OK", ["", "text/plain", "Text/Plain; charset=utf-8"]),
        ("3 < 4 and a <3", ["", "text/plain"]),
        ('{"Success": true, "Note": "<b>done</b>"}', ["", "application/json", "text/json"]),
        ("null", ["application/json; charset=utf-8", "application/vnd.api+json"]),
        ("[]", ["application/json", "text/plain"]),
        ('"done"', ["", "application/json"]),
    ],
)
def test_a_success_looks_like_the_apis_own(status, body, kinds):
    for kind in kinds:
        told = verdict(status, body, Content_Type=kind)
        assert (told.answer, told.code, told.message) == (Answer.ACCEPTED, "", "")
        assert told.status == status


@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/plain", ""])
@pytest.mark.parametrize(
    "page",
    [
        PAGE,
        "\ufeff" + PAGE,
        "\ufeff \r\n\t" + PAGE,
        "\n\n  <HTML lang=en>",
        "<!-- served by proxy 7 -->\n<!doctype html>",
        "<!-- one --> <!-- two\nlines --><html>",
        f"<!-- {'long ' * 1000} --><p>Sign in",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
        "<head><title>Maintenance</title></head>",
        "<body>Back soon",
        "<script>location='/login'</script>",
        "<div>Your session has expired. <a href='/login'>Sign in</a></div>",
        "<form action=/login>",
        "<h1>Web Page Blocked</h1>",
        "Blocked.<br>Ask your administrator.",
        "<string>OK</string>",
        "an <html> word",
    ],
)
def test_a_web_page_is_no_success(page, kind):
    told = verdict(200, page, Content_Type=kind)
    assert (told.answer, told.code) == (Answer.LOST, "web-page")
    assert "SELLERCLOUD_URL" in told.message


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Your session has expired.", "text/html"),
        ("{}", "text/html; charset=utf-8"),
        ('"OK"', "application/xhtml+xml"),
        ("OK", "image/png"),
        (b"\x89PNG\r\n\x1a\n\0", ""),
        (b"\x1f\x8b\x08\0", "application/json"),
        ("word " * 200, "text/plain"),
        ("\0\x07", ""),
        ('{"Success": tr', "application/json; charset=utf-8"),
        ('[{"ID": 7', ""),
    ],
)
def test_what_the_api_never_answers_is_no_success(body, kind):
    told = verdict(200, body, Content_Type=kind)
    assert (told.answer, told.code, told.status) == (Answer.LOST, "not-the-api", 200)


SAID = [
    ({"Message": "PO 7 was not found."}, "PO 7 was not found."),
    ({"message": "lower case"}, "lower case"),
    ({"ExceptionMessage": "Locked.", "Message": "The request failed."}, "Locked."),
    ({"ErrorMessage": "First.", "ExceptionMessage": "Second."}, "First."),
    ({"error": "invalid_grant", "error_description": "Wrong password."}, "Wrong password."),
    ({"Error": "Not allowed."}, "Not allowed."),
    ({"ErrorMessage": None, "ExceptionMessage": " ", "Message": "Third."}, "Third."),
    (
        {"Title": "Errors.", "Status": 400, "TraceId": "00-1", "Errors": {"ShippedOn": ["Bad."]}},
        "Errors. Bad.",
    ),
    (
        {"title": "Errors.", "errors": {"a": ["One.", "Two."], "b": "Three."}},
        "Errors. One. Two. Three.",
    ),
    ({"Message": "Invalid.", "ModelState": {"body.ShippedOn": ["No date."]}}, "Invalid. No date."),
    ({"Errors": ["One.", "Two."]}, "One. Two."),
    (["One.", {"x": 1}, 2, "Two."], "One. Two."),
    ('"A JSON text."', "A JSON text."),
    ("Plain text.", "Plain text."),
    ("\ufeffWith a mark.", "With a mark."),
    ("two\r\n  lines\tand a tab", "two lines and a tab"),
    ('{"Message": "cut sho', '{"Message": "cut sho'),
]


@pytest.mark.parametrize(("body", "message"), SAID)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 415, 422, 500])
def test_the_servers_own_words_are_kept_in_every_shape(status, body, message):
    told = verdict(status, body)
    assert (told.answer, told.code) == (Answer.REFUSED, f"http-{status}")
    assert told.message == message


SILENT = [
    "\0\x07",
    "",
    "   ",
    "null",
    "{}",
    "[]",
    "7",
    "true",
    '""',
    {"TraceId": "00-1"},
    {"Message": 5},
    PAGE,
]


@pytest.mark.parametrize("body", SILENT)
def test_where_the_server_says_nothing_the_status_speaks(body):
    told = verdict(404, body)
    assert told.answer is Answer.REFUSED
    assert told.message == "The server answered 404 (Not Found) and said nothing else."


@pytest.mark.parametrize("status", [408, 425, 502, 503, 504, 507, 520, 530, 599])
@pytest.mark.parametrize("body", ["", PAGE, {"Message": "Whatever."}])
def test_some_statuses_are_always_server_trouble(status, body):
    assert verdict(status, body).answer is Answer.UNAVAILABLE


@pytest.mark.parametrize("body", SILENT)
def test_a_500_without_words_is_server_trouble(body):
    told = verdict(500, body)
    assert (told.answer, told.code) == (Answer.UNAVAILABLE, "server-trouble")
    assert "500" in told.message


@pytest.mark.parametrize(
    "words",
    [
        "An error has occurred.",
        "An error occurred while processing your request.",
        "Internal Server Error",
        "Timeout expired.",
        "The operation has timed out.",
        "Transaction was deadlocked on lock resources.",
        "Object reference not set to an instance of an object.",
        "Service temporarily unavailable",
        "Please try again later.",
    ],
)
def test_a_500_with_standard_words_is_server_trouble_and_keeps_them(words):
    for body in ({"Message": words}, {"Title": words}, words):
        told = verdict(500, body)
        assert (told.answer, told.message) == (Answer.UNAVAILABLE, words)


def test_a_500_with_a_business_message_is_a_refusal():
    told = verdict(500, {"Message": "An error has occurred.", "ExceptionMessage": "PO is closed."})
    assert (told.answer, told.message) == (Answer.REFUSED, "PO is closed.")


def test_a_401_is_about_the_token():
    told = verdict(401, "Invalid Token")
    assert (told.answer, told.code, told.message) == (
        Answer.UNAUTHORIZED,
        "unauthorized",
        "Invalid Token",
    )
    assert "401 (Unauthorized)" in verdict(401).message


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_a_redirect_is_a_refusal_that_names_its_target(status):
    told = verdict(status, PAGE, Location="https://elsewhere.example/rest")
    assert (told.answer, told.code) == (Answer.REFUSED, "redirect")
    assert "https://elsewhere.example/rest" in told.message
    assert "another address" in verdict(status).message


def test_a_status_nobody_knows_is_put_into_words():
    assert verdict(499).message == "The server answered 499 and said nothing else."


def test_a_long_message_is_cut():
    told = verdict(400, {"Message": "word " * 1000})
    assert len(told.message) == 500
    assert told.message.endswith("…")


def test_what_neither_a_database_nor_a_workbook_can_hold_is_left_out():
    told = verdict(400, b'{"Message": "a\\ud800b\\u0000c\\u0008d"}')
    assert told.message == "a b c d"


# Throttling


@pytest.mark.parametrize("status", [200, 400, 403, 429, 500, 503])
def test_a_reset_time_means_throttled_under_every_status(status):
    told = verdict(status, {"Error": "Too many requests.", "RateLimitResetTime": RESET})
    assert (told.answer, told.code) == (Answer.THROTTLED, "throttled")
    assert told.retry_at == RESET_AT


@pytest.mark.parametrize(
    ("reset", "moment"),
    [
        ("2022-01-14T09:38:49.9856571", RESET_AT),
        ("2022-01-14T04:38:49.985657-05:00", RESET_AT),
        ("2022-01-14T09:38:49", RESET_AT.replace(microsecond=0)),
        ("soon", None),
        (1642153129, None),
        ({"at": 1}, None),
        ("9" * 5000, None),
    ],
)
def test_a_reset_time_is_read_as_far_as_it_can_be(reset, moment):
    told = verdict(400, {"rateLimitResetTime": reset})
    assert told.answer is Answer.THROTTLED
    assert told.retry_at == moment


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("wait", "seconds", "moment"),
    [
        ("17", 17.0, None),
        (HTTP_DATE, None, datetime(2022, 1, 14, 9, 38, 50, tzinfo=UTC)),
        ("-5", None, None),
        ("in a while", None, None),
        ("9" * 400, float("inf"), None),
    ],
)
def test_retry_after_is_a_delay_or_a_date(status, wait, seconds, moment):
    told = verdict(status, PAGE, Retry_After=wait)
    assert told.answer is Answer.THROTTLED
    assert (told.retry_after_s, told.retry_at) == (seconds, moment)


def test_a_429_says_enough_and_a_503_does_not():
    assert verdict(429).answer is Answer.THROTTLED
    assert verdict(503).answer is Answer.UNAVAILABLE


def test_a_429_that_tells_its_own_time_alone_names_no_wait():
    told = verdict(429, Date=HTTP_DATE)
    assert (told.retry_at, told.retry_after_s) == (None, None)
    assert pause_s(told, NOW) == 60


def test_retry_after_on_another_status_is_not_throttling():
    assert verdict(400, "No.", Retry_After="5").answer is Answer.REFUSED


def test_the_wait_by_the_servers_own_clock_is_known_too():
    told = verdict(429, {"RateLimitResetTime": RESET}, Date="Fri, 14 Jan 2022 09:38:40 GMT")
    assert told.retry_after_s == pytest.approx(9.985657)


NOW = RESET_AT - timedelta(seconds=30)


@pytest.mark.parametrize(
    ("our_clock_is_off", "date", "wait_s"),
    [
        (0, None, 30),
        (29.5, None, 1),
        (30, None, 1),
        (40, None, 60),  # long over, and nothing else to go by
        (3600, "Fri, 14 Jan 2022 09:38:19 GMT", 30.985657),
        (-86400, "Fri, 14 Jan 2022 09:38:19 GMT", 30.985657),
        (-86400, None, 60),
    ],
)
def test_a_reset_time_is_obeyed_even_where_our_clock_is_wrong(our_clock_is_off, date, wait_s):
    headers = {"Date": date} if date else {}
    told = verdict(429, {"RateLimitResetTime": RESET}, **headers)
    assert pause_s(told, NOW + timedelta(seconds=our_clock_is_off)) == pytest.approx(wait_s)


@pytest.mark.parametrize(("wait", "wait_s"), [("17", 17), ("0", 1), ("9" * 400, 60), ("x", 60)])
def test_a_delay_is_obeyed_unless_it_is_garbled(wait, wait_s):
    assert pause_s(verdict(503, Retry_After=wait), NOW) == wait_s


# Anything at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Message", "Errors", "RateLimitResetTime", "Title", "ModelState", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
bodies = (
    st.binary()
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.sampled_from([b"[" * 100_000, b'{"a":' * 50_000, b"1" * 5000, b"\xef\xbb\xbf{}", b"<!--"])
)
headers = st.dictionaries(
    st.sampled_from(["Retry-After", "Location", "Date", "Content-Type"]),
    st.text() | st.just(HTTP_DATE) | st.datetimes().map(str) | st.integers().map(str),
)


@given(st.integers(200, 999), headers, bodies)
def test_every_reply_gets_a_verdict_that_can_be_stored(status, headers, body):
    told = classify(status, CIMultiDict(headers), body)
    assert told.status == status
    assert told.message.isprintable()
    assert len(told.message) < 700
    assert told.message or told.answer is Answer.ACCEPTED
    assert (told.answer is Answer.ACCEPTED) <= (200 <= status < 300)
    if told.answer is Answer.THROTTLED:
        assert 1 <= pause_s(told, NOW) <= 7200
