"""How lines begin that may open a quote, a signature, a footer or a forwarded message."""

from __future__ import annotations

import re

RULE_WORDS = re.compile(
    r"[-_=\s*]{0,40}(?:(?P<reply>original message|pesan asli|original appointment|"
    r"urspr(?:ü|ue)ngliche nachricht|original-?nachricht|message d'origine|mensaje original|"
    r"messaggio originale|mensagem original|oorspronkelijk bericht|originalmeddelande|"
    r"ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|reply message|"
    r"исходное сообщение|original(?= ?-----)|"
    r"wiadomość oryginalna|alkuperäinen viesti)|"
    r"(?P<forward>forwarded message|begin forwarded message|forwarded by .{1,80}?|"
    r"pesan (?:di)?terus(?:kan|an)|diteruskan oleh .{0,80}?|weitergeleitete nachricht|"
    r"message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|"
    r"doorgestuurd bericht|vidarebefordrat meddelande|forwarded mail))"
    r"\s{0,8}(?:[-_=*:]{1,60}|\Z)",
    re.IGNORECASE,
)
PLAIN_RULE = re.compile(r"\s{0,4}([-_=*~#])\1{4,}\s*\Z")
# Openings of lines to look at closer; four characters tell nearly all other lines apart.
# A dot stands for a space.
HEADS = frozenset(
    opening.replace(".", " ")
    for opening in """
    From Dari Von: Von. De:. De.: Da:. Van: Fra: Från *Fro *Dar Peng Judu Date Dat: Subj От:. От.:
    Sent sent SENT Diki Terk Envo Gese Envi Invi Verz Vers Skic Powe powe Get. Begi Dite To.u To.s
    To.p You. Unsu PESA Quot Kuti Yaho Repl Kiri No.v Do.y Viru For. View Visi Arch Berh Hent Mend
    Mili Untu An.e An.H A.no This THIS The. CONF Conf DISC Disc Priv PRIV Pesa Sure Emai E-ma Dies
    Ce.m Este Esta ****
    """.split()
)
PAIRS = frozenset(
    (" >", "--", "-", "- ", "__", "==", "~~", "##", "**", "[[", "[N", "[n", "[T", "[d", "\t[")
)
FIRST = frozenset(opening[0] for opening in HEADS | PAIRS)
SNIPPED = re.compile(
    r"[\[<({-]{0,4}\s?(?:\.{2,6}|…|snip(?:ped)?|cut|dipotong)\s?.{0,10}[\]>)}-]{0,4}\Z",
    re.IGNORECASE,
)
