"""Groups under five: not shown, and not to be worked out from what is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.needs import MINIMUM, Ask, Parts, Quarter, collect, collect_unit, part


def asks(competency: int, people: int, *, first: int = 0, **parts: object) -> list[Ask]:
    return [Ask(first + number, competency, **parts) for number in range(people)]  # type: ignore[arg-type]


def test_five_people_are_a_need_and_four_are_not() -> None:
    needs = collect(asks(1, 5) + asks(2, 4, first=50)).needs
    assert [(need.competency_id, need.people) for need in needs] == [(1, 5)]


def test_a_person_who_asks_twice_counts_once_with_the_highest_level_and_the_first_quarter() -> None:
    first, later = Quarter(2027, 1), Quarter(2027, 3)
    double = asks(1, 5, level=50, quarter=later) + asks(1, 5, level=75, quarter=first) + asks(1, 5)
    (need,) = collect(double).needs
    assert (need.people, need.levels.shown, need.quarters.shown) == (5, {75: 5}, {first: 5})
    assert collect(asks(1, 4) + asks(1, 4)).needs == ()


def test_a_remainder_under_five_takes_the_smallest_part_with_it() -> None:
    """7 - 5 would tell that 2 people aim at basis."""
    (need,) = collect(asks(1, 5, level=75) + asks(1, 2, first=5, level=25)).needs
    assert need.people == 7
    assert need.levels == Parts({}, 7)


def test_only_the_smallest_part_goes() -> None:
    (need,) = collect(asks(1, 9, level=75) + asks(1, 6, first=9, level=50) + asks(1, 1, first=15, level=25)).needs
    assert need.levels == Parts({75: 9}, 7)


def test_small_parts_that_are_five_together_hide_nothing_else() -> None:
    (need,) = collect(asks(1, 5, level=75) + asks(1, 3, first=5, level=50) + asks(1, 2, first=8, level=25)).needs
    assert need.levels == Parts({75: 5}, 5)


def test_a_unit_is_hidden_when_the_others_could_be_subtracted() -> None:
    """12 in all, 9 in unit 1: the 3 of unit 2 would follow."""
    collected = asks(1, 9, unit_id=1) + asks(1, 3, first=9, unit_id=2)
    assert collect(collected).needs[0].people == 12
    assert collect_unit(collected, 1).needs == ()
    assert collect_unit(collected, 2).needs == ()


def test_people_without_a_unit_are_a_group_like_any_other() -> None:
    collected = asks(1, 9, unit_id=1) + asks(1, 2, first=9)
    assert collect_unit(collected, 1).needs == ()


def test_a_unit_is_shown_when_the_others_are_enough() -> None:
    collected = asks(1, 6, unit_id=1) + asks(1, 3, first=6, unit_id=2) + asks(1, 2, first=9, unit_id=3)
    (need,) = collect_unit(collected, 1).needs
    assert (need.people, need.levels.shown, need.quarters.shown) == (6, {}, {})
    assert collect_unit(collected, 2).needs == ()


def test_what_is_too_small_in_all_has_no_view_per_unit() -> None:
    assert collect_unit(asks(1, 4, unit_id=1), 1).needs == ()


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([(1, 4)], None),  # one group: its four people are pointed at
        ([(1, 2), (2, 2)], None),  # four people in two groups
        ([(1, 3), (2, 2)], 2),
        ([(1, 9)], None),
        ([], None),
    ],
)
def test_the_number_of_hidden_groups_is_said_only_of_enough_people(
    groups: list[tuple[int, int]], said: int | None
) -> None:
    collected = [ask for number, people in groups for ask in asks(number, people, first=number * 100)]
    assert collect(collected).hidden == said


def test_the_same_people_in_two_small_groups_are_not_counted_twice() -> None:
    assert collect(asks(1, 4) + asks(2, 4)).hidden is None


def test_the_number_of_hidden_groups_is_never_said_of_a_unit() -> None:
    collected = asks(1, 3, unit_id=1) + asks(2, 3, first=3, unit_id=1)
    assert collect(collected).hidden == 2
    assert collect_unit(collected, 1).hidden is None


def test_quarters() -> None:
    assert [Quarter.of(date(2027, month, 1)).number for month in range(1, 13)] == [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3
    assert Quarter(2026, 4) < Quarter(2027, 1)


def ways_to_put(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to put so many people in so many parts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in ways_to_put(total - first, parts - 1):
            yield (first, *others)


@pytest.mark.parametrize(("parts", "most"), [(2, 40), (3, 30), (4, 24), (5, 22)])
def test_an_attacker_who_knows_our_rule_cannot_work_out_a_small_part(parts: int, most: int) -> None:
    """Whoever knows the total, all parts that there can be and how we hide: a part of one to four people has another
    size in some other way that looks the same. With five parts, 22 people are enough for four times four and a five."""
    for total in range(MINIMUM, most + 1):
        look_alikes = defaultdict(list)
        for cells in ways_to_put(total, parts):
            published = part({key: count for key, count in enumerate(cells) if count})
            look_alikes[frozenset(published.shown.items())].append(cells)
        for same in look_alikes.values():
            for place in range(parts):
                sizes = {cells[place] for cells in same}
                assert len(sizes) > 1 or not 0 < sizes.pop() < MINIMUM, same


def test_parts_of_exactly_four_take_another_with_them() -> None:
    """With three levels in all, 8 left over in two of them could be nothing but 4 and 4."""
    assert part({25: 4, 50: 4, 75: 5, 100: 9}) == Parts({100: 9}, 13)


def test_parts_of_one_size_go_together() -> None:
    """Which of them went would tell how big the others are."""
    assert part({25: 4, 50: 6, 75: 6, 100: 9}) == Parts({100: 9}, 16)


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 30)))
def test_whatever_is_subtracted_leaves_nobody_or_five(cells: dict[int, int]) -> None:
    total = sum(cells.values())
    published = part(cells)
    assert all(count >= MINIMUM for count in published.shown.values())
    assert published.rest == total - sum(published.shown.values())
    if total >= MINIMUM:
        assert published.rest == 0 or published.rest >= MINIMUM


ASK = st.builds(
    Ask,
    person_id=st.integers(1, 25),
    competency_id=st.integers(1, 3),
    level=st.sampled_from([None, 25, 50, 75]),
    quarter=st.sampled_from([None, Quarter(2027, 1), Quarter(2027, 2)]),
)


@given(st.lists(ASK, max_size=120))
def test_no_page_or_difference_of_pages_shows_a_small_group(wishes: list[Ask]) -> None:
    """The whole set of pages: everybody and each unit. A person is in one unit."""
    wishes = [Ask(w.person_id, w.competency_id, w.level, w.quarter, unit_id=w.person_id % 4) for w in wishes]
    everybody = {need.competency_id: need for need in collect(wishes).needs}
    per_unit: dict[int, int] = defaultdict(int)
    for unit in range(4):
        for need in collect_unit(wishes, unit).needs:
            assert need.people >= MINIMUM
            per_unit[need.competency_id] += need.people
    assert set(per_unit) <= set(everybody)
    for competency, need in everybody.items():
        for left in (need.people - per_unit[competency], need.levels.rest, need.quarters.rest):
            assert left == 0 or left >= MINIMUM
