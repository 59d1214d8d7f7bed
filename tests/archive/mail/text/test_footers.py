"""What stands at the end: signatures, devices, footers, notices."""

from __future__ import annotations

import pytest

from tests.archive.mail.text.spans_of import own, split


def test_signature_ends_where_a_quote_begins() -> None:
    text = "Yes.\n\n-- \nAyu\nKebun Raya\n\nRudi wrote:\n> well?"
    assert [kind for kind, _ in split(text)] == ["authored", "signature", "attribution", "quoted"]


def test_two_signature_separators() -> None:
    text = "Yes.\n\n-- \nAyu\n\n-- \n--[surat-l]------\nMilis ini untuk diskusi.\nHenti Langgan: x"
    assert own(text) == "Yes."


def test_a_bare_separator_before_much_text_is_no_signature() -> None:
    text = "One.\n--\n" + "\n".join(f"line {number}" for number in range(40))
    assert own(text) == text


def test_dashes_inside_a_line_are_no_signature() -> None:
    text = "And here is a fix -- this is no signature.\n\nbye"
    assert own(text) == text


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


def test_signed_text_loses_its_armour() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nIt is so.\n\n"
        "-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----"
    )
    assert own(text) == "It is so."


def test_a_contact_block_is_a_signature() -> None:
    block = "Rudi Hartanto\nDept. of Geography\nrudi@example.com\nTel. +62 21 555 0100"
    titled = block.replace("Hartanto", "Hartanto, S.T., Ph.D.")
    for end in (block, titled, "Rudi Hartanto\nvia mobile"):
        assert split(f"Use sf.\n\n{end}") == [("authored", "Use sf."), ("signature", end)]
    quoted = f"Use sf.\n\n{block}\n\nOn 1/2/2003 10:00, Ayu <a@example.com> wrote:\n> how?"
    assert split(quoted)[1] == ("signature", block)


@pytest.mark.parametrize(
    "end",
    [
        "Rudi",
        "Salam,\nRudi Hartanto",
        "See\nhttps://example.com/one\nhttps://example.com/two",
        "Ask one of them:\nayu@example.com\nbudi@example.com",
        "x <- c(1, 2)\n5550100\n5550200",
    ],
)
def test_what_only_resembles_a_contact_block_is_the_authors(end: str) -> None:
    assert own(f"Use sf.\n\n{end}") == f"Use sf.\n\n{end}"


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
