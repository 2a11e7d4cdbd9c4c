"""Webhooks in: only genuine ones, only fresh ones, each once, and by the moment of the event, never of arrival."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from connector.api.rate import Budget
from connector.domain.access import TIMER
from connector.domain.standard_webhook import secret_bytes, sign
from connector.services.installation import Installation
from connector.services.pushed import SYNC_SOURCE, Pushed, keep_newest
from connector.services.webhooks import Delivery, receive_webhook
from connector.store.hr import Person
from connector.store.pushed import PushedRecord, ReceivedEvent
from connector.store.sync_state import Source
from connector.store.work import DueWork
from tests.conftest import NOW
from tests.push.conftest import OLD_SECRET, SECRET, Door

Key = tuple[str, str]


def event(key: str = "12", at: datetime = NOW, **data: Any) -> dict[str, Any]:
    data = data or {"record": {"id": key, "name": "Amina Peeters"}}
    return {
        "type": "employee.changed",
        "timestamp": at.isoformat(),
        "data": {"resource": "employees", "key": key, **data},
    }


def test_an_event_is_kept_and_a_sync_is_put_down(door: Door) -> None:
    answer = door.webhook(event())
    assert (answer.status_code, answer.json) == (202, {"taken": "in"})
    assert door.kept() == {("employees", "12"): ({"id": "12", "name": "Amina Peeters"}, NOW, False)}
    with door.installation.store.read() as session:
        (work,) = session.scalars(select(DueWork))
        assert (work.kind, work.payload) == (SYNC_SOURCE, {"source": "pushed"})
        assert timedelta(seconds=30) <= work.due_at - NOW <= timedelta(seconds=60)
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_many_events_in_half_a_minute_are_one_sync(door: Door) -> None:
    for number in range(20):
        door.webhook(event(str(number)), f"msg_{number}")
    door.clock.now += timedelta(seconds=45)
    door.webhook(event("later", door.clock.now), "msg_later")
    with door.installation.store.read() as session:
        assert session.scalar(select(func.count()).select_from(DueWork)) == 2


def test_the_same_event_again_is_harmless(door: Door) -> None:
    door.webhook(event())
    before = door.kept()
    again = door.webhook(event(record={"id": "other"}))
    assert (again.status_code, again.json) == (200, {"taken": "before"})
    door.clock.now += timedelta(days=29)
    door.webhook(event("13", door.clock.now), "msg_2")  # what is old enough to be forgotten goes now
    before = door.kept()
    # A sender that tries for weeks, with a new timestamp each time.
    assert door.webhook(event()).status_code == 200
    assert door.kept() == before


def test_ids_are_forgotten_after_a_month_and_still_nothing_old_comes_back(door: Door) -> None:
    door.webhook(event(), "first")
    door.clock.now += timedelta(days=31)
    door.webhook(event(at=door.clock.now, deleted=True), "second")
    with door.installation.store.read() as session:
        assert session.scalars(select(ReceivedEvent.event)).all() == ["second"]
    assert door.webhook(event(), "first").status_code == 202
    assert door.kept()["employees", "12"] == ({}, door.clock.now, True)


def test_both_secrets_hold_while_a_sender_changes(door: Door) -> None:
    assert door.webhook(event("1"), "a", secret=SECRET).status_code == 202
    assert door.webhook(event("2"), "b", secret=OLD_SECRET).status_code == 202


def test_one_good_signature_among_several_is_enough(door: Door) -> None:
    body = b'{"type":"x"}'
    stamp = str(int(NOW.timestamp()))
    good = sign(secret_bytes(SECRET, ""), "m", stamp, body)
    assert door.webhook(body, "m", webhook_signature=f"v1a,AAAA v1,AAAA {good}").status_code == 400  # genuine, no event


BODY = b'{"type":"x","timestamp":"2026-11-23T09:00:00+00:00","data":{"resource":"employees","key":"12","record":{}}}'
STAMP = str(int(NOW.timestamp()))


def _forgeries() -> list[tuple[str, bytes, dict[str, str]]]:
    """Name, body, headers: none of them may be let in. The signature is right for BODY, `msg_1` and STAMP."""
    key = secret_bytes(SECRET, "")
    good = sign(key, "msg_1", STAMP, BODY)
    value = good.removeprefix("v1,")
    base = {"webhook-id": "msg_1", "webhook-timestamp": STAMP, "webhook-signature": good}
    changed_headers: dict[str, dict[str, str]] = {
        "another id": {"webhook-id": "msg_2"},
        "id and a piece of the timestamp": {"webhook-id": f"msg_1.{STAMP}", "webhook-timestamp": ""},
        "another timestamp": {"webhook-timestamp": str(int(STAMP) + 1)},
        "timestamp with a zero before": {"webhook-timestamp": f"0{STAMP}"},
        "timestamp with a plus": {"webhook-timestamp": f"+{STAMP}"},
        "timestamp with a fraction": {"webhook-timestamp": f"{STAMP}.0"},
        "no id": {"webhook-id": ""},
        "no timestamp": {"webhook-timestamp": ""},
        "no signature": {"webhook-signature": ""},
        "only the name of the version": {"webhook-signature": "v1,"},
        "no version": {"webhook-signature": value},
        "version 1a": {"webhook-signature": f"v1a,{value}"},
        "version in capitals": {"webhook-signature": f"V1,{value}"},
        "cut off": {"webhook-signature": good[:-4]},
        "longer": {"webhook-signature": good + "A"},
        "in lower case": {"webhook-signature": good.lower()},
        "commas between": {"webhook-signature": f"v1,AAAA,{value}"},
        "hexadecimal": {"webhook-signature": "v1," + "ab" * 32},
        "hundreds of signatures": {
            "webhook-signature": " ".join([f"v1,{number:043}=" for number in range(300)] + [good])
        },
        "not ASCII": {"webhook-signature": "v1,\xe9\xff"},
        "the secret itself": {"webhook-signature": f"v1,{SECRET.removeprefix('whsec_')}"},
        "a long id": {"webhook-id": "m" * 5000},
    }
    found = [(name, BODY, {**base, **headers}) for name, headers in changed_headers.items()]
    bodies = [BODY + b" ", b" " + BODY, BODY[:-1], BODY.replace(b"12", b"13"), b"", b"{}", BODY.upper(), BODY * 2]
    found += [(f"body {number}", body, base) for number, body in enumerate(bodies)]
    for number, secret in enumerate((b"x" * 32, SECRET.encode()[:32], key[:-1] + b"\0", bytes(32), b"whsec_" * 5)):
        found.append((f"key {number}", BODY, {**base, "webhook-signature": sign(secret, "msg_1", STAMP, BODY)}))
    for number, told in enumerate(("", ".", f"msg_1{STAMP}", f"{STAMP}.msg_1", "msg_1.")):
        found.append((f"order {number}", BODY, {**base, "webhook-signature": sign(key, told, "", BODY)}))
    chance = random.Random(7)
    for number in range(20):
        place = chance.randrange(len(BODY))
        body = BODY[:place] + bytes([BODY[place] ^ (1 << chance.randrange(8))]) + BODY[place + 1 :]
        found.append((f"one bit {number}", body, base))
    return found


FORGERIES = _forgeries()


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) >= 50


@pytest.mark.parametrize(("body", "headers"), [one[1:] for one in FORGERIES], ids=[one[0] for one in FORGERIES])
def test_no_forgery_is_let_in(door: Door, body: bytes, headers: dict[str, str]) -> None:
    answer = door.client.post("/api/v1/webhooks/pushed", data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 401
    assert answer.json["type"] == "urn:problem-type:pop:invalidSignature"
    assert door.kept() == {}
    with door.installation.store.read() as session:
        assert session.scalar(select(func.count()).select_from(ReceivedEvent)) == 0
    # What was forged is good when nothing is changed: the test would not show it else.
    assert door.webhook(BODY).status_code == 202


def test_a_source_without_a_secret_lets_nobody_in(door: Door) -> None:
    for secret in (SECRET, "whsec_" + "A" * 44):
        assert door.webhook(event(), source="silent", secret=secret).status_code == 401
    assert door.kept("silent") == {}


@pytest.mark.parametrize("source", ["files", "nowhere", "zenit%00", "..%2fpushed"])
def test_only_a_source_that_is_pushed_takes_webhooks(door: Door, source: str) -> None:
    assert door.webhook(event(), source=source).status_code == 404


@pytest.mark.parametrize(("seconds", "status"), [(-301, 400), (-300, 202), (0, 202), (300, 202), (301, 400)])
def test_the_window_is_five_minutes_both_ways(door: Door, seconds: int, status: int) -> None:
    answer = door.webhook(event(), at=NOW + timedelta(seconds=seconds))
    assert answer.status_code == status
    if status == 400:
        assert answer.json["issues"][0]["name"] == "webhook-timestamp"
        assert door.kept() == {}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_webhook_is_posted(door: Door, method: str) -> None:
    answer = door.client.open("/api/v1/webhooks/pushed", method=method)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_large_is_refused_before_it_is_read(door: Door) -> None:
    assert door.webhook(b'{"x": "' + b"a" * (256 * 1024) + b'"}').status_code == 413


def test_too_many_are_asked_to_wait(door: Door) -> None:
    budget = door.app.extensions["pop_webhook_budget"]
    while not budget.wait_seconds("pushed"):
        pass
    answer = door.webhook(event())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert door.webhook({}, source="zenit").status_code == 400  # each source has its own


def test_whoever_only_knows_the_address_does_not_use_up_the_turns_of_the_sender(door: Door) -> None:
    budget = Budget(0.001, 3)
    door.app.extensions["pop_webhook_budget"] = budget
    for _ in range(10):
        assert door.client.post("/api/v1/webhooks/pushed", data=b"{}").status_code == 401
    assert door.webhook(event()).status_code == 202


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        (b"[]", "body"),
        (b"{", "body"),
        (b'{"timestamp": NaN}', "body"),
        (b'{"a": 1e999}', "body"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "body"),
        (b'{"a":' * 100_00 + b"1" + b"}" * 100_00, "body"),
        (b"\xff\xfe{", "body"),
        (event(key=""), "key"),
        (event(key="k" * 201), "key"),
        (event(key="a\nb"), "key"),
        ({**event(), "timestamp": "yesterday"}, "stamp"),
        ({**event(), "timestamp": "2026-11-23T09:00:00"}, "stamp"),
        ({**event(), "timestamp": "0001-01-01T00:00:00+14:00"}, "stamp"),
        ({**event(), "timestamp": 1}, "stamp"),
        (event(at=NOW + timedelta(minutes=6)), "stamp"),
        (event(record=None), "record"),
        (event(record=[1]), "record"),
        ({**event(), "data": {**event()["data"], "resource": None}}, "resource"),
        ({**event(), "data": {**event()["data"], "key": {"$gt": ""}}}, "key"),
        ({**event(), "data": {**event()["data"], "key": True}}, "key"),
    ],
)
def test_what_cannot_be_read_is_said_and_not_kept(door: Door, payload: Any, part: str) -> None:
    answer = door.webhook(payload)
    assert answer.status_code == 400
    assert [issue["name"] for issue in answer.json["issues"]] == [part]
    assert door.kept() == {}
    assert door.webhook(event()).status_code == 202  # its id was not used up


def test_what_no_database_can_hold_is_replaced(door: Door) -> None:
    assert (
        door.webhook(
            b'{"timestamp":"2026-11-23T09:00:00Z","data":{"resource":"r","key":7,'
            b'"record":{"a\\u0000":"x\\u0000\\ud800y","n":123456789012345678901234567890}}}'
        ).status_code
        == 202
    )
    assert door.kept()["r", "7"][0] == {"a\ufffd": "x\ufffd\ufffdy", "n": 123456789012345678901234567890}


def test_a_mapping_may_name_another_form(door: Door) -> None:
    shape = {"at": "2026-11-23T08:00:00Z", "type": "changed", "object": {"id": 5, "x": 1}}
    assert door.webhook(shape, "a", source="zenit").status_code == 202
    assert door.kept("zenit") == {("people", "5"): ({"id": 5, "x": 1}, NOW - timedelta(hours=1), False)}
    assert door.webhook({**shape, "type": "gone", "at": "2026-11-23T08:30:00Z"}, "b", source="zenit").status_code == 202
    assert door.kept("zenit")["people", "5"][2]
    assert door.kept() == {}


def _deliver(installation: Installation, clock_now: datetime, events: list[tuple[str, dict[str, Any]]]) -> None:
    key = secret_bytes(SECRET, "")
    stamp = str(int(clock_now.timestamp()))
    for name, payload in events:
        body = json.dumps(payload).encode()
        receive_webhook(TIMER, installation, "pushed", Delivery(name, stamp, sign(key, name, stamp, body), body))


def _history(chance: random.Random, count: int, keys: int) -> list[tuple[str, dict[str, Any]]]:
    """Events in the order in which they happened; some at the same moment, one in ten a deletion."""
    found = []
    at = NOW - timedelta(days=1)
    for number in range(count):
        at += timedelta(seconds=chance.choice([0, 0, 1, 7]))
        key = str(chance.randrange(keys))
        data: dict[str, Any] = {"deleted": True} if chance.random() < 0.1 else {"record": {"id": key, "n": number}}
        found.append((f"msg_{number:06}", event(key, at, **data)))
    return found


def _end_of(history: list[tuple[str, dict[str, Any]]]) -> dict[Key, tuple[Any, ...]]:
    """What must be there at the end: said here once more, with nothing of the product's."""
    end: dict[Key, tuple[Any, ...]] = {}
    for _, payload in history:
        data = payload["data"]
        at = datetime.fromisoformat(payload["timestamp"])
        is_deleted = data.get("deleted") is True
        end["employees", data["key"]] = ({} if is_deleted else data["record"], at, is_deleted)
    return end


