"""What ends a post and is not its author's."""

from __future__ import annotations

import pytest

from tests.archive.mail.text.reading import own, split


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Sent from my Verizon Wireless BlackBerry",
        "Powered by Telkomsel BlackBerry®",
        "Dikirim dari ponsel saya",
        "Dikirim dari Yahoo Mail di Android",
        "Sent from Mail for Windows",
        "Envoyé de mon iPhone",
        "Von meinem iPad gesendet",
        "Sent from my BlackBerry® smartphone from Sinyal Bagus XL, Nyambung Teruuusss...!",
        "Sent from a magnificent torch of pixels",
    ],
)
@pytest.mark.parametrize("after", ["", "\n\nOn 1/2/2012, at 10:27, Rudi wrote:\n> x"])
def test_device_lines(line: str, after: str) -> None:
    assert own(f"Oke.\n\n{line}{after}") == "Oke."


def test_a_sentence_about_a_phone_is_no_device_line() -> None:
    text = "Hello\n\nSent from my desk, is much easier then my mobile phone."
    assert own(text) == text


@pytest.mark.parametrize(
    "footer",
    [
        (
            "_______________________________________________\nTalk mailing list\ntalk@example.org\n"
            "https://example.org/mailman/listinfo/talk"
        ),
        (
            "---------------------------------------------------------------------\n"
            "To unsubscribe, e-mail: talk-unsubscribe@example.org"
        ),
        (
            "--~--~---------~--~----~------------~-------~--~----~\n"
            "You received this message because you are subscribed to the Google Groups"
        ),
        "-- \nYou received this message because you are subscribed to the Google Groups",
        "Yahoo! Groups Links\n\n<*> To visit your group on the web, go to:",
        "To unsubscribe from this list: send the line x",
        "=====\nMendaftar atau berhenti menerima Mailing List di: http://example.org\n=====",
        "Kirim email ke",
        "\t[[alternative HTML version deleted]]",
        (
            "-------------- next part --------------\nAn HTML attachment was scrubbed...\n"
            "URL: <http://example.org/attachments/1.htm>"
        ),
        (
            "-------------- next part --------------\nA non-text attachment was scrubbed...\n"
            "Name: x.png\nType: image/png\nSize: 12 bytes\nDesc: not available\nUrl : http://x.example"
        ),
        "This message is confidential and intended only for the addressee.\nDelete it.",
        "CONFIDENTIALITY NOTICE: this is private.",
        "No virus found in this incoming message.\nChecked by AVG",
        "-\nTo unsubscribe from this list: send the line x",
    ],
)
def test_footers(footer: str) -> None:
    text = f"Setuju sekali.\n\nAyu\n{footer}"
    assert own(text) == "Setuju sekali.\n\nAyu"


def test_advice_on_unsubscribing_stays_the_authors() -> None:
    text = (
        "Rudi,\n\nplease use the unsubscribe link; the mailing list owner cannot help you.\n\nAyu"
    )
    assert own(text) == text


def test_a_note_on_a_removed_part_is_not_the_authors_where_no_rule_stands_before_it() -> None:
    text = (
        "The raster is too large.\n\nAn embedded and charset-unspecified text was scrubbed...\n"
        "Name: not available\nURL: <https://lists.example.org/attachments/20140811/attachment.pl>"
    )

    assert own(text, is_reply=False) == "The raster is too large."


def test_inlined_text_after_a_next_part_line_is_kept() -> None:
    text = "See below.\n-------------- next part --------------\nx <- 1\nplot(x)"
    assert own(text) == "See below.\nx <- 1\nplot(x)"


def test_a_disclaimer_is_told_from_a_list_footer() -> None:
    text = "Yes.\n\nThis e-mail is confidential and intended only for the addressee."
    assert split(text)[1][0] == "disclaimer"


@pytest.mark.parametrize(
    "end",
    [
        "____________________\nDo you Yahoo!?\nYahoo! Mail - more space.",
        "____________________\nSee the new cars at Yahoo! Autos.\nhttp://autos.yahoo.com/",
        "____________________\nExpress yourself with MSN Messenger!",
        "powered by Sinyal Kuat INDOSAT",
        "PESAN INI BERSIFAT RAHASIA dan hanya untuk penerima yang dituju.",
    ],
)
def test_adverts_devices_and_notices_at_the_end_are_not_the_authors(end: str) -> None:
    assert own(f"Sudah bisa.\n\n{end}") == "Sudah bisa."


