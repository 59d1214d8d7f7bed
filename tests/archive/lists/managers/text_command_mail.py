"""Notices of Majordomo, LISTSERV and Google Groups."""

from __future__ import annotations

from archive.lists.managers.notice import Command
from tests.archive.lists.managers.notice_mail import GROUP, LIST, RECEIVING, Case, letter

# Majordomo 1 and 2

MAJORDOMO_ROBOT = "Majordomo@lists.example.org"


def _majordomo(*commands: str, subject: str = "Confirmation for subscribe talk") -> bytes:
    text = (
        "Someone (possibly you) has requested that your email address be added\n"
        f'to or deleted from the mailing list "{LIST}".\n\n'
    )
    return letter(MAJORDOMO_ROBOT, subject, text + "\n".join(f"\t{one}" for one in commands))


MJ2 = "1A2B-3C4D-5E6F"
AUTH_JOIN = f"auth 7333f35e subscribe talk {RECEIVING}"
AUTH_LEAVE = f"auth 7333f35e unsubscribe talk {RECEIVING}"

MAJORDOMO = Case(
    join=_majordomo(
        AUTH_JOIN,
        "If your mailer will not allow",
        f"auth 7333f35e subscribe talk \\\n\t{RECEIVING}",
    ),
    answer=Command(MAJORDOMO_ROBOT, "Re: subscribe talk", f"{AUTH_JOIN}\n"),
    more_joins={
        "version 2": (
            letter(MAJORDOMO_ROBOT, f"{MJ2} : CONFIRM from talk (subscribe)", f"accept {MJ2}"),
            Command(MAJORDOMO_ROBOT, "Re: subscribe talk", f"accept {MJ2}\n"),
        ),
    },
    leave=_majordomo(AUTH_LEAVE, subject="Confirmation for unsubscribe talk"),
    leave_answer=Command(MAJORDOMO_ROBOT, "Re: unsubscribe talk", f"{AUTH_LEAVE}\n"),
    twins={
        "leave": _majordomo(AUTH_LEAVE),
        "join above, leave below": _majordomo(AUTH_JOIN, AUTH_LEAVE),
        "leave, version 2": letter(
            MAJORDOMO_ROBOT, f"{MJ2} : CONFIRM from talk (unsubscribe)", f"accept {MJ2}"
        ),
        "invite": letter(MAJORDOMO_ROBOT, f"{MJ2} : CONFIRM from talk (invite)", f"accept {MJ2}"),
        "re-enable": letter(MAJORDOMO_ROBOT, f"{MJ2} : CONFIRM from talk (set)", f"accept {MJ2}"),
        "held": letter(MAJORDOMO_ROBOT, f"{MJ2} : CONSULT from talk (post)", f"accept {MJ2}"),
        "password": letter(
            MAJORDOMO_ROBOT, f"{MJ2} : CONFIRM from talk (password)", f"accept {MJ2}"
        ),
        "two tokens": letter(
            MAJORDOMO_ROBOT,
            f"{MJ2} : CONFIRM from talk (subscribe)",
            f"accept {MJ2}\naccept 0000-0000-0000",
        ),
        "another list": _majordomo(AUTH_JOIN.replace(" talk ", " other ")),
        "not from the robot": letter(
            "talk-owner@lists.example.org", "Confirmation for subscribe talk", AUTH_JOIN
        ),
    },
    welcome=letter(MAJORDOMO_ROBOT, "Welcome to talk", "Welcome to the talk mailing list!"),
    goodbye=letter(MAJORDOMO_ROBOT, "Farewell from the talk list", "Goodbye"),
)

# LISTSERV

LISTSERV_ROBOT = "LISTSERV@LISTS.EXAMPLE.ORG"
CODE = "0931FCEA"


def _listserv(*commands: str) -> bytes:
    text = "Your command:\n\n" + "\n".join(f"        {one}" for one in commands)
    return letter(
        f'"L-Soft list server at LISTS.EXAMPLE.ORG (17.0)" <{LISTSERV_ROBOT}>',
        f"Command confirmation request ({CODE})",
        f'{text}\n\nhas been received. You must now reply to this message.\n\ntype "ok {CODE}" as'
        " the text of your message.\n",
        "Precedence: bulk",
    )


LISTSERV_SUBJECT = f"Re: Command confirmation request ({CODE})"
LISTSERV = Case(
    join=_listserv("SUBSCRIBE TALK Mailing list archive"),
    answer=Command(LISTSERV_ROBOT, LISTSERV_SUBJECT, f"OK {CODE}\n"),
    leave=_listserv("SIGNOFF TALK"),
    leave_answer=Command(LISTSERV_ROBOT, LISTSERV_SUBJECT, f"OK {CODE}\n"),
    twins={
        "leave": _listserv("SIGNOFF TALK"),
        "join above, leave below": _listserv("SUBSCRIBE TALK Archive", "SIGNOFF TALK"),
        "invite": _listserv("INVITE TALK somebody@example.com"),
        "re-enable": _listserv("SET TALK MAIL"),
        "held": _listserv("APPROVE TALK 12345"),
        "password": _listserv("PW REP rahasia"),
        "another list": _listserv("SUBSCRIBE OTHER Archive"),
        "all lists": _listserv("SIGNOFF * (NETWIDE"),
    },
    welcome=letter(LISTSERV_ROBOT, "You are now subscribed to the TALK list", "Welcome"),
    goodbye=letter(LISTSERV_ROBOT, "You have been removed from the TALK list", "Goodbye"),
)

# Google Groups


def _google(role: str, subject: str, text: str = "") -> bytes:
    address = f"talk+{role}@googlegroups.com"
    return letter(address, subject, text, f"Reply-To: {address}")


GOOGLEGROUPS = Case(
    list_address=GROUP,
    join=_google("subconfirm", "Join request for talk [rAnD0mToK3n]", "Join This Group"),
    answer=Command("talk+subconfirm@googlegroups.com", "Re: Join request for talk [rAnD0mToK3n]"),
    leave=_google("unsubconfirm", "Unsubscribe request for talk [rAnD0mToK3n]"),
    leave_answer=Command(
        "talk+unsubconfirm@googlegroups.com", "Re: Unsubscribe request for talk [rAnD0mToK3n]"
    ),
    twins={
        "leave": _google("unsubscribe", "Unsubscribe request for talk [rAnD0mToK3n]"),
        "leave at the address of joining": _google(
            "subconfirm", "Unsubscribe request for talk [rAnD0mToK3n]"
        ),
        "invite": _google("subconfirm", "You are invited to join talk [rAnD0mToK3n]"),
        "re-enable": _google("noreply", "Your address is bouncing"),
        "held": _google("noreply", "Moderator's spam report for talk"),
        "password": _google("subconfirm", "Join request for talk [rAnD0mToK3n]", "your password"),
        "another group": _google("subconfirm", "Join request for talk [x]").replace(
            b"talk+", b"other+"
        ),
    },
    welcome=_google("noreply", "You have joined talk"),
    goodbye=_google("noreply", "You have been removed from talk"),
)
