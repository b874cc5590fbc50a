"""The paper that charts are drawn on: a frame with scales, gridlines and ticks, as inline SVG."""

from collections.abc import Iterable, Sequence
from math import floor, log10
from typing import NamedTuple

from batch_tracker.reporter.markup import Html, element, joined

WIDTH = 960
LEFT, RIGHT = 64, 16
TOP, BOTTOM = 34, 28
_TICKS = 6


class Tick(NamedTuple):
    """A mark on the horizontal axis, at `at` in that axis's unit."""

    at: float
    label: str


class Frame(NamedTuple):
    """A plot from `first` to `last` across and from 0 to `most` upwards, `height` pixels high."""

    first: float
    last: float
    most: float
    height: int = 150

    def x(self, value: float) -> float:
        """Return where a value is across, in pixels."""
        share = (value - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Return where a value is downwards, in pixels."""
        return round(TOP + self.height * (1 - value / self.most), 1)

    @property
    def floor(self) -> int:
        """Where the horizontal axis is, in pixels downwards."""
        return TOP + self.height


def frame(first: float, last: float, most: float) -> Frame:
    """Return a frame whose height ends a little above `most`, at a tick or between two."""
    return Frame(first, last, max(most, 1) * 1.04)


def nice(value: float) -> float:
    """Return the next number from `value` up that is 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** floor(log10(value))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-9))


def bar(plot: Frame, start: float, end: float, value: float, *, hint: str) -> Html:
    """Return a bar that stands on the axis from `start` to `end`; nothing for no value."""
    if not value:
        return Html()
    left, top = plot.x(start), plot.y(value)
    width = max(plot.x(end) - left - 1, 1)
    height = max(plot.floor - top, 1.5)
    return element(
        "rect",
        element("title", hint),
        class_="bar",
        x=left,
        y=round(plot.floor - height, 1),
        width=round(width, 1),
        height=round(height, 1),
    )


def area(plot: Frame, steps: Iterable[tuple[float, float, float]]) -> Html:
    """Return a filled outline of steps, each from a start to an end at one value."""
    points = [(plot.x(x), plot.y(value)) for start, end, value in steps for x in (start, end)]
    outline = [(points[0][0], plot.floor), *points, (points[-1][0], plot.floor)]
    return element("polygon", points=" ".join(f"{x},{y}" for x, y in outline), class_="area")


def drawing(
    plot: Frame, *marks: str, name: str, title: str, description: str, ticks: Iterable[Tick]
) -> Html:
    """Return the whole SVG: the marks on their frame, with words for who can't see it."""
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
        _grid(plot),
        *marks,
        *(_tick(plot, tick) for tick in ticks),
        viewBox=f"0 0 {WIDTH} {plot.floor + BOTTOM}",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
    )


def line(x1: float, y1: float, x2: float, y2: float, *, class_: str) -> Html:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def label(text: str, x: float, y: float, *, anchor: str, class_: str = "label") -> Html:
    """Return a text that starts, ends or has its middle at `x`."""
    return element("text", text, x=x, y=y, text_anchor=anchor, class_=class_)


def numbers(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    """Return the same as the chart, as a table that is folded away."""
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    lines = (
        element("tr", element("th", row[0], scope="row"), *(element("td", c) for c in row[1:]))
        for row in rows
    )
    table = element(
        "table",
        element("caption", name),
        element("thead", head),
        element("tbody", joined(lines)),
        class_="numbers",
    )
    return element("details", element("summary", "Show the numbers"), table)


def _grid(plot: Frame) -> Html:
    step = max(nice(plot.most / _TICKS), 1)
    values = [round(step * n) for n in range(int(plot.most / step) + 1)]
    return joined(
        part
        for value in values
        for part in (
            line(LEFT, plot.y(value), WIDTH - RIGHT, plot.y(value), class_="grid"),
            label(f"{value:,}", LEFT - 8, plot.y(value) + 4, anchor="end"),
        )
    )


def _tick(plot: Frame, tick: Tick) -> Html:
    x = plot.x(tick.at)
    mark = line(x, plot.floor, x, plot.floor + 5, class_="axis")
    return joined([mark, label(tick.label, x, plot.floor + 19, anchor="middle")])
