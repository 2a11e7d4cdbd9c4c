"""From a push to an HR fact: the sync that was put down for it takes it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from connector.app import create_app
from connector.domain.access import TIMER
from connector.services.installation import Installation, SourceConfig
from connector.services.pushed import SYNC_SOURCE
from connector.services.sync import run_sync
from connector.services.tokens import create_source_token
from connector.services.work import claim_next
from connector.sources.reader import Connection
from connector.store.hr import Employment, PersonDetails
from connector.store.work import DueWork
from jobs.handlers import work_handlers
from tests.conftest import Clock
from tests.push.conftest import OPERATOR


def test_who_is_deactivated_has_left_after_the_next_sync(
    create_installation: Callable[..., Installation], clock: Clock
) -> None:
    source = SourceConfig("entra", "hr/scim-push", "acme", Connection("entra"), "Europe/Brussels")
    installation = create_installation(sources={"entra": source})
    token = create_source_token(OPERATOR, installation, "entra", "test").secret
    client = create_app(installation, secret_key="for tests only, and long enough").test_client()
    headers = {"Authorization": f"Bearer {token}"}
    ids = []
    for number in range(20):
        user = {"userName": f"u{number}", "displayName": f"Persoon {number}", "active": True}
        ids.append(client.post("/scim/v2/entra/Users", json=user, headers=headers).json["id"])
    run_sync(TIMER, installation, "entra", accept=True)
    clock.now += timedelta(hours=1)
    patch = {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
    assert client.patch(f"/scim/v2/entra/Users/{ids[7]}", json=patch, headers=headers).status_code == 200

    clock.now += timedelta(minutes=1)
    while claim := claim_next(
        TIMER, installation, DueWork, kinds=[SYNC_SOURCE], worker="test", lease=timedelta(minutes=5)
    ):
        work_handlers(installation)[SYNC_SOURCE](claim)

    with installation.store.read() as session:
        left = session.scalars(
            select(PersonDetails.display_name)
            .join(Employment, Employment.person_id == PersonDetails.person_id)
            .where(Employment.status == "left", Employment.recorded_to.is_(None), PersonDetails.recorded_to.is_(None))
        ).all()
    assert left == ["Persoon 7"]
