"""Notices of Sympa, mlmmj and ezmlm, whose commands tell the action."""

from __future__ import annotations

from archive.lists.managers.notice import Command
from tests.archive.lists.managers.notice_mail import LIST, RECEIVING, VERP, Case, letter

# Sympa

KEY = "0123456789abcdef"
ROBOT = "sympa@lists.example.org"
SYMPA_FIELDS = ("Auto-Submitted: auto-replied", f"Reply-To: {ROBOT}")


def _auth(command: str) -> bytes:
    text = (
        f"If you want this action to be taken, send a message with subject\n AUTH {KEY} {command}"
    )
    return letter(ROBOT, f"AUTH {KEY} {command}", text, *SYMPA_FIELDS)


def _sympa_invitation(text: str, subject: str = "Invitation to join list talk") -> bytes:
    return letter("ayu@example.org", subject, text, f"Reply-To: {ROBOT}")


SYMPA = Case(
    join=_auth("subscribe talk"),
    answer=Command(ROBOT, f"AUTH {KEY} subscribe talk"),
    more_joins={
        "in the words of 6.2": (_auth("SUB talk "), Command(ROBOT, f"AUTH {KEY} sub talk")),
        "by web": (
            letter(
                ROBOT,
                "Lists of Example / subscribing to talk",
                f"Please click\nhttps://lists.example.org/sympa/auth/{KEY}/subscribe?email=a%40b\n",
                *SYMPA_FIELDS,
            ),
            Command(ROBOT, f"AUTH {KEY} subscribe talk"),
        ),
    },
    leave=_auth(f"signoff talk {RECEIVING}"),
    leave_answer=Command(ROBOT, f"AUTH {KEY} signoff talk {RECEIVING}"),
    twins={
        "leave": _auth(f"signoff talk {RECEIVING}"),
        "leave by web": letter(
            ROBOT,
            "Lists of Example / unsubscribing from talk",
            f"https://lists.example.org/sympa/auth/{KEY}/signoff?email=a%40b\n",
            *SYMPA_FIELDS,
        ),
        "leave under the link of joining": letter(
            ROBOT,
            "Lists of Example / unsubscribing from talk",
            f"https://lists.example.org/sympa/auth/{KEY}/subscribe?email=a%40b\n",
            *SYMPA_FIELDS,
        ),
        "join above, leave below": letter(
            ROBOT,
            f"AUTH {KEY} subscribe talk",
            f"AUTH {KEY} signoff talk {RECEIVING}",
            *SYMPA_FIELDS,
        ),
        "invite": _auth(f"invite talk {RECEIVING}"),
        "leave in the words of 6.2": _auth("SIG talk"),
        "invite with the command of joining": _sympa_invitation(
            f"To subscribe, send a message with the following subject:\n  AUTH {KEY} SUB talk"
        ),
        "invite with the link of joining": _sympa_invitation(
            f"https://lists.example.org/sympa/auth/{KEY}/subscribe/talk?email=a%40b"
        ),
        "invite in another language": _sympa_invitation(
            f"AUTH {KEY} SUB talk", "Undangan ke milis talk"
        ),
        "re-enable": letter(ROBOT, "Your bouncing address in list talk", "Bounces", *SYMPA_FIELDS),
        "held": letter(
            ROBOT, "Message distribution: talk", f"To distribute: DISTRIBUTE talk {KEY}"
        ),
        "password": letter(ROBOT, "Your password", "Your password is rahasia", *SYMPA_FIELDS),
        "another member": _auth("add talk somebody@example.com"),
        "another list": _auth("subscribe other"),
    },
    welcome=letter(ROBOT, "Welcome to list talk", "Hello", *SYMPA_FIELDS),
    goodbye=letter(ROBOT, "Removed from talk", "Goodbye", *SYMPA_FIELDS),
)

# mlmmj

COOKIE = "2ce293fa2104653c"
CONFSUB = f"talk+confsub-{COOKIE}-{VERP}@lists.example.org"
CONFUNSUB = f"talk+confunsub-{COOKIE}-{VERP}@lists.example.org"
HELP = "talk+help@lists.example.org"
MLMMJ_ID = "X-Mailer: mlmmj"


def _mlmmj(subject: str, text: str, reply_to: str | None = None) -> bytes:
    fields = (f"Reply-To: {reply_to}",) if reply_to else ()
    return letter(HELP, subject, f"Hi, this is the Mlmmj program managing {LIST}.\n{text}", *fields)


