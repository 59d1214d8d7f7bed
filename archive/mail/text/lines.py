"""Line by line: what may open a quote, a signature or a footer, and how far it goes.

One pass finds the few lines that may mean something; all else is the
author's. Linear in the text for any input.
"""

from __future__ import annotations

import re

from archive.mail.text.attribution import (
    COLONS,
    attribution_start,
    closes_attribution,
    has_date,
    is_addressed,
    is_strong,
    may_announce,
    opens_attribution,
    plain,
)
from archive.mail.text.code_lines import mark_code, may_hold_code
from archive.mail.text.endings import (
    is_footer_ahead,
    is_list_footer,
    mark_dropped,
    mark_footer,
)
from archive.mail.text.footers import is_footer_line, is_google_rule
from archive.mail.text.line_kinds import (
    ATTRIBUTION,
    AUTHORED,
    CODE,
    QUOTED,
    SIGNATURE,
    LineMarks,
)
from archive.mail.text.named_marks import (
    is_named,
    mark_initialed,
    mark_named,
    mark_supercited,
    may_be_supercited,
)
from archive.mail.text.openings import lines_to_look_at, markers_of
from archive.mail.text.originals import (
    is_plain_rule,
    is_short_rule,
    mark_ruled,
    mark_under_plain_rule,
)
from archive.mail.text.quotes import finish_quotes, mark_handmade
from archive.mail.text.signatures import mark_contact_block
from archive.mail.words.phrases import alternatives
from archive.mail.words.registry import gather

_MAX_SIGNATURE_LINES = 30
_MAX_BARE_SIGNATURE_LINES = 12
_MAX_LINES_LOOKED_AT = 10_000
"""Lines at either end of a text that are looked at; no human's mail has so many of that kind."""
_MAX_CLOSINGS = 100
_MAX_LOOKS = 5_000
"""Lines looked at for what ends a post, by the words they begin with."""
_CUT = re.compile(
    rf"[\[<({{-]{{0,4}}\s?(?:\.{{2,6}}|…|{alternatives(gather(lambda one: one.quoting.cuts))})"
    r"\s?.{0,10}[\]>)}-]{0,4}\Z",
    re.IGNORECASE,
)


_CLOSED = (*COLONS, "-")
_BROKEN_OFF = re.compile(r"<[^<>\n]{0,100}+\n>[ \t]?(?:\w{1,20}[ \t]?){0,2}[:：]")
"""A line that may be the rest of an attribution, broken off before its bracket."""
_INDENTED_MARK = re.compile(r"(?: {1,4}|\t)>")


