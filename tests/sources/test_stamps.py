"""Moments in questions and in records."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sources.stamps import moment_of, newest, written

SINCE = "2026-11-22T09:00:00.75+00:00"


@pytest.mark.parametrize(
    ("form", "zone", "text"),
    [
        ("iso", "UTC", "2026-11-22T09:00:00Z"),
        ("iso", "Europe/Brussels", "2026-11-22T10:00:00+01:00"),
        ("odata", "Europe/Brussels", "2026-11-22T09:00:00Z"),
        ("odata_v2", "UTC", "datetimeoffset'2026-11-22T09:00:00Z'"),
        ("epoch", "UTC", 1795338000),
        ("epoch_ms", "UTC", 1795338000750),
        ("%d/%m/%Y %H:%M", "Europe/Brussels", "22/11/2026 10:00"),
    ],
)
def test_a_question_is_never_later_than_the_moment(form: str, zone: str, text: Any) -> None:
    assert written(SINCE, form, zone) == text


@pytest.mark.parametrize(
    ("value", "form", "zone"),
    [
        ("2026-11-22T09:00:00Z", "iso", "Europe/Brussels"),
        ("2026-11-22T10:00:00+01:00", "iso", "UTC"),
        ("2026-11-22 10:00:00", "iso", "Europe/Brussels"),
        ("2026-11-22 09:00:00", "iso", "UTC"),
        ("/Date(1795338000000)/", "odata_v2", "UTC"),
        ("/Date(1795338000000+0000)/", "iso", "Europe/Brussels"),
        (1795338000, "iso", "UTC"),
        (1795338000000, "iso", "UTC"),
        ("1795338000", "epoch", "UTC"),
        ("22/11/2026 10:00", "%d/%m/%Y %H:%M", "Europe/Brussels"),
    ],
)
def test_a_stamp_in_any_of_its_shapes(value: Any, form: str, zone: str) -> None:
    moment = moment_of(value, form, zone)
    assert moment is not None
    assert moment.isoformat() == "2026-11-22T09:00:00+00:00"


@pytest.mark.parametrize("value", [None, True, "", "yesterday", [], {}, "/Date(x)/", 1e300, "2026-13-01"])
def test_what_is_not_a_stamp(value: Any) -> None:
    assert moment_of(value) is None


def test_a_day_without_dashes_is_not_a_number_of_seconds() -> None:
    found = moment_of("20261122")
    assert found is not None
    assert found.isoformat() == "2026-11-22T00:00:00+00:00"


def test_of_an_hour_that_comes_twice_it_is_the_first() -> None:
    found = moment_of("2026-10-25 02:30:00", zone="Europe/Brussels")
    assert found is not None
    assert found.isoformat() == "2026-10-25T00:30:00+00:00"


def test_the_newest_of_a_record_may_be_the_stamp_of_a_part() -> None:
    records = [
        {"at": "2026-11-20T00:00:00Z", "versions": [{"at": "2026-11-22T08:00:00Z"}, {"at": "2026-11-19T08:00:00Z"}]},
        {"at": "2026-11-21T00:00:00Z"},
        {"at": None, "versions": "?"},
    ]
    assert newest(records, ["at"]) == "2026-11-21T00:00:00+00:00"
    assert newest(records, ["at", "versions[].at"]) == "2026-11-22T08:00:00+00:00"
    assert newest(records, ["gone"]) is None


def test_a_stamp_in_the_future_hides_nothing() -> None:
    records = [{"at": "2026-11-21T00:00:00Z"}, {"at": "9999-01-01T00:00:00Z"}]
    assert newest(records, ["at"], until="2026-11-23T00:00:00+00:00") == "2026-11-21T00:00:00+00:00"
