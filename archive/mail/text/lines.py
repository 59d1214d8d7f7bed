"""Line by line: what may open a quote, a signature or a footer, and how far it goes.

One pass finds the few lines that may mean something; all else is the
author's. Linear in the text for any input.
"""

from __future__ import annotations

from archive.mail.text.attribution import (
    attribution_start,
    has_date,
    header_block,
    holds_verb,
    is_addressed,
    is_strong,
    opens_attribution,
)
from archive.mail.text.code_lines import mark_code, may_hold_code
from archive.mail.text.footers import (
    is_device_line,
    is_disclaimer,
    is_footer_line,
    is_google_rule,
    is_list_software_line,
    is_list_text,
    is_scrubbed_note,
)
from archive.mail.text.line_kinds import (
    ATTRIBUTION,
    AUTHORED,
    CODE,
    DISCLAIMER,
    FOOTER,
    FORWARDED,
    QUOTED,
    SIGNATURE,
    LineMarks,
)
from archive.mail.text.openings import FIRST, HEADS, PAIRS, PLAIN_RULE, RULE_WORDS, SNIPPED
from archive.mail.text.quotes import finish_quotes, handmade_end
from archive.mail.text.signatures import mark_contact_block

_MAX_SIGNATURE_LINES = 30
_MAX_BARE_SIGNATURE_LINES = 12
_MAX_FOOTER_LINES = 30
_MAX_CHECKS = 500
"""Attributions and header blocks looked for; no human's mail has so many candidates."""
_MAX_LOOKS = 5_000
"""Lines looked at for what ends a post, by the words they begin with."""


