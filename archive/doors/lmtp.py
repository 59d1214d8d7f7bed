"""One client's LMTP conversation with the door (RFC 2033).

LHLO takes the place of EHLO, and DATA is answered once for each recipient.
"""

# ruff: noqa: N802 -- aiosmtpd finds a command's method by the command's name
from __future__ import annotations

import asyncio
from collections.abc import Sequence

from archive.doors.conversation import Conversation


class LmtpConversation(Conversation):
    """The LMTP side of one connection."""

    door_name = "lmtp"
    banner = "LMTP Pakar"

    async def smtp_LHLO(self, hostname: str | None) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, _hostname: str | None) -> None:
        await self.push("500 This is LMTP: say LHLO")

    async def smtp_EHLO(self, _hostname: str | None) -> None:
        await self.push("500 This is LMTP: say LHLO")

    def _is_near(self) -> bool:
        """LMTP is spoken within one site only."""
        return True

    async def _store(self, content: bytes, mail_from: str | None) -> list[str]:
        """Store for each list by itself, whatever becomes of the others."""
        lists = list(dict.fromkeys(self._lists))
        taken = await asyncio.gather(*(self._take(content, [one], mail_from) for one in lists))
        reply_of = dict(zip(lists, taken, strict=True))
        return [reply_of[one] for one in self._lists]

    async def _answer_data(self, replies: Sequence[str]) -> None:
        for reply in replies:
            await self.push(reply)
