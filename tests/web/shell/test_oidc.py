"""Signing in through an identity provider that may be hostile."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from connector.errors import ConfigurationError
from connector.services.installation import Installation
from connector.settings import SignInSettings
from connector.store.accounts import Account

CLIENT_ID, CLIENT_SECRET = "pop", "a-secret-of-the-provider"


@pytest.fixture
def settings(provider: Any) -> SignInSettings:
    return SignInSettings(provider.issuer, CLIENT_ID, CLIENT_SECRET)


@pytest.fixture
def client(create_client: Callable[..., Any], settings: SignInSettings) -> Any:
    return create_client(sign_in=settings)


@pytest.fixture
def come_back(client: Any, provider: Any, answer_path: Callable[..., str]) -> Callable[..., Any]:
    """Start, agree at the provider, and come back, with what the browser brings changed."""

    def go(**changes: str | None) -> Any:
        away = client.get("/sign-in/start", status=302).location
        brought = {**provider.agree(away), **changes}
        return client.get(answer_path({name: text for name, text in brought.items() if text is not None}), status=302)

    return go


def _accounts(installation: Installation) -> list[tuple[str, str, str | None]]:
    with installation.store.read() as session:
        return [(row.issuer, row.subject, row.email) for row in session.scalars(select(Account))]


def _refused(client: Any, response: Any, installation: Installation) -> None:
    assert response.location == "/sign-in"
    assert "Het aanmelden is niet gelukt" in client.get("/sign-in").text
    assert client.get("/", status=302).location == "/sign-in"
    assert _accounts(installation) == []


def test_a_good_sign_in_makes_an_account_of_issuer_and_subject(
    client: Any, come_back: Any, provider: Any, installation: Installation
) -> None:
    assert come_back().location == "/"
    assert _accounts(installation) == [(provider.issuer, "248289761001", "amina@example.org")]
    assert "accountnummer 1" in client.get("/", status=403).text


def test_signing_in_again_is_the_same_account_whatever_the_mail_address(
    come_back: Any, provider: Any, installation: Installation
) -> None:
    come_back()
    provider.twist_claims = lambda claims: {**claims, "email": "other@example.org"}
    come_back()
    assert _accounts(installation) == [(provider.issuer, "248289761001", "other@example.org")]


def test_the_same_mail_address_does_not_make_two_people_one(
    come_back: Any, provider: Any, installation: Installation
) -> None:
    come_back()
    provider.subject = "another"
    come_back()
    assert [subject for _, subject, _ in _accounts(installation)] == ["248289761001", "another"]


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


CLAIMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another nonce": lambda claims: {**claims, "nonce": "stolen"},
    "no nonce": _without("nonce"),
    "empty nonce": lambda claims: {**claims, "nonce": ""},
    "nonce in a list": lambda claims: {**claims, "nonce": [claims["nonce"]]},
    "another audience": lambda claims: {**claims, "aud": "other"},
    "no audience": _without("aud"),
    "empty audience": lambda claims: {**claims, "aud": []},
    "audience that begins like ours": lambda claims: {**claims, "aud": "pop2"},
    "several audiences without azp": lambda claims: {**claims, "aud": ["pop", "other"]},
    "issued to another party": lambda claims: {**claims, "aud": ["pop", "other"], "azp": "other"},
    "azp of another party": lambda claims: {**claims, "azp": "other"},
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "issuer with a slash": lambda claims: {**claims, "iss": claims["iss"] + "/"},
    "no issuer": _without("iss"),
    "expired": lambda claims: {**claims, "exp": claims["iat"] - 61},
    "no end": _without("exp"),
    "end in words": lambda claims: {**claims, "exp": "tomorrow"},
    "not yet valid": lambda claims: {**claims, "nbf": claims["iat"] + 120},
    "no time of issue": _without("iat"),
    "issued in the future": lambda claims: {**claims, "iat": claims["iat"] + 3600},
    "no subject": _without("sub"),
    "empty subject": lambda claims: {**claims, "sub": ""},
    "subject is a number": lambda claims: {**claims, "sub": 42},
    "subject with a NUL": lambda claims: {**claims, "sub": "a\0b"},
    "subject too long": lambda claims: {**claims, "sub": "x" * 301},
    "another access token's hash": lambda claims: {**claims, "at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_with_wrong_claims_signs_nobody_in(
    name: str, client: Any, come_back: Any, provider: Any, installation: Installation
) -> None:
    provider.twist_claims = CLAIMS[name]
    _refused(client, come_back(), installation)


def _part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _by_hand(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token as an attacker makes it, without a library that refuses to."""
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{base64.urlsafe_b64encode(sign(signed.encode())).rstrip(b'=').decode()}"


