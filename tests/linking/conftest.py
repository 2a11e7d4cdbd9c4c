"""Trainings and competencies of a small employer, made one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.domain.access import TIMER, Actor, Role
from connector.services.installation import Installation
from connector.services.linking import reindex
from connector.services.organisations import organisation_id
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel, CompetencyRelation
from connector.store.database import Store
from connector.store.hr import Training
from connector.store.sync_state import Source

SAMPLES = Path(__file__).parent.parent / "samples" / "competencies"
ESCO = SAMPLES / "esco"
CROSSWALK = SAMPLES / "competent" / "crosswalk.csv"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """Bulk statements and the index run on both databases."""
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened


class Shelf:
    """Puts things into the database of one installation, and asks as the employee Alice would."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        with installation.store.begin() as session:
            self.employer_id = organisation_id(session, "acme")
            source = Source(name="list", employer_id=self.employer_id, mapping="catalogues/files", kind="catalogue")
            session.add(source)
            session.flush()
            self.source_id = source.id
        self.alice = Actor(Role.EMPLOYEE, self.employer_id)

    def create_training(self, title: str, *, reindexed: bool = True, **parts: object) -> int:
        with self.installation.store.begin() as session:
            values = {"employer_id": self.employer_id, "source_id": self.source_id, "key": title, **parts}
            row = Training(title=title, **values)
            session.add(row)
            session.flush()
            number = row.id
        if reindexed:
            self.reindex()
        return number

    def create_competency(
        self, label: str, *, is_shared: bool = False, code: str | None = None, language: str = "nl", kind: str = "skill"
    ) -> int:
        framework_code = "shared" if is_shared else f"employer:{self.employer_id}"
        with self.installation.store.begin() as session:
            framework = session.query(CompetencyFramework).filter_by(code=framework_code).one_or_none()
            if framework is None:
                framework = CompetencyFramework(
                    code=framework_code,
                    version="1",
                    name=framework_code,
                    employer_id=None if is_shared else self.employer_id,
                    imported_at=self.installation.clock(),
                )
                session.add(framework)
                session.flush()
            row = Competency(framework_id=framework.id, code=code or label, kind=kind)
            session.add(row)
            session.flush()
            session.add(CompetencyLabel(competency_id=row.id, language=language, text=label, is_preferred=True))
            return row.id

    def relate(self, from_id: int, kind: str, to_id: int) -> None:
        with self.installation.store.begin() as session:
            session.add(CompetencyRelation(from_id=from_id, to_id=to_id, kind=kind))

    def reindex(self) -> None:
        reindex(TIMER, self.installation, self.employer_id)


@pytest.fixture
def shelf(installation: Installation) -> Shelf:
    return Shelf(installation)


@pytest.fixture
def create_shelf() -> Callable[[Installation], Shelf]:
    return Shelf