class LineReader(LineMarks):
    """Marks the kind of every line of one text."""

    __slots__ = ("_closings", "_is_reply", "_looks", "_signatures", "_text")

    def __init__(self, text: str, is_reply: bool) -> None:
        super().__init__(text)
        self._text = text
        self._is_reply = is_reply
        self._signatures: list[int] = []
        self._closings: list[int] = []
        """Lines that look marked and are the rest of an attribution."""
        self._looks = 0

    def read(self) -> bool:
        """Mark all lines; False when every one is the author's."""
        self._mark_sure_signs()
        resume = 0
        for index in self._lines_to_look_at():
            if index < resume or self.kinds[index]:
                continue
            resume = max(index + 1, self._look(index, self.lines[index]))
            if resume >= self.count:
                break
        if QUOTED in self.kinds:
            finish_quotes(self, self._is_reply)
        if self._signatures:
            self._finish_signatures()
        if SIGNATURE not in self.kinds:
            mark_contact_block(self)
        return any(self.kinds)

    def _lines_to_look_at(self) -> list[int]:
        found = lines_to_look_at(self.lines, self.kinds)
        if len(found) > 2 * _MAX_LINES_LOOKED_AT:
            found = found[:_MAX_LINES_LOOKED_AT] + found[-_MAX_LINES_LOOKED_AT:]
        return sorted({*found, *self._closings}) if self._closings else found

    def _mark_sure_signs(self) -> None:
        """Mark what is told by signs of its own wherever it stands; most texts have none."""
        text = self._text
        if may_hold_code(text):
            mark_code(self)
        if may_be_supercited(text):
            mark_supercited(self)
        if "{{dropped" in text:
            mark_dropped(self)
        if self._is_reply:
            mark_initialed(self, text)
        if QUOTED in self.kinds and _BROKEN_OFF.search(text):
            for index, line in enumerate(self.lines):
                if line[:1] == ">" and index and closes_attribution(self.lines[index - 1], line):
                    self.kinds[index] = AUTHORED
                    self._closings.append(index)
                    if len(self._closings) > _MAX_CLOSINGS:
                        break

    # Each _look… method marks what begins at a line and gives the line after it; the line
    # itself when nothing does.

    def _look(self, index: int, line: str) -> int:
        if line[0] == ">":
            return self._look_strong(index)
        if line[:1] in " \t" and _INDENTED_MARK.match(line):
            self.kinds[index] = QUOTED
            self.indented = True
            return index + 1
        end = index
        if line[0] == "-":
            end = self._look_dashes(index, line)
        elif line[0] in "_=~*#+/. <|":
            end = self._look_rule(index, line)
        if end == index and may_announce(line):
            end = self._look_strong(index)
        return end if end > index else self._look_words(index, line)

    def _look_dashes(self, index: int, line: str) -> int:
        bare = line.rstrip()
        if bare == "-":
            following = self.next_text(index + 1)
            if following is not None and is_footer_line(self.lines[following]):
                return mark_footer(self, index)
            return index
        if bare == "--":
            self._signatures.append(index)
            return index + 1
        if line.startswith("-----BEGIN PGP"):
            return self._look_pgp(index, line)
        if is_google_rule(line):
            return mark_footer(self, index)
        return self._look_rule(index, line) if line.startswith("--") else index

    def _look_pgp(self, index: int, line: str) -> int:
        end = index + 1
        if "SIGNED MESSAGE" in line:
            while end < self.count and self.lines[end].strip() and end < index + 5:
                end += 1
        elif "SIGNATURE" in line:
            while end < self.count and not self.lines[end].startswith("-----END PGP"):
                end += 1
            end = min(self.count, end + 1)
        self.mark(index, end, SIGNATURE)
        return end

    def _look_rule(self, index: int, line: str) -> int:
        if line[0] == "=" and (end := mark_handmade(self, index)) > index:
            return end
        if is_plain_rule(line):
            if not self.may_check():
                return index
            if (end := mark_under_plain_rule(self, index)) > index:
                return end
            return mark_footer(self, index) if is_footer_ahead(self, index + 1) else index
        if is_short_rule(line):
            following = self.next_text(index + 1)
            if following is not None and is_list_footer(self, following):
                return mark_footer(self, following)
            return index
        if (end := mark_ruled(self, index)) > index:
            return end
        if line.startswith(("--[", "--~")) and is_footer_ahead(self, index + 1, begun=True):
            return mark_footer(self, index)
        return index

    def _look_words(self, index: int, line: str) -> int:
        markers = markers_of(line)
        if markers:
            self._looks += 1
            for mark in markers if self._looks <= _MAX_LOOKS else ():
                if (end := mark(self, index)) > index:
                    return end
        return index

    def _look_strong(self, index: int) -> int:
        """An attribution so complete that what follows is its quote, marked or not."""
        if not self.may_check():
            return index
        start = attribution_start(self.lines, index)
        if start is None or any(self.kinds[start : index + 1]) or not self._ends_there(index):
            return index
        text = " ".join(plain(line) for line in self.lines[start : index + 1])
        following = self.next_text(index + 1)
        if following is None:
            return self._look_last(start, index, text)
        line = self.lines[following]
        mark = line.lstrip()[:1]
        if mark == ">":
            # The quote itself looks back for what announces it.
            return index
        if mark in "|}":
            return self._quote_with(start, index, mark)
        if is_named(line):
            self._announce(start, index)
            mark_named(self, following)
            return index + 1
        if _CUT.match(line.strip()):
            self._announce(start, index)
            self.mark(following, following + 1, QUOTED)
            return following + 1
        if self.is_first_text(start):
            return self._look_leading(start, index, text)
        if not (is_strong(text) or (is_addressed(text) and self._nothing_marked(index + 1))):
            return index
        self._announce(start, index)
        if is_plain_rule(line) and is_footer_ahead(self, following + 1):
            # The quote was cut off, and the list's footer remained.
            return following
        self.mark(index + 1, self.count, QUOTED)
        self.stop = index + 1
        return self.count

    def _ends_there(self, index: int) -> bool:
        """An attribution ends at ``index``: at its colon or dashes, or a blank line follows."""
        if plain(self.lines[index])[-1:] in _CLOSED:
            return True
        return index + 1 == self.count or not self.lines[index + 1].strip()

    def _announce(self, start: int, last: int) -> None:
        self.attributed = True
        self.mark(start, last + 1, ATTRIBUTION)

    def _look_last(self, start: int, index: int, text: str) -> int:
        """An attribution that ends the text: its quote was cut off."""
        if self.is_first_text(start) or not (is_strong(text) or is_addressed(text)):
            return index
        self._announce(start, index)
        return index + 1

    def _nothing_marked(self, start: int) -> bool:
        """No line from ``start`` on has a quote mark."""
        return QUOTED not in self.kinds[start:]

    def _look_leading(self, start: int, index: int, text: str) -> int:
        """An attribution that leads the text without a marked quote after it.

        An answer must follow somewhere: were all the rest a quote, nobody
        would have written this post.
        """
        if not (opens_attribution(text) and has_date(text)) or text.rstrip()[-1:] == ">":
            return index
        self._announce(start, index)
        return index + 1

    def _quote_with(self, start: int, index: int, mark: str) -> int:
        """Lines that begin with ``mark`` are quotes, since an attribution says so."""
        self._announce(start, index)
        if mark in self.names:
            return index + 1
        self.names.add(mark)
        for number in range(index + 1, self.count):
            if self.lines[number].lstrip()[:1] == mark:
                self.kinds[number] = QUOTED
        return index + 1

    def _finish_signatures(self) -> None:
        for start in self._signatures:
            if self.kinds[start] != AUTHORED or self.is_first_text(start):
                # With nothing before it the separator was put there by a careless program.
                continue
            end = start + 1
            filled = 0
            exact = self.lines[start] == "-- "
            limit = _MAX_SIGNATURE_LINES if exact else _MAX_BARE_SIGNATURE_LINES
            while end < self.count and self.kinds[end] == AUTHORED and filled <= limit:
                filled += bool(self.lines[end].strip())
                if end != start + 1 and self.lines[end].rstrip() == "--":
                    break
                end += 1
            # What leads to a patch is its description, whatever stands above it.
            if filled <= limit and not (end < self.count and self.kinds[end] == CODE):
                self.mark(start, end, SIGNATURE)
