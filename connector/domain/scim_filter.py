"""SCIM filters as a tree (RFC 7644, section 3.4.2.2): `userName eq "ann" and emails[type eq "work"].value pr`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

from connector.domain.scim_error import ScimError

MOST_CHARACTERS = 4000
_MOST_DEPTH = 30
_OPERATORS = frozenset({"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"})
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]))
    | (?P<sign>[()\[\]])
    | (?P<word>\.?[A-Za-z$][\w$\-.:]*)
    )""",
    re.VERBOSE | re.ASCII,
)
Value: TypeAlias = str | bool | int | float | None


@dataclass(frozen=True, slots=True)
class Compare:
    """`operator` is one of eq ne co sw ew gt ge lt le."""

    path: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Present:
    path: str


@dataclass(frozen=True, slots=True)
class Within:
    """`path[inner]`: one and the same value of a list fits; `then` looks at a part of those that do."""

    path: str
    inner: Filter
    then: Compare | Present | None = None


@dataclass(frozen=True, slots=True)
class Not:
    inner: Filter


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Filter, ...]


Filter: TypeAlias = Compare | Present | Within | Not | All | Some
Token: TypeAlias = tuple[str, str]


def parse_filter(text: str) -> Filter:
    """The tree of a filter; ScimError `invalidFilter` says where it cannot be read."""
    parser = Parser(text, "invalidFilter")
    found = parser.some()
    parser.end()
    return found


class Parser:
    """Reads tokens from the left. `kind` is the scimType of what cannot be read."""

    def __init__(self, text: str, kind: str) -> None:
        self._kind = kind
        if len(text) > MOST_CHARACTERS:
            raise self.error("this is too long")
        self._tokens = self._split(text)
        self._at = 0
        self._depth = 0

    def error(self, what: str) -> ScimError:
        return ScimError(what, self._kind)

    def _split(self, text: str) -> list[Token]:
        tokens: list[Token] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.error(f"this cannot be read from character {at + 1} on")
            tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            at = found.end()
        return tokens

    def peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def next(self) -> Token:
        token = self.peek()
        self._at += 1
        return token

    def takes(self, *words: str) -> bool:
        """Step over the next token when it is one of these words or signs."""
        kind, text = self.peek()
        if kind in ("word", "sign") and text.lower() in words:
            self._at += 1
            return True
        return False

    def need(self, sign: str) -> None:
        if not self.takes(sign):
            raise self.error(f"a {sign} is missing")

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise self.error("this goes on where it should have ended")

    def some(self) -> Filter:
        """One or more parts with `or` between them; `and` binds closer."""
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise self.error("this is nested too deep")
        parts = [self._all()]
        while self.takes("or"):
            parts.append(self._all())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all(self) -> Filter:
        parts = [self._term()]
        while self.takes("and"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _term(self) -> Filter:
        if self.takes("not"):
            self.need("(")
            return Not(self._closed(")"))
        if self.takes("("):
            return self._closed(")")
        path = self.word("an attribute")
        if not self.takes("["):
            return self._test(path)
        inner = self._closed("]")
        kind, text = self.peek()
        if kind == "word" and text.startswith("."):
            self.next()
            return Within(path, inner, self._test(text[1:]))
        return Within(path, inner)

    def _closed(self, sign: str) -> Filter:
        found = self.some()
        self.need(sign)
        return found

    def word(self, what: str) -> str:
        kind, text = self.next()
        if kind != "word" or text.startswith("."):
            raise self.error(f"{what} is missing")
        return text

    def _test(self, path: str) -> Compare | Present:
        operator = self.word("an operator").lower()
        if operator == "pr":
            return Present(path)
        if operator not in _OPERATORS:
            raise self.error("there is no such operator")
        return Compare(path, operator, self._value())

    def _value(self) -> Value:
        kind, text = self.next()
        lowered = text.lower()
        if kind == "word" and lowered in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[lowered]
        if kind not in ("text", "number"):
            raise self.error("a value is missing")
        try:
            found: Value = json.loads(text)
        except ValueError:
            raise self.error("a text is not written as JSON writes it") from None
        return found
