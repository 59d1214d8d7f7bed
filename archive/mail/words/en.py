"""English."""

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

ENGLISH = Language(
    code="en",
    quoting=Quoting(
        verbs=words("wrote writes said says spake opined"),
        openers=words("on at in a date from quoth thus_spake"),
        citing=words("quoting"),
        before_names=words("on at in from by message_by article_by user"),
        days=words("monday tuesday wednesday thursday friday saturday sunday yesterday"),
        short_days=words("mon tue tues wed weds thu thur thurs fri sat sun"),
        months=words(
            "january february march april may june july august september october november december"
        ),
        references=words("in_message in_news in_article"),
        sentence_words=words(
            """
            i he she they you we it this that code who what as and or the a an my your his her
            their which
            """
        ),
        on_behalf=words("on_behalf_of"),
        through=words("via"),
        original=words(
            "original_message original_appointment original_mail reply_message original"
        ),
        forwarded=phrases(
            """
            forwarded message|mail|email|e-mail
            begin forwarded message
            forwarded by …
            """
        ),
        by_hand=words("quote"),
        cuts=words("snip snipped cut"),
    ),
    labels=Labels(
        sender=words("from"),
        sent=words("sent date"),
        recipient=words("to"),
        subject=words("subject"),
        other=words("sender importance attachments organization organisation on_behalf_of"),
    ),
    endings=Endings(
        devices=words("mobile phone cell smartphone tablet handheld mail email e-mail webmail"),
        device_lines=phrases(
            """
            sent from|via|with|using|by … <device> …
            get outlook for … <device> …
            powered by … blackberry|indosat …
            """
        ),
        sent_from=words("sent_from"),
        device_notes=phrases("via {my} <device> …"),
        footers=phrases(
            """
            to unsubscribe …
            to subscribe or unsubscribe …
            unsubscribe: …
            unsubscribe from|here|link …
            you received|are_receiving|have_received this {message|e-mail|email} because …
            you are currently subscribed to …
            you are receiving this …
            reply to this e-mail|email directly …
            reply via email|web_post …
            to post to this group …
            to view this discussion …
            for more options, visit …
            visit your group …
            archives|archive and help|subscription …
            please do not reply to this e-mail|email|message|mail|notification …
            no virus found in this …
            this e-mail|email has been checked|scanned …
            this e-mail|email is free from viruses …
            virus-free. …
            """
        ),
        list_words=words("mailing_list mailing-list mailinglist unsubscri"),
        disclaimers=phrases(
            r"""
            confidentiality notice|note …
            disclaimer
            disclaimer:|disclaimer_: this|the|views|any|opinions|information|http|https|www …
            disclaimer:\ …
            legal disclaimer …
            privileged and|&|/|- confidential …
            privileged/confidential …
            this {electronic} e-mail|email|message|mail|communication|transmission|transmittal …
                confidential|privileged|intended_only|intended_solely|intended_exclusively|
                intended_for|named_person|intended_recipient …
            the information {contained|transmitted} in this … confidential|privileged|intended_only|
                intended_solely|intended_for …
            the information transmitted … confidential|privileged|intended_only|intended_solely|
                intended_for …
            the content|contents of this … confidential|privileged|intended_only|intended_solely|
                intended_for …
            """
        ),
    ),
    subjects=Subjects(reply=words("re"), forward=words("fw fwd")),
    automation=Automation(
        bounce_subjects=phrases(
            """
            undeliverable …
            undelivered …
            undeliverable: …
            nondeliverable …
            non-delivery …
            delivery status_notification|failure|failed|has_failed|notification …
            mail delivery failed|failure|error|status|subsystem|warning …
            message delivery failure …
            permanent delivery failure …
            mail could not be delivered …
            mail system error …
            mail error …
            failure notice …
            failed mail to …
            returned mail …
            automatically rejected mail …
            warning: could not send …
            """
        ),
        bounce_texts=phrases(
            """
            could_not|can_not|cannot|couldn't|can't be delivered
            was|were not delivered
            unable to deliver
            undeliverable
            failed to deliver
            delivery {has} failed
            did not reach the following
            non-delivery|nondelivery report
            user unknown
            no such user
            """
        ),
        absence_subjects=phrases(
            """
            automatic|automated|auto reply|response|responder …
            automatic-reply|automated-reply|auto-reply|auto-response|auto-responder …
            automatic-response|automated-response|autoreply|autoresponse|autoresponder …
            out of {the} office …
            away from {the} office …
            away from my mail|desk …
            vacation reply|message …
            on vacation …
            on annual leave …
            """
        ),
        no_reply=words("reply answer"),
    ),
    thanks=Thanks(
        words=words(
            """
            thanks thank thank's thx thnx tnx thanx thankyou thks tks thnaks thansk thaks tanks
            thans grateful appreciate appreciated
            """
        ),
        misspelt=words("appreciated"),
        hoped=words("appreciate appreciated grateful"),
        hoping=words("would will be could can if any"),
        not_after=words("to_the to_this to_a to_an to_its to_that to_these"),
        not_before=words("no not"),
        advance=words(
            "advance advanced adv advnace advace anticipation before beforehand b4 ahead thanking"
        ),
        advance_misspelt=words("beforehand anticipation"),
        requests=words("please pls plz anyone anybody wondering"),
        strong_requests=words("please pls plz anyone anybody welcome"),
        received=words(
            """
            again reply replies replying answer answers answering response responses responding
            respond tip tips suggestion suggestions suggesting advice hint hints pointer
            pointers pointing explanation explanations explaining info information link links
            solution solutions quick prompt fast speedy feedback clarification clarifying
            clarify patch fix fixing insight insights comment comments sharing detailed helpful
            helping kind script code example everyone everybody guys
            """
        ),
        greetings=phrases(
            """
            dear|hi|hello|hey
            good morning|day|afternoon|evening
            """
        ),
    ),
    success=Success(
        solved=phrases(
            """
            it|that|this|everything|which|trick|code|solution|suggestion|advice|fix|patch|all {now|
                all|just|really|definitely|seems_to} work|works|worked|solved|solves|did_it|fixed|
                fixes|did_the_trick|did_the_job|helps|helped
            it|this|that|it's|this's|that's {is|was|has_been|is_now} {now|all} working|solved|fixed|
                resolved|ok_now|fine_now
            work|works now|perfectly|great|fine|well|beautifully|like_a_charm|like_magic|for_me|
                again
            worked perfectly|great|fine|well|beautifully|like_a_charm|for_me|out|nicely
            problem|problems|issue|issues|bug|bugs|error|errors|problem's|issue's {is|was|has_been}
                {now|all} solved|fixed|resolved|gone|disappeared|went_away
            now {it|everything} works|boots|compiles|runs|loads
            solved|fixed|resolved it|my|the|now
            exactly|just|precisely what i|we need|want|was|were|have_been|am
            that was it|the_problem|the_issue|the_cause
            did the trick|job
            very|really|extremely|most|so|quite helpful|useful
            helped {me|us} a_lot|much
            i|we got it working|to_work
            """
        ),
        negations=words(
            """
            not no never still cannot unfortunately nor hardly unless if hope hopefully *n't
            *n’t cant dont
            """
        ),
        unsolved=phrases(
            """
            still …2 not|cannot|fail|fails|failing|error|errors|crash|crashes|same|problem|problems|
                hang|hangs|doesn't|don't|can't|stuck|unable|broken
            but|however|unfortunately …4 fail|fails|failed|error|errors|no_luck
            but|however|unfortunately …4 not|doesn't|didn't|don't work|help|solve|fix
            did|does|do|was|is|has|have not …1 help|helped|work|worked|solve|solved|fix|fixed
            didn't|doesn't|don't|wasn't|isn't|hasn't|haven't …1 help|helped|work|worked|solve|
                solved|fix|fixed
            same error|problem|result|issue
            no luck
            without success
            """
        ),
    ),
    works=Works(
        books=words("ebook e-book novel book monograph textbook"),
        articles=words(
            """
            article articles paper papers manuscript preprint chapter blogpost blog_post thesis
            vignette report tutorial*
            """
        ),
        code=words(
            """
            package packages version release library module tool toolbox toolkit software plugin
            plug-in script driver app application framework extension dataset data_set website
            web_site interface distro
            """
        ),
        announcements=phrases(
            """
            my|our …3 <work> … is|are|has_been|have_been|was|got
                {now|just|finally|also|freely|already} {now|just|finally|also|freely}
                available|published|on_cran|out|released|in_press|online|on_github|accepted|uploaded
            i|we|i've|we've|i'm {have|am|are} {just|now|recently|finally|also} released|releasing|
                published|announce|announcing|uploaded !by|in_1*|in_2* … <work>
            pleased|happy|glad|delighted|proud|excited|like to announce|introduce|present|release ……
                <work>
            new|first|initial|stable|major version|release|package … is|are|has_been {now}
                available|on_cran|released|out
            """
        ),
        talks=phrases(
            """
            i|we|i'll|we'll|i'm|we're {will|am|are} {be} giving|give|presenting|present|speaking|
                speak … talk|keynote|lecture|tutorial|seminar|webinar
            slides|video|recording of|from|for my|our talk|keynote|lecture|presentation|tutorial|
                webinar
            """
        ),
        not_out=words("not if error rejected"),
        announcing_subjects=phrases(
            """
            announcing
            release of
            new {r} package|book|paper|article
            """
        ),
        announced_subjects=phrases(
            """
            released
            published
            now on_cran|available
            available on cran
            """
        ),
        before_packages=phrases(
            """
            package
            library
            version of {the}
            release of {the}
            """
        ),
        after_packages=words("package library"),
        not_names=words(
            """
            the a an new this that my our r for of is on in to and which with called named
            version first available from has will can it python release add add-on maintainer
            package interface
            """
        ),
        credits=phrases(
            """
            written by
            by
            """
        ),
        events=words(
            """
            course courses workshop workshops conference conferences school schools contest
            competition symposium meeting deadline webinar webinars
            """
        ),
        adverts=words(
            """
            job jobs vacancy vacancies hiring post-doc* postdoc* ph.d_position phd_position
            ph.d._position phd_student ph.d._student phd_studentship ph.d._studentship
            phd_opportunit* ph.d._opportunit* phd_scholarship ph.d._scholarship position
            positions recruit* applicant applicants applications_are_invited
            application_is_invited scholarship scholarships fellowship fellowships
            call_for_papers call_for_abstracts call_for_applications deadline_for_papers
            deadline_for_abstracts deadline_for_applications summer_school for_sale
            """
        ),
    ),
    address=Address(
        titles=words("dr prof"),
        kin_titles=words("mr mrs ms"),
        salutations=words("hi hello dear"),
        joins=words("and or"),
        asking_whether=words("could can would might maybe perhaps"),
        requests=words("please pls"),
        nobody=words(
            """
            all list everyone everybody members folks friends guys group team sir madam
            colleagues experts any anyone what why how when where who which is are do does did
            can could would should has have if so and but or also now then thanks thank please
            sorry regards hi hello dear yes no ok okay well finally first second third however
            otherwise for the this that these those my our i we you it there in on at by with
            from to as not error note ps fyi btw update edit subject re fwd
            """
        ),
        agreement=phrases(
            """
            i|we {fully|totally|completely|strongly|also|do|would} agree|concur
            agreed
            seconded
            exactly,|exactly.|exactly!|exactly_,|exactly_.|exactly_!
            absolutely,|absolutely.|absolutely!|absolutely_,|absolutely_.|absolutely_!
            indeed,|indeed.|indeed!|indeed_,|indeed_.|indeed_!
            precisely,|precisely.|precisely!|precisely_,|precisely_.|precisely_!
            as|like !i|we * …1 {already} said|says|suggested|suggests|pointed_out|wrote|explained|
                mentioned|noted
            * is {quite|absolutely|completely} right
            you are right
            you're right
            """
        ),
        denials=words("don't don’t do_not not cannot can't can’t hardly disagree if"),
    ),
)
