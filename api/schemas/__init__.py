"""The JSON of the HTTP API and of every command's ``--json``.

Field names are those of the contract; a field marked "where known" is left out
when it is not known. Instants are RFC 3339 in UTC. Paths in ``url`` are
relative to the root of the pages.
"""

from __future__ import annotations

from api.schemas.base import (
    Item,
    Page,
    Schema,
)
from api.schemas.lists import (
    Command,
    MailingList,
    OutgoingMail,
    SetAside,
    Subscription,
    SubscriptionDecision,
    SubscriptionEvent,
    SubscriptionHistory,
)
from api.schemas.matching import (
    Answerer,
    Match,
    MatchReason,
    Question,
    SimilarThread,
)
from api.schemas.messages import (
    Attachment,
    AttachmentPost,
    AttachmentPosts,
    Authenticity,
    Message,
    MessageVersion,
    SearchHit,
    SearchPage,
)
from api.schemas.people import (
    Citation,
    FocusRecord,
    HistoryEvent,
    PeriodRecord,
    Person,
    PersonTopic,
    TopicHistory,
    TopicSeries,
    Work,
)
from api.schemas.rankings import (
    Alarm,
    Alarms,
    Components,
    Evidence,
    Expert,
    Experts,
    Ranking,
)
from api.schemas.references import (
    Author,
    PersonReference,
    ThreadReference,
    TopicReference,
    TopicReferences,
)
from api.schemas.service import (
    Health,
    PartState,
    Problem,
    ProblemItem,
    Readiness,
)
from api.schemas.threads import (
    Span,
    Thread,
    ThreadMessage,
    ThreadSummary,
)
from api.schemas.topics import (
    Foundation,
    Graph,
    LeaderRecord,
    Mover,
    Topic,
    TopicCourse,
    TrendPoint,
)

__all__ = [
    "Alarm",
    "Alarms",
    "Answerer",
    "Attachment",
    "AttachmentPost",
    "AttachmentPosts",
    "Authenticity",
    "Author",
    "Citation",
    "Command",
    "Components",
    "Evidence",
    "Expert",
    "Experts",
    "FocusRecord",
    "Foundation",
    "Graph",
    "Health",
    "HistoryEvent",
    "Item",
    "LeaderRecord",
    "MailingList",
    "Match",
    "MatchReason",
    "Message",
    "MessageVersion",
    "Mover",
    "OutgoingMail",
    "Page",
    "PartState",
    "PeriodRecord",
    "Person",
    "PersonReference",
    "PersonTopic",
    "Problem",
    "ProblemItem",
    "Question",
    "Ranking",
    "Readiness",
    "Schema",
    "SearchHit",
    "SearchPage",
    "SetAside",
    "SimilarThread",
    "Span",
    "Subscription",
    "SubscriptionDecision",
    "SubscriptionEvent",
    "SubscriptionHistory",
    "Thread",
    "ThreadMessage",
    "ThreadReference",
    "ThreadSummary",
    "Topic",
    "TopicCourse",
    "TopicHistory",
    "TopicReference",
    "TopicReferences",
    "TopicSeries",
    "TrendPoint",
    "Work",
]
