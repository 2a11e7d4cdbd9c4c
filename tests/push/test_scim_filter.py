"""Filters of SCIM: what they mean, and that no text of any kind gets past the reader as anything but an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.domain.scim_error import ScimError
from connector.domain.scim_filter import MOST_CHARACTERS, All, Compare, Not, Some, parse_filter
from connector.domain.scim_match import fits
from connector.domain.scim_path import parse_path
from connector.domain.scim_types import USER
from connector.domain.scim_view import document

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
BODY: dict[str, Any] = {
    "userName": "Amina",
    "externalId": "X-12",
    "title": 'Chef "nacht"',
    "active": True,
    "name": {"familyName": "Peeters"},
    "emails": [
        {"value": "amina@work.example", "type": "work", "primary": True},
        {"value": "amina@home.example", "type": "home"},
    ],
    ENTERPRISE: {"employeeNumber": "0042", "manager": {"value": "Boss"}},
}
AMINA = document(USER, "id-1", BODY, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC), "l")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('userName eq "amina"', True),
        ('USERNAME Eq "AMINA"', True),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "amina"', True),
        ('externalId eq "x-12"', False),
        ('externalId eq "X-12"', True),
        ('id eq "id-1"', True),
        ('userName ne "amina"', False),
        ('nickName ne "x"', True),
        ('userName co "MIN"', True),
        ('userName sw "ami"', True),
        ('userName ew "ina"', True),
        ('userName ew "ami"', False),
        ('userName gt "alma"', True),
        ('userName lt "alma"', False),
        ('userName ge "amina"', True),
        ('userName le "amina"', True),
        ("userName pr", True),
        ("displayName pr", False),
        ("name pr", True),
        ("title eq null", False),
        ("displayName eq null", True),
        ("title ne null", True),
        (r'title eq "chef \"nacht\""', True),
        (r'title co "\u0022nacht"', True),
        ("active eq true", True),
        ("active eq false", False),
        ('active eq "True"', True),
        ("active ne false", True),
        ('name.familyName eq "peeters"', True),
        ('emails co "home.example"', True),
        ('emails.type eq "home"', True),
        ('emails[type eq "work" and value co "home"]', False),
        ('emails.type eq "work" and emails.value co "home"', True),
        ('emails[type eq "work" and value co "work"]', True),
        ('emails[type eq "home"].value ew "home.example"', True),
        ('emails[type eq "home"].primary eq true', False),
        ('emails[not (type eq "work")].value pr', True),
        ('emails[primary eq true and (type eq "home" or type eq "work")]', True),
        (f'{ENTERPRISE}:employeeNumber eq "0042"', True),
        (f'{ENTERPRISE.upper()}:manager.value eq "Boss"', True),
        (f'{ENTERPRISE}:manager eq "Boss"', True),
        (f'{ENTERPRISE}:manager eq "boss"', False),
        (f"{ENTERPRISE} pr", True),
        ("urn:unknown:2.0:User:x pr", False),
        ('meta.lastModified gt "2026-11-23T09:59:59+01:00"', True),
        ('meta.lastModified gt "2026-11-23T10:00:00+01:00"', False),
        ('meta.lastModified ge "2026-11-23T09:00:00"', True),
        ('meta.resourceType eq "User"', True),
        ('schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', True),
        ('not (userName eq "amina")', False),
        ('not (userName eq "b") and title pr', True),
        ('userName eq "b" or userName eq "amina" and title pr', True),
        ('(userName eq "b" or userName eq "amina") and displayName pr', False),
        ('userName eq "amina" or userName eq "b" and displayName pr', True),
        ("  userName   pr  ", True),
    ],
)
def test_what_a_filter_means(text: str, expected: bool) -> None:
    assert fits(USER, AMINA, parse_filter(text)) is expected


def test_and_binds_closer_than_or() -> None:
    a, b, c = (Compare(name, "eq", 1) for name in "abc")
    assert parse_filter("a eq 1 or b eq 1 and c eq 1") == Some((a, All((b, c))))
    assert parse_filter("(a eq 1 or not (b eq 1)) and c eq 1") == All((Some((a, Not(b))), c))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "userName",
        "userName eq",
        'userName xx "a"',
        "userName eq a",
        'userName eq "a',
        'userName eq "a" and',
        'and userName eq "a"',
        'userName eq "a" userName',
        "not userName pr",
        "(userName pr",
        "userName pr)",
        "emails[type pr",
        "emails[]",
        "emails[type pr]].value pr",
        '"a" eq userName',
        "userName eq 'a'",
        r'userName eq "\x"',
        "userName eq 01x",
        "userName eq -",
        ".userName pr",
        "userName; DROP TABLE pushed_record",
        "(" * 50 + "userName pr" + ")" * 50,
        "not (" * 5000 + "userName pr" + ")" * 5000,
        'userName eq "' + "a" * MOST_CHARACTERS + '"',
        "é pr",
    ],
)
def test_what_is_no_filter(text: str) -> None:
    with pytest.raises(ScimError) as caught:
        parse_filter(text)
    assert caught.value.kind == "invalidFilter"


@pytest.mark.parametrize("text", ['active gt "true"', "title gt null", 'meta.created gt "now"'])
def test_what_cannot_be_compared(text: str) -> None:
    with pytest.raises(ScimError) as caught:
        fits(USER, AMINA, parse_filter(text))
    assert caught.value.kind == "invalidFilter"


_PIECES = st.sampled_from(
    (
        *("userName", "emails", "name.givenName", "active", "meta.created", ENTERPRISE, "manager", "not", "and", "or"),
        *("(", ")", "[", "]", ".value", "pr", "eq", "ne", "co", "gt", '"a"', '"2026-01-01"', "true", "null", "1"),
        *("-1.5e3", "x", ":"),
    )
)


@settings(max_examples=1500)
@given(st.lists(_PIECES, max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        assert fits(USER, AMINA, parse_filter(text)) in (True, False)
    except ScimError as error:
        assert error.kind == "invalidFilter"


@given(st.lists(_PIECES, max_size=8).map("".join) | st.text(max_size=40))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        parse_path(USER, text)
    except ScimError as error:
        assert error.kind == "invalidPath"