MLMMJ = Case(
    join=_mlmmj(
        f"Confirm subscription to {LIST}",
        f"Somebody has requested that your address be added to the list.\nSend to <{CONFSUB}>\n",
        CONFSUB,
    ),
    answer=Command(CONFSUB, f"Re: Confirm subscription to {LIST}"),
    more_joins={
        "in Indonesian": (
            _mlmmj(f"Konfirmasi langganan {LIST}", f"Kirim surat ke <{CONFSUB}>\n", CONFSUB),
            Command(CONFSUB, f"Re: Konfirmasi langganan {LIST}"),
        ),
    },
    leave=_mlmmj(
        f"Confirm unsubscribe from {LIST}",
        f"Somebody has requested that the address be removed from the list.\n<{CONFUNSUB}>",
        CONFUNSUB,
    ),
    leave_answer=Command(CONFUNSUB, f"Re: Confirm unsubscribe from {LIST}"),
    twins={
        "leave": _mlmmj(
            f"Confirm unsubscribe from {LIST}",
            f"be removed from the list. <{CONFUNSUB}>",
            CONFUNSUB,
        ),
        "leave under the subject of joining": _mlmmj(
            f"Confirm subscription to {LIST}", f"<{CONFUNSUB}>", CONFUNSUB
        ),
        "digest version": _mlmmj(
            f"Confirm subscription to {LIST}",
            "be added to the list",
            CONFSUB.replace("confsub-", "confsub-digest-"),
        ),
        "no mail at all": _mlmmj(
            f"Confirm subscription to {LIST}",
            "be added to the list",
            CONFSUB.replace("confsub-", "confsub-nomail-"),
        ),
        "invite": _mlmmj(f"Invitation to join {LIST}", f"You are invited. <{CONFSUB}>", CONFSUB),
        "re-enable": _mlmmj(f"Bouncing messages from {LIST}", "Some messages bounced."),
        "held": _mlmmj(
            f"Please moderate {LIST}: Hello",
            "A message has been submitted",
            f"talk+release-{COOKIE}@lists.example.org",
        ),
        "password": _mlmmj(f"Password for {LIST}", f"New password <{CONFSUB}>", CONFSUB),
        "another list": _mlmmj(
            f"Confirm subscription to {LIST}", "added", CONFSUB.replace("talk+", "other+")
        ),
    },
    welcome=_mlmmj(f"Welcome to {LIST}", "You have now been added to the normal version."),
    goodbye=_mlmmj(f"Goodbye from {LIST}", "You have now been removed from the list."),
)

# ezmlm

EZMLM_HELP = "talk-help@lists.example.org"
EZ = ("Mailing-List: contact talk-help@lists.example.org; run by ezmlm",
      "Delivered-To: responder for talk@lists.example.org")  # fmt: skip


def _ez(command: str) -> str:
    return f"talk-{command}.1700000000.abcdefghijklmnopqrst-{VERP}@lists.example.org"


def _ezmlm(subject: str, text: str, reply_to: str = "") -> bytes:
    fields = (f"Reply-To: {reply_to}",) if reply_to else ()
    help_text = (
        "\n\n--- Administrative commands for the talk list ---\nTo subscribe to the list, send a\n"
        "message to:\n   <talk-subscribe@lists.example.org>\nTo remove your address from the\n"
        "list, send a message to:\n   <talk-unsubscribe@lists.example.org>\n"
    )
    return letter(
        EZMLM_HELP, subject, f"Hi! This is the ezmlm program.\n\n{text}{help_text}", *EZ, *fields
    )


EZMLM = Case(
    join=_ezmlm(
        f"confirm subscribe to {LIST}",
        f"To confirm that you would like\n\n   {RECEIVING}\n\nadded to the talk mailing list, "
        f"please send\nan empty reply to this address:\n\n   {_ez('sc')}\n",
        _ez("sc"),
    ),
    answer=Command(_ez("sc"), marked=False),
    more_joins={
        "in Indonesian": (
            _ezmlm(
                f"konfirm subscribe ke {LIST}", f"Balas ke alamat ini:\n {_ez('sc')}\n", _ez("sc")
            ),
            Command(_ez("sc"), marked=False),
        ),
    },
    leave=_ezmlm(
        f"confirm unsubscribe from {LIST}",
        f"To confirm that you would like your address removed:\n {_ez('uc')}\n",
        _ez("uc"),
    ),
    leave_answer=Command(_ez("uc"), marked=False),
    twins={
        "leave": _ezmlm(
            f"confirm unsubscribe from {LIST}", f"removed from the list\n {_ez('uc')}", _ez("uc")
        ),
        "leave under the subject of joining": _ezmlm(
            f"confirm subscribe to {LIST}", f"{_ez('uc')}", _ez("uc")
        ),
        "join that speaks of leaving": _ezmlm(
            f"confirm unsubscribe from {LIST}", f"be removed\n {_ez('sc')}", _ez("sc")
        ),
        "for a moderator to admit somebody": _ezmlm(
            f"confirm subscribe to {LIST}", f"{_ez('tc')}", _ez("tc")
        ),
        "by a moderator to remove somebody": _ezmlm(
            f"confirm subscribe to {LIST}", f"{_ez('rc')}", _ez("rc")
        ),
        "by a moderator, other": _ezmlm(f"confirm subscribe to {LIST}", f"{_ez('vc')}", _ez("vc")),
        "invite": _ezmlm(
            f"confirm subscribe to {LIST}", f"You were invited\n {_ez('sc')}", _ez("sc")
        ),
        "re-enable": _ezmlm(f"Warning from {LIST}", "Messages to you seem to have been bouncing."),
        "held": _ezmlm(
            f"MODERATE for {LIST}",
            "To approve: reply",
            "talk-accept-1700000000.123.abcdefghijklmnopqrst@lists.example.org",
        ),
        "password": _ezmlm(
            f"confirm subscribe to {LIST}", f"your password\n {_ez('sc')}", _ez("sc")
        ),
        "another list": _ezmlm(
            f"confirm subscribe to {LIST}", "added", _ez("sc").replace("talk-", "other-")
        ),
    },
    welcome=_ezmlm(f"WELCOME to {LIST}", "Acknowledgment: I have added the address"),
    goodbye=_ezmlm(f"GOODBYE from {LIST}", "Acknowledgment: I have removed the address"),
)
