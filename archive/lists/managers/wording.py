"""What a notice's words ask for, in the languages that list managers speak.

A word of leaving often holds one of joining (``unsubscribe``, ``désabonner``,
``berhenti berlangganan``), so leaving is looked for first and taken out.
A text in a language that is not here says nothing, and what says nothing is
never answered.
"""

from __future__ import annotations

import re
from enum import StrEnum

MAX_READ = 20_000

_ADDRESS_OR_LINK = re.compile(r"[a-z][a-z0-9+.-]{0,20}://\S+|[^\s<>]{1,300}@[^\s<>]{1,300}")


class Says(StrEnum):
    """One thing that a text asks for or tells of."""

    JOIN = "join"
    LEAVE = "leave"
    INVITE = "invite"
    RE_ENABLE = "re-enable"
    MODERATION = "moderation"
    PASSWORD = "password"  # noqa: S105  (what the words are about)
    CHANGE = "change of address"


def _words(*patterns: str) -> re.Pattern[str]:
    """Any of the words, each given as a beginning; ``|`` at its end asks for the whole word."""
    whole = [pattern[:-1] for pattern in patterns if pattern.endswith("|")]
    begun = [pattern for pattern in patterns if not pattern.endswith("|")]
    parts = []
    if whole:
        parts.append(rf"\b(?:{'|'.join(whole)})\b")
    if begun:
        parts.append(rf"\b(?:{'|'.join(begun)})\w*")
    return re.compile("|".join(parts))


_LEAVE_LATIN = _words(
    # English
    "un-?subscri", "sign-?off", "signing off", "leav", "remov", "delet", "withdraw", "opt-?out",
    "opt(?:ing)? out", "cancel", "drop(?:ped)? from", "de-?register", "quit|", "terminat",
    # Indonesian, Malay
    "(?:ber)?henti (?:ber)?langganan", "(?:mem|di)?batal(?:kan)? (?:ber)?langganan", "henti",
    "berhenti", "keluar", "pengunduran", "mengundurkan", "hapus", "dihapus", "menghapus",
    "penghapusan", "batal", "dibatalkan", "membatalkan", "pembatalan", "tinggalkan",
    "meninggalkan", "dikeluarkan", "mengeluarkan", "lepas",
    # German
    "abbestell", "abmeld", "abgemeldet", "abzumelden", "austrag", "ausgetragen", "auszutragen",
    "austret", "austritt", "verlass", "entfern", "kündig", "gekündigt", "lösch", "gelöscht",
    "abbestellt", "abzubestellen", "deabonn", "beend", "storn",
    # French
    "désabonn", "desabonn", "désinscri", "desinscri", "désinscr", "résili", "quitt", "retir",
    "retrait", "supprim", "suppress", "radi(?:é|er|ation)", "annul",
    # Spanish, Catalan, Portuguese, Italian, Romanian, Galician
    "desuscri", "dessuscri", "de-?suscri", "desubscri", "dessubscri", "baja|", "baixa|",
    "elimin", "borra", "abandon", "dejar|", "deixar|", "descadastr", "remoç", "sair|", "saída|",
    "exclu", "disiscri", "dis-?iscri", "disdi", "rimoz", "rimuov", "rimoss", "lascia",
    "dezabon", "părăs", "șterg", "disabon", "baxa|", "tirada", "quitar",
    # Dutch, Danish, Norwegian, Swedish, Finnish
    "afmeld", "afgemeld", "af te melden", "uitschrij", "uitgeschreven", "uit te schrijven",
    "verwijder", "verlat", "opzeg", "opgezegd", "frameld", "udmeld", "avmeld", "avregist",
    "avanmäl", "avprenum", "avslut", "lämna", "ta bort|", "bort", "fjern", "slet", "slett",
    "stryk", "forlat", "poist", "peru", "ero(?:a|ta)", "eroa",
    # Polish, Czech, Slovak, Slovenian, Croatian, Hungarian, Estonian
    "wypis", "wyrejestr", "usuni", "usun", "rezygn", "opuszcz", "opuść", "opuści", "odhlá",
    "odhlas", "zruš", "zrus", "odstran", "odjav", "odjavl", "napust", "izbris", "leirat",
    "leiratk", "töröl", "kilép", "elhagy", "ispis", "atsisak", "atšauk", "nutrauk", "atteik",
    "atrakst", "tühist", "lahku",
    # Turkish, Vietnamese, Albanian, Basque, Esperanto
    "çık", "ayrıl", "iptal", "sil(?:in|me|ecek)", "hủy", "rời", "çregjistr", "largo",
    "utzi", "harpidetza kendu", "malabon", "forlas",
    # Russian, Ukrainian, Bulgarian, Greek
    "отпис", "отказ", "удал", "покин", "исключ", "відпис", "видал", "скасув", "напус", "изтри",
    "отмен", "отмін", "залиш", "одјав", "διαγρα", "αποχώρ", "κατάργ", "ακύρωσ", "απεγγρα",
)  # fmt: skip
_LEAVE_UNSPACED = re.compile(
    "退会|購読解除|購読を解除|購読停止|解除|脱退|削除|退出|退订|退訂|取消|移除|删除|刪除|离开|離開"
    "|탈퇴|취소|해지|해제|삭제|떠나|إلغاء|ביטול|הסר|עזוב|בוטל|لغو"
)
_JOIN_LATIN = _words(
    "subscri", "join", "regist", "sign(?:ing)? up", "signed up", "added to", "member",
    "langganan", "berlangganan", "melanggan", "gabung", "bergabung", "daftar", "mendaftar",
    "pendaftar", "didaftarkan", "ditambahkan", "subskripsi", "keanggotaan",
    "abon", "anmeld", "angemeldet", "anzumelden", "eintrag", "eingetragen", "einzutragen",
    "beitr", "beizutreten", "aufnahm", "mitglied",
    "inscr", "rejoin", "rejónh", "adhé", "s'abonn",
    "suscri", "unir", "alta|", "registr", "iscri", "aggiung", "assin", "cadastr", "junt", "entrar|",
    "particip", "înscri", "apunta",
    "aanmeld", "aangemeld", "aan te melden", "inschrij", "ingeschreven", "lid|", "toetred",
    "prenumer", "anmäl", "gå med|", "tilmeld", "påmeld", "innmeld", "meld deg på", "delta", "tila",
    "liity", "liitty", "jäsen",
    "zapis", "subskry", "dołącz", "przyłącz", "zarejestr", "přihl", "odebír", "prihl", "prijav",
    "naroč", "pretpla", "feliratk", "csatlako", "regiszt", "tellim", "liitu",
    "üye", "katıl", "abone", "kayıt", "đăng ký", "tham gia", "regjistr", "abonim", "harpide",
    "aliĝ",
    "подпис", "регистр", "вступ", "присоедин", "підпис", "реєстр", "приєдн", "абон", "записв",
    "включ",
    "εγγρα", "συνδρομ",
)  # fmt: skip
_JOIN_UNSPACED = re.compile(
    "入会|購読|登録|参加|订阅|訂閱|加入|注册|註冊|가입|구독|등록|اشتراك|تسجيل|הרשמ|הצטרפ|הצטרף|מנוי|עضویت|اشتراک"
)
_OTHERS: tuple[tuple[Says, re.Pattern[str]], ...] = (
    (
        Says.INVITE,
        re.compile(
            r"\b(?:invit|undang|diundang|mengundang|einlad|einge?laden|uitnod|uitgenod|zapros|zapraszam"
            r"|приглаш|запрош|запроси|покан|inbj|inbjud|kutsu|davet|meghív|hív|convid|convit|pozv|pozván|přizv"
            r"|jemput|dijemput|indbyd|inviter|πρόσκλ|mời)\w*|招待|邀请|邀請|초대|دعوة|הזמנ|הוזמנ"
        ),
    ),
    (
        Says.RE_ENABLE,
        re.compile(
            r"\b(?:re-?enabl|re-?activ|reakti|disabl|bounc|dinonaktif|nonaktif|aktifkan|diaktifkan"
            r"|deaktiv|desactiv|désactiv|desativ|disabilit|disattiv|uitgeschakeld|inaktiver"
            r"|wyłącz|deaktyw|отключ|вимкн|devre dışı|letilt|réactiv|riattiv|riabilit)\w*"
            r"|無効|停止|停用|禁用|비활성"
        ),
    ),
    (
        Says.MODERATION,
        re.compile(
            r"\b(?:held|moderat|approv|discard|reject|ditahan|moderasi|persetujuan|menyetujui"
            r"|freigabe|freigeben|moderier|modér|approuv|aprob|aprov|approvaz|goedkeur"
            r"|модерат|одобр|zatwierdz|schval|godkän|godkend)\w*|保留|承認|审核|審核|批准"
        ),
    ),
    (
        Says.PASSWORD,
        re.compile(
            r"\b(?:pass-?wor[dt]|sandi|pw|mots? de passe|contraseña|senha|passord|lösenord"
            r"|wachtwoord|hasł|heslo|парол|kodeord|salasana|jelszó|şifre|kennwort)\w*"
            r"|パスワード|密码|密碼|비밀번호"
        ),
    ),
    (
        Says.CHANGE,
        re.compile(
            r"chang(?:e|ing) (?:of |your |the )?(?:e-?mail )?address|address change"
            r"|(?:ganti|perubahan|ubah|mengubah) alamat|adressänderung|adresse ändern"
            r"|changement d'adresse|cambio (?:de dirección|di indirizzo)|mudança de endereço"
            r"|wijzig\w* (?:van )?(?:het |uw )?(?:e-?mail)?adres|смен\w* адрес"
        ),
    ),
)


