"""A REST host made of rows, which may behave as badly as the real ones do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses
from requests import PreparedRequest

URL = "https://hr.example/api"
Asked = Mapping[str, str]
Answer = tuple[int, dict[str, str], str]


@dataclass
class RestHost:
    """Every call goes to `answer(path, query)`, which gives a JSON value or (status, headers, text)."""

    answer: Callable[[str, Asked], Any]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def __call__(self, request: PreparedRequest) -> Answer:
        address = urlsplit(request.url or "")
        query = dict(parse_qsl(address.query))
        self.asked.append((address.path, query))
        self.bodies.append(json.loads(request.body) if request.body else None)
        found = self.answer(address.path, query)
        return found if isinstance(found, tuple) else (200, {}, json.dumps(found))

    def listen(self, mock: responses.RequestsMock) -> None:
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(r"https?://.*"), callback=self)


def people(count: int) -> list[dict[str, Any]]:
    return [{"id": number} for number in range(1, count + 1)]