def _hmac(key: bytes) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    header = {"alg": "HS256", "kid": "first"}
    return lambda _, claims: _by_hand(header, claims, lambda data: hmac.digest(key, data, "sha256"))


def _critical(provider: Any) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    private = provider.key.private_key
    header = {"alg": "RS256", "kid": "first", "crit": ["x"], "x": 1}
    return lambda _, claims: _by_hand(header, claims, lambda data: private.sign(data, PKCS1v15(), SHA256()))


def _stranger() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first"})


def _embedded(_: dict[str, Any], claims: dict[str, Any]) -> str:
    key = _stranger()
    header = {"alg": "RS256", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key)


SIGNATURES: dict[str, Callable[[Any], Callable[[dict[str, Any], dict[str, Any]], str]]] = {
    "alg none": lambda _: lambda _h, claims: f"{_part({'alg': 'none'})}.{_part(claims)}.",
    "alg None": lambda _: lambda _h, claims: f"{_part({'alg': 'None', 'kid': 'first'})}.{_part(claims)}.",
    "no alg": lambda _: lambda _h, claims: f"{_part({'kid': 'first'})}.{_part(claims)}.",
    "HS256 with the public key": lambda provider: _hmac(provider.key.as_pem(private=False)),
    "HS256 with the client secret": lambda _: _hmac(CLIENT_SECRET.encode() * 2),
    "another key under our name": lambda _: (
        lambda _h, claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, _stranger())
    ),
    "a key that is not published": lambda _: (
        lambda _h, claims: jwt.encode(
            {"alg": "RS256", "kid": "second"}, claims, RSAKey.generate_key(2048, {"kid": "second"})
        )
    ),
    "a key in the token itself": lambda _: _embedded,
    "claims changed after signing": lambda provider: (
        lambda header, claims: ".".join(
            [(parts := provider.sign(header, claims).split("."))[0], _part({**claims, "sub": "boss"}), parts[2]]
        )
    ),
    "no signature": lambda provider: lambda header, claims: provider.sign(header, claims).rpartition(".")[0] + ".",
    "an unknown critical header": _critical,
    "no token at all": lambda _: lambda _h, _c: "",
    "not a token": lambda _: lambda _h, _c: "a.b.c",
    "two parts": lambda provider: lambda header, claims: provider.sign(header, claims).rpartition(".")[0],
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    name: str, client: Any, come_back: Any, provider: Any, installation: Installation
) -> None:
    provider.twist_sign = SIGNATURES[name](provider)
    _refused(client, come_back(), installation)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "forged"},
        {"state": None},
        {"state": ""},
        {"iss": "https://evil.example"},
        {"code": None},
        {"code": ""},
        {"code": "guessed"},
        {"error": "access_denied"},
    ],
    ids=str,
)
def test_a_way_back_that_does_not_fit_signs_nobody_in(
    changes: dict[str, str | None], client: Any, come_back: Any, installation: Installation
) -> None:
    _refused(client, come_back(**changes), installation)


@pytest.mark.parametrize(
    "answer", [[], "text", {}, {"id_token": 3}, {"access_token": "a", "token_type": "Bearer"}], ids=str
)
def test_an_answer_without_a_token_signs_nobody_in(
    answer: Any, client: Any, come_back: Any, provider: Any, installation: Installation
) -> None:
    provider.twist_answer = lambda _: answer
    _refused(client, come_back(), installation)


def test_an_answer_must_name_its_sender_when_the_provider_says_it_does(
    client: Any, come_back: Any, provider: Any, installation: Installation
) -> None:
    provider.twist_metadata = {"authorization_response_iss_parameter_supported": True}
    _refused(client, come_back(), installation)
    assert come_back(iss=provider.issuer).location == "/"