def test_a_footer_ends_before_the_attribution_of_a_quote() -> None:
    text = (
        "Sudah bisa.\n\nTo unsubscribe from this list: send mail\n\n"
        "On 1/2/2003 10:00, Ayu\n<ayu@example.com> wrote:\n> sudah?\n"
    )
    assert [kind for kind, _ in split(text)] == ["authored", "footer", "attribution", "quoted"]


def test_a_purpose_and_an_own_disclaimer_are_no_legal_notice() -> None:
    for text in (
        "This driver is intended for old boards and\nruns in privileged mode.",
        "Disclaimer: I wrote that package myself.",
        "Please do not reply on an earlier thread to ask something new.",
    ):
        assert split(text) == [("authored", text)]


@pytest.mark.parametrize(
    "line",
    [
        "Sendt fra min Samsung Mobil",
        "Verzonden vanuit Outlook voor Android",
        "Envoyé à partir d'Outlook pour iOS",
        "Envoy? de mon iPhone",
        "Get Outlook for Android<https://aka.example/ghei36>",
        "dikirim dari hp",
        "dapatkan outlook untuk android",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Отправлено из мобильной Яндекс.Почты",
        "iPhone’umdan gönderildi",
        "Στάλθηκε από το iPhone μου",
        "iPhoneから送信",
        "从我的iPhone发送",
        "나의 iPhone에서 보냄",
        "Gửi từ iPhone của tôi",
        "أرسلت من iPhone الخاص بي",
        "ส่งจาก iPhone ของฉัน",
        "Sent from my mobile. Please excuse brevity.",
    ],
)
def test_device_lines_of_all_languages(line: str) -> None:
    assert split(f"Oke.\n\n{line}") == [("authored", "Oke."), ("signature", line)]


@pytest.mark.parametrize(
    "footer",
    [
        "---\nYou received this message because you are subscribed to the group.",
        "___\nTalk mailing list\ntalk@example.org\nhttps://example.org/listinfo/talk",
        "***\nMailing list info: https://example.org/mailman/listinfo/talk",
        "-=-=-=-=-=-=-=-\nGroups.io Links: You receive all messages sent to this group.",
        "_._,_._,_\nGroups.io Links:\n\nYou receive all messages sent to this group.",
        (
            f"{'-' * 42}\nsailors: sailors-discuss\n"
            "Permalink: https://sailors.topicbox.com/groups/discuss/T1\nDelivery options: x"
        ),
        (
            f"{'-' * 78}\nFind out more about the newest tools\nat http://example.com/partner\n"
            f"{'_' * 40}\nPump-users mailing list\nPump-users@example.net"
        ),
        f"{'#' * 70}\nAttention:\\ This e-mail is privileged and confid...{{{{dropped:9}}}}",
        "Some words of a company that were cut o...{{dropped}}",
    ],
)
def test_footers_under_short_and_odd_rules(footer: str) -> None:
    for above in ("Sudah jalan.\n\nAyu\n\n", "Sudah jalan.\n\nAyu\n"):
        assert own(f"{above}{footer}\n") == "Sudah jalan.\n\nAyu"


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "[EXTERNAL EMAIL]",
        "*** External email: use caution ***",
        "[You don't often get email from ayu@example.com. Learn why at https://example.com/x ]",
        "ACHTUNG: Diese E-Mail stammt von einem externen Absender.",
        "PERINGATAN: Email ini berasal dari luar organisasi.",
    ],
)
def test_banners_over_mail_from_outside_are_not_the_authors(banner: str) -> None:
    rule = "_" * 32
    assert own(f"{banner}\n\nSudah jalan.") == "Sudah jalan."
    assert own(f"{rule}\n{banner}\n{rule}\n\nSudah jalan.") == "Sudah jalan."


@pytest.mark.parametrize(
    "text",
    [
        "Caution: this is slow.\n\nDo not use it.",
        "It is so.\n\nThis email originated from outside my head.\n\nAnd so on.",
        "To unsubscribe, send a mail to talk-leave@example.org.",
        "You said:\n---\nuse the mailing list\n---\nbut where is it?",
    ],
)
def test_warnings_and_advice_stay_the_authors(text: str) -> None:
    assert own(text) == text
