"""What a scan knows of earlier records comes out the same in whatever order the source lists them."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import insert

from connector.store.accounts import Organisation
from connector.store.database import Store
from connector.store.sync_state import RecordState, Source
from connector.sync import known_ahead
from connector.sync.known_ahead import KnownAhead
from connector.sync.seen import Seen
from connector.sync.staged_keys import StagedKeys
from tests.conftest import NOW

_HOW_MANY = 60


@pytest.fixture
def source_id(store: Store, monkeypatch: pytest.MonkeyPatch) -> int:
    """Sixty records of one resource, with those of another one among them, read ahead eight numbers at a time."""
    monkeypatch.setattr(known_ahead, "_AHEAD", 8)
    with store.begin() as session:
        employer = Organisation(code="acme", name="Acme", kind="employer")
        session.add(employer)
        session.flush()
        source = Source(name="hr", employer_id=employer.id, mapping="hr/x", kind="hr")
        session.add(source)
        session.flush()
        rows = [
            {
                "source_id": source.id,
                "resource": "people" if number % 3 else "units",
                "key": str(number),
                "hash": number.to_bytes(16, "big"),
                "mapped": {},
                "is_pending": False,
                "missing_since": NOW.date() if number == 7 else None,
                "changed_at": NOW,
            }
            for number in range(_HOW_MANY)
        ]
        session.execute(insert(RecordState), rows)
        return source.id


def _pages(keys: list[str], size: int = 5) -> list[list[str]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]


@pytest.mark.parametrize("order", ["as known", "backwards", "mixed", "with new ones between"])
def test_every_known_record_is_found_in_any_order(store: Store, source_id: int, order: str) -> None:
    keys = [str(number) for number in range(_HOW_MANY) if number % 3]
    if order == "backwards":
        keys.reverse()
    elif order == "mixed":
        random.Random(3).shuffle(keys)
    elif order == "with new ones between":
        keys = [key for known in keys for key in (known, f"new {known}")]
    ahead = KnownAhead(store, source_id, "people")
    found = {key: known for page in _pages(keys) for key, known in ahead.find(page).items()}
    assert set(found) == {key for key in keys if not key.startswith("new")}
    assert all(known.hash == int(key).to_bytes(16, "big") for key, known in found.items())
    assert [key for key, known in found.items() if known.is_missing] == ["7"]


def test_of_another_source_or_resource_nothing_is_known(store: Store, source_id: int) -> None:
    keys = [str(number) for number in range(_HOW_MANY)]
    assert not KnownAhead(store, source_id + 1, "people").find(keys)
    units = KnownAhead(store, source_id, "units")
    found = {key for page in _pages(keys) for key in units.find(page)}
    assert found == {key for key in keys if int(key) % 3 == 0}


def test_where_the_order_is_another_one_reading_ahead_ends(
    store: Store, source_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = KnownAhead(store, source_id, "people")
    times = []
    read = KnownAhead._read_ahead
    monkeypatch.setattr(KnownAhead, "_read_ahead", lambda self, last: (times.append(last), read(self, last))[1])
    keys = [str(number) for number in reversed(range(_HOW_MANY)) if number % 3]
    for page in _pages(keys):
        ahead.find(page)
    assert len(times) == 3


def test_what_was_seen_is_told_from_what_was_not() -> None:
    seen = Seen()
    seen.add([5, 9, 1_000_000])
    assert seen.among([4, 5, 6, 9, 999_999, 1_000_000, 2_000_000]) == [5, 9, 1_000_000]
    assert seen.among([1_000_001, 1_000_002]) == []
    assert seen.among([]) == []


@pytest.mark.parametrize("seed", range(20))
def test_numbers_in_rows_or_not_are_counted_once(seed: int) -> None:
    dice = random.Random(seed)
    seen, plain = Seen(), set[int]()
    for _ in range(30):
        start = dice.randrange(300)
        page = list(range(start, start + dice.randrange(1, 40)))
        page = dice.sample(page, dice.randrange(1, len(page) + 1)) if dice.random() < 0.5 else page
        seen.add(page)
        plain |= set(page)
        assert seen.count == len(plain)
        assert {number for number in range(400) if number in seen} == plain
        assert set(seen.among(range(400))) == plain


def test_a_staged_key_may_always_have_been_staged() -> None:
    staged = StagedKeys(knows_all=True)
    assert not staged.may_hold("a")
    staged.add(str(number) for number in range(10_000))
    assert all(staged.may_hold(str(number)) for number in range(10_000))
    assert sum(staged.may_hold(f"other {number}") for number in range(10_000)) < 100
    assert StagedKeys(knows_all=False).may_hold("anything")
