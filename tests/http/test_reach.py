"""Addresses that lead into a network: however they are written, no connection is made."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.errors import ConfigurationError, PopError
from connector.http.limits import Limits, Timing
from connector.http.public import Kind, kind_of
from connector.http.reach import Place, Reach
from connector.http.session import HttpSession, Target
from tests.http.conftest import ANYWHERE, Made, RawHost, Script


def words(text: str) -> list[str]:
    return text.split()


NAMES = {
    "127.0.0.1.": ["127.0.0.1"],
    "inside.example": ["10.0.0.5"],
    "one-of-two.example": ["93.184.215.14", "127.0.0.1"],
    "two-of-two.example": ["127.0.0.1", "93.184.215.14"],
    "metadata.google.internal": ["169.254.169.254"],
    "six.example": ["::1"],
    "six-of-two.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "fd00::7"],
    "mapped.example": ["::ffff:192.168.0.7"],
}
# Written otherwise, but this machine (where the system resolves such a form at all).
LOOPBACK = words("""
    127.0.0.1 localhost 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 0177.0.0.1 017700000001 0177.1 127.0.0.1.
    127.255.255.254 0 0.0.0.0 0x0 １２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1 LOCALHOST
    [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1]
    six.example one-of-two.example two-of-two.example
""")
ELSEWHERE = words("""
    [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [64:ff9b::a9fe:a9fe]
    [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001:0:7f00:1::] [2001:4860::5efe:7f00:1] [2001:4860::200:5efe:a00:1]
    [fe80::1] [fe80::1%25lo] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [fd20:ce::254] [ff02::1] [2001:db8::1]
    [100::1] 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 [::ffff:169.254.169.254]
    168.63.129.16
    100.100.100.200 100.64.0.1 10.0.0.1 10.1 172.16.0.1 172.31.255.255 192.168.1.1 192.168.257 3232235777 192.0.0.192
    198.18.0.1 192.0.2.1 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.88.99.1
    inside.example metadata.google.internal six-of-two.example mapped.example
""")
TRICKS = words("""
    http://hr.example@127.0.0.1:{port} http://127.0.0.1:{port}\\@hr.example http://hr.example\\@127.0.0.1:{port}
    http://hr.example#@127.0.0.1:{port}/ http://hr.example?@127.0.0.1:{port}/ http://hr.example%2f@127.0.0.1:{port}
    http://%31%32%37.0.0.1:{port} http:///127.0.0.1:{port} //127.0.0.1:{port} http:127.0.0.1:{port}
    http://[127.0.0.1]:{port} http://127.0.0.1:{port}:80 http://127.0.0.1:-1 http://127.0.0.1:99999 http://127.0.0.1:0
    https://hr.example:22 https://hr.example:25 https://hr.example:0 http://hr.example,127.0.0.1:{port}
    file:///etc/passwd gopher://127.0.0.1:{port}/_x dict://127.0.0.1:{port}/x ftp://127.0.0.1:{port} ws://127.0.0.1:{port}
    unix:///run/x.sock http+unix://%2Frun%2Fx.sock javascript:alert(1)
""")


def lookup(host: str, port: int) -> list[Place]:
    """As the system does, but names are ours: no test asks a name server."""
    named = NAMES.get(host.lower())
    if named:
        return [(socket.AF_INET6 if ":" in text else socket.AF_INET, (text, port)) for text in named]
    flags = 0 if host.lower() == "localhost" else socket.AI_NUMERICHOST
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(int(family), address) for family, _, _, _, address in found]


STRICT = Reach(allow_http=True, resolve=lookup)


class Listener:
    """Counts who connects to this machine, on its old and its new address."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def call(url: str, reach: Reach) -> None:
    timing = Timing(sleep=lambda _: None)
    http = HttpSession(Target("bron", url, reach=reach), Limits(tries=1, connect_seconds=2), timing)
    try:
        http.call("GET", http.base.address("people"))
    finally:
        http.close()


def test_there_are_enough_of_them() -> None:
    assert len(LOOPBACK) + len(ELSEWHERE) + len(TRICKS) >= 60


@pytest.mark.parametrize("host", LOOPBACK + ELSEWHERE)
def test_an_address_inside_a_network_is_not_called(host: str, listener: Listener) -> None:
    with pytest.raises(PopError) as caught:
        call(f"http://{host}:{listener.port}", STRICT)
    assert isinstance(caught.value, ConfigurationError), caught.value
    assert listener.connections == 0


@pytest.mark.parametrize("trick", TRICKS)
def test_an_address_that_is_read_in_two_ways_is_not_called(trick: str, listener: Listener) -> None:
    with pytest.raises(ConfigurationError) as caught:
        call(trick.format(port=listener.port), STRICT)
    assert caught.value.where == "sources.bron.url"
    assert listener.connections == 0


def test_the_operator_may_allow_it(listener: Listener) -> None:
    allowed = replace(STRICT, allow_private=True)
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.1", "[::1]", "six.example"):
        before = listener.connections
        with pytest.raises(PopError, match="broke off the connection"):
            call(f"http://{host}:{listener.port}", allowed)
        assert listener.connections == before + 1, host


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0", "224.0.0.1", "[::]", "168.63.129.16"])
def test_what_no_system_has_is_not_called_even_then(host: str, listener: Listener) -> None:
    with pytest.raises(ConfigurationError, match="leads to an address that no system has"):
        call(f"http://{host}:{listener.port}", replace(STRICT, allow_private=True))
    assert listener.connections == 0


def test_without_encryption_only_when_the_operator_allows_it(listener: Listener) -> None:
    with pytest.raises(ConfigurationError, match=r"not be encrypted.*allow_http = true in \[sources\.bron\]"):
        call(f"http://127.0.0.1:{listener.port}", Reach(allow_private=True))
    assert listener.connections == 0


def test_the_sentence_names_the_setting() -> None:
    with pytest.raises(ConfigurationError, match=r"inside a network.*allow_private = true in \[sources\.bron\]"):
        call("https://inside.example", STRICT)


def test_a_name_that_changes_between_two_tries(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> None:
    """First the name leads to the internet, where nobody answers; at the next try it leads to this machine."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    called: list[str] = []

    class Unanswered(socket.socket):
        def connect(self, address: tuple[str, int]) -> None:
            called.append(address[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "socket", Unanswered)
    reach = Reach(allow_http=True, resolve=lambda _, port: [(socket.AF_INET, (answers.pop(0)[0], port))])
    http = HttpSession(
        Target("bron", f"http://hr.example:{listener.port}", reach=reach), Limits(), Timing(sleep=lambda _: None)
    )
    with pytest.raises(ConfigurationError, match="inside a network"):
        http.call("GET", http.base.address("people"))
    assert called == ["93.184.215.14"]
    assert listener.connections == 0


def test_one_lookup_for_each_connection_and_the_name_in_its_head(raw_host: Callable[[Script], RawHost]) -> None:
    host = raw_host(lambda c: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"))
    port = int(host.url.rpartition(":")[2])
    asked: list[str] = []

    def resolve(name: str, wanted: int) -> list[Place]:
        asked.append(name)
        return [(socket.AF_INET, ("127.0.0.1", wanted))]

    reach = replace(ANYWHERE, resolve=resolve)
    http = HttpSession(Target("bron", f"http://hr.example:{port}", reach=reach))
    for _ in range(2):
        assert http.call("GET", http.base.address("people")).content == []
    http.close()
    assert asked == ["hr.example", "hr.example"]
    assert f"Host: hr.example:{port}\r\n".encode() in host.requests[0]


def test_a_redirect_is_judged_again(raw_host: Callable[[Script], RawHost], listener: Listener) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    host = raw_host(lambda c: c.sendall(answer))
    port = int(host.url.rpartition(":")[2])
    places = ["127.0.0.1", "169.254.169.254"]
    reach = replace(ANYWHERE, resolve=lambda _, wanted: [(socket.AF_INET, (places.pop(0), wanted))])
    with pytest.raises(ConfigurationError, match="leads to an address that no system has"):
        call(f"http://hr.example:{port}", reach)
    assert len(host.requests) == 1


@pytest.mark.parametrize("location", ["http://127.0.0.1:{port}/", "http://[::1]:{port}/", "//localhost:{port}/x", "/x"])
def test_a_redirect_is_refused_unless_it_is_allowed(
    location: str, raw_host: Callable[[Script], RawHost], listener: Listener
) -> None:
    link = location.format(port=listener.port).encode()
    host = raw_host(lambda c: c.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + link + b"\r\nContent-Length: 0\r\n\r\n"))
    says = r"allow_redirects = true in \[sources\.bron\]" if location == "/x" else "sends us to another host"
    with pytest.raises(ConfigurationError, match=says):
        call(host.url, replace(ANYWHERE, allow_redirects=False))
    assert len(host.requests) == 1
    assert listener.connections == 0


def test_a_proxy_does_not_open_what_is_closed(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{listener.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(ConfigurationError, match="inside a network"):
        call("http://inside.example", STRICT)
    assert listener.connections == 0
    with pytest.raises(PopError):
        call("http://only-the-proxy-knows.example", STRICT)
    assert listener.connections == 1


def test_a_certificate_is_checked_for_the_name_and_not_for_the_address(
    encrypted_url: str, certificate: Path, create_session: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    port = encrypted_url.rpartition(":")[2]
    reach = replace(ANYWHERE, resolve=lambda _, wanted: [(socket.AF_INET, ("127.0.0.1", wanted))])
    assert create_session(f"https://hr.example:{port}", reach=reach).get() == []
    with pytest.raises(ConfigurationError, match="certificate of the host cannot be trusted"):
        create_session(f"https://other.example:{port}", reach=reach).get()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.215.14", Kind.PUBLIC),
        ("192.0.0.9", Kind.NEVER),
        ("2606:2800:21f:cb07::1", Kind.PUBLIC),
        ("64:ff9b::5db8:d70e", Kind.PUBLIC),
        ("::ffff:93.184.215.14", Kind.PUBLIC),
        ("172.32.0.1", Kind.PUBLIC),
        ("100.128.0.1", Kind.PUBLIC),
        ("fd00::7", Kind.OWN),
        ("::ffff:10.0.0.1", Kind.OWN),
        ("no address", Kind.NEVER),
    ],
)
def test_kinds(address: str, kind: Kind) -> None:
    assert kind_of(address) is kind
