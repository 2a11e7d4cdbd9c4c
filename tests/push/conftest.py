"""An installation with two sources that records are pushed to, and one that reads them itself."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from connector.app import create_app
from connector.domain.access import Actor, Role
from connector.domain.standard_webhook import secret_bytes, sign
from connector.mapping_files import MappingFolders
from connector.services.installation import EmployerConfig, Installation, SourceConfig
from connector.services.tokens import create_source_token
from connector.sources.reader import Connection
from connector.store.pushed import PushedRecord
from connector.store.sync_state import Source
from tests.conftest import Clock

OPERATOR = Actor(role=Role.ADMINISTRATOR, employer_id=None)
SECRET = "whsec_" + base64.b64encode(b"a secret for tests, and no other").decode()
OLD_SECRET = "whsec_" + base64.b64encode(b"the one before, still let in....").decode()
MAPPING = """
title = "Pushed"
kind = "hr"
protocol = "inbox"
grade = "paper"
[resources.employees]
key = "id"
"""
OTHER_SHAPE = (
    MAPPING
    + """
[connection]
webhook = { resource = "'people'", key = "object.id", record = "object", deleted = "type == 'gone'", stamp = "at" }
"""
)


@dataclass
class Door:
    """The application with a token and a secret for the source `pushed`."""

    installation: Installation
    app: Flask
    client: FlaskClient
    clock: Clock
    tokens: dict[str, str] = field(repr=False)

    def scim(self, method: str, path: str, body: Any = None, *, bearer: str = "pushed", **more: Any) -> Any:
        """A SCIM call on the source `pushed`."""
        headers = {"Authorization": f"Bearer {self.tokens[bearer]}", **more.pop("headers", {})}
        data = json.dumps(body) if body is not None else None
        return self.client.open(
            f"/scim/v2/pushed{path}",
            method=method,
            data=data,
            headers=headers,
            content_type="application/scim+json" if data else None,
            **more,
        )

    def webhook(
        self,
        payload: Any,
        event: str = "msg_1",
        *,
        source: str = "pushed",
        secret: str = SECRET,
        at: datetime | None = None,
        **headers: str,
    ) -> Any:
        """A signed webhook; `headers` take the place of the right ones."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        timestamp = str(int((at or self.clock.now).timestamp()))
        given = {
            "webhook-id": event,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign(secret_bytes(secret, "test"), event, timestamp, body),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.client.post(f"/api/v1/webhooks/{source}", data=body, headers=given, content_type="application/json")

    def kept(self, source: str = "pushed") -> dict[tuple[str, str], tuple[Any, ...]]:
        """(resource, key) -> (body, stamp, whether it was deleted) of everything that is kept of a source."""
        with self.installation.store.read() as session:
            rows = session.scalars(
                select(PushedRecord).join(Source, Source.id == PushedRecord.source_id).where(Source.name == source)
            )
            return {(row.resource, row.key): (row.body, row.stamp, row.is_deleted) for row in rows}


@pytest.fixture
def door(create_installation: Callable[..., Installation], clock: Clock, tmp_path: Path) -> Door:
    folder = tmp_path / "mappings" / "hr"
    folder.mkdir(parents=True)
    (folder / "pushed.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "other-shape.toml").write_text(OTHER_SHAPE, encoding="utf-8")
    secrets = (SECRET, OLD_SECRET)
    sources = {
        "pushed": SourceConfig("pushed", "hr/pushed", "acme", Connection("pushed"), "Europe/Brussels", secrets),
        "zenit": SourceConfig("zenit", "hr/other-shape", "zenit", Connection("zenit"), "Europe/Brussels", secrets),
        "silent": SourceConfig("silent", "hr/pushed", "acme", Connection("silent"), "Europe/Brussels"),
        "files": SourceConfig("files", "hr/files", "acme", Connection("files", path="x"), "Europe/Brussels", secrets),
    }
    employers = {
        code: EmployerConfig(code, name, "employer", "nl", "Europe/Brussels", "BE", "general")
        for code, name in (("acme", "Maatwerk De Schakel"), ("zenit", "Zenit vzw"))
    }
    installation = create_installation(
        sources=sources, employers=employers, mappings=MappingFolders(tmp_path / "mappings")
    )
    tokens = {name: create_source_token(OPERATOR, installation, name, "test").secret for name in sources}
    app = create_app(installation, secret_key="for tests only, and long enough")
    return Door(installation, app, app.test_client(), clock, tokens)
