"""Marked-up text as plain text."""

from __future__ import annotations

import re
from typing import Any

from connector.domain.markup_pieces import pieces
from connector.sync.converters.kinds import Options
from connector.sync.converters.texts import false_as_empty, text

_BLOCKS = frozenset({"p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})


def html(value: Any, options: Options) -> Any:
    """The words of a piece of HTML, one block a line, without scripts and styles; of each piece in a list."""
    if isinstance(value, list):
        return [html(piece, options) for piece in value]
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in _words_of(found).splitlines()]
    return "\n".join(line for line in lines if line and line != "-") or None


def _words_of(markup: str) -> str:
    words: list[str] = []
    for piece in pieces(markup):
        if piece.kind == "text":
            words.append(piece.text)
        elif piece.name in _BLOCKS:
            words.append("\n- " if piece.name == "li" and piece.kind == "start" else "\n")
    return "".join(words)
