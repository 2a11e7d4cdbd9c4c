"""The employer's identity provider: OpenID Connect, authorisation code with PKCE.

Nothing in an answer is believed before it is checked against what we sent or what the operator configured: state,
nonce, issuer, audience, signature by a published key with an asymmetric algorithm, times.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from connector.errors import AnswerError, ConfigurationError, CredentialsError, SourceUnavailableError
from connector.http.provider_session import guard

# Never `none`, and never HS*: with those, whoever knows the public key or the client secret could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_DEADLINE = (5, 10)  # seconds to connect, to answer
_LEEWAY = 60  # seconds that two clocks may differ
_WHERE = "sign_in"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way; the visitor's session keeps it until the provider sends them back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a checked ID token says."""

    issuer: str
    subject: str
    name: str
    email: str | None
    language: str | None
    employee_number: str | None = None


class IdentityProvider:
    """One configured provider. Metadata and keys are read at first use and kept; an unknown key is looked up once."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        redirect_uri: str,
        clock: Callable[[], datetime],
        employee_number_claim: str | None = None,
    ) -> None:
        _check_address(issuer, "sign_in.issuer")
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._number_claim = employee_number_claim
        self._metadata: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    def begin(self) -> tuple[str, Attempt]:
        """The address to send the visitor to, and what must come back."""
        attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url), attempt

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Claims:
        """Who signed in, from the parameters that the provider sent back.

        AnswerError or CredentialsError: not signed in, start again. SourceUnavailableError: the provider is away.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise AnswerError("the answer does not belong to this sign-in", where=_WHERE, tried="state")
        # RFC 9207: an answer of another provider must not be taken for ours.
        declared = answer.get("iss")
        if declared is None and self._read_metadata().get("authorization_response_iss_parameter_supported"):
            raise AnswerError("the answer does not say who sent it", where=_WHERE, tried="iss")
        if declared is not None and declared != self._issuer:
            raise AnswerError("the answer comes from another provider", where=_WHERE, tried="iss")
        if "error" in answer or not answer.get("code"):
            raise CredentialsError("the identity provider did not sign this person in", where=_WHERE)
        return self._check(self._exchange(answer["code"], attempt), attempt)

    def _exchange(self, code: str, attempt: Attempt) -> dict[str, Any]:
        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"),
                    code=code,
                    code_verifier=attempt.verifier,
                    grant_type="authorization_code",
                    timeout=_DEADLINE,
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            raise CredentialsError("the identity provider refused the code", where=_WHERE, tried=error.error) from None
        except requests.RequestException as error:
            raise _away(error) from None
        except ValueError:
            raise AnswerError("the identity provider gave no token that can be read", where=_WHERE) from None
        if not isinstance(token, dict) or not isinstance(token.get("id_token"), str):
            raise AnswerError("the identity provider gave no ID token", where=_WHERE)
        return token

    def _check(self, token: dict[str, Any], attempt: Attempt) -> Claims:
        try:
            decoded = self._decode(token["id_token"])
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {"nonce": attempt.nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._clock().timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            # The reason names a claim or a rule, never a value.
            raise AnswerError("the ID token is not acceptable", where=_WHERE, tried=type(error).__name__) from None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 300 or not subject.isprintable():
            raise AnswerError("the ID token does not say who this is", where=_WHERE, tried="sub")
        return Claims(
            issuer=self._issuer,
            subject=subject,
            name=_text(claims, "name", 200) or _text(claims, "preferred_username", 200) or "",
            email=_text(claims, "email", 254),
            language=_text(claims, "locale", 5),
            employee_number=_text(claims, self._number_claim, 60) if self._number_claim else None,
        )

    def _decode(self, raw: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            return jwt.decode(raw, key=self._read_keys(), registry=registry)
        except InvalidKeyIdError:
            self._keys = None  # the provider may have changed its keys since
            return jwt.decode(raw, key=self._read_keys(), registry=registry)

    def _read_keys(self) -> KeySet:
        if self._keys is None:
            published = self._get(self._endpoint("jwks_uri")).get("keys")
            usable = [key for key in published if isinstance(key, dict)] if isinstance(published, list) else []
            self._keys = KeySet.import_key_set({"keys": usable})
        return self._keys

    def _endpoint(self, name: str) -> str:
        address = self._read_metadata().get(name)
        if not isinstance(address, str):
            raise AnswerError(f"the identity provider names no {name}", where=_WHERE)
        _check_address(address, f"{_WHERE} ({name})")
        return address

    def _read_metadata(self) -> dict[str, Any]:
        if self._metadata is None:
            found = self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._issuer:
                raise AnswerError(
                    "the identity provider calls itself otherwise",
                    where="sign_in.issuer",
                    todo="Write the issuer exactly as the provider's openid-configuration does.",
                )
            self._metadata = found
        return self._metadata

    def _get(self, address: str) -> dict[str, Any]:
        try:
            with requests.Session() as session:
                guard(session, self._issuer)
                answer = session.get(address, timeout=_DEADLINE, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except requests.JSONDecodeError:
            found = None
        except requests.RequestException as error:
            raise _away(error) from None
        if not isinstance(found, dict):
            raise AnswerError("the identity provider gave no JSON object", where=_WHERE)
        return found

    def _client(self) -> OAuth2Session:
        client = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid profile email",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
        )
        guard(client, self._issuer)
        return client


def _check_address(address: str, where: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")):
        return
    raise ConfigurationError("this address must start with https://", where=where)


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str | None:
    """The text of a claim, without what does not print: no name or number has that, and databases refuse some of it."""
    value = claims.get(name)
    if not isinstance(value, str):
        return None
    return "".join(letter for letter in value if letter.isprintable()).strip()[:longest] or None


def _away(error: requests.RequestException) -> SourceUnavailableError:
    return SourceUnavailableError("the identity provider does not answer", where=_WHERE, tried=type(error).__name__)
