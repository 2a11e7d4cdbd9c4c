"""An employer whose Odoo is written to, with people that it knows by numbers of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from connector.mapping_files import MappingFolders
from connector.outlets.mail_folder import MailFolder
from connector.services.conversations import move_conversation, plan_due
from connector.services.installation import Installation, SourceConfig
from connector.services.write_back_events import WRITE_BACK
from connector.sources.reader import Connection
from connector.store.conversation import Conversation
from connector.store.database import Store
from connector.store.hr import SourceIdentity
from connector.store.sync_state import Source
from connector.store.work import Outbox
from connector.store.written_back import WrittenBack
from jobs.handlers import outbox_handlers
from jobs.loop import Worker, work_off
from tests.conftest import Clock
from tests.outlets.odoo_that_keeps import LOGIN, Odoo
from tests.replay.host import listening
from tests.work.staff import Staff

CANARY = "wil-weg-bij-Chris"  # stands in a private text: it may never leave


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@dataclass
class Office:
    """The employer, its Odoo, and who works there: `person` reports to `boss`."""

    installation: Installation
    odoo: Odoo
    staff: Staff
    clock: Clock
    folder: Path
    source_id: int
    person: int
    boss: int

    def know(self, target: str, entity_id: int, key: str) -> None:
        """Odoo knows something of ours by this number."""
        with self.installation.store.begin() as session:
            session.add(SourceIdentity(source_id=self.source_id, target=target, key=key, entity_id=entity_id))

    def plan(self) -> Conversation:
        plan_due(self.staff.hr, self.installation, self.staff.employer_id)
        return self.conversation()

    def conversation(self) -> Conversation:
        with self.installation.store.read() as session:
            return session.query(Conversation).filter_by(person_id=self.person).one()

    def move(self, days: int = 7) -> None:
        row = self.conversation()
        assert row.starts_at is not None
        move_conversation(self.staff.hr, self.installation, row.id, row.starts_at + timedelta(days=days))

    def send(self) -> Counter[str]:
        """Everything that is due to be written back."""
        handlers = outbox_handlers(self.installation, MailFolder(self.folder, "pop@acme.example"))
        worker = Worker(self.installation, "w", Event())
        return work_off(worker, Outbox, {WRITE_BACK: handlers[WRITE_BACK]})

    def rows(self) -> list[Outbox]:
        return self.staff.outbox(WRITE_BACK)

    def events(self) -> list[dict[str, Any]]:
        return self.odoo.rows.get("calendar.event", [])

    def written(self) -> list[WrittenBack]:
        with self.installation.store.read() as session:
            return session.query(WrittenBack).order_by(WrittenBack.id).all()


@pytest.fixture
def make_office(
    create_installation: Callable[..., Installation], clock: Clock, tmp_path: Path
) -> Iterator[Callable[..., Office]]:
    """A factory: parts of the source's configuration may differ."""
    odoo = Odoo()
    with listening(odoo) as url:

        def make(mapping: str = "hr/odoo", *, mappings: MappingFolders | None = None, **parts: Any) -> Office:
            connection = Connection(
                "hr",
                url=url,
                database=LOGIN[0],
                user=LOGIN[1],
                password=LOGIN[2],
                allow_http=True,
                allow_private=True,
            )
            values: dict[str, Any] = {"write_back": True, **parts}
            config = SourceConfig("hr", mapping, "acme", connection, "Europe/Brussels", **values)
            installation = create_installation(sources={"hr": config}, mappings=mappings or MappingFolders())
            staff = Staff(installation)
            with installation.store.begin() as session:
                source = Source(name="hr", employer_id=staff.employer_id, mapping=mapping, kind="hr")
                session.add(source)
                session.flush()
                source_id = source.id
            boss = staff.add("Chris Baas", hired_on=None)
            person = staff.add("An Peeters", supervisor=boss)
            office = Office(installation, odoo, staff, clock, tmp_path / "mail", source_id, person, boss)
            for key, one in (("7", person), ("8", boss)):
                office.know("employee", one, key)
                odoo.rows.setdefault("hr.employee", []).append(
                    {"id": int(key), "user_partner_id": [70 + int(key), "Partner"] if one == person else False}
                )
            return office

        yield make


@pytest.fixture
def office(make_office: Callable[..., Office]) -> Office:
    return make_office()
