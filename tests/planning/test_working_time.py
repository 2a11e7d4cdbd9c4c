"""The short text of working patterns, read or not understood, never half understood."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.working_time import USUAL, read_working_time

H = time


@pytest.mark.parametrize(
    ("text", "days", "spans"),
    [
        ("ma di wo do 8.30-16.30", "0123", ((H(8, 30), H(12)), (H(13), H(16, 30)))),
        ("ma-vr 8.30-17.00", "01234", ((H(8, 30), H(12)), (H(13), H(17)))),
        ("MA, DI en DO 9u-12u30", "013", ((H(9), H(12, 30)),)),
        ("maandag woensdag 13-17", "02", ((H(13), H(17)),)),
        ("ma-do 8.30–12.00, 12.30-16.30", "0123", ((H(8, 30), H(12)), (H(12, 30), H(16, 30)))),
        ("ma wo vr", "024", USUAL.days[0]),
        ("za zo 6:00-14:00", "56", ((H(6), H(12)), (H(13), H(14)))),
    ],
)
def test_what_a_text_means(text: str, days: str, spans: object) -> None:
    read = read_working_time(text)
    assert read is not None
    assert read.days == tuple(spans if str(number) in days else () for number in range(7))


def test_a_semicolon_begins_other_days() -> None:
    read = read_working_time("ma-do 8-12; vr 13-16")
    assert read is not None
    assert read.spans(date(2026, 11, 23)) == ((H(8), H(12)),)
    assert read.spans(date(2026, 11, 27)) == ((H(13), H(16)),)
    assert read.spans(date(2026, 11, 28)) == ()


@pytest.mark.parametrize(
    "text",
    [None, "", "  ", "38 u/week", "volgens rooster", "ma 25-26", "ma 16-8", "ma 8.30-8.30", "8.30-17.00", "vr-ma 8-12",
     "ma 8-12 di", "ma 8-12;", "lundi 8-12", "ma ٨-١٢", "MA\u0130 8-12", "ma 8-24.00", "-", ";;", "ma 8-12" * 50],
)  # fmt: skip
def test_what_is_not_of_the_form_is_not_understood(text: str | None) -> None:
    assert read_working_time(text) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    read = read_working_time(text)
    assert read is None or any(read.days)