def test_a_way_back_in_a_browser_that_never_left_signs_nobody_in(
    create_client: Any,
    client: Any,
    provider: Any,
    answer_path: Any,
    settings: SignInSettings,
    installation: Installation,
) -> None:
    brought = provider.agree(client.get("/sign-in/start", status=302).location)
    victim = create_client(sign_in=settings)
    _refused(victim, victim.get(answer_path(brought), status=302), installation)
    assert provider.exchanged == []


def test_a_replayed_way_back_signs_nobody_in(
    client: Any, provider: Any, answer_path: Any, installation: Installation
) -> None:
    away = client.get("/sign-in/start", status=302).location
    before = client.cookie()
    path = answer_path(provider.agree(away))
    client.get(path, status=302)
    client.post("/sign-out")
    assert client.get(path, status=302).location == "/sign-in"
    client.browser.set_cookie(client.app.config["SESSION_COOKIE_NAME"], before)  # even with the cookie of before
    assert client.get(path, status=302).location == "/sign-in"
    assert len(provider.exchanged) == 1


def test_keys_that_the_provider_changed_are_read_again(come_back: Any, provider: Any) -> None:
    come_back()
    provider.key = RSAKey.generate_key(2048, {"kid": "next", "use": "sig"})
    provider.published = [provider.key.as_dict(private=False)]
    provider.twist_sign = lambda header, claims: provider.sign({**header, "kid": "next"}, claims)
    assert come_back().location == "/"


def test_a_secret_key_among_the_published_ones_is_not_used(
    client: Any, come_back: Any, provider: Any, installation: Installation
) -> None:
    shared = OctKey.import_key(b"published by mistake, so everybody knows it", {"kid": "shared"})
    provider.published.append(shared.as_dict(private=True))
    provider.twist_sign = lambda _, claims: jwt.encode(
        {"alg": "HS256", "kid": "shared"}, claims, shared, algorithms=["HS256"]
    )
    _refused(client, come_back(), installation)


def test_a_published_key_that_cannot_be_read_does_not_stop_the_others(come_back: Any, provider: Any) -> None:
    provider.published = [{"kty": "AKP", "kid": "post-quantum", "pub": "AAAA"}, "nonsense", *provider.published]
    assert come_back().location == "/"


def test_a_sign_in_can_be_tried_once(client: Any, provider: Any, answer_path: Any, installation: Installation) -> None:
    brought = provider.agree(client.get("/sign-in/start", status=302).location)
    client.get(answer_path({**brought, "state": "a guess"}), status=302)
    _refused(client, client.get(answer_path(brought), status=302), installation)


def test_a_provider_that_is_away_gives_a_plain_page(client: Any, provider: Any) -> None:
    provider.status = 500
    assert "Dit lukt nu niet" in client.get("/sign-in/start", status=503).text


def test_a_provider_with_another_name_is_not_believed(client: Any, provider: Any) -> None:
    provider.twist_metadata = {"issuer": "https://evil.example"}
    client.get("/sign-in/start", status=500)


def test_an_endpoint_over_plain_http_elsewhere_is_not_used(client: Any, provider: Any) -> None:
    provider.twist_metadata = {"authorization_endpoint": "http://evil.example/authorize"}
    client.get("/sign-in/start", status=500)


@pytest.mark.parametrize("issuer", ["http://id.example", "demo", "ftp://id.example", ""])
def test_an_issuer_must_be_https(issuer: str, create_client: Any) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        create_client(sign_in=SignInSettings(issuer, CLIENT_ID, CLIENT_SECRET))


def test_an_issuer_without_a_client_is_a_mistake(create_client: Any) -> None:
    with pytest.raises(ConfigurationError, match="client_id"):
        create_client(sign_in=SignInSettings("https://id.example"))


def test_no_code_or_token_in_the_log(
    client: Any, provider: Any, answer_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    provider.twist_claims = CLAIMS["another nonce"]
    brought = provider.agree(client.get("/sign-in/start", status=302).location)
    client.get(answer_path(brought), status=302)
    assert "a sign-in was refused" in caplog.text
    for secret in (brought["code"], brought["state"], CLIENT_SECRET, "248289761001", "eyJ"):
        assert secret not in caplog.text
