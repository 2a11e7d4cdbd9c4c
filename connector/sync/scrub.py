"""Recorded answers as a sample that may be shared: only what the mapping names, and nothing of a real person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from connector.http.listening import Exchange
from connector.sources.reader import Connection
from connector.sync.invented import Inventor
from connector.sync.named_by import Named

HOST = "https://hr.example"
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.+Z -]*)?|/Date\(-?\d+(?:[+-]\d{4})?\)/")
_AMOUNT = re.compile(r"-?\d+(?:[.,]\d+)?\s*%?")
_GENERAL = re.compile(r"api|rest|odata|scim|json|v\d+(?:\.\d+)*", re.IGNORECASE)
_BIRTH = datetime(1985, 1, 1, tzinfo=UTC)
_LONG = 7  # digits: from here on a text of digits is rather a phone than an amount


class Scrubber:
    """Scrubs all exchanges of one recording; what they have in common stays in common."""

    def __init__(self, named: Named, connection: Connection, secrets: frozenset[str], key: bytes) -> None:
        self._named = named
        self._invent = Inventor(key)
        self._secrets = secrets
        self._replaced: dict[str, str] = {}
        self._numbers: set[str] = set()
        self._own = {connection.database: "company", connection.company: "company", connection.client_id: "client"}
        self._own[connection.user] = "connector@example.org"
        base = urlsplit(connection.url or "").path
        self._base = {part: self._base_part(part) for part in base.split("/") if part}
        self.url = f"{HOST}{self._path(base)}".rstrip("/") if connection.url else None

    def lines(self, exchanges: list[Exchange]) -> list[dict[str, Any]]:
        """The lines of answers.json: each request once, in the order in which they were made."""
        for exchange in exchanges:
            self._learn(exchange.content, "")
        answers = [self._value(exchange.content, "", 0) for exchange in exchanges]
        found: dict[str, dict[str, Any]] = {}
        for exchange, answer in zip(exchanges, answers, strict=True):
            request = self._request(exchange)
            line: dict[str, Any] = {"request": request, "answer": answer}
            if exchange.next_link:
                line["headers"] = {"Link": f'<{self._address(exchange.next_link)}>; rel="next"'}
            found.setdefault(repr(request), line)
        return list(found.values())

    def _learn(self, value: Any, name: str) -> None:
        """Personnel numbers are also keys and references in some systems: then they change there too."""
        if isinstance(value, dict):
            for key, inner in value.items():
                self._learn(inner, key)
        elif isinstance(value, list):
            for inner in value:
                self._learn(inner, name)
        elif name in self._named.numbers and isinstance(value, str | int) and not isinstance(value, bool):
            self._numbers.add(str(value).strip())

    def _value(self, value: Any, name: str, depth: int) -> Any:
        if isinstance(value, dict):
            return self._object(value, name, depth)
        if isinstance(value, list):
            return [self._value(inner, name, depth + 1) for inner in value]
        if name in self._named.births and value:
            return self._birth(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return int(self._number(str(value))) if self._is_number(str(value), name) else value
        return self._text(value, name) if isinstance(value, str) else value

    def _object(self, value: Mapping[str, Any], name: str, depth: int) -> dict[str, Any]:
        named = self._named
        if named.is_keyed and value and all(isinstance(inner, dict) for inner in value.values()):
            keys = {key: key if key in named.members else self._text(key, "id") for key in value}
            return {keys[key]: self._value(inner, key, depth + 1) for key, inner in value.items()}
        kept = named.members | (named.envelope if depth <= 1 else frozenset())
        return {key: self._value(value[key], self._role(name, key), depth + 1) for key in value if key in kept}

    def _role(self, name: str, key: str) -> str:
        """The number in `boss: {id: …}` is what `boss` is."""
        return name if key in ("id", "code") and name in self._named.numbers else key

    def _text(self, text: str, name: str) -> str:
        if name in self._named.links:
            return self._address(text) if "/" in text else self._remember(text, self._invent.text(text))
        if self._is_number(text.strip(), name):
            return self._number(text)
        if self._stays(text, name):
            return text
        made = self._invent.text(text)
        return self._remember(text, made) if name in self._named.references else made

    def _stays(self, text: str, name: str) -> bool:
        bare = text.strip()
        if not bare or bare.casefold() in self._named.texts or bare.casefold() in ("true", "false"):
            return True
        if name in self._named.open or _DAY.fullmatch(bare) or self._is_day(bare):
            return True
        is_key = name in self._named.references
        return _AMOUNT.fullmatch(bare) is not None and (is_key or len(bare) < _LONG)

    def _is_day(self, text: str) -> bool:
        for style in self._named.formats:
            with suppress(ValueError):
                datetime.strptime(text, style)  # noqa: DTZ007
                return True
        return False

    def _birth(self, value: Any) -> Any:
        """Everybody is born on the same day, written as it was."""
        if not isinstance(value, str):
            return _BIRTH.timestamp()
        for style in self._named.formats:
            with suppress(ValueError):
                datetime.strptime(value, style)  # noqa: DTZ007
                return _BIRTH.strftime(style)
        return _BIRTH.date().isoformat()

    def _is_number(self, text: str, name: str) -> bool:
        if name in self._named.numbers:
            return bool(text)
        return name in self._named.references and text in self._numbers

    def _number(self, text: str) -> str:
        return self._remember(text, self._invent.text(text))

    def _remember(self, text: str, made: str) -> str:
        self._replaced[text] = made
        return made

    def _request(self, exchange: Exchange) -> dict[str, Any]:
        address = urlsplit(exchange.address)
        query = {name: self._sent(value) for name, value in parse_qsl(address.query, keep_blank_values=True)}
        if exchange.method == "GET" and exchange.params:
            query |= {name: self._sent(_as_sent(value)) for name, value in exchange.params.items()}
        request: dict[str, Any] = {"method": exchange.method, "path": self._path(address.path)}
        if query:
            request["query"] = {name: value for name, value in query.items() if value is not None}
        body = self._sent(exchange.json)
        if body is not None:
            request["json"] = {**body, "id": None} if isinstance(body, dict) and "jsonrpc" in body else body
        if exchange.form is not None:
            request["form"] = self._sent(dict(exchange.form))
        return request

    def _sent(self, value: Any) -> Any:
        """A value of a request: what came from an answer changes as it did there; a secret becomes null."""
        if isinstance(value, dict):
            return {name: self._sent(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._sent(inner) for inner in value]
        if isinstance(value, int) and not isinstance(value, bool):
            return int(self._replaced[str(value)]) if str(value) in self._numbers & set(self._replaced) else value
        if not isinstance(value, str) or value.casefold() in self._named.texts:
            return value
        if any(secret in value for secret in self._secrets):
            return None
        return self._own.get(value, self._replaced.get(value, value))

    def _address(self, address: str) -> str:
        parts = urlsplit(address)
        query = [(name, self._sent(value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
        sent = urlencode([(name, value) for name, value in query if value is not None])
        host = HOST if parts.netloc else ""
        return f"{host}{self._path(parts.path)}{'?' + sent if sent else ''}"

    def _path(self, path: str) -> str:
        return "/".join(self._base.get(part) or self._path_part(part) for part in path.split("/"))

    def _path_part(self, part: str) -> str:
        found = self._sent(unquote(part))
        return quote("" if found is None else str(found), safe="$'()=,.:@-_~{}*!+")

    def _base_part(self, part: str) -> str:
        return part if _GENERAL.fullmatch(part) else self._invent.word(part)


def _as_sent(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