def test_ten_thousand_shuffled_and_doubled_webhooks_end_as_ordered_ones(door: Door) -> None:
    chance = random.Random(42)
    history = _history(chance, 10_000, 700)
    deliveries = history + chance.sample(history, 3_000)
    chance.shuffle(deliveries)
    assert len({name for name, _ in deliveries}) == 10_000

    _deliver(door.installation, NOW, deliveries)

    assert door.kept() == _end_of(history)
    assert 10 < sum(kept[2] for kept in door.kept().values()) < 200


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_states_ends_the_same(create_installation: Callable[..., Installation], data: Any) -> None:
    """On the table itself: moments that are the same, tombstones, one record told many times."""
    installation = create_installation()
    moments = st.integers(0, 3).map(lambda second: datetime(2026, 11, 23, 9, 0, second, tzinfo=UTC))
    states = data.draw(
        st.lists(
            st.builds(
                Pushed,
                resource=st.just("employees"),
                key=st.sampled_from("abc"),
                stamp=moments,
                tie=st.sampled_from(["m1", "m2", "m3"]),
                body=st.none() | st.fixed_dictionaries({"n": st.integers(0, 9)}),
            ),
            max_size=12,
            unique_by=lambda state: (state.key, state.stamp, state.tie),
        )
    )
    ends = []
    for number, order in enumerate((states, data.draw(st.permutations(states)))):
        name = f"order-{number}-{uuid.uuid4()}"
        with installation.store.begin() as session:
            source = Source(name=name, employer_id=1, mapping="x", kind="hr")
            session.add(source)
            session.flush()
            for state in order:
                keep_newest(session, source.id, state, NOW)
        ends.append(_kept(installation, name))
    newest = {state.key: state for state in sorted(states, key=lambda state: (state.stamp, state.tie))}
    assert ends[0] == ends[1] == {key: (state.body or {}, state.body is None) for key, state in newest.items()}


def _kept(installation: Installation, name: str) -> dict[str, tuple[Any, bool]]:
    with installation.store.read() as session:
        rows = session.scalars(
            select(PushedRecord).join(Source, Source.id == PushedRecord.source_id).where(Source.name == name)
        )
        return {row.key: (row.body, row.is_deleted) for row in rows}
