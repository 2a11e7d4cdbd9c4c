"""How a source logs in without a call of its own, and what is never sent."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
import requests
from marshmallow import ValidationError

from connector.errors import ConfigurationError
from connector.http.auth_options import HttpConnectionSchema
from connector.http.login import static_login
from connector.http.masking import Mask
from connector.sources.reader import Connection

XML = "<token><version>1</version><data>0A1B2C3D</data></token>"


def sent(auth: Any, connection: dict[str, Any] | None = None, **account: str) -> requests.PreparedRequest:
    options = HttpConnectionSchema().load({"auth": auth, **(connection or {})})
    login = static_login(Connection("bron", **account), options["auth"])  # type: ignore[arg-type]
    return requests.Request("GET", "https://hr.example/people?page=1", auth=login).prepare()


def headers_of(auth: Any, connection: dict[str, Any] | None = None, **account: str) -> dict[str, str]:
    return dict(sent(auth, connection, **account).headers)


def test_none() -> None:
    assert headers_of("none", password="x") == {}


def test_bearer() -> None:
    assert headers_of("bearer", password="abc") == {"Authorization": "Bearer abc"}


def test_basic_takes_any_letter() -> None:
    found = headers_of("basic", user="jürgen", password="gül:şifre")
    assert b64decode(found["Authorization"].removeprefix("Basic ")).decode() == "jürgen:gül:şifre"


def test_basic_with_a_user_made_of_two_settings() -> None:
    auth = {"kind": "basic", "user": "{user}@{company}"}
    found = headers_of(auth, user="api", company="schakel", password="Pa55")
    assert b64decode(found["Authorization"].removeprefix("Basic ")).decode() == "api@schakel:Pa55"


def test_a_setting_that_holds_braces_is_not_filled_again() -> None:
    auth = {"kind": "basic", "user": "{user}@{company}"}
    found = headers_of(auth, user="{password}", company="schakel", password="Pa55")
    assert b64decode(found["Authorization"].removeprefix("Basic ")).decode() == "{password}@schakel:Pa55"


def test_a_header_of_its_own() -> None:
    assert headers_of("header", {"header": "X-Api-Key"}, password="abc") == {"X-Api-Key": "abc"}
    auth = {"kind": "header", "header": "Authorization", "value": "token {user}:{password}"}
    assert headers_of(auth, user="key", password="abc") == {"Authorization": "token key:abc"}


def test_a_query_parameter() -> None:
    found = sent({"kind": "query", "parameter": "wstoken"}, password="a b&c")
    assert found.url == "https://hr.example/people?page=1&wstoken=a+b%26c"
    assert dict(found.headers) == {}


def test_a_field_of_a_form() -> None:
    options = HttpConnectionSchema().load({"auth": {"kind": "form", "parameter": "wstoken"}})
    login = static_login(Connection("bron", password="a b&c"), options["auth"])
    found = requests.Request("POST", "https://hr.example/people", data={"page": 1}, auth=login).prepare()
    assert (found.url, found.body) == ("https://hr.example/people", "page=1&wstoken=a+b%26c")
    assert found.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert found.headers["Content-Length"] == str(len(found.body))
    empty = requests.Request("POST", "https://hr.example/people", auth=login).prepare()
    assert empty.body == "wstoken=a+b%26c"
    assert "wstoken" not in str(requests.Request("GET", "https://hr.example/people", auth=login).prepare().url)


@pytest.mark.parametrize("given", [XML, f"\n{XML}\n", "0A1B2C3D"])
def test_a_token_of_afas(given: str) -> None:
    value = headers_of("afas_token", password=given)["Authorization"]
    assert b64decode(value.removeprefix("AfasToken ")).decode() == XML


@pytest.mark.parametrize("given", ["<token>&", "two words", XML.replace("token", "tokens"), XML + "<x/>", "a\nb"])
def test_what_is_not_a_token_of_afas(given: str) -> None:
    with pytest.raises(ConfigurationError, match="not a token of AFAS") as caught:
        headers_of("afas_token", password=given)
    assert given not in str(caught.value)


@pytest.mark.parametrize(
    ("auth", "account", "where"),
    [
        ("bearer", {}, "sources.bron.password"),
        ("bearer", {"password": "tok\r\nX-Evil: 1"}, "sources.bron.password"),
        ("bearer", {"password": "şifre"}, "sources.bron.password"),
        ("basic", {"password": "Pa55"}, "sources.bron.user"),
        ("basic", {"user": "u"}, "sources.bron.password"),
        ({"kind": "basic", "user": "{user}@{company}"}, {"user": "u", "password": "Pa55"}, "sources.bron.company"),
        ({"kind": "header", "header": "X"}, {"password": "a\nb:c"}, "sources.bron.password"),
        ({"kind": "query", "parameter": "key"}, {}, "sources.bron.password"),
        ({"kind": "form", "parameter": "key"}, {}, "sources.bron.password"),
        ("afas_token", {}, "sources.bron.password"),
    ],
)
def test_what_is_missing_or_cannot_be_sent(auth: Any, account: dict[str, str], where: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        headers_of(auth, **account)
    assert str(caught.value).startswith(f"{where}: ")
    for value in account.values():
        assert len(value) < 4 or value not in str(caught.value)


@pytest.mark.parametrize(
    ("auth", "place"),
    [
        ("digest", "kind"),
        ("header", "header"),
        ({"kind": "query"}, "parameter"),
        ({"kind": "session", "path": "login"}, "body"),
        ({"kind": "bearer", "header": "X-Key"}, "header"),
        ({"kind": "oauth2_client_credentials", "path": "x"}, "path"),
        ({"kind": "session", "path": "login", "body": {"u": "{user}"}, "token": "a["}, "token"),
        ({"kind": "bearer", "password": "never here"}, "password"),
        ({}, "kind"),
    ],
)
def test_a_mapping_that_cannot_be_right(auth: Any, place: str) -> None:
    with pytest.raises(ValidationError) as caught:
        HttpConnectionSchema().load({"auth": auth})
    assert list(caught.value.messages_dict["auth"]) == [place]


def test_an_auth_that_is_neither_a_name_nor_a_table() -> None:
    with pytest.raises(ValidationError, match="not the name of a kind, nor a table"):
        HttpConnectionSchema().load({"auth": 3})


@pytest.mark.parametrize("text", ["p/a s+s", "p%2Fa%20s%2Bs", "p%2Fa+s%2Bs", "cC9hIHMrcw==", "anVzdDpwL2Egcytz"])
def test_the_mask_knows_a_secret_in_every_dress(text: str) -> None:
    assert Mask("just", None, "p/a s+s")(f"before {text} after") == "before *** after"


def test_the_mask_leaves_words_alone_when_the_secret_is_tiny() -> None:
    assert Mask("just", "a")("a banana") == "a banana"
