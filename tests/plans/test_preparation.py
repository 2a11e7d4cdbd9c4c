"""Both sides prepare, each in words of its own; neither reads the other's before its author shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from connector.domain.access import Actor, Role
from connector.domain.form import Side
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.mapping_files import MappingFolders
from connector.plan_files.form_file import load_form
from connector.services.access_log import my_readers
from connector.services.installation import Installation
from connector.services.preparation import (
    LONGEST,
    read_preparation,
    read_shown,
    show_preparation,
    write_preparation,
)
from connector.store.base import Base
from connector.store.conversation import Conversation, Participant
from tests.conftest import NOW
from tests.plans.conftest import Team

CANARY = "Ik durf niet te zeggen dat ik bang ben op de ladder, çà et là"
Meet = Callable[..., int]


@pytest.fixture
def meet(installation: Installation, team: Team) -> Meet:
    """A factory: a conversation between the employee and the supervisor."""

    def create(kind: str = "development_conversation", state: str = "planned") -> int:
        with installation.store.begin() as session:
            row = Conversation(
                employer_id=team.employer_id,
                person_id=team.employee.person_id,
                key=f"{kind}:{state}",
                cycle="general",
                kind=kind,
                window_from=date(2026, 12, 1),
                window_to=date(2026, 12, 31),
                minutes=90,
                state=state,
                uid=f"{kind}-{state}@pop.example",
                created_at=NOW,
                participants=[
                    Participant(person_id=team.employee.person_id, role="employee"),
                    Participant(person_id=team.supervisor.person_id, role="supervisor"),
                ],
            )
            session.add(row)
            session.flush()
            return row.id

    return create


def test_each_side_gets_the_form_of_its_side_and_keeps_what_it_writes(
    installation: Installation, team: Team, meet: Meet
) -> None:
    number = meet()
    mine, theirs = (read_preparation(actor, installation, number) for actor in (team.employee, team.supervisor))
    assert (mine.form.side, theirs.form.side) == (Side.EMPLOYEE, Side.EMPLOYER)
    assert mine.form.name.startswith("employee")
    assert len(mine.form.topics) == len(theirs.form.topics) == 5
    write_preparation(team.employee, installation, number, {"strengths": "  lassen ", "ambitions_near": "ploegbaas"})
    write_preparation(team.employee, installation, number, {"strengths": "lassen en meten", "ambitions_near": " "})
    mine = read_preparation(team.employee, installation, number)
    assert mine.answers == {"strengths": "lassen en meten"}
    assert mine.answered == 1
    assert read_preparation(team.supervisor, installation, number).answers == {}


def test_the_other_side_reads_it_only_while_it_is_shown(installation: Installation, team: Team, meet: Meet) -> None:
    number = meet()
    write_preparation(team.employee, installation, number, {"strengths": "lassen", "hindrances": CANARY})
    assert read_shown(team.supervisor, installation, number) == []
    show_preparation(team.employee, installation, number, is_shown=True)
    (shown,) = read_shown(team.supervisor, installation, number)
    assert [(question.key, said) for question, said in shown.answers] == [("strengths", "lassen")]
    assert CANARY not in repr(shown)
    assert [one.reader_role for one in my_readers(team.employee, installation)] == ["supervisor"]
    show_preparation(team.employee, installation, number, is_shown=False)
    assert read_shown(team.supervisor, installation, number) == []


def test_who_shows_has_prepared(installation: Installation, team: Team, meet: Meet) -> None:
    number = meet()
    with pytest.raises(ConflictError, match="nothing to show"):
        show_preparation(team.supervisor, installation, number, is_shown=True)
    write_preparation(team.supervisor, installation, number, {"developments": "twee nieuwe klanten"})
    show_preparation(team.supervisor, installation, number, is_shown=True)
    with installation.store.read() as session:
        prepared = dict(session.execute(select(Participant.role, Participant.prepared_at)).all())
    assert prepared["supervisor"] is not None
    assert prepared["employee"] is None


def test_nobody_else_gets_in(installation: Installation, team: Team, meet: Meet) -> None:
    number = meet()
    write_preparation(team.employee, installation, number, {"strengths": CANARY})
    show_preparation(team.employee, installation, number, is_shown=True)
    outside = [team.colleague, team.other_supervisor, team.hr, team.training, team.administrator]
    own = [team.in_role(team.employee, role) for role in Role if role is not Role.EMPLOYEE]
    for actor in [*outside, *own, Actor(Role.EMPLOYEE, team.employer_id)]:
        for ask in (read_preparation, read_shown):
            with pytest.raises((NotAllowedError, NotFoundError)):
                ask(actor, installation, number)
        with pytest.raises((NotAllowedError, NotFoundError)):
            write_preparation(actor, installation, number, {"strengths": "ik was hier"})
        with pytest.raises((NotAllowedError, NotFoundError)):
            show_preparation(actor, installation, number, is_shown=False)


def test_what_was_written_is_nowhere_readable(installation: Installation, team: Team, meet: Meet) -> None:
    number = meet()
    write_preparation(team.employee, installation, number, {"strengths": CANARY})
    show_preparation(team.employee, installation, number, is_shown=True)
    with installation.store.read() as session:
        for table in Base.metadata.sorted_tables:
            assert "bang ben op de ladder" not in repr(session.connection().execute(select(table)).all())


@pytest.mark.parametrize(
    ("answers", "wrong"), [({"salary": "meer"}, "salary"), ({"strengths": "x" * (LONGEST + 1)}, "strengths")]
)
def test_what_is_not_asked_or_too_long_is_refused(
    installation: Installation, team: Team, meet: Meet, answers: dict[str, str], wrong: str
) -> None:
    with pytest.raises(InputError) as caught:
        write_preparation(team.employee, installation, meet(), {"ambitions_far": CANARY, **answers})
    assert list(caught.value.problems) == [wrong]
    assert CANARY not in f"{caught.value}{caught.value.problems}"


@pytest.mark.parametrize(("kind", "state"), [("follow_up", "planned"), ("development_conversation", "cancelled")])
def test_only_a_pop_conversation_that_stands_is_prepared_so(
    installation: Installation, team: Team, meet: Meet, kind: str, state: str
) -> None:
    with pytest.raises(NotFoundError):
        read_preparation(team.employee, installation, meet(kind, state))


@pytest.mark.parametrize("name", MappingFolders().names("forms"))
def test_every_form_asks_in_three_languages_and_talents_come_first(name: str) -> None:
    form = load_form(MappingFolders(), name)
    for question in form.questions:
        assert set(question.words) == {"nl", "en", "fr"}
        if form.side is Side.EMPLOYEE:
            assert set(question.plain) == {"nl", "en", "fr"}
            for sentence in question.plain["nl"].replace("?", ".").split("."):
                assert len(sentence.split()) <= 15
    assert len(form.topics) == 5  # R21, R22
    if form.side is Side.EMPLOYEE:
        assert form.questions[0].key == "strengths"  # R29
    assert form.needs_function is name.endswith("-function")


@pytest.mark.parametrize("name", MappingFolders().names("forms"))
def test_french_questions_have_a_space_that_does_not_break(name: str) -> None:
    form = load_form(MappingFolders(), name)
    texts = [words for one in form.questions for words in (one.words["fr"], one.plain.get("fr", ""))]
    assert not [text for text in texts if re.search("[^\xa0][:;?!»]", text)]
