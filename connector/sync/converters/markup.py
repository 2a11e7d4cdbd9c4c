"""Marked-up text as plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from connector.sync.converters.kinds import Options
from connector.sync.converters.texts import false_as_empty, text


class _TextOfHtml(HTMLParser):
    _BLOCKS = frozenset({"p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})
    _HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._HIDDEN:
            self._hidden += 1
        if tag in self._BLOCKS:
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN and self._hidden:
            self._hidden -= 1
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def html(value: Any, options: Options) -> Any:
    """The words of a piece of HTML, one block a line, without scripts and styles; of each piece in a list."""
    if isinstance(value, list):
        return [html(piece, options) for piece in value]
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    parser = _TextOfHtml()
    parser.feed(found)
    parser.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(parser.parts).splitlines()]
    return "\n".join(line for line in lines if line and line != "-") or None
