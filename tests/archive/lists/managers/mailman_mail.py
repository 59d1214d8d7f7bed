"""Notices of Mailman 3 and 2."""

from __future__ import annotations

from archive.lists.managers.notice import Command
from tests.archive.lists.managers.notice_mail import LIST, RECEIVING, T40, U40, Case, letter

# Mailman 3

MM3 = ("Auto-Submitted: auto-generated", "X-Mailman-Version: 3.3.10", "Precedence: list",
       "List-Id: <talk.lists.example.org>")  # fmt: skip
MM3_CONFIRM = f"talk-confirm+{T40}@lists.example.org"
MM3_JOIN_TEXT = (
    "Email Address Registration Confirmation\n\nWe have received a registration request for the\n"
    f"email address {RECEIVING}\n\n    confirm {T40}\n\n"
    "If you think you are being maliciously subscribed to the list, you may contact\n"
    "talk-owner@lists.example.org\n"
)
MM3_LEAVE_TEXT = (
    "Email Address Unsubscription Confirmation\n\nBefore we can unsubscribe you, you must first\n"
    f"confirm your request.\n\n    confirm {T40}\n"
)
JOIN_SUBJECT = f"Your confirmation is needed to join the {LIST} mailing list."
LEAVE_SUBJECT = f"Your confirmation is needed to leave the {LIST} mailing list."

MAILMAN3 = Case(
    join=letter(MM3_CONFIRM, JOIN_SUBJECT, MM3_JOIN_TEXT, *MM3),
    answer=Command(MM3_CONFIRM, f"Re: {JOIN_SUBJECT}"),
    more_joins={
        "without VERP": (
            letter("talk-request@lists.example.org", f"confirm {T40}", MM3_JOIN_TEXT, *MM3),
            Command("talk-request@lists.example.org", f"confirm {T40}"),
        ),
        "in Indonesian": (
            letter(
                MM3_CONFIRM,
                f"Konfirmasi Anda dibutuhkan untuk bergabung ke milis {LIST}.",
                f"Kami menerima permintaan pendaftaran alamat\n{RECEIVING}\n\n  confirm {T40}\n",
                *MM3,
            ),
            Command(
                MM3_CONFIRM, f"Re: Konfirmasi Anda dibutuhkan untuk bergabung ke milis {LIST}."
            ),
        ),
        "in German": (
            letter(
                MM3_CONFIRM,
                f"Zustimmung zum Beitritt der Liste {LIST} ist erforderlich",
                f"Jemand hat die Anmeldung Ihrer Adresse beantragt.\n\n  confirm {T40}\n",
                *MM3,
            ),
            Command(MM3_CONFIRM, f"Re: Zustimmung zum Beitritt der Liste {LIST} ist erforderlich"),
        ),
    },
    leave=letter(MM3_CONFIRM, LEAVE_SUBJECT, MM3_LEAVE_TEXT, *MM3),
    leave_answer=Command(MM3_CONFIRM, f"Re: {LEAVE_SUBJECT}"),
    twins={
        "leave": letter(MM3_CONFIRM, LEAVE_SUBJECT, MM3_LEAVE_TEXT, *MM3),
        "leave under the subject of joining": letter(
            MM3_CONFIRM, JOIN_SUBJECT, MM3_LEAVE_TEXT, *MM3
        ),
        "leave under a bare subject": letter(
            "talk-request@lists.example.org", f"confirm {T40}", MM3_LEAVE_TEXT, *MM3
        ),
        "join above, leave below": letter(
            MM3_CONFIRM, JOIN_SUBJECT, f"{MM3_JOIN_TEXT}\n{MM3_LEAVE_TEXT}", *MM3
        ),
        "leave in Indonesian": letter(
            MM3_CONFIRM,
            f"Konfirmasi Anda dibutuhkan untuk meninggalkan milis {LIST}.",
            f"Kami menerima permintaan berhenti berlangganan.\n\n  confirm {T40}\n",
            *MM3,
        ),
        "leave in French": letter(
            MM3_CONFIRM,
            "=?utf-8?q?Confirmation_de_votre_d=C3=A9sabonnement?=",
            f"Vous désabonner de la liste\n\n confirm {T40}\n",
            *MM3,
        ),
        "in a language nobody here knows": letter(
            MM3_CONFIRM,
            "Uthibitisho wako unahitajika",
            f"Tafadhali thibitisha\n confirm {T40}",
            *MM3,
        ),
        "invite": letter(
            MM3_CONFIRM,
            f"You have been invited to join the {LIST} mailing list.",
            f"Your address has been invited to join the talk mailing list.\n confirm {T40}\n",
            *MM3,
        ),
        "invite under the subject of joining": letter(
            MM3_CONFIRM, JOIN_SUBJECT, f"You may accept the invitation.\n confirm {T40}\n", *MM3
        ),
        "re-enable": letter(
            MM3_CONFIRM,
            "Your subscription for Talk mailing list has been disabled",
            "Your subscription has been disabled on the talk mailing list because it has\n"
            f"received a number of bounces. To re-enable it:\n confirm {T40}\n",
            *MM3,
        ),
        "held": letter(
            "talk-request@lists.example.org",
            f"confirm {T40}",
            "If you reply to this message, keeping the Subject: header intact, Mailman will\n"
            "discard the held message.\n",
            *MM3,
        ),
        "password": letter(
            MM3_CONFIRM, "Password reset", f"To set a new password, reply.\n confirm {T40}\n", *MM3
        ),
        "two tokens": letter(MM3_CONFIRM, JOIN_SUBJECT, f"{MM3_JOIN_TEXT}\n confirm {U40}\n", *MM3),
        "another list": letter(
            f"other-confirm+{T40}@lists.example.org", JOIN_SUBJECT, MM3_JOIN_TEXT, *MM3
        ),
        "another host": letter(
            f"talk-confirm+{T40}@evil.example", JOIN_SUBJECT, MM3_JOIN_TEXT, *MM3
        ),
    },
    welcome=letter(
        "talk-request@lists.example.org", 'Welcome to the "Talk" mailing list', "Hello", *MM3
    ),
    goodbye=letter(
        "talk-bounces@lists.example.org",
        "You have been unsubscribed from the Talk mailing list",
        "",
        *MM3,
    ),
)

