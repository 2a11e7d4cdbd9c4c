"""The rate that a system allows, kept before it has to say so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import MappingError, SourceUnavailableError, ThrottledError
from connector.http.budget import Budget
from connector.http.limits import Limits, LimitsSchema, limits_of
from tests.http.conftest import URL, Made
from tests.http.login_host import Clock

PEOPLE = f"{URL}/people"
Network = responses.RequestsMock


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from([1.0, 3.0, 60.0])), min_size=1, max_size=3),
    st.lists(st.floats(0, 2), min_size=1, max_size=40),
)
def test_no_stretch_of_time_holds_more_calls_than_a_rule_allows(
    rules: list[tuple[int, float]], pauses: list[float]
) -> None:
    clock = Clock()
    budget = Budget(rules, lambda: clock.now)
    begun = []
    for pause in pauses:
        clock.now += pause
        clock.now += budget.turn()
        begun.append(clock.now)
    for count, seconds in rules:
        for first, after in zip(begun, begun[count:], strict=False):
            assert after - first >= seconds - 1e-6


def test_a_free_budget_does_not_wait() -> None:
    clock = Clock()
    budget = Budget([(3, 60.0)], lambda: clock.now)
    assert [budget.turn() for _ in range(4)] == [0, 0, 0, 60]


def test_threads_share_it() -> None:
    budget = Budget([(5, 60.0)], lambda: 0.0)
    start = threading.Barrier(8)

    def take(_: int) -> list[float]:
        start.wait()
        return [budget.turn() for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        taken = sorted(wait for waits in pool.map(take, range(8)) for wait in waits)
    assert taken == [60.0 * (number // 5) for number in range(40)]


def test_a_host_that_asks_one_caller_to_wait_holds_all() -> None:
    clock = Clock()
    budget = Budget([], lambda: clock.now)
    budget.hold(9)
    assert budget.turn() == 9
    assert budget.turn(has_waited=True) == 9  # whoever waited goes on behind the one that booked before
    clock.now += 10
    assert budget.turn() == 0


def test_a_session_waits_for_its_turn(create_session: Callable[..., Made], network: Network) -> None:
    network.get(PEOPLE, json=[])
    made = create_session(calls_per_minute=2)
    for _ in range(3):
        made.get()
    assert len(made.waits) == 1
    assert 59 < made.waits[0] <= 60


@pytest.mark.parametrize(
    ("table", "rate", "rules"),
    [
        ({}, None, []),
        ({}, 30, [(30, 60.0)]),
        ({"calls_per_minute": 300, "calls_per_second": 15}, None, [(300, 60.0), (15, 1.0)]),
        ({"calls_per_minute": 300}, 30, [(30, 60.0)]),
        ({"calls_per_minute": 300}, 900, [(300, 60.0)]),
    ],
)
def test_an_operator_may_only_lower_the_rate(
    table: dict[str, int], rate: int | None, rules: list[tuple[int, float]]
) -> None:
    assert limits_of(table, source="bron", calls_per_minute=rate).rules == rules


def test_the_other_limits_of_a_mapping() -> None:
    table = {"concurrency": 4, "body_mb": 8, "answer_seconds": 900, "retry_after_max_seconds": 30}
    made = limits_of({**table, "throttle_statuses": [503]}, source="bron", base=Limits(tries=2))
    assert (made.concurrency, made.body_bytes, made.answer_seconds) == (4, 8 * 1024 * 1024, 900)
    assert (made.wait_seconds, made.throttle_statuses, made.tries) == (30, {429, 503}, 2)
    assert made.silence_seconds == 900  # a host that may think for so long says nothing meanwhile


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"calls_per_minute": 0}, "limits.calls_per_minute: Must be greater"),
        ({"concurrency": 17}, "limits.concurrency: Must be greater than or equal to 1 and less than or equal to 16"),
        ({"throttle_statuses": [200]}, "limits.throttle_statuses: not a list of statuses from 400 to 599"),
        ({"calls_per_hour": 3}, "limits.calls_per_hour: Unknown field"),
    ],
)
def test_limits_that_cannot_be_right(table: dict[str, object], says: str) -> None:
    with pytest.raises(MappingError, match=says) as caught:
        limits_of(table, source="bron")
    assert caught.value.where == "bron"


def test_every_limit_is_explained() -> None:
    assert all(str(field.metadata["doc"]).endswith(".") for field in LimitsSchema().fields.values())


def test_a_status_that_means_fewer_calls_here(create_session: Callable[..., Made], network: Network) -> None:
    network.get(PEOPLE, status=503, headers={"Retry-After": "5"})
    with pytest.raises(SourceUnavailableError):
        create_session().get()
    with pytest.raises(ThrottledError, match=r"asks for fewer calls \(503\) and to wait 5 s") as caught:
        create_session(throttle_statuses=frozenset({429, 503}), wait_seconds=20).get()
    assert caught.value.wait_seconds == 5


def test_waiting_as_asked_uses_up_no_tries(create_session: Callable[..., Made], network: Network) -> None:
    for _ in range(9):
        network.get(PEOPLE, status=429, headers={"Retry-After": "1"})
    network.get(PEOPLE, status=502)
    network.get(PEOPLE, status=502)
    network.get(PEOPLE, json=[])
    made = create_session(tries=3)
    assert made.get() == []
    assert made.waits == [1] * 9 + [1, 2]


def test_a_throttle_that_says_nothing_uses_up_tries(create_session: Callable[..., Made], network: Network) -> None:
    answer = network.get(PEOPLE, status=429)
    with pytest.raises(ThrottledError):
        create_session(tries=3).get()
    assert answer.call_count == 3
