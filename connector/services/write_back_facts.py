"""What an event tells of, as a mapping sees it: looked up when it is sent, and neutral."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.outlets.mail_texts import SUMMARY, language_for
from connector.outlets.plain import one_line
from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.competencies import Competency
from connector.store.conversation import Conversation
from connector.store.hr import SourceIdentity, Training
from connector.store.people import person_cards


def facts_of(
    session: Session, installation: Installation, source_id: int, employer_id: int, payload: Mapping[str, Any]
) -> dict[str, Any]:
    """The facts of one outbox row for one source; domain/write_back.py lists them."""
    about = payload["about"]
    people = about.get("people", [[payload["person_id"], "employee"]])
    known = _people(session, installation, source_id, employer_id, {payload["person_id"], *(one for one, _ in people)})
    facts: dict[str, Any] = {
        "event": payload["event"],
        "sequence": payload["sequence"],
        "link": installation.base_url,
        "person": known.get(payload["person_id"]),
    }
    kind = payload["event"].partition(".")[0]
    if kind == "conversation":
        return {**facts, **_conversation(session, employer_id, payload, people, known)}
    day = date.fromisoformat(payload["on"])
    facts |= {"key": _key_of(payload["object"]), "on": day.isoformat()}
    if kind == "level":
        before = (day - timedelta(days=1)).isoformat()
        return {**facts, "day_before": before, "level": about["level"], **_competency(session, source_id, about)}
    return {**facts, "due_on": about["due_on"], "training": _training(session, about["training_id"])}


def _conversation(
    session: Session,
    employer_id: int,
    payload: Mapping[str, Any],
    people: Collection[Any],
    known: Mapping[int, dict[str, Any]],
) -> dict[str, Any]:
    about = payload["about"]
    language = language_for(session.get_one(Organisation, employer_id).language)
    present = [{**known[person_id], "role": role} for person_id, role in people if person_id in known]
    return {
        "key": f"pop-conversation-{session.get_one(Conversation, payload['conversation_id']).uid}",
        "subject": SUMMARY[language],
        "starts_at": about["starts_at"],
        "ends_at": about["ends_at"],
        "participants": present,
        "participant_keys": [one["key"] for one in present if one["key"] is not None],
    }


def _people(
    session: Session, installation: Installation, source_id: int, employer_id: int, ids: Collection[int]
) -> dict[int, dict[str, Any]]:
    keys = _keys(session, source_id, "employee", ids)
    today = installation.today(session.get_one(Organisation, employer_id).time_zone)
    cards = person_cards(session, employer_id, today, person_ids=ids)
    return {
        person_id: {"key": keys.get(person_id), "number": card.employee_number, "email": card.email}
        for person_id, card in cards.items()
    }


def _competency(session: Session, source_id: int, about: Mapping[str, Any]) -> dict[str, Any]:
    competency_id = about["competency_id"]
    key = _keys(session, source_id, "competency", [competency_id]).get(competency_id)
    return {"competency": {"key": key, "code": session.get_one(Competency, competency_id).code}}


def _training(session: Session, training_id: int) -> dict[str, Any]:
    row = session.get_one(Training, training_id)
    provider = one_line(row.provider) if row.provider else None
    return {"key": _number(row.key), "title": one_line(row.title, 300), "provider": provider}


def _keys(session: Session, source_id: int, target: str, ids: Collection[int]) -> dict[int, str | int]:
    """Our ids with the key by which the source knows them; the newest one where it had several."""
    rows = session.execute(
        select(SourceIdentity.entity_id, SourceIdentity.key)
        .where(
            SourceIdentity.source_id == source_id,
            SourceIdentity.target == target,
            SourceIdentity.entity_id.in_(ids),
        )
        .order_by(SourceIdentity.id)
    )
    return {row.entity_id: _number(row.key) for row in rows}


def _number(key: str) -> str | int:
    """A key that is a plain number is one: systems that count want no text."""
    return int(key) if key.isascii() and key.isdigit() and str(int(key)) == key and len(key) < 16 else key


def _key_of(subject: str) -> str:
    return f"pop-{subject.replace(':', '-')}"