def says(text: str) -> frozenset[Says]:
    """What the words of a text are about. Linear in its length; addresses and links are no words.

    A list's own name stays in: one called ``removal`` makes every notice
    doubtful, which is the safe side.
    """
    read = _ADDRESS_OR_LINK.sub(" ", text[:MAX_READ].casefold())
    found = {about for about, pattern in _OTHERS if pattern.search(read)}
    rest = _LEAVE_UNSPACED.sub(" ", _LEAVE_LATIN.sub(" ", read))
    if rest != read:
        found.add(Says.LEAVE)
    if _JOIN_LATIN.search(rest) or _JOIN_UNSPACED.search(rest):
        found.add(Says.JOIN)
    return frozenset(found)


JOIN_ONLY = frozenset({Says.JOIN})
LEAVE_ONLY = frozenset({Says.LEAVE})

_WELCOME = re.compile(
    r"\b(?:welcome to|selamat datang|willkommen|bienven|benvingu|benvenu|bem-vind|welkom|velkommen"
    r"|välkommen|tervetuloa|witamy|vítejte|vitajte|üdvöz|dobrodošl|bine ai|hoş geldi|bonvenon"
    r"|добро пожаловать|ласкаво просимо|добре дош|καλώς)|ようこそ|欢迎加入|歡迎加入|환영합니다"
    r"|مرحب|ברוך הבא|ברוך בואך"
)


def welcomes(subject: str) -> bool:
    """The subject bids a new member welcome."""
    return _WELCOME.search(subject[:MAX_READ].casefold()) is not None
