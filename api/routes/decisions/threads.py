"""Routes that move messages between threads."""

from __future__ import annotations

from functools import partial

from api import schemas
from api.answers.decisions import THREADS
from api.protocol.parameters import CurrentModerator, Segment
from api.routes.decisions.moderators import DECIDING, grounds, moderators_router
from archive.threads import decisions as thread_decisions

router = moderators_router()
decision = partial(router.post, openapi_extra=DECIDING)


@decision("/messages/{message_id:path}/attach")
def attach_message(
    moderator: CurrentModerator, message_id: Segment, body: schemas.NewParent
) -> schemas.ThreadDecision:
    """Hang a message, with all that answers it, under another one."""
    attach = partial(thread_decisions.attach, message_id=message_id, parent=body.parent)
    return THREADS.make(moderator.context.database, attach, **grounds(moderator, body))


@decision("/messages/{message_id:path}/split")
def split_message(
    moderator: CurrentModerator, message_id: Segment, body: schemas.Deciding
) -> schemas.ThreadDecision:
    """Make a message, with all that answers it, a thread of its own."""
    split = partial(thread_decisions.split, message_id=message_id)
    return THREADS.make(moderator.context.database, split, **grounds(moderator, body))