# Mailman 2

MM2 = ("X-Mailman-Version: 2.1.39", "X-List-Administrivia: yes", "Precedence: bulk",
       "X-BeenThere: talk@lists.example.org", "List-Id: Talk <talk.lists.example.org>",
       "Reply-To: talk-request@lists.example.org")  # fmt: skip
MM2_REQUEST = "talk-request@lists.example.org"
MM2_JOIN_TEXT = (
    "Mailing list subscription confirmation notice for mailing list Talk\n\nWe have received a\n"
    f'request for subscription of your email address, "{RECEIVING}", to the\n{LIST} mailing\n'
    "list.  To confirm that you want to be added to this mailing list, simply reply to this\n"
    "message, keeping the Subject: header intact.  Or visit this web page:\n\n"
    f"    http://lists.example.org/mailman/confirm/talk/{T40}\n\n    confirm {T40}\n\n"
    "If you do not wish to be subscribed to this list, please simply disregard this message.\n"
)
MM2_LEAVE_TEXT = (
    "Mailing list removal confirmation notice for mailing list Talk\n\nWe have received a\n"
    f"request for the removal of your email address.\n\n    confirm {T40}\n"
)
MM2_SUBJECT = f"confirm {T40}"
MM2_VERP_SUBJECT = "Your confirmation is required to join the Talk mailing list"

MAILMAN2 = Case(
    join=letter(MM2_REQUEST, MM2_SUBJECT, MM2_JOIN_TEXT, *MM2),
    answer=Command(MM2_REQUEST, f"Re: confirm {T40}"),
    more_joins={
        "with VERP": (
            letter(MM3_CONFIRM, MM2_VERP_SUBJECT, MM2_JOIN_TEXT, *MM2),
            Command(MM3_CONFIRM, f"Re: {MM2_VERP_SUBJECT}"),
        ),
        "in Spanish": (
            letter(
                MM2_REQUEST,
                MM2_SUBJECT,
                f"Confirmación de suscripción a la lista Talk\n\n  confirm {T40}\n",
                *MM2,
            ),
            Command(MM2_REQUEST, f"Re: confirm {T40}"),
        ),
    },
    leave=letter(MM2_REQUEST, MM2_SUBJECT, MM2_LEAVE_TEXT, *MM2),
    leave_answer=Command(MM2_REQUEST, f"Re: confirm {T40}"),
    twins={
        "leave": letter(MM2_REQUEST, MM2_SUBJECT, MM2_LEAVE_TEXT, *MM2),
        "leave with VERP": letter(
            MM3_CONFIRM,
            "Your confirmation is required to leave the Talk mailing list",
            MM2_LEAVE_TEXT,
            *MM2,
        ),
        "leave in Spanish": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            f"Confirmación de baja de su suscripción a la lista\n  confirm {T40}\n",
            *MM2,
        ),
        "leave in Dutch": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            f"Bevestiging van de afmelding van uw abonnement\n  confirm {T40}\n",
            *MM2,
        ),
        "invite": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            "Your address has been invited to join the Talk mailing list. You may accept the\n"
            f"invitation by simply replying to this message.\n  confirm {T40}\n",
            *MM2,
        ),
        "re-enable": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            "Your membership in the mailing list Talk has been disabled due to excessive\n"
            f"bounces. To re-enable your membership, you can simply respond.\n  confirm {T40}\n",
            *MM2,
        ),
        "held": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            "Your mail to 'Talk' is being held until the list moderator can review it.\n"
            f"  confirm {T40}\n",
            *MM2,
        ),
        "password": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            f"Your password will be mailed to you.\n confirm {T40}\n",
            *MM2,
        ),
        "change of address": letter(
            MM2_REQUEST,
            MM2_SUBJECT,
            f"You asked to change your address on the list.\n  confirm {T40}\n",
            *MM2,
        ),
    },
    welcome=letter(
        MM2_REQUEST,
        'Welcome to the "Talk" mailing list',
        "Your password is rahasia123",
        *MM2,
    ),
    goodbye=letter(
        "talk-bounces@lists.example.org",
        "You have been unsubscribed from the Talk mailing list",
        "",
        *MM2,
    ),
)
