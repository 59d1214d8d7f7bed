"""Indonesian, with the spelling of chat and the words that its lists borrow from Arabic."""

from __future__ import annotations

from archive.mail.words.language import (
    Address,
    Automation,
    Endings,
    Labels,
    Language,
    Quoting,
    Subjects,
    Success,
    Thanks,
    Works,
)
from archive.mail.words.phrases import phrases, words

INDONESIAN = Language(
    code="id",
    quoting=Quoting(
        verbs=words("menulis tulis menuliskan berkata"),
        openers=words("pada"),
        citing=words("mengutip"),
        before_names=words("pada tanggal pukul jam dari"),
        days=words("senin selasa rabu kamis jum'at jumat sabtu minggu ahad kemarin"),
        short_days=words("sen sel rab kam jum sab min ming"),
        months=words(
            """
            januari februari maret april mei juni juli agustus september oktober november
            nopember desember
            """
        ),
        sentence_words=words("saya dia aku kami kita mereka yang"),
        on_behalf=words("atas_nama"),
        through=words("melalui"),
        original=words("pesan_asli email_asli surat_asli"),
        forwarded=phrases(
            """
            pesan diteruskan|terusan|diterusan|teruskan
            diteruskan oleh …
            """
        ),
        by_hand=words("kutipan kutip"),
        cuts=words("dipotong"),
    ),
    labels=Labels(
        sender=words("dari pengirim"),
        sent=words("dikirim terkirim tanggal pada_tanggal"),
        recipient=words("kepada ke penerima"),
        subject=words("judul perihal topik subyek subjek hal"),
        other=words("tembusan lampiran balas balas_kepada"),
    ),
    endings=Endings(
        devices=words("ponsel gawai hp handphone hape"),
        device_lines=phrases(
            """
            dikirim|terkirim|diterbitkan dari|melalui|via|dengan|menggunakan … <device> …
            sinyal kuat indosat …
            """
        ),
        sent_from=words("dikirim_dari"),
        footers=phrases(
            """
            berhenti (unsubscribe) …
            berhenti (unsubscribe), …
            henti langgan …
            untuk berhenti langganan|berlangganan …
            mendaftar atau berhenti …
            milis ini untuk|adalah …
            kirim email|e-mail ke
            """
        ),
        list_words=words("berhenti henti_langgan berlangganan langganan milis_ini"),
        disclaimers=phrases("pesan|surel|email|e-mail ini … rahasia …"),
    ),
    subjects=Subjects(reply=words("bls balas"), forward=words("trs teruskan")),
    automation=Automation(
        bounce_subjects=phrases("pengiriman {email} gagal …"),
        bounce_texts=phrases(
            """
            tidak dapat|bisa dikirim|terkirim
            gagal dikirim|terkirim
            """
        ),
        absence_subjects=phrases(
            """
            balasan|jawaban otomatis …
            {sedang} cuti …
            {sedang} di luar kantor|kota …
            tidak {ada} di kantor|tempat …
            """
        ),
        no_reply=words("balas"),
    ),
    thanks=Thanks(
        words=words(
            """
            trims trim's trimakasih makasih makasi mksh mkasih maksih makacih terimakasih tq
            tengkyu tengkiu tengkiyu berterimakasih jazakallah jazakumullah jazakalloh syukron
            syukran
            """
        ),
        pairs=words("terima_kasih trima_kasih berterima_kasih terima_ksh"),
        misspelt=words("terimakasih makasih"),
        not_after=words("kembali"),
        advance=words("sebelumnya sblmnya sblumnya sebelum sblm dimuka muka"),
        advance_misspelt=words("sebelumnya"),
        requests=words(
            """
            mohon tolong minta harap dimohon tanya numpang bertanya gimana bgmn bagaimana
            caranya knp kenapa mengapa
            """
        ),
        strong_requests=words("mohon tolong minta harap dimohon"),
        received=words(
            """
            jawaban jawabannya penjelasan penjelasannya info infonya informasi informasinya
            saran sarannya masukan masukannya tip tipnya tips tipsnya sharing sharingnya solusi
            solusinya balasan balasannya tanggapan tanggapannya respon responnya responsnya
            pencerahannya petunjuknya koreksi koreksinya linknya lagi
            """
        ),
        greetings=phrases(
            """
            hai|halo|hallo|yth|ass*|salam|salaam*
            selamat pagi|siang|sore|malam
            """
        ),
    ),
    success=Success(
        solved=phrases(
            """
            sudah|udah|udh|sdh|dah|skrg|sekarang|akhirnya|alhamdulillah|ternyata|langsung …2 bisa|
                jalan|berhasil|beres|normal|ok|oke|ketemu|lancar|sukses|kelar|teratasi|terpecahkan|
                solved|sembuh|nyala|jadi
            masalah|masalahnya|problem|problemnya …1 selesai|beres|teratasi|solved|hilang
            sangat|amat|cukup|bener2|benar2|benar-benar|sungguh membantu|menolong|bermanfaat
            membantu|menolong sekali|banget|bgt
            pas sekali|banget
            berhasil …1 mas|pak|bu|mbak|om|bang|kang|gan|bro
            yes|sip|hore|horee|yes,|sip,|hore,|horee, berhasil
            """
        ),
        negations=words(
            """
            belum blm blum belom tidak tdk tak gak ga nggak ngga gk kagak ndak indak masih msh
            tetap tetep bukan gagal kalau kalo jika semoga mudah2an
            """
        ),
        unsolved=phrases(
            """
            belum|blm|blum|belom …1 berhasil|bisa|jalan|beres|solved|ketemu|sukses|ok|normal|sembuh|
                nyala
            masih|msh|tetap|tetep|ttp …1 error|eror|gagal|sama|saja|aja|hang|begitu|gitu|belum|blm|
                tidak|tdk|gak|ga|nggak|bermasalah|muncul
            tapi|tp|tetapi|sayang|sayangnya|namun …3 tidak|tdk|gak|ga|nggak|gagal|error
            """
        ),
    ),
    works=Works(
        books=words("buku*"),
        articles=words("artikel* tulisan* makalah* jurnal* skripsi tesis disertasi opini kolom"),
        code=words("aplikasi* paket* modul* skrip* program* pustaka perangkat_lunak"),
        announcements=phrases(
            """
            <work> …2 saya|kami|ku|sy|gue|ane|ambo …… terbit|diterbitkan|dimuat|dipublikasikan|
                dirilis|rilis|diluncurkan|launching|tersedia
            <work> …2 saya|kami|ku|sy|gue|ane|ambo …… bisa|dapat diunduh|di-unduh|didownload|
                di-download|dibaca|di-baca|dipesan|di-pesan|dilihat|di-lihat|diakses|di-akses
            telah|sudah|baru terbit|rilis|dirilis|dimuat …… <work> saya|kami
            telah|sudah|baru terbit|rilis|dirilis|dimuat …… karya|karangan|tulisan|oleh|buatan saya|
                kami
            saya|kami|sy baru|sudah|telah|baru_saja|sdh|akhirnya {baru|sudah|telah|baru_saja|sdh|
                akhirnya} menerbitkan|merilis|mempublikasikan|meluncurkan|menulis|mengunggah …
                <work>
            """
        ),
        talks=phrases(
            """
            pembicara|narasumber|pemateri|pemakalah … saya|kami
            saya|kami … akan bicara|berbicara|presentasi
            saya|kami … menjadi|jadi pembicara
            saya|kami … mempresentasikan
            """
        ),
        not_out=words("belum blm tidak tdk kalau jika ditolak"),
        announcing_subjects=phrases("rilis"),
        before_packages=phrases("paket"),
        not_names=words("yang untuk baru saya kami ini"),
        credits=phrases(
            """
            {yg|yang} ditulis|tulisan|tulis {oleh}
            {yg|yang} karya|karangan|oleh
            """
        ),
        events=words("kursus pelatihan lomba lokakarya"),
        adverts=words(
            """
            lowongan loker dicari kirim_cv kirim_lamaran lamaran_kerja dijual jual_cepat
            jual_murah jual_rugi wts nego harga_rp stok_terbatas
            """
        ),
    ),
    address=Address(
        titles=words("pak bapak bu ibu mas mbak kang bang"),
        kin_titles=words(
            """
            bpk mba teh mang abah cak ning bung om oom tante uda uni ajo sanak kanda mak buya
            bundo bli gus ustadz sdr sdri ir
            """
        ),
        salutations=words("halo"),
        joins=words("dan atau"),
        asking_whether=words("mungkin barangkali apakah dapatkah bisakah"),
        requests=words("tolong mohon minta bagi dapatkah bisakah koreksi pencerahan pencerahannya"),
        nobody=words(
            """
            rekan rekan2 teman teman2 kawan kawan2 milis para suhu master sesepuh netters netter
            semua sekalian bapak ibu pak bu mas mbak saudara anda kalian yth apa apakah kenapa
            mengapa bagaimana gimana kapan dimana siapa ada kalau kalo jika tapi tetapi lalu
            terus mohon tolong maaf terima terimakasih makasih salam halo wassalam saya kami aku
            yang ya tidak belum sudah bisa mungkin barangkali jadi nah oh wah untuk dari dengan
            di ke ini itu
            """
        ),
        agreement=phrases(
            """
            setuju|sependapat|sepakat !kalau|untuk|bila|jika|kah
            seperti|spt|sebagaimana {yg|yang} {sudah|dikatakan|kata} pak|bu|mas|mbak
            ada benarnya
            benar {sekali} yg|yang|kata|apa
            bener kata|yg|banget
            """
        ),
        denials=words("tidak tdk gak ga nggak ngga kurang bukan ndak belum blm kalau jika"),
    ),
)
