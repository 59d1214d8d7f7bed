"""Attacks planted into an archive, and the alarms that they set off."""

from __future__ import annotations

import numpy as np
import pytest

from reputation.corpus.mentions import Mentions
from reputation.evaluation.attacks import PROTOCOL, Attack, Attacker, place_of
from reputation.evaluation.resistance import ATTACKS, Resistance, resistance
from reputation.standing.alarms import Sign, Watch
from reputation.topics.queries import TopicQuery
from tests.reputation.builders import Archive, lively_archive

VPN = {"vpn": 1.0, "route": 1.0}
FIRST = "ba be bi bo da de di do fa fe fi fo ga ge gi go ka ke ki ko".split()
LAST = "ran sit tol wem kus pad hur nik los yet".split()
WORDS = [first + last for first in FIRST for last in LAST]


def honest_archive() -> Archive:
    """Four specialists on one topic and four on others help people for three years.

    Everybody asks about several things, the specialists of the other fields about this one too.
    """
    archive = Archive()
    generator = np.random.default_rng(5)
    for number in range(160):
        day, asker = 7.0 * number, 100 + number
        words = " ".join(generator.choice(WORDS, 9, replace=False))
        archive.answered(
            5 + number % 4 if number % 3 == 0 else asker,
            1 + number % 4,
            day,
            f"route the vpn by {words}",
            subject=f"vpn {words}",
        )
        for helper in (5, 6, 7, 8):
            archive.answered(asker, helper, day + 1, words, subject=words)
    return archive


@pytest.fixture(scope="module")
def attacker() -> Attacker:
    return Attacker(honest_archive().model(), Mentions(), VPN)


def signs(attacker: Attacker, attack: Attack) -> dict[Sign, float]:
    planted = attacker.plant(attack, np.random.default_rng(1))
    state = planted.model.topic(VPN)
    return {one.sign: one.share for one in Watch(planted.model).look(state, [planted.planted])}


@pytest.mark.parametrize(("socks", "questions"), PROTOCOL)
def test_puppets_that_nobody_vouches_for_leave_their_owner_last(
    attacker: Attacker, socks: int, questions: int
) -> None:
    planted = attacker.plant(Attack(socks, questions), np.random.default_rng(1))

    ranking = planted.model.rank(VPN, draws=0)
    place, last = place_of(planted.model, planted.model.topic(VPN), planted.planted, gated=False)

    assert len(ranking) >= 4
    # Without a single vouched asker there is no standing at all: not a place, even the last.
    assert planted.planted not in [one.person for one in ranking]
    assert (place, last) == (len(ranking) + 1, len(ranking))


def test_vouched_puppets_lift_their_owner_and_the_authority_gate_lowers_it() -> None:
    attacker = Attacker(honest_archive().model(), Mentions(), VPN)
    attack = Attack(40, 5, vouched=True, days=700)

    planted = attacker.plant(attack, np.random.default_rng(1))
    plain = {one.person: one.value for one in planted.model.rank(VPN, draws=0)}
    gated = {one.person: one.value for one in planted.model.rank(VPN, draws=0, gated=True)}

    assert plain[planted.planted] > 0
    lost = gated[planted.planted] / plain[planted.planted]
    assert lost < min(gated[person] / plain[person] for person in (1, 2, 3, 4))


def test_the_archive_itself_is_left_as_it_was(attacker: Attacker) -> None:
    before = honest_archive().model().rank(VPN, draws=0)

    attacker.plant(Attack(5, 5, vouched=True), np.random.default_rng(2))

    assert attacker.plant(Attack(1, 0), np.random.default_rng(2)).model.rank(VPN, draws=0) == before


@pytest.mark.parametrize(
    ("attack", "sign"),
    [
        (Attack(20, 5, vouched=True, days=730), Sign.CLOSED_CIRCLE),
        (Attack(20, 5, vouched=True, days=730, words="best"), Sign.COPIED_QUESTIONS),
        (Attack(40, 1, vouched=True, days=20), Sign.SUDDEN_CROWD),
    ],
)
def test_an_attack_shows_its_sign(attacker: Attacker, attack: Attack, sign: Sign) -> None:
    assert signs(attacker, attack)[sign] >= 0.5


def test_honest_specialists_raise_no_alarm() -> None:
    model = honest_archive().model()

    assert Watch(model).look(model.topic(VPN), [1, 2, 3, 4, 5, 6, 7, 8]) == []


def test_people_who_only_thank_each_other_are_a_ring() -> None:
    archive = honest_archive()
    for round_number in range(4):
        for one in range(901, 907):
            for other in range(901, 907):
                if one != other:
                    day = 200.0 * round_number + one - 900 + (other - 900) / 10
                    answer = archive.answered(one, other, day, "route the vpn", subject="vpn")
                    archive.reply(one, day + 2, answer, "thank you", thanks=True)
    model = archive.model()

    found = Watch(model).look(model.topic(VPN), range(901, 907))

    assert {one.person for one in found if one.sign == Sign.MUTUAL_THANKS} == set(range(901, 907))


def test_nobody_and_an_empty_archive_raise_no_alarm() -> None:
    model = Archive().model()

    assert Watch(model).look(model.topic(VPN), [1]) == []
    with pytest.raises(ValueError, match="no answered thread"):
        Attacker(model, Mentions(), VPN).plant(Attack(1, 1), np.random.default_rng(1))


def test_part_three_of_the_protocol_tries_every_attack_on_the_topics_that_rank_most() -> None:
    model = lively_archive(5, posts=1_500, people=60).model()
    topics = [TopicQuery(1, "r", "r", {"raster": 1.0}), TopicQuery(2, "k", "k", {"kriging": 1.0})]
    rare = TopicQuery(3, "none", "none", {"nobody": 1.0})

    found = resistance(model, Mentions(), [rare, *topics], runs=1)

    assert len(found.ranked) == 2
    assert min(found.ranked) >= 20
    assert [trial.attack for trial in found.trials] == list(ATTACKS)
    for trial in found.trials:
        assert trial.runs == 2
        assert trial.unranked == (0 if trial.attack.vouched else 2)
        assert trial.best <= trial.median <= trial.gated
    assert 20 <= found.honest <= 60
    assert found.flagged <= found.honest
    assert resistance(model, Mentions(), [rare]) == Resistance((), (), 0, 0)
