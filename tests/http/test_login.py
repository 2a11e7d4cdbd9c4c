"""How a source logs in, and what is never sent."""

from __future__ import annotations

from base64 import b64decode

import pytest
import requests

from connector.errors import ConfigurationError
from connector.http.login import login_of
from connector.http.masking import Mask


def headers_of(kind: str, **parts: str) -> dict[str, str]:
    values: dict[str, str | None] = {"user": None, "password": None, **parts}
    header = values.pop("header", "") or ""
    login = login_of(kind, source="bron", user=values["user"], password=values["password"], header=header)
    request = requests.Request("GET", "https://hr.example", auth=login).prepare()
    return dict(request.headers)


def test_none() -> None:
    assert headers_of("none", password="x") == {}


def test_bearer() -> None:
    assert headers_of("bearer", password="abc") == {"Authorization": "Bearer abc"}


def test_basic_takes_any_letter() -> None:
    found = headers_of("basic", user="jürgen", password="gül:şifre")
    assert b64decode(found["Authorization"].removeprefix("Basic ")).decode() == "jürgen:gül:şifre"


def test_a_header_of_its_own() -> None:
    assert headers_of("header", header="X-Api-Key", password="abc") == {"X-Api-Key": "abc"}


@pytest.mark.parametrize(
    ("kind", "parts", "where"),
    [
        ("bearer", {}, "sources.bron.password"),
        ("bearer", {"password": "tok\r\nX-Evil: 1"}, "sources.bron.password"),
        ("bearer", {"password": "şifre"}, "sources.bron.password"),
        ("basic", {"password": "Pa55"}, "sources.bron.user"),
        ("basic", {"user": "u"}, "sources.bron.password"),
        ("header", {"password": "Pa55"}, "bron"),
        ("digest", {"password": "Pa55"}, "bron"),
    ],
)
def test_what_is_missing_or_cannot_be_sent(kind: str, parts: dict[str, str], where: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        headers_of(kind, **parts)
    assert str(caught.value).startswith(f"{where}: ")
    for value in parts.values():
        assert len(value) < 4 or value not in str(caught.value)


@pytest.mark.parametrize("text", ["p/a s+s", "p%2Fa%20s%2Bs", "p%2Fa+s%2Bs", "cC9hIHMrcw==", "anVzdDpwL2Egcytz"])
def test_the_mask_knows_a_secret_in_every_dress(text: str) -> None:
    assert Mask("just", "p/a s+s")(f"before {text} after") == "before *** after"


def test_the_mask_leaves_words_alone_when_the_secret_is_tiny() -> None:
    assert Mask("just", "a")("a banana") == "a banana"
