"""How far sock puppets lift somebody, what the authority gate takes off, who sees it.

Attacks are planted into the posts of a real archive, on the topics with the
most ranked people: a ranking of thirty people has no top ten worth attacking.
Beside them stand the archive's own first people as the honest ones, whose
alarms are false. Every figure is a place, a share or a count of this one run;
nothing is timed.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from archive.settings import Settings
from reputation.alarms import Watch
from reputation.corpus import CorpusReader
from reputation.manipulation import PROTOCOL, Attack, Attacker, place_of
from reputation.view import ReputationView, load_view

TOPICS = 3
RUNS = 10
HONEST = 200
YEARS = 730
BURST = (
    *(Attack(socks, questions) for socks, questions in PROTOCOL),
    *(Attack(socks, questions, vouched=True) for socks, questions in PROTOCOL),
    *(Attack(socks, 5, vouched=True) for socks in (39, 40, 80)),
)
SLOW = (
    Attack(20, 5, vouched=True, days=YEARS),
    Attack(20, 20, vouched=True, days=YEARS),
    Attack(20, 5, vouched=True, words="best"),
    Attack(20, 5, vouched=True, days=YEARS, words="best"),
)


def main() -> None:
    """Plant every attack, and print a table."""
    options = _options()
    view = _view(options.data_dir)
    topics = sorted(view.topics, key=lambda topic: (-len(view.topic_ranking(topic).items), topic))[
        : options.topics
    ]
    queries = [view.topics[topic].terms for topic in topics]
    sizes = [len(view.topic_ranking(topic).items) for topic in topics]
    print(f"{view.posts} posts; {len(topics)} topics with {sizes} ranked people")
    print(
        f"{options.runs} runs a topic: median place, best place, with the gate, runs with an alarm"
    )
    for attack in (*BURST, *SLOW):
        print(_line(attack, _runs(view, queries, attack, options.runs)), flush=True)
    _print_honest(view)


def _runs(
    view: ReputationView, queries: Sequence[dict[str, float]], attack: Attack, runs: int
) -> Iterator[tuple[int, int, bool]]:
    """Place, place behind the gate, and whether an alarm was raised, of each run."""
    for number, weights in enumerate(queries):
        attacker = Attacker(view.model, view.corpus.mentions, weights)
        for seed in range(runs):
            attacked = attacker.plant(attack, np.random.default_rng((number, seed)))
            model, planted = attacked.model, attacked.planted
            alarms = Watch(model).look(model.topic(weights), [planted])
            yield (
                place_of(model, weights, planted, gated=False),
                place_of(model, weights, planted, gated=True),
                bool(alarms),
            )


def _line(attack: Attack, runs: Iterator[tuple[int, int, bool]]) -> str:
    places, gated, alarms = zip(*runs, strict=True)
    name = (
        f"{attack.socks} x {attack.questions}, {'vouched' if attack.vouched else 'unvouched'}, "
        f"{attack.days} days, {attack.words} words"
    )
    return (
        f"{name:46} {statistics.median(places):6.0f} {min(places):6} "
        f"{statistics.median(gated):6.0f} {sum(alarms):4}/{len(alarms)}"
    )


def _print_honest(view: ReputationView) -> None:
    """False alarms among the first people of the archive's own topics."""
    honest: list[int] = []
    for place in range(100):
        for topic in sorted(view.topics):
            items = view.topic_ranking(topic).items
            if place < len(items) and items[place].person not in honest:
                honest.append(items[place].person)
        if len(honest) >= HONEST:
            break
    honest = honest[:HONEST]
    flagged: set[int] = set()
    for topic in view.topics:
        flagged |= {alarm.person for alarm in view.alarms(topic) if alarm.person in honest}
    print(
        f"false alarms: {len(flagged)} of {len(honest)} honest people, on {len(view.topics)} topics"
    )


def _view(data_dir: Path) -> ReputationView:
    from archive.database import Database

    settings = Settings(data_dir=data_dir)
    database = Database(settings.database_url)
    return load_view(database, CorpusReader(database, settings.terms_folder))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of a ranked archive"
    )
    parser.add_argument("--topics", type=int, default=TOPICS)
    parser.add_argument("--runs", type=int, default=RUNS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
