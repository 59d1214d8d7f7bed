"""What posts in Javanese, ngoko and krama, say by the words of their own table."""

from __future__ import annotations

import pytest

from reputation.language.mentions import agrees, asked_names
from reputation.language.thanks import thanks
from reputation.language.works import credited, works


@pytest.mark.parametrize(
    "text",
    [
        "Matur nuwun sanget Pak Slamet.",
        "matur suwun mas, wis iso mlaku",
        "Matur nuwn, kateranganipun cetha.",
        "Suwun yo, jebule kabele pedhot.",
        "Sampun saged, Pak.",
        "Jebule wis bisa.",
    ],
)
def test_thanks_and_success(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nuwun sewu, kula badhe ndherek pitakon.",
        "Kula nuwun, kula anggota enggal.",
        "Kadospundi caranipun? Matur nuwun saderengipun.",
        "Nyuwun tulung dipunpriksa, matur nuwun.",
        "Matur nuwun, nanging dereng saged.",
        "Durung bisa, isih error.",
        "Yen wis bisa, kabari ya.",
    ],
)
def test_what_is_neither(text: str) -> None:
    assert not thanks(text)


def test_works() -> None:
    found = works("", 'Buku kula "Tembang Kebon" sampun terbit ing Sala.')
    assert [(work.kind, work.title) for work in found] == [("book", "Tembang Kebon")]
    assert works("", 'Buku kula "Tembang Kebon" dereng terbit.') == []
    text = 'Kula maca buku "Tembang Kebon" anggitanipun Sari Wulandari.'
    assert [maker for _, maker in credited(text)] == ["Sari Wulandari"]


def test_who_is_asked_and_who_agrees() -> None:
    assert asked_names("Kangmas Rudi, nyuwun tulung dipunpriksa.") == ("Rudi",)
    assert asked_names("Menawi Pak Rudi kersa paring katerangan?") == ("Rudi",)
    assert asked_names("Nyuwun, Para kanca.") == ()
    assert agrees("Sarujuk kaliyan Pak Slamet.")
    assert agrees("Leres sanget, Pak.")
    assert not agrees("Ora sarujuk, Pak.")
    assert not agrees("Sarujuk yen regane mudhun.")
