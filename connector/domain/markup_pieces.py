"""The pieces of a web page or of a marked-up text, from the left, in a time that only grows with its length.

What somebody else wrote may be anything: tags that never end, comments in comments, quotes that never close. A piece
is found by looking ahead once; what turned out not to be there is not looked for again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_OPENING = re.compile(r"<(?:(?P<end>/)?(?P<name>[A-Za-z][^\s/>]*)|(?P<comment>!--)|(?P<other>[!?]))")
# `++` gives nothing back: a name is looked at once, whatever follows it.
_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])(?P<name>[^\s"'=/>]++)\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'>]++))"""
)
_QUOTE_OR_END = re.compile("[\"'>]")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}(?![0-9])|#[xX][0-9A-Fa-f]{1,6}(?![0-9A-Fa-f])|[A-Za-z][A-Za-z0-9]{0,31});?")
# What is in these is no markup.
_WHOLE = {name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII) for name in ("script", "style")}
_LONGEST_TAG = 4_000


class Piece(NamedTuple):
    """`kind`: text | start | end | raw (what is in a script or style). `name` of a tag, in small letters; `text` what
    stands there, of a start what stands beside its name."""

    kind: str
    name: str
    text: str


def pieces(markup: str) -> Iterator[Piece]:
    """Texts and tags in order, without comments. References (`&amp;`) are put in texts; what is raw stays as it is."""
    return _Scanner(markup).pieces()


def attribute(piece: Piece, name: str) -> str:
    """The value of an attribute of a start; empty when it is not there."""
    for found in _ATTRIBUTE.finditer(piece.text[:_LONGEST_TAG]):
        if found["name"].lower() == name:
            return plain(found["double"] or found["single"] or found["bare"] or "")
    return ""


def plain(text: str) -> str:
    """The text with its references put in; one that names no letter stays as it is."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


class _Scanner:
    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._absent: set[str] = set()
        self._believes_quotes = True

    def pieces(self) -> Iterator[Piece]:
        at = for_text = 0
        while (found := _OPENING.search(self._markup, at)) is not None:
            end = self._end_of(found)
            if end is None:  # a sign that opens nothing is text
                at = found.end()
                continue
            yield from self._text(for_text, found.start())
            name = (found["name"] or "").lower()
            if name:
                yield Piece("end" if found["end"] else "start", name, self._markup[found.end() : end - 1])
            at = for_text = end
            if name in _WHOLE and not found["end"]:
                closing = _WHOLE[name].search(self._markup, end)
                at = for_text = closing.start() if closing else len(self._markup)
                yield Piece("raw", "", self._markup[end:at])
        yield from self._text(for_text, len(self._markup))

    def _text(self, start: int, end: int) -> Iterator[Piece]:
        if start < end:
            yield Piece("text", "", plain(self._markup[start:end]))

    def _end_of(self, found: re.Match[str]) -> int | None:
        """Where the tag or comment that begins here is over; None when it never is."""
        if found["name"]:
            return self._tag_end(found.end())
        if found["comment"]:  # one that never ends holds all the rest; `<!-->` ends at once
            end = self._find("-->", found.end() - 2)
            return len(self._markup) if end is None else end + 3
        end = self._find(">", found.end())
        return None if end is None else end + 1

    def _tag_end(self, at: int) -> int | None:
        """A `>` between quotes ends nothing, as long as quotes in this text turn out to be closed."""
        nearest = self._find(">", at)
        if nearest is None:
            return None
        start = at
        while self._believes_quotes:
            sign = _QUOTE_OR_END.search(self._markup, at)
            if sign is not None and sign[0] == ">" and at - start <= _LONGEST_TAG:
                return sign.end()
            closing = self._find(sign[0], sign.end()) if sign is not None and sign[0] != ">" else None
            if closing is None:
                self._believes_quotes = False
            else:
                at = closing + 1
        return nearest + 1

    def _find(self, sign: str, at: int) -> int | None:
        """Where it is from here on. What is not there now will not be there further on either."""
        if sign in self._absent:
            return None
        found = self._markup.find(sign, at)
        if found < 0:
            self._absent.add(sign)
            return None
        return found
