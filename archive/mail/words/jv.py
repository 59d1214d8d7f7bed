"""Javanese (basa Jawa), in ngoko and krama."""

from __future__ import annotations

from archive.mail.words.language import (
    Address,
    Automation,
    Endings,
    Labels,
    Language,
    Quoting,
    Success,
    Thanks,
    Works,
)
from archive.mail.words.phrases import phrases, words

JAVANESE = Language(
    code="jv",
    quoting=Quoting(
        verbs=words("nulis nyerat ngendika ngandika kandha"),
        openers=words("ing dina dinten"),
        before_names=words("ing tanggal jam tabuh saka saking"),
        days=words("senen slasa rebo kemis jemuwah setu ngahad akad wingi"),
        months=words(
            "januari februari maret april mei juni juli agustus september oktober november desember"
        ),
        sentence_words=words(
            "aku kula kulo kowe sampeyan panjenengan dheweke piyambakipun kita sing ingkang"
        ),
        through=words("lumantar"),
        original=words("layang_asli serat_asli pesen_asli"),
        forwarded=phrases(
            """
            layang|serat|pesen terusan
            diterusake|dipunterusaken dening …
            """
        ),
        by_hand=words("petikan"),
    ),
    labels=Labels(
        sender=words("saka saking pangirim"),
        sent=words("dikirim dipunkintun kakintun tanggal"),
        recipient=words("kanggo kagem marang dhumateng katur"),
        subject=words("bab jejer prekara prakawis"),
        other=words("lampiran tembusan"),
    ),
    endings=Endings(
        devices=words("hape hp"),
        device_lines=phrases(
            """
            dikirim|dipunkintun|kakintun saka|saking|nganggo|ngangge|lumantar … <device> …
            """
        ),
        sent_from=words("dikirim_saka dipunkintun_saking kakintun_saking"),
        footers=phrases(
            """
            kanggo mandheg langganan …
            kangge kendel langganan …
            """
        ),
        list_words=words("langganan milis"),
        disclaimers=phrases("layang|serat|pesen iki|punika … rahasia|wados …"),
    ),
    automation=Automation(absence_subjects=phrases("wangsulan|balesan otomatis …")),
    thanks=Thanks(
        words=words("nuwun suwun kesuwun maturnuwun matursuwun"),
        pairs=words("matur_nuwun matur_suwun"),
        misspelt=words("maturnuwun matursuwun"),
        not_after=words("sewu"),
        not_before=words("kula kulo ora boten mboten"),
        advance=words("sadurunge sakdurunge sadurungipun saderenge saderengipun sakderengipun"),
        advance_misspelt=words("saderengipun sadurunge"),
        requests=words(
            """
            nyuwun tulung takon pitakon piye kepiye kepriye pripun kadospundi geneya
            kenging
            """
        ),
        strong_requests=words("nyuwun tulung"),
        received=words(
            """
            wangsulan wangsulane wangsulanipun jawabane jawabanipun katerangan katerangane
            kateranganipun katrangan katrangane katranganipun sarane saranipun pitedah pitedahe
            pitedahipun infone infonipun maneh malih
            """
        ),
        greetings=phrases(
            """
            sugeng enjing|enjang|siyang|sonten|dalu|ndalu
            kula|kulo nuwun
            """
        ),
    ),
    success=Success(
        solved=phrases(
            """
            wis|wes|uwis|sampun|empun|saiki|sakniki|sapunika|akhire|jebule|jebulipun …2 bisa|iso|
                saged|mlaku|mlampah|rampung|beres|normal|lancar|kasil|dadi|dados|mari
            masalahe|masalahipun|perkarane …1 rampung|beres|ilang|ical
            mbiyantu|mbantu banget|sanget|tenan
            """
        ),
        negations=words(
            """
            durung dereng ora boten mboten isih taksih tetep yen menawi dudu sanes mugi muga
            mugi-mugi muga-muga
            """
        ),
        unsolved=phrases(
            """
            durung|dereng …1 bisa|iso|saged|mlaku|mlampah|rampung|beres|normal|kasil|dadi|dados
            isih|taksih|tetep …1 error|eror|gagal|padha|sami|ora|boten|mboten|durung|dereng
            nanging|ning …3 ora|boten|mboten|gagal|error
            """
        ),
    ),
    works=Works(
        announcements=phrases(
            """
            <work> …2 aku|kula|kulo …… terbit|kababar|kapacak|diterbitake|dipunterbitaken|dirilis
            <work> anggitanku|anggitan_kula|karyaku|karya_kula …… terbit|kababar|kapacak|
                diterbitake|dipunterbitaken|dirilis
            """
        ),
        not_out=words("durung dereng ora boten mboten yen menawi"),
        not_names=words("sing ingkang iki punika anyar enggal kula aku"),
        credits=phrases("{sing|ingkang} anggitan|anggitane|anggitanipun"),
    ),
    address=Address(
        titles=words("pak bu mas mbak kang"),
        kin_titles=words("lik pakdhe pakde budhe bude mbakyu kangmas dhimas yu gus den eyang"),
        joins=words("lan utawa utawi kaliyan"),
        asking_whether=words("apa punapa menawa menawi bokmenawa bokmenawi"),
        requests=words("nyuwun tulung mangga pripun kadospundi kepiye piye"),
        nobody=words(
            """
            para kabeh sedaya kanca kanca-kanca sedherek apa punapa sapa sinten piye kepiye
            pripun kadospundi kapan ngendi pundi yen menawi nanging lan utawa nyuwun tulung
            matur nuwun suwun sugeng kula kulo aku iku punika ing saka saking inggih nggih ora
            boten mboten sampun wis
            """
        ),
        agreement=phrases(
            """
            sarujuk|sarujuk, !yen|menawi
            leres|bener|cocok sanget|banget|tenan
            """
        ),
        denials=words("ora boten mboten kurang durung dereng dudu sanes yen menawi"),
    ),
)
