"""Routes by which moderators decide and undo, one file a subject."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.decisions import people, record, synonyms, threads, topics

router = APIRouter()
for part in (topics, people, threads, synonyms, record):
    router.include_router(part.router)
