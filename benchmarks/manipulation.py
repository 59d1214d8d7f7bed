"""How far sock puppets lift a person, what the authority gate prevents, and who is detected.

Runs the attacks of ``pakar evaluate`` more often, and some stronger ones: bursts of
about forty puppets, attacks spread over two years, and fake posts that copy the best
text. Every figure is a place, a share or a count; nothing is timed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from archive.database import Database
from archive.settings import Settings
from reputation.corpus.reader import CorpusReader
from reputation.epochs.view import load_view
from reputation.evaluation.attacks import Attack
from reputation.evaluation.resistance import (
    ATTACKS,
    TOPICS,
    Trial,
    attempt,
    false_alarms,
    most_ranked,
)

RUNS = 10
YEARS = 730
FURTHER = (
    *(Attack(socks, 5, vouched=True) for socks in (39, 40, 80)),
    Attack(20, 5, vouched=True, days=YEARS),
    Attack(20, 20, vouched=True, days=YEARS),
    Attack(20, 5, vouched=True, words="best"),
    Attack(20, 5, vouched=True, days=YEARS, words="best"),
)


def main() -> None:
    """Plant every attack, and print a table."""
    options = _options()
    settings = Settings(data_dir=options.data_dir)
    database = Database(settings.database_url)
    view = load_view(database, CorpusReader(database, settings.terms_folder))
    topics = list(view.topics.values())
    chosen = most_ranked(view.model, topics, options.topics)
    sizes = [size for _, size in chosen]
    print(f"{view.posts} posts; {len(chosen)} topics with {sizes} ranked people")
    print(f"{'':46} median   best not ranked  gated  alarms")
    mentions, attacked = view.corpus.mentions, [topic for topic, _ in chosen]
    for attack in (*ATTACKS, *FURTHER):
        print(_line(attempt(view.model, mentions, attacked, attack, options.runs)), flush=True)
    flagged, honest = false_alarms(view.model, topics)
    print(f"false alarms: {flagged} of {honest} honest people, on {len(topics)} topics")
    database.close()


def _line(trial: Trial) -> str:
    attack = trial.attack
    name = (
        f"{attack.socks} x {attack.questions}, {'vouched' if attack.vouched else 'unvouched'}, "
        f"{attack.days} days, {attack.words} words"
    )
    return (
        f"{name:46} {trial.median:6.0f} {trial.best:6} {trial.unranked:7}/{trial.runs} "
        f"{trial.gated:6.0f} {trial.alarms:4}/{trial.runs}"
    )


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
