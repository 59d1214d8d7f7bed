"""A person's history by topic, as plots and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.pages import plots
from api.pages.periods import every_period
from api.pages.translations import Translator
from api.schemas import PeriodRecord, TopicHistory

TOPICS_DRAWN = plots.SERIES_COLOURS - 1
"""Topics with a colour of their own; all others share the last colour."""
MAXIMUM_ROWS = 150


@dataclass(frozen=True, slots=True)
class HistoryPlots:
    """The plots with their legend and table; a plot without data is empty.

    rows: pairs of topic label and record, the latest period first.
    """

    posts: Markup
    scores: Markup
    focus: Markup
    legend: tuple[str, ...]
    rows: tuple[tuple[str, PeriodRecord], ...]


def history_plots(history: TopicHistory, t: Translator) -> HistoryPlots:
    """Draw the three plots of a person: posts by topic, scores by topic, focus."""
    periods = every_period(
        record.period for topic in history.topics for record in topic.series if record.posts
    ) or every_period(record.period for topic in history.topics for record in topic.series)
    names = [t.period(period) for period in periods]
    posts = _posts(history, periods, t)
    legend = tuple(row.label for row in posts)
    if not posts or not periods:
        return HistoryPlots(Markup(""), Markup(""), _focus(history, t), (), ())
    scores = _scores(history, periods)
    best = max((value or 0 for row in scores for value in row.values), default=0)
    return HistoryPlots(
        posts=plots.stacked_bars(
            names,
            posts,
            label=t.plain("person.history_posts"),
            describe=lambda topic, period, value: t.plain(
                "person.posts_mark", topic=topic, period=period, n=t.number(value)
            ),
        ),
        scores=plots.lines(
            names,
            scores,
            top=min(plots.nice_ceiling(best), 100),
            label=t.plain("person.history_scores"),
            describe=lambda topic, period, value: t.plain(
                "person.score_mark", topic=topic, period=period, n=t.score(value)
            ),
        ),
        focus=_focus(history, t),
        legend=legend,
        rows=_rows(history),
    )


def _posts(history: TopicHistory, periods: Sequence[str], t: Translator) -> list[plots.Series]:
    """Posts by period, for the first topics and for all others together."""
    drawn = [
        plots.Series(topic.label, _row({r.period: r.posts for r in topic.series}, periods))
        for topic in history.topics[:TOPICS_DRAWN]
    ]
    rest: dict[str, float] = {}
    for topic in history.topics[TOPICS_DRAWN:]:
        for record in topic.series:
            rest[record.period] = rest.get(record.period, 0) + record.posts
    if rest:
        drawn.append(plots.Series(t.plain("person.other_topics"), _row(rest, periods)))
    return drawn


def _scores(history: TopicHistory, periods: Sequence[str]) -> list[plots.Series]:
    return [
        plots.Series(
            topic.label,
            _row({r.period: r.score for r in topic.series if r.rank is not None}, periods),
        )
        for topic in history.topics[:TOPICS_DRAWN]
    ]


def _row(
    values: dict[str, int] | dict[str, float], periods: Sequence[str]
) -> tuple[float | None, ...]:
    return tuple(values.get(period) for period in periods)


def _focus(history: TopicHistory, t: Translator) -> Markup:
    periods = every_period(record.period for record in history.focus)
    if len(periods) < 2:
        return Markup("")
    values = {record.period: 100 * record.focus for record in history.focus}
    series = plots.Series(t.plain("person.focus_title"), _row(values, periods))
    return plots.lines(
        [t.period(period) for period in periods],
        [series],
        top=100,
        label=t.plain("person.focus_label"),
        unit="%",
        describe=lambda _, period, value: t.plain(
            "person.focus_mark", period=period, share=t.percent(value / 100)
        ),
    )


def _rows(history: TopicHistory) -> tuple[tuple[str, PeriodRecord], ...]:
    rows = [(topic.label, record) for topic in history.topics for record in topic.series]
    active = [row for row in rows if row[1].posts or row[1].answers]
    active.sort(key=lambda row: row[1].period, reverse=True)
    return tuple(active[:MAXIMUM_ROWS])
