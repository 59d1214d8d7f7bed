"""Stop words of Indonesian and English, edited for technical mailing lists.

The base is the ``stopwordsiso`` collection. Its English list contains words that name
things on technical lists (``point``, ``line``, ``index``). Its Indonesian list contains
words that matter in questions (``masalah``, ``cara``), but lacks the spellings of chat
and the polite phrases of lists. Both are corrected here.
"""

from __future__ import annotations

from typing import Final

import stopwordsiso

_ENGLISH_KEPT: Final = frozenset(
    """
    ad amount area areas auth bill bottom buy cd changes computer cry date empty fill fire front
    group groups hid home html http id index inner int interest interests invention io keys length
    line member members microsoft mill ml move mv net netscape novel null number numbers order
    ordering page pages part parts point points research ring room rooms sd section self shell side
    sides state states sub sup system test text top tv value web website width world zero
    """.split()
)

_INDONESIAN_KEPT: Final = frozenset(
    """
    masalah soal cara jawab jawaban tanya bertanya pertanyaan kasus guna hal umum waktu tempat naik
    baru bulan tahun kata penting lima satu dua
    """.split()
)

_INDONESIAN_ADDED: Final = frozenset(
    """
    yg dgn dg dng krn utk tuk gak nggak ngga gk kagak ndak udah udh dah sdh blm blum belom tdk tsb
    dll dsb dst spt sprt spy jg jgn lg kalo klo kl bgmn gmn gimana gini gitu kayak kyk sih deh lho
    loh nih tuh ya aja aj doang banget bgt bener emang pake pakai mo dpt pd dr dri trs trus jd bbrp
    bnyk sblm stlh ttg thd hrs orang sy gue gua gw lu lo ente mrk beliau bikin ama ntar skrg kmrn
    kemarin tau cuman biar kali abis msh mas mbak bu bang kang cak tante uda uni mang abah bro gan
    bos suhu master rekan teman kawan salam wassalam halo yth terima kasih makasih trims tks thx
    mohon tolong maaf bantuannya milis japri oot cmiiw re fw bls wrote menulis hehe wkwk
    """.split()
)

_MAIL_ADDED: Final = frozenset(
    """
    hadn needn shan mustn mightn wouldn weren hasn hi hello hey cheers fwd btw imho imo fyi aka
    hth iirc afaik thx fri mon tue thu jan feb mar apr jun jul aug sep sept oct nov dec
    """.split()
)

INDONESIAN_ONLY: Final = frozenset({"ga", "bs", "tp", "org", "lan", "om", "sm"})
"""Stop words in Indonesian posts that are technical words in other texts."""

INDONESIAN_MARKERS: Final = frozenset(
    """
    yang yg dan ini itu saya tidak tdk gak nggak ada untuk utk dengan dgn bisa sudah sdh udah belum
    blm dari krn karena atau juga jg kalau kalo klo pak mas mohon apakah bagaimana
    """.split()
)
"""Frequent words that occur only in Indonesian text; one of them makes a text partly Indonesian."""

STOP_WORDS: Final = (
    frozenset(stopwordsiso.stopwords("en")) - _ENGLISH_KEPT
    | frozenset(stopwordsiso.stopwords("id")) - _INDONESIAN_KEPT
    | _INDONESIAN_ADDED
    | _MAIL_ADDED
) - INDONESIAN_ONLY
"""Words that are dropped from every text."""

STOP_WORDS_INDONESIAN: Final = STOP_WORDS | INDONESIAN_ONLY
"""Words that are dropped from texts with an Indonesian marker."""

ENGLISH_FUNCTION_WORDS: Final = frozenset(
    """
    the and is to of for that this with it in you not be are have was but from will can would as at
    or my there what which do does has been they by we if on your how when any so i it's a an me
    could should were had then than here just thanks regards
    """.split()
)

INDONESIAN_FUNCTION_WORDS: Final = (
    frozenset(stopwordsiso.stopwords("id")) | _INDONESIAN_ADDED
) - frozenset(stopwordsiso.stopwords("en"))
"""Words that show that a text is Indonesian; words that English also uses do not count."""

BORROWED_WORDS: Final = frozenset(
    """
    account address backup block boot browser bug button cable cache card cd client cluster code
    compile computer config copy cpu database debug default desktop disk domain download driver
    email error file filter firewall folder forward framework free hang hardware hijack host hosting
    install interface internet kernel keyboard laptop layer library link load local lock log login
    mail mailbox map memory monitor mouse network online password path ping plugin policy port print
    printer programmer proxy query queue reboot record reject relay reply request reset restart
    restore router scan screen script security server service setting shell site software sound
    source spam storage subject switch system tag template test thread timeout tool traffic update
    upgrade upload user version virus web website window wireless
    """.split()
)
"""English words that are common in Indonesian technical posts."""

HONORIFICS: Final = frozenset(
    """
    pak bapak bpk bu ibu mas mbak mba kang teh teteh abah bang bung om tante uda uni sdr sdri bro
    prof dr drs ir haji hj ustadz ustad mr mrs ms
    """.split()
)
"""Titles that precede a name."""

GENERIC_VERBS: Final = frozenset(
    """
    add adding added allow announce avoid calculate calculating change check cleanup convert correct
    create creating disable does doesn don drop enable ensure fail failed fails find finding fix
    fixed fixes follow generate get handle improve introduce keep loading make minor move moving
    prevent read reading refactor remove rename replace replied reply request return revert run
    running select set show simplify solve solved solving switch understanding update updated use
    user users using way working write writing wrong
    aktif bantu buat buka cari dibuka dicari dimohon dipakai dipisah gagal ganti habis hilang jawab
    kena kirim konek lapor mati mau mencari mendapat minta mohon muncul naik nanya perlu pindah
    pisah salah tanya terbuka tolong tukar tutup
    """.split()
)
"""Words for actions; they occur in no label."""

GENERIC_NOUNS: Final = frozenset(
    """
    advice announcement answer argument arguments available bug bugs cannot code command data
    default device devices difference different digest doubt driver drivers easy email error errors
    example examples file files found function functions general guide hello help helper idea info
    information input introduction issue issues job jobs latest library list lists mail mails
    message messages method methods misc missing multiple name names newbie newbies object objects
    option options output package packages patch patches phd pointer position posting problem
    problems question questions quick reading reminder result results rfc script search series
    setting simple solution some specific strange struct stuff subject suggestion suggestions
    attachment attachments charset deleted mailing mailman pipermail scrubbed subscribe unspecified
    unsubscribe
    support test testing tests thread trouble type types unable unused urgent value values variable
    variables various version warning warnings
    mb gb kb mhz ghz meter cm km kg inci
    aman aneh artikel aturan bantuan baru beda berat berita bulan cara cepat daftar error hal hari
    info informasi jam jawaban kabar kacau lama lambat laporan malam masalah menit milis minggu
    murah nomor online otomatis pagi pengumuman penuh pertanyaan ringan saran sehat siang soal sore
    tahun tanggal tempat tips umum undangan waktu
    """.split()
)
"""Words that name nothing specific unless another word accompanies them."""

GENERIC_WORDS: Final = GENERIC_VERBS | GENERIC_NOUNS
