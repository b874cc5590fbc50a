"""The charts of the page: calls over time, calls against the quota, times to an answer."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import NamedTuple

from batch_tracker.ledger.aggregates import Latency, Timeline
from batch_tracker.reporter import plot
from batch_tracker.reporter.markup import Html, element, joined
from batch_tracker.reporter.plot import Frame, Tick
from batch_tracker.reporter.times import local, zone_name
from batch_tracker.settings import Quota

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_S, _DAY_S = 60, 86_400
_FEWEST_BUCKETS = 20
_TIME_TICKS = 8
_TIME_STEPS_S = (
    *(0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600 * hours for hours in (1, 2, 4, 6, 12)),
)
_LAST_LABEL = 0.04
"""The share of the axis at its end where a label would not fit."""
_BINS = 24
_TYPICAL = 0.99
_SECOND_MS = 1000


def rate_chart(timeline: Timeline) -> Html:
    """Draw how many calls were begun in each bucket. There must be one."""
    buckets, width = timeline.buckets, timeline.width_s
    title = f"Calls per {_length(width)}, times in {_zone(timeline)}"
    most = max(each.calls for each in buckets)
    frame = _time_frame(timeline, most)
    rows = [(_moment(each.start, width), f"{each.calls:,}") for each in buckets]
    bars = (
        plot.bar(frame, each.start, each.start + width, each.calls, hint=f"{when}: {calls}")
        for each, (when, calls) in zip(buckets, rows, strict=True)
    )
    total = sum(each.calls for each in buckets)
    drawn = plot.drawing(
        frame,
        *bars,
        name="rate",
        title=title,
        description=f"{total:,} calls, at most {most:,} per {_length(width)}.",
        ticks=_time_ticks(frame),
    )
    return _figure(title, drawn, plot.numbers(title, ("From", "Calls"), rows))


def quota_chart(timeline: Timeline, quota: Quota) -> Html:
    """Draw how much of the quota was used up at any time, and the quota itself."""
    buckets, width = timeline.buckets, timeline.width_s
    window = _length(quota.seconds)
    title = f"Calls within the last {window}, against the quota of {quota.calls:,}"
    most = max(each.recent for each in buckets)
    frame = _time_frame(timeline, max(most, quota.calls))
    drawn = plot.drawing(
        frame,
        plot.area(frame, [(each.start, each.start + width, each.recent) for each in buckets]),
        *_limit(frame, quota),
        name="quota",
        title=title,
        description=f"At most {most:,} calls were begun in any {window}. The quota allows "
        f"{quota.calls:,}.",
        ticks=_time_ticks(frame),
    )
    rows = ((_moment(each.start, width), f"{each.recent:,}") for each in buckets)
    heads = (f"From ({_zone(timeline)})", f"Most calls in any {window}")
    return _figure(title, drawn, plot.numbers(title, heads, rows))


def latency_chart(latencies: Sequence[Latency]) -> Html:
    """Draw how many calls took how long; median and 95th percentile are marked."""
    title = "Answered calls by the time they took"
    bins = _bins(latencies)
    frame = plot.frame(bins[0].start_ms, bins[-1].end_ms, max(each.calls for each in bins))
    rows = [(each.label, f"{each.calls:,}") for each in bins]
    bars = (
        plot.bar(frame, each.start_ms, each.end_ms, each.calls, hint=f"{when}: {calls}")
        for each, (when, calls) in zip(bins, rows, strict=True)
    )
    marks = [("median", percentile(latencies, 0.5)), ("95 %", percentile(latencies, 0.95))]
    drawn = plot.drawing(
        frame,
        *bars,
        *(_mark(frame, f"{name} {told_ms(ms)}", ms, row=n) for n, (name, ms) in enumerate(marks)),
        name="latency",
        title=title,
        description=f"Half of the calls took at most {told_ms(marks[0][1])}, 95 % at most "
        f"{told_ms(marks[1][1])}, and the slowest took {told_ms(latencies[-1].ms)}.",
        ticks=[Tick(each.start_ms, told_ms(each.start_ms)) for each in bins[::4]],
    )
    return _figure(title, drawn, plot.numbers(title, ("Took", "Calls"), rows))


def percentile(latencies: Sequence[Latency], share: float) -> int:
    """Return the milliseconds within which this share of the calls was answered (nearest rank)."""
    wanted = ceil(share * sum(each.calls for each in latencies))
    for each in latencies:
        wanted -= each.calls
        if wanted <= 0:
            return each.ms
    raise ValueError("there are no latencies")


def told_ms(ms: float) -> str:
    """Return a time to an answer the way people say it: `45 ms`, `1.25 s`."""
    return f"{ms:g} ms" if ms < _SECOND_MS else f"{ms / _SECOND_MS:,.4g} s"


class _Bin(NamedTuple):
    """Calls that took from `start_ms` to just under `end_ms`; the last bin has no end."""

    start_ms: int
    end_ms: int
    calls: int
    is_last: bool

    @property
    def label(self) -> str:
        if self.is_last:
            return f"{told_ms(self.start_ms)} or longer"
        return f"{told_ms(self.start_ms)} to {told_ms(self.end_ms)}"


def _bins(latencies: Sequence[Latency]) -> list[_Bin]:
    """Sort the calls into bins that suit the usual ones; the last bin takes the slow rest."""
    width = max(round(plot.nice(max(percentile(latencies, _TYPICAL), 1) / (_BINS - 1))), 1)
    calls = [0] * _BINS
    for each in latencies:
        calls[min(each.ms // width, _BINS - 1)] += each.calls
    return [_Bin(n * width, (n + 1) * width, calls[n], n == _BINS - 1) for n in range(_BINS)]


def _limit(frame: Frame, quota: Quota) -> Iterator[Html]:
    y = frame.y(quota.calls)
    end = plot.WIDTH - plot.RIGHT
    yield plot.line(plot.LEFT, y, end, y, class_="limit")
    yield plot.label(f"quota {quota.calls:,}", end, y - 7, anchor="end", class_="limit-label")


def _mark(frame: Frame, text: str, value: float, *, row: int) -> Html:
    """Draw a line from the axis up to a label; two labels stand one above the other."""
    x, top = min(frame.x(value), plot.WIDTH - plot.RIGHT), 14 + 14 * row
    is_right = x > plot.WIDTH * 0.75
    return joined(
        [
            plot.line(x, top - 10, x, frame.floor, class_="mark"),
            plot.label(
                text,
                x - 6 if is_right else x + 6,
                top,
                anchor="end" if is_right else "start",
                class_="mark-label",
            ),
        ]
    )


def _time_frame(timeline: Timeline, most: float) -> Frame:
    first = timeline.buckets[0].start
    buckets = max(len(timeline.buckets), _FEWEST_BUCKETS)
    return plot.frame(first, first + buckets * timeline.width_s, most)


def _time_ticks(frame: Frame) -> Iterator[Tick]:
    span = frame.last - frame.first
    wanted = span / _TIME_TICKS
    step = next((s for s in _TIME_STEPS_S if s >= wanted), ceil(wanted / _DAY_S) * _DAY_S)
    # Full hours and days are those of the reader's clock.
    offset = _local(frame.first).utcoffset() or timedelta()
    ahead = offset.total_seconds()
    at = ceil((frame.first + ahead) / step) * step - ahead
    while at < frame.last - span * _LAST_LABEL:
        yield Tick(at, _moment(at, step, date="%d %b" if span > _DAY_S else ""))
        at += step


def _moment(at: float, step_s: float, *, date: str = "%Y-%m-%d") -> str:
    """Return a moment by the reader's clock, as exactly as steps of this length need it."""
    moment = _local(at)
    if step_s >= _DAY_S:
        return f"{moment:{date}}"
    time = "%H:%M" if step_s >= _MINUTE_S else "%H:%M:%S"
    tenths = f".{moment.microsecond // 100_000}" if step_s < 1 else ""
    return f"{moment:{date} {time}}{tenths}".strip()


def _local(at: float) -> datetime:
    return local(_EPOCH + timedelta(seconds=round(at, 1)))


def _zone(timeline: Timeline) -> str:
    return zone_name(_local(timeline.buckets[0].start))


def _length(seconds: float) -> str:
    """Return a length of time in a title: `hour`, `30 s`, `5 min`."""
    for unit, name in ((_DAY_S, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds == unit:
            return name
        if seconds > unit and seconds % unit == 0:
            return f"{seconds / unit:g} {name}s"
    return f"{seconds:g} seconds"


def _figure(title: str, drawn: Html, table: Html) -> Html:
    caption = element("figcaption", title)
    return element("figure", caption, element("div", drawn, class_="drawing"), table)