class LineReader(LineMarks):
    """Marks the kind of every line of one text."""

    __slots__ = ("_checks", "_holds_code", "_is_reply", "_looks", "_signatures")

    def __init__(self, text: str, is_reply: bool) -> None:
        super().__init__(text)
        self._is_reply = is_reply
        self._holds_code = may_hold_code(text)
        self._signatures: list[int] = []
        self._checks = 0
        self._looks = 0

    def read(self) -> bool:
        """Mark all lines; False when every one is the author's."""
        if self._holds_code:
            mark_code(self)
        first, heads, pairs = FIRST, HEADS, PAIRS
        events = [
            index
            for index, line in enumerate(self.lines)
            if (line[:1] in first and (line[:4] in heads or line[:2] in pairs)) or line[-1:] == ":"
        ]
        resume = 0
        for index in events:
            if index < resume or self.kinds[index]:
                continue
            resume = self._look(index, self.lines[index])
            if resume >= self.count:
                break
        if QUOTED in self.kinds:
            finish_quotes(self, self._is_reply)
        if self._signatures:
            self._finish_signatures()
        if SIGNATURE not in self.kinds:
            mark_contact_block(self)
        return any(self.kinds)

    def _may_check(self) -> bool:
        self._checks += 1
        return self._checks <= _MAX_CHECKS

    # Each _look… method marks what begins at a line and gives the next line to look at.

    def _look(self, index: int, line: str) -> int:
        character = line[0]
        if line[:2] == " >":
            self.kinds[index] = QUOTED
            self.indented = True
            return index + 1
        if character == "-":
            return self._look_dashes(index, line)
        if character in "_=~*#[\t":
            return self._look_rule(index, line)
        if line[-1:] == ":":
            end = self._look_strong(index)
            if end > index:
                return end
        if line[:4] in HEADS:
            return self._look_words(index, line)
        return index + 1

    def _look_dashes(self, index: int, line: str) -> int:
        bare = line.rstrip()
        if bare in ("--", "-"):
            if bare == "-":
                following = self.next_text(index + 1)
                if following is not None and is_footer_line(self.lines[following]):
                    return self._footer(index)
                return index + 1
            self._signatures.append(index)
            return index + 1
        if line.startswith("--"):
            if line.startswith("-----BEGIN PGP"):
                return self._look_pgp(index, line)
            if is_google_rule(line):
                return self._footer(index)
            if line.startswith("--- ") and line[-1:] == ":":
                return max(index + 1, self._look_strong(index))
            return self._look_rule(index, line)
        if line[-1:] == ":":
            return max(index + 1, self._look_strong(index))
        return index + 1

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
        if line[0] in "[\t":
            return self._look_bracket(index, line)
        if is_list_software_line(line):
            return self._look_scrubbed(index)
        if line[0] == "*" and line[:4] in HEADS and line[:4] != "****":
            return self._look_words(index, line)
        if line[0] == "=" and (end := self._look_handmade(index)) > index:
            return end
        match = RULE_WORDS.match(line)
        if match is not None:
            return self._look_original(index, index + 1, FORWARDED if match["forward"] else QUOTED)
        if PLAIN_RULE.match(line) and self._may_check():
            _, kinds = header_block(self.lines, index + 1)
            if "from" in kinds and len(kinds) >= 2:
                return self._look_original(index, index + 1, QUOTED)
            if any(is_list_text(text) for text in self.lines[index + 1 : index + 4]):
                return self._footer(index)
            return index + 1
        if line.startswith(("--[", "--~")):
            following = self.lines[index + 1 : index + 4]
            if any(is_list_text(text) or is_footer_line(text) for text in following):
                return self._footer(index)
        if line[0] == "*" and line[-1:] == ":":
            return max(index + 1, self._look_strong(index))
        return index + 1

    def _look_bracket(self, index: int, line: str) -> int:
        if is_list_software_line(line):
            self.kinds[index] = FOOTER
        elif line[-1:] == ":":
            return max(index + 1, self._look_strong(index))
        return index + 1

    def _look_scrubbed(self, index: int) -> int:
        end = index + 1
        while end < self.count and end < index + 12:
            text = self.lines[end].strip()
            if text and not is_scrubbed_note(text):
                break
            end += 1
        self.mark(index, end, FOOTER)
        return end

    def _look_original(self, index: int, after: int, kind: int) -> int:
        """A rule or forward mark, its header block, and the unmarked quote to the end."""
        end, kinds = header_block(self.lines, after)
        if not kinds:
            end = after
        self.mark(index, end, ATTRIBUTION)
        self.attributed = True
        following = self.next_text(end)
        if following is not None and self.lines[following].lstrip()[:1] == ">":
            return end
        self.mark(end, self.count, kind)
        self.stop = end
        return self.count

    def _look_words(self, index: int, line: str) -> int:
        if line[0] == "A":
            return self._look_scrubbed(index) if is_list_software_line(line) else index + 1
        if line[:4] in ("Quot", "Kuti") and (end := self._look_handmade(index)) > index:
            return end
        match = RULE_WORDS.match(line) if line[:1] in "BbDdFf" else None
        if match is not None and (match["forward"] and line[:5].lower() != "forwa"):
            _, kinds = header_block(self.lines, index + 1)
            if "from" in kinds:
                return self._look_original(index, index + 1, FORWARDED)
        if ":" in line[:24] and self._may_check():
            _, kinds = header_block(self.lines, index)
            if "from" in kinds and len(kinds) >= 3 and not kinds.isdisjoint(("sent", "subject")):
                start = self._rule_before(index)
                return self._look_original(start, index, QUOTED)
        self._looks += 1
        if self._looks > _MAX_LOOKS:
            return index + 1
        if is_device_line(line, True) and is_device_line(line, self._ends_part(index)):
            self.kinds[index] = SIGNATURE
        elif is_footer_line(line) and self._is_near_end(index):
            return self._footer(index)
        elif is_disclaimer(" ".join(self.lines[index : index + 4])) and self._is_near_end(index):
            end = index
            while end < self.count and self.lines[end].strip():
                end += 1
            self.mark(index, end, DISCLAIMER)
            return end
        return index + 1

    def _look_handmade(self, index: int) -> int:
        """A quote between marks of the author's own; ``index`` itself when there is none."""
        end = handmade_end(self.lines, index) if self._may_check() else None
        if end is None:
            return index
        self.attributed = True
        self.mark(index, index + 1, ATTRIBUTION)
        self.mark(index + 1, end, QUOTED)
        return end

    def _look_strong(self, index: int) -> int:
        """An attribution so complete that what follows is its quote, marked or not."""
        if not holds_verb(self.lines[index][-200:]):
            return index
        if not self._may_check():
            return index
        start = attribution_start(self.lines, index)
        if start is None:
            return index
        following = self.next_text(index + 1)
        if following is None:
            return index
        mark = self.lines[following].lstrip()[:1]
        if mark == ">":
            # The quote itself looks back for what announces it.
            return index
        if mark in "|}":
            return self._quote_with(start, index, mark)
        if SNIPPED.match(self.lines[following].strip()):
            self.attributed = True
            self.mark(start, index + 1, ATTRIBUTION)
            self.mark(following, following + 1, QUOTED)
            return following + 1
        text = " ".join(line.strip() for line in self.lines[start : index + 1])
        if self.is_first_text(start):
            return self._look_leading(start, index, text)
        if not (is_strong(text) or (is_addressed(text) and self._nothing_marked(index + 1))):
            return index
        self.attributed = True
        self.mark(start, index + 1, ATTRIBUTION)
        self.mark(index + 1, self.count, QUOTED)
        self.stop = index + 1
        return self.count

    def _nothing_marked(self, start: int) -> bool:
        """No line from ``start`` on has a quote mark."""
        return QUOTED not in self.kinds[start:]

    def _look_leading(self, start: int, index: int, text: str) -> int:
        """An attribution that leads the text without a marked quote after it.

        An answer must follow somewhere: were all the rest a quote, nobody
        would have written this post.
        """
        if not (opens_attribution(text) and has_date(text)):
            return index
        self.attributed = True
        self.mark(start, index + 1, ATTRIBUTION)
        return index + 1

    def _quote_with(self, start: int, index: int, mark: str) -> int:
        """Lines that begin with ``mark`` are quotes, since an attribution says so."""
        self.mark(start, index + 1, ATTRIBUTION)
        self.attributed = True
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

    def _footer(self, index: int) -> int:
        """A footer from here to the end, or to the next quote."""
        end = index + 1
        filled = 0
        while end < self.count and filled < _MAX_FOOTER_LINES:
            line = self.lines[end]
            if line[:1] == ">" or RULE_WORDS.match(line[:120]):
                break
            filled += bool(line.strip())
            end += 1
        self.mark(self._rule_before(index), end, FOOTER)
        return end

    def _rule_before(self, index: int) -> int:
        """The plain rule over a header block, or the block's first line."""
        number = index - 1
        while number >= max(0, index - 3) and not self.lines[number].strip():
            number -= 1
        if number >= 0 and self.kinds[number] == AUTHORED and PLAIN_RULE.match(self.lines[number]):
            return number
        return index

    def _ends_part(self, index: int) -> bool:
        """Nothing of the author's follows: the end, a quote, a rule or an attribution."""
        following = self.next_text(index + 1)
        if following is None:
            return True
        line = self.lines[following]
        if line[:1] in ">_-" or RULE_WORDS.match(line):
            return True
        last = min(self.count, following + 3)
        return any(
            self.lines[number].rstrip()[-1:] == ":"
            and attribution_start(self.lines, number) == following
            for number in range(following, last)
        )

    def _is_near_end(self, index: int) -> bool:
        """At most a footer's worth of lines remains before the end or the next quote."""
        filled = 0
        for number in range(index, min(self.count, index + 60)):
            line = self.lines[number]
            if line[:1] == ">" or line.startswith(("-----", "_____", "On ")):
                return True
            filled += bool(line.strip())
            if filled > _MAX_FOOTER_LINES:
                return False
        return self.count <= index + 60
