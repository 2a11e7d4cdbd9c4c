"""Each page about syncing in each role."""

from __future__ import annotations

import pytest

from connector.domain.access import Role
from tests.web.pages.syncing import Hr

READERS = (Role.ADMINISTRATOR, Role.HR)
PAGES = ["/connections", "/runs", "/runs/1", "/quarantine", "/quarantine/1", "/review", "/review/joined"]
PAGES += ["/trail", "/trail?key=2", "/trail?source=hr&key=2"]
ACTS = {
    "/connections/hr/sync": (Role.ADMINISTRATOR,),
    "/connections/hr/dry-run": (Role.ADMINISTRATOR,),
    "/runs/1/allow": (Role.ADMINISTRATOR,),
    "/runs/1/reject": (Role.ADMINISTRATOR,),
    "/trail": (Role.ADMINISTRATOR,),
    "/quarantine/1/ignore": READERS,
    "/quarantine/1/unignore": READERS,
    "/quarantine/1/correct": READERS,
    "/quarantine/replay": READERS,
    "/quarantine/corrections/1/end": READERS,
    "/review/1/same": READERS,
    "/review/1/other": READERS,
    "/review/joined/undo": READERS,
}


@pytest.fixture
def full(hr: Hr) -> Hr:
    hr.workbook.rows["mensen"].insert(3, "4;Dries;Claes;geen adres;groen;;;;;")
    hr.sync()
    return hr


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_administrators_and_hr(full: Hr, path: str) -> None:
    for role in (Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINING):
        assert "Bob" not in full.world.client(role).get(path, status=403).text
    for role in READERS:
        full.world.client(role).get(path, status=302 if path == "/trail?key=2" else 200)
    assert full.world.new_client().get(path, status=302).location == "/sign-in"


@pytest.mark.parametrize("path", ACTS)
def test_an_act_is_for_its_roles_only(full: Hr, path: str) -> None:
    sent = {"person": "1", "reason": "x", "until": "2026-12-31", "source": "hr", "key": "2"}
    for role in (Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINING, Role.HR):
        if role not in ACTS[path]:
            full.world.client(role).post(path, sent, status=403)
    for role in ACTS[path]:
        client = full.world.client(role)
        response = client.browser.post(path, data={**sent, "csrf_token": client.token()})
        assert response.status_code in (200, 302, 400, 404, 409), role
