"""Plots as inline SVG, drawn on the server: no script, no style attribute, no extra font.

Colours come from the style sheet by class (``series-0`` to ``series-7``), so one
drawing works on light and dark pages. Every mark has a ``<title>``, shown on hover, and
every plot has a text alternative. All text is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

SERIES_COLOURS = 8
"""Series beyond this number share the last colour."""

_WIDTH = 760
_HEIGHT = 240
_WIDEST_BAR = 48
_LEAST_TOP = 4.0
_CROWDED = 48
_LARGEST = 1e12
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 12, 26


@dataclass(frozen=True, slots=True)
class Series:
    """A named series with one value for each period of the plot; None means no value.

    colour: from 0; by the place among the series without it.
    """

    label: str
    values: tuple[float | None, ...]
    colour: int | None = None


Describe = Callable[[str, str, float], str]
"""Returns the hover title of a mark, given series label, period and value."""


def stacked_bars(
    periods: Sequence[str], series: Sequence[Series], *, label: str, describe: Describe
) -> Markup:
    """Draw one bar per period, with the series stacked; the axis begins at 0.

    A value that is None, negative or not finite is not drawn.
    """
    totals = [
        sum(_positive(row.values[column]) for row in series) for column in range(len(periods))
    ]
    top = nice_ceiling(max(totals, default=0.0))
    frame = _Frame(len(periods), top)
    marks: list[Markup] = [_axes(frame, periods)]
    for column, period in enumerate(periods):
        below = 0.0
        for index, row in enumerate(series):
            value = _positive(row.values[column])
            if value:
                marks.append(
                    Markup(
                        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="1">'
                        "<title>{}</title></rect>"
                    ).format(
                        _colour(index if row.colour is None else row.colour),
                        _figure(frame.centre(column) - frame.bar / 2),
                        _figure(frame.y(below + value)),
                        _figure(frame.bar),
                        _figure(frame.y(below) - frame.y(below + value)),
                        describe(row.label, period, value),
                    )
                )
                below += value
    return _svg("plot", label, marks)


def lines(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    top: float,
    label: str,
    describe: Describe,
    unit: str = "",
) -> Markup:
    """Draw a line for each series from 0 to ``top``, with a dot for each value.

    None interrupts the line. Values beyond the axis are cut; its numbers end with
    ``unit``.
    """
    frame = _Frame(len(periods), _positive(top) or 1.0)
    marks: list[Markup] = [_axes(frame, periods, unit)]
    for index, row in enumerate(series):
        dots = [
            (frame.centre(column), frame.y(min(_positive(value), frame.top)), column, value)
            for column, value in enumerate(row.values[: len(periods)])
            if value is not None and math.isfinite(value)
        ]
        for run in _runs(dots):
            path = "M" + "L".join(f"{_figure(x)} {_figure(y)}" for x, y, _, _ in run)
            marks.append(Markup('<path class="line {}" d="{}"/>').format(_colour(index), path))
        for x, y, column, value in dots:
            marks.append(
                Markup('<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>')
                .format(
                    _colour(index),
                    _figure(x),
                    _figure(y),
                    3.2 if len(periods) < _CROWDED else 2,
                    describe(row.label, periods[column], value),
                )
            )  # fmt: skip
    return _svg("plot", label, marks)


def sparkline(
    values: Sequence[float], *, label: str, titles: Sequence[str] = (), height: int = 36
) -> Markup:
    """Draw small bars of ``values`` without axes; ``titles`` are their hover texts."""
    width = 240
    clean = [_positive(value) for value in values]
    if not clean:
        return Markup("")
    top = max(clean) or 1.0
    # A single month must not become a block as wide as the whole picture.
    step = width / max(len(clean), 12)
    marks = [Markup('<line class="base" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(width, height)]
    for column, value in enumerate(clean):
        # Keep the smallest bar visible: one post must not look like none.
        tall = max(2.0, (height - 2) * value / top) if value else 0.0
        bar = Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(
            _figure(step * (column + 0.12)),
            _figure(height - tall),
            _figure(step * 0.76),
            _figure(tall),
        )
        if column < len(titles):
            # The hover text covers the whole column, because a bar may be only two units high.
            bar = Markup(
                '<g><title>{}</title><rect class="hit" x="{}" y="0" width="{}" height="{}"/>{}</g>'
            ).format(titles[column], _figure(step * column), _figure(step), height, bar)
        if value or titles:
            marks.append(bar)
    return _svg("spark", label, marks, width, height, stretch=True)


def interval_bar(score: float, low: float, high: float, *, label: str) -> Markup:
    """Draw a score from 0 to 100 as a dot on its 90 % interval; values are cut to the scale."""
    low, score, high = (min(_positive(value), 100.0) for value in (low, score, high))
    low, high = min(low, score), max(high, score)
    marks = [
        Markup('<rect class="rail" x="0" y="5" width="200" height="4" rx="2"/>'),
        Markup('<rect class="range" x="{}" y="3" width="{}" height="8" rx="4"/>').format(
            _figure(low * 1.9 + 4), _figure((high - low) * 1.9 + 2)
        ),
        Markup('<circle class="dot" cx="{}" cy="7" r="4.5"/>').format(_figure(score * 1.9 + 5)),
    ]
    return _svg("interval", label, marks, 200, 14)


def part_bar(value: float, *, label: str) -> Markup:
    """Draw a share from 0 to 1 as a filled bar."""
    filled = min(_positive(value), 1.0) * 120
    marks = [
        Markup('<rect class="rail" x="0" y="2" width="120" height="6" rx="3"/>'),
        Markup('<rect class="fill" x="0" y="2" width="{}" height="6" rx="3"/>').format(
            _figure(filled)
        ),
    ]
    return _svg("part", label, marks, 120, 10)


def nice_ceiling(value: float) -> float:
    """A round number at or above ``value``, at least 4, whose half is also round."""
    if not math.isfinite(value) or value <= _LEAST_TOP:
        return _LEAST_TOP
    power = 10.0 ** math.floor(math.log10(value))
    # Posts are whole numbers, so 3 and 5 serve only from 30 and 50 on, where half is whole.
    steps = (1, 2, 4, 6, 8, 10) if power < 10 else (1, 2, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in steps if step * power >= value)


class _Frame:
    """The plotting area: columns from left to right, 0 to ``top`` upwards."""

    def __init__(self, columns: int, top: float) -> None:
        self.columns = max(columns, 1)
        self.top = top
        self.step = (_WIDTH - _LEFT - _RIGHT) / self.columns
        self.bar = min(self.step * 0.76, _WIDEST_BAR)

    def centre(self, column: int) -> float:
        return _LEFT + self.step * (column + 0.5)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / self.top


def _axes(frame: _Frame, periods: Sequence[str], unit: str = "") -> Markup:
    parts: list[Markup] = []
    for quarter in range(5):
        value = frame.top * quarter / 4
        y = frame.y(value)
        # Five grid lines but three numbers: enough to read without crowding.
        parts.append(
            Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                _LEFT, _WIDTH - _RIGHT, _figure(y), _figure(y)
            )
        )
        if quarter % 2 == 0:
            parts.append(
                Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>').format(
                    _LEFT - 7, _figure(y + 4), _figure(value) + unit
                )
            )
    every = max(1, math.ceil(len(periods) / 10))
    parts.extend(
        Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            _figure(frame.centre(column)), _HEIGHT - 7, periods[column]
        )
        for column in range(0, len(periods), every)
    )
    return Markup("").join(parts)


def _runs(
    dots: Iterable[tuple[float, float, int, float]],
) -> Iterable[list[tuple[float, float, int, float]]]:
    """Groups of two or more dots in adjacent columns."""
    run: list[tuple[float, float, int, float]] = []
    for dot in dots:
        if run and dot[2] != run[-1][2] + 1:
            if len(run) > 1:
                yield run
            run = []
        run.append(dot)
    if len(run) > 1:
        yield run


def _svg(
    kind: str,
    label: str,
    marks: Sequence[Markup],
    width: int = _WIDTH,
    height: int = _HEIGHT,
    *,
    stretch: bool = False,
) -> Markup:
    aspect = Markup(' preserveAspectRatio="none"') if stretch else Markup("")
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}"{} role="img" aria-label="{}">{}</svg>'
    ).format(kind, width, height, aspect, label, Markup("").join(marks))


def _colour(index: int) -> str:
    return f"series-{min(index, SERIES_COLOURS - 1)}"


def _positive(value: float | None) -> float:
    """``value``, or 0 if it cannot be drawn; limited, so that sums stay finite."""
    if value is None or not math.isfinite(value) or value <= 0:
        return 0.0
    return min(float(value), _LARGEST)


def _figure(value: float) -> str:
    """Format a number with at most one decimal, no exponent and no trailing zero."""
    return f"{value:.1f}".removesuffix(".0")
