"""Which language an answer speaks: what the caller prefers among ours, else that of the employer."""

from __future__ import annotations

from flask import g, request

LANGUAGES = ("nl", "en", "fr")


def spoken(default: str) -> str:
    """Choose once per request; nl-BE gets nl."""
    wanted = request.accept_languages
    best = wanted.best_match(LANGUAGES) if wanted else None
    g.language = best or default
    return str(g.language)
