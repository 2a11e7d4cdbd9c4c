"""A sample of a source system, played back through `responses`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses
from requests import PreparedRequest

from connector.domain.access import TIMER
from connector.mapping_files import MappingFolders
from connector.services.installation import Installation
from connector.services.pushed import Pushed, find_inbox, keep_newest, source_id
from connector.sources.reader import Connection
from connector.sync.mapping import SystemMapping, read_mapping

SAMPLES = Path(__file__).parent.parent / "samples"
FAMILIES = ("hr", "catalogues")
PASSWORD = "Canary-7/q+Zk=Nightingale"
Reply = tuple[int, dict[str, str], str]


@dataclass(frozen=True)
class Sample:
    """One folder of tests/samples, with the mapping it belongs to."""

    family: str
    name: str

    @property
    def folder(self) -> Path:
        return SAMPLES / self.family / self.name

    @property
    def golden(self) -> Path:
        return self.folder / "golden.json"

    @property
    def mapping(self) -> SystemMapping:
        return read_mapping(MappingFolders().load(self.family, self.name))

    @property
    def is_http(self) -> bool:
        return self.mapping.protocol not in ("files", "inbox")

    @property
    def is_paged(self) -> bool:
        """Does the operator's page size mean anything? Some systems give each list whole."""
        protocol, resources = self.mapping.protocol, self.mapping.resources
        return protocol != "jsonld" and (
            protocol != "rest" or any("pagination" in resource.read for resource in resources)
        )

    def push(self, installation: Installation, source: str) -> None:
        """What would have been pushed to the source before it syncs; nothing for systems that are asked."""
        file = self.folder / "pushed.json"
        if not file.exists():
            return
        now = installation.clock()
        with installation.store.begin() as session:
            owner = source_id(session, find_inbox(TIMER, installation, source))
            for one in json.loads(file.read_text(encoding="utf-8")):
                keep_newest(session, owner, Pushed(one["resource"], one["key"], now, "", one["record"]), now)

    def connection(self, source: str) -> Connection:
        set_by_operator: dict[str, Any] = json.loads((self.folder / "source.json").read_text(encoding="utf-8"))
        path = set_by_operator.pop("path", None)
        return Connection(
            name=source,
            path=str(self.folder / path) if path is not None else None,
            password=PASSWORD if self.is_http else None,
            client_secret=PASSWORD if self.is_http else None,
            refresh_token=PASSWORD if self.is_http else None,
            **set_by_operator,
        )


def sample_names() -> set[tuple[str, str]]:
    return {(family, path.name) for family in FAMILIES for path in (SAMPLES / family).glob("*") if path.is_dir()}


def mapping_names() -> set[tuple[str, str]]:
    folders = MappingFolders()
    return {(family, name) for family in FAMILIES for name in folders.names(family)}


@dataclass
class Player:
    """Answers calls by the lines of `answers.json`; where the line `breaks_from` or a later one fits, by `broken`.
    A line that gives a token (`login`) never breaks: the calls that the token is for do."""

    lines: list[dict[str, Any]]
    used: set[int] = field(default_factory=set)
    breaks_from: int = 0
    broken: Callable[[PreparedRequest], Reply] | None = None

    def __call__(self, request: PreparedRequest) -> Reply:
        for number, line in enumerate(self.lines):
            if _fits_request(line["request"], request):
                if self.broken is not None and number >= self.breaks_from and not line.get("login"):
                    return self.broken(request)
                self.used.add(number)
                headers = {"Content-Type": "application/json", **line.get("headers", {})}
                body = line["text"] if "text" in line else json.dumps(line["answer"])
                return line.get("status", 200), headers, body
        raise AssertionError(f"no line of answers.json fits {request.method} {request.url} {request.body!r}")

    @property
    def unused(self) -> list[dict[str, Any]]:
        return [line["request"] for number, line in enumerate(self.lines) if number not in self.used]

    def listen(self, mock: responses.RequestsMock) -> None:
        for method in ("GET", "POST"):
            mock.add_callback(method, re.compile(r"https?://.*"), callback=self)


def player_of(sample: Sample) -> Player:
    return Player(json.loads((sample.folder / "answers.json").read_text(encoding="utf-8")))


def _fits_request(wanted: dict[str, Any], request: PreparedRequest) -> bool:
    address = urlsplit(request.url or "")
    query = dict(parse_qsl(address.query))
    is_json = "json" in request.headers.get("Content-Type", "")
    body = json.loads(request.body) if request.body and is_json else None
    form = {} if is_json else dict(parse_qsl(_text(request.body)))
    return (
        wanted["method"] == request.method
        and wanted["path"] == address.path
        and all(query.get(name) == value for name, value in wanted.get("query", {}).items())
        and all(form.get(name) == value for name, value in wanted.get("form", {}).items())
        and fits(wanted.get("json"), body)
    )


def _text(body: str | bytes | None) -> str:
    return body.decode() if isinstance(body, bytes) else body or ""


def fits(wanted: Any, found: Any) -> bool:
    """Objects by the members that are wanted, lists by place, null fits anything."""
    if wanted is None:
        return True
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(fits(value, found.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(found, list)
            and len(wanted) == len(found)
            and all(fits(one, other) for one, other in zip(wanted, found, strict=True))
        )
    return type(wanted) is type(found) and bool(wanted == found)
