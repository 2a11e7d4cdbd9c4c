"""Recording the answers of a source as a sample of its mapping."""

from __future__ import annotations

import dataclasses
import json
import secrets
from pathlib import Path
from typing import Any

from connector.domain.access import Actor
from connector.errors import InputError
from connector.http.listening import Exchange, heard_by
from connector.services.installation import Installation
from connector.services.mapping_sources import OpenedSource, opened_source
from connector.sources.reader import Connection
from connector.sync.fetch import Fetcher
from connector.sync.named_by import named_by
from connector.sync.scrub import Scrubber

_RECORDED = ("rest", "jsonrpc", "json2")


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """What was saved: the number of answers, and of records of each resource."""

    folder: Path
    answers: int
    records: dict[str, int]


def record_sample(actor: Actor, installation: Installation, source: str, folder: Path) -> Recording:
    """Read the whole source once and save its scrubbed answers in `folder`, which must not hold a sample already."""
    if (folder / "answers.json").exists():
        raise InputError("there is a sample already", where=str(folder), todo="Name another folder.")
    exchanges: list[Exchange] = []
    with heard_by(exchanges.append), opened_source(actor, installation, source) as opened:
        if opened.mapping.protocol not in _RECORDED:
            raise InputError(
                f"of the protocol {opened.mapping.protocol} no answers can be recorded",
                where=f"sources.{source}",
                todo="Make a small file of invented people by hand.",
            )
        records = _read(opened)
    connection = opened.config.connection
    scrubber = Scrubber(named_by(opened.mapping), connection, _secrets(connection), secrets.token_bytes(16))
    lines = scrubber.lines(exchanges)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "source.json", _source(connection, scrubber.url))
    _write(folder / "answers.json", lines)
    return Recording(folder, len(lines), records)


def _read(opened: OpenedSource) -> dict[str, int]:
    fetcher = Fetcher(opened.mapping, opened.reader, opened.today)
    return {
        resource.name: sum(len(page.records) for page in fetcher.pages(resource, None))
        for resource in opened.mapping.resources
        if resource.target is not None
    }


def _secrets(connection: Connection) -> frozenset[str]:
    """What the dataclass itself keeps out of its text."""
    found = (getattr(connection, field.name) for field in dataclasses.fields(connection) if not field.repr)
    return frozenset(value for value in found if isinstance(value, str) and value)


def _source(connection: Connection, url: str | None) -> dict[str, Any]:
    found = {
        "url": url,
        "database": "company" if connection.database else None,
        "user": "connector@example.org" if connection.user else None,
        "page_size": connection.page_size,
    }
    return {name: value for name, value in found.items() if value is not None}


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
