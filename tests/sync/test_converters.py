"""Converters: what a value becomes, and that no error gives a value away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import RecordError
from connector.sync.converters import CONVERTERS

CODES = {"codes": {"true": "active", "false": "left", "Basis": 25}}


@pytest.mark.parametrize(
    ("name", "value", "options", "expected"),
    [
        ("text", "  Yılmaz ", {}, "Yılmaz"),
        ("text", "", {}, None),
        ("text", 42.0, {}, "42"),
        ("text", "0042", {}, "0042"),
        ("text", False, {}, None),
        ("false_as_empty", False, {}, None),
        ("false_as_empty", 0, {}, 0),
        ("reference", [7, "Groen"], {}, "7"),
        ("reference", {"type": "JobTitle", "id": 11, "display": "CEO"}, {}, "11"),
        ("reference", False, {}, None),
        ("reference", [], {}, None),
        ("label", [7, "Groen"], {}, "Groen"),
        ("label", {"id": 11, "display": "CEO"}, {}, "CEO"),
        ("day", "2026-02-28", {}, date(2026, 2, 28)),
        ("day", "2026-02-28 23:00:00", {}, date(2026, 2, 28)),
        ("day", "28/02/2026", {"format": "%d/%m/%Y"}, date(2026, 2, 28)),
        ("day", "2026-02-28", {"format": "%d/%m/%Y"}, date(2026, 2, 28)),
        ("day", "1/9/2026", {"format": "%d/%m/%Y"}, date(2026, 9, 1)),
        ("day", "1-9-2026", {"format": "%d/%m/%Y"}, date(2026, 9, 1)),
        ("day", "01.09.2026", {"format": "%d/%m/%Y"}, date(2026, 9, 1)),
        ("day", "9-1-2026", {"format": "%m/%d/%Y"}, date(2026, 9, 1)),
        ("day", False, {}, None),
        ("hundredths", 0.6, {}, 60),
        ("hundredths", "0,35", {}, 35),
        ("hundredths", None, {}, None),
        ("day", "/Date(1772323200000)/", {}, date(2026, 3, 1)),
        ("day", "/Date(1772323199999+0000)/", {}, date(2026, 2, 28)),
        ("day", "/Date(253402214400000)/", {}, None),
        ("day", "0000-00-00", {}, None),
        ("day", "0000-00-00 00:00:00", {}, None),
        ("day", "00/00/0000", {"format": "%d/%m/%Y"}, None),
        ("day", "00000000", {"format": "%Y%m%d"}, None),
        ("day", "0001-01-01T00:00:00", {}, None),
        ("day", "01/01/0001", {"format": "%d/%m/%Y"}, None),
        ("day", "/Date(-62135596800000)/", {}, None),
        ("day", "1900-01-00", {}, None),
        ("day", date(1899, 12, 30), {}, None),
        ("day", "1899-12-31T00:00:00", {}, None),
        ("day", "1900-01-01", {}, date(1900, 1, 1)),
        ("epoch_day", -62135596800, {}, None),
        ("epoch_day", 0, {}, None),
        ("epoch_day", 1_700_000_000, {}, date(2023, 11, 14)),
        ("number", "1,5", {}, Decimal("1.5")),
        ("percent", 80, {}, Decimal("0.8")),
        ("percent", "0.8", {}, Decimal("0.8")),
        ("percent", "80 %", {}, Decimal("0.8")),
        ("percent", "100%", {}, Decimal(1)),
        ("percent", "0,5%", {}, Decimal("0.005")),
        ("whole", "50", {}, 50),
        ("code", True, CODES, "active"),
        ("code", "basis ", CODES, 25),
        ("code", None, CODES, None),
        ("words", "a; b;;", {}, ["a", "b"]),
        ("words", ["a", " "], {}, ["a"]),
        ("language", "nl_BE", {}, "nl"),
        ("language", "FR-be;q=1, nl", {}, "fr"),
        ("language", "sr@latin", {}, "sr"),
        ("language", False, {}, None),
        ("html", "<p>Eén&nbsp;twee</p><ul><li>x</li></ul><script>alert(1)</script>", {}, "Eén twee\n- x"),
        ("html", "<p> </p>", {}, None),
        ("duration", "PT7H30M", {}, Decimal("7.50")),
        ("duration", "PT45M", {}, Decimal("0.75")),
        ("duration", "PT1,5H", {}, Decimal("1.50")),
        ("duration", "P2D", {}, None),
        ("duration", "P1DT4H", {}, None),
        ("duration", "P3W", {}, None),
        ("duration", "", {}, None),
        ("html", ["a &amp; b", None, "<p>c</p>"], {}, ["a & b", None, "c"]),
        ("html", "a < b & c", {}, "a < b & c"),
        ("text", "Ann\x1b[2J\u202e Peeters\u200b", {}, "Ann[2J Peeters"),
        ("text", "\u200b\u2060", {}, None),
        ("text", "می\u200cروم", {}, "می\u200cروم"),
        ("text", "one\n\ttwo", {}, "one\n\ttwo"),
        ("reference", "10\u200b7 \ufeff", {}, "107"),
        ("words", "a\x07;\u200b", {}, ["a"]),
        ("html", "a <![ b", {}, "a <![ b"),
        ("html", "<a " * 20_000 + "<p>b", {}, "b"),
        ("html", "a<!-- <p>b</p>", {}, "a"),
    ],
)
def test_a_value_becomes_ours(name: str, value: Any, options: dict[str, Any], expected: Any) -> None:
    assert CONVERTERS[name](value, options) == expected


@pytest.mark.parametrize(
    ("name", "value", "options"),
    [
        ("text", {"secret": 1}, {}),
        ("day", "31/02/2026", {"format": "%d/%m/%Y"}),
        ("day", "1/9/26", {"format": "%d/%m/%Y"}),
        ("day", "1-9-26", {"format": "%d/%m/%Y"}),
        ("day", "1-9-2026", {}),
        ("day", "secret", {}),
        ("day", "/Date(today)/", {}),
        ("number", "secret", {}),
        ("number", "NaN", {}),
        ("whole", "1.5", {}),
        ("epoch_day", -62_135_596_801, {}),
        ("code", "secret", CODES),
        ("language", "the secret", {}),
        ("duration", "secret", {}),
    ],
)
def test_what_cannot_be_converted_is_refused_without_showing_it(name: str, value: Any, options: dict[str, Any]) -> None:
    with pytest.raises(RecordError) as caught:
        CONVERTERS[name](value, options)
    assert "secret" not in str(caught.value) and "31/02" not in str(caught.value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(CONVERTERS)), _json)
def test_a_converter_gives_a_value_or_a_record_error_whatever_comes(name: str, value: Any) -> None:
    try:
        CONVERTERS[name](value, {})
    except RecordError as error:
        assert error.reason


@pytest.mark.parametrize(
    ("value", "options", "reason"),
    [
        ("31/02/2026", {"format": "%d/%m/%Y"}, "must be a date that exists"),
        ("2026-02-31", {"format": "%d/%m/%Y"}, "must be a date that exists"),
        ("1/9/26", {"format": "%d/%m/%Y"}, "like 31/12/2026, 2026-12-31"),
        ("1 september 2026", {"format": "%d/%m/%Y"}, "like 31/12/2026, 2026-12-31"),
        ("1-9-2026", {}, "written like 2026-12-31"),
    ],
)
def test_a_date_that_is_not_read_says_which_forms_are(value: str, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        CONVERTERS["day"](value, options)
    assert caught.value.reason.endswith(reason)
