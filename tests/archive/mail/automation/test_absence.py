"""Absence notices told by their words from posts that also say somebody is away."""

from __future__ import annotations

import pytest

from archive.mail.automation.absence import is_absence_notice


@pytest.mark.parametrize(
    "text",
    [
        (
            "Thank you for your message. I am out of the office until Monday, with no access to my "
            "mail. In urgent cases please write to the office."
        ),
        (
            "Hi,\n\nI'm currently on annual leave and will be back on 3 March. I "
            "will reply to your "
            "email when I return.\n\nRegards,\nBudi"
        ),
        (
            "Terima kasih atas email Anda. Saya sedang cuti sampai tanggal 8 Maret. Untuk hal "
            "mendesak silakan hubungi kantor."
        ),
        (
            "Guten Tag,\n\nich bin vom 1. bis 12. August im Urlaub. Ihre E-Mail wird nicht "
            "weitergeleitet.\n\nMit freundlichen Grüßen\nJana Holm"
        ),
        (
            "Bonjour,\n\nMerci pour votre message. Je suis actuellement absente du bureau jusqu'au "
            "12 mars. En cas d'urgence, veuillez contacter le secrétariat."
        ),
        (
            "Gracias por su mensaje. Estoy fuera de la oficina hasta el lunes y no "
            "tendré acceso al "
            "correo."
        ),
        (
            "Obrigado pela sua mensagem. Estou de férias até 5 de maio. Em caso de "
            "urgência, contacte "
            "o secretariado."
        ),
        (
            "Grazie per il tuo messaggio. Sono fuori ufficio fino al 3 marzo. Per "
            "urgenze contattare "
            "la segreteria."
        ),
        (
            "Bedankt voor uw bericht. Ik ben tot en met 3 maart afwezig. In "
            "dringende gevallen kunt u "
            "contact opnemen met het secretariaat."
        ),
        (
            "Dziękuję za wiadomość. Jestem na urlopie do 5 maja. W pilnych sprawach "
            "proszę o kontakt "
            "z biurem."
        ),
        (
            "Tack för ditt meddelande. Jag är på semester till 3 augusti. I brådskande ärenden "
            "kontakta växeln."
        ),
    ],
)
def test_a_notice_without_its_header_fields_is_told_by_two_things_it_says(text: str) -> None:
    assert is_absence_notice("Re: valve", text)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until Monday, but the answer is: use glmer with family binomial.",
        (
            "Thank you for your message. I am out of the office until Monday; set "
            "max_iter to 500 and "
            "it converges."
        ),
        "Thanks, that solved it! I am away until Monday.",
        "Terima kasih atas penjelasannya, saya sedang di luar kota jadi baru bisa mencoba besok.",
        "Saya sedang cuti, tapi coba pakai paket sf saja. Hal mendesak lain silakan hubungi admin.",
        "Ich bin im Urlaub, aber der Fehler liegt am Treiber. Vielen Dank für Ihre Nachricht.",
        "I'm back from vacation. Please contact me about the patch, I will reply soon.",
    ],
)
def test_a_post_of_somebody_away_is_a_post(text: str) -> None:
    assert not is_absence_notice("Re: valve", text)


def test_a_subject_alone_proves_nothing_where_the_text_asks_or_says_more() -> None:
    assert is_absence_notice("Automatic reply: valve", "I will be back on Monday.")
    assert not is_absence_notice("Automatic reply: how do I stop it?", "It comes every day.")
    more = "The release is late because the tests of the new driver fail on one machine."
    assert not is_absence_notice("Out of office next week", more)
