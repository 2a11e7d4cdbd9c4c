"""A session that does not wait, and a host that says exactly the bytes a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import responses
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.http.limits import Limits, Timing
from connector.http.login import Login
from connector.http.masking import Mask
from connector.http.reach import Reach
from connector.http.session import HttpSession, Target
from connector.http.told_error import ToldError
from tests.conftest import NOW

SOURCE = "bron"
URL = "https://hr.example/api"
ANYWHERE = Reach(allow_http=True, allow_private=True, allow_redirects=True)


@dataclass
class Made:
    """A session and how long it would have waited."""

    http: HttpSession
    waits: list[float] = field(default_factory=list)

    def get(self, path: str = "people", **parts: Any) -> Any:
        return self.http.call("GET", self.http.base.address(path), **parts).content

    def post(self, path: str = "people", **parts: Any) -> Any:
        return self.http.call("POST", self.http.base.address(path), **parts).content


@pytest.fixture
def create_session() -> Iterator[Callable[..., Made]]:
    opened: list[HttpSession] = []

    def create(
        url: str = URL,
        login: Login | None = None,
        mask: Mask | None = None,
        reach: Reach = ANYWHERE,
        told: ToldError | None = None,
        **limits: Any,
    ) -> Made:
        waits: list[float] = []
        target = Target(SOURCE, url, login or Login(), mask=mask or Mask(None), reach=reach, told=told)
        timing = Timing(lambda: time.monotonic() + sum(waits), waits.append, lambda: 1.0)
        http = HttpSession(target, replace(Limits(), **limits), timing)
        opened.append(http)
        return Made(http, waits)

    yield create
    for http in opened:
        http.close()


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


Script = Callable[[socket.socket], None]


class RawHost:
    """Listens on loopback; after each request it hands the connection to the script, then closes it."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            self.requests.append(head)
            try:
                self._script(connection)
            except OSError:
                return  # the caller hung up, as it should

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def raw_host() -> Iterator[Callable[[Script], RawHost]]:
    hosts: list[RawHost] = []

    def create(script: Script) -> RawHost:
        hosts.append(RawHost(script))
        return hosts[-1]

    yield create
    for host in hosts:
        host.close()


class Empty(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 and hr.example that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=7000))
        .not_valid_after(NOW + timedelta(days=7000))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("hr.example")]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "host.pem"
    path.write_bytes(secret + made.public_bytes(pem))
    return path


@pytest.fixture
def encrypted_url(certificate: Path) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Empty)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
