"""An OpenID provider of our own on loopback, that can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "pop", "a-secret-of-the-provider"
Sign = Callable[[dict[str, Any], dict[str, Any]], str]


class Provider:
    """Does what the standard says, except where `twist_*` makes it lie."""

    def __init__(self, key: RSAKey, now: int) -> None:
        self.key = key
        self.published = [self.key.as_dict(private=False)]
        self.now = now
        self.subject: Any = "248289761001"
        self.codes: dict[str, dict[str, str]] = {}
        self.exchanged: list[str] = []
        self.twist_claims: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.twist_sign: Sign = self.sign
        self.twist_answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda answer: answer
        self.twist_metadata: dict[str, Any] = {}
        self.status = 200
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "first", **header}, claims, self.key)

    def agree(self, address: str) -> dict[str, str]:
        """The person signs in at the address we sent them to; what the provider sends back with them."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            # As some providers do: a client that takes its allow-list from here is lost.
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.twist_metadata,
        }

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != expected:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)  # a code works once
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        self.exchanged.append(form["code"])
        claims = self.twist_claims(
            {
                "iss": self.issuer,
                "sub": self.subject,
                "aud": CLIENT_ID,
                "exp": self.now + 300,
                "iat": self.now,
                "nonce": asked["nonce"],
                "name": "Amina El Amrani",
                "email": "amina@example.org",
            }
        )
        answer = {"access_token": "at", "token_type": "Bearer", "id_token": self.twist_sign({}, claims)}
        return 200, self.twist_answer(answer)


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        if self.path == "/.well-known/openid-configuration":
            self._answer(self.provider.status, self.provider.metadata())
        elif self.path == "/jwks":
            self._answer(200, {"keys": self.provider.published})
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.provider.exchange(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


@pytest.fixture
def provider(clock: Callable[[], Any], signing_key: RSAKey) -> Iterator[Provider]:
    opened = Provider(signing_key, int(clock().timestamp()))
    yield opened
    opened.close()


@pytest.fixture
def answer_path() -> Callable[[dict[str, str]], str]:
    """Where the provider sends the browser back to."""
    return lambda parts: "/sign-in/answer?" + urlencode(parts)
