"""A person's history by topic, as plots and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.answers.person_posts import PostsOfPeriod
from api.pages import plots
from api.pages.periods import every_period
from api.pages.translations import Translator
from api.schemas import PeriodRecord, TopicHistory

TOPICS_DRAWN = 5
"""Topics with a colour of their own; all other posts share the last colour."""
MAXIMUM_ROWS = 150


@dataclass(frozen=True, slots=True)
class HistoryPlots:
    """The plots with their legend and table; a plot without data is empty.

    legend: pairs of colour, from 0, and topic label.
    rows: pairs of topic label and record, the latest period first.
    """

    posts: Markup
    scores: Markup
    focus: Markup
    legend: tuple[tuple[int, str], ...]
    rows: tuple[tuple[str, PeriodRecord], ...]


def history_plots(
    history: TopicHistory, posts: Sequence[PostsOfPeriod], t: Translator
) -> HistoryPlots:
    """Draw the three plots of a person: posts by topic, scores by topic, focus.

    posts: every post once, so that the bars together are as many as the person's posts.
    """
    periods = every_period(one.period for one in posts)
    if not periods:
        return HistoryPlots(Markup(""), Markup(""), _focus(history, t), (), ())
    names = [t.period(period) for period in periods]
    drawn = _most_written(posts)
    rows = _posts(posts, drawn, periods, t)
    scores = _scores(history, drawn, periods)
    best = max((value or 0 for row in scores for value in row.values), default=0)
    return HistoryPlots(
        posts=plots.stacked_bars(
            names,
            rows,
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
        legend=tuple((row.colour or index, row.label) for index, row in enumerate(rows)),
        rows=_rows(history),
    )


def _most_written(posts: Sequence[PostsOfPeriod]) -> dict[str, str]:
    """Slug → label of the topics that the person wrote most about."""
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for one in posts:
        if one.topic is not None:
            counts[one.topic.slug] += one.posts
            labels[one.topic.slug] = one.topic.label
    most = sorted(counts, key=lambda slug: (-counts[slug], slug))[:TOPICS_DRAWN]
    return {slug: labels[slug] for slug in most}


def _posts(
    posts: Sequence[PostsOfPeriod], drawn: dict[str, str], periods: Sequence[str], t: Translator
) -> list[plots.Series]:
    """Posts by period, for the topics drawn and for all others together."""
    counts: dict[str | None, dict[str, int]] = {slug: {} for slug in drawn}
    for one in posts:
        slug = one.topic.slug if one.topic is not None and one.topic.slug in drawn else None
        of_topic = counts.setdefault(slug, {})
        of_topic[one.period] = of_topic.get(one.period, 0) + one.posts
    rest = counts.pop(None, {})
    rows = [
        plots.Series(drawn[slug], _row(of_topic, periods))
        for slug, of_topic in counts.items()
        if slug is not None
    ]
    if rest:
        label = t.plain("person.other_topics")
        rows.append(plots.Series(label, _row(rest, periods), plots.SERIES_COLOURS - 1))
    return rows


def _scores(
    history: TopicHistory, drawn: dict[str, str], periods: Sequence[str]
) -> list[plots.Series]:
    """Scores on the topics drawn, in their order and colours."""
    found = {topic.slug: topic.series for topic in history.topics}
    return [
        plots.Series(
            label,
            _row({r.period: r.score for r in found.get(slug, ()) if r.rank is not None}, periods),
        )
        for slug, label in drawn.items()
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
