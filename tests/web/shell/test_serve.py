"""`pop serve`: says what is wrong before it listens, answers, and stops when asked."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
import requests

from connector.app import secret_key
from connector.cli.serve import address_served, free_port, is_free, remarks
from connector.errors import ConfigurationError
from connector.settings import ServerSettings
from connector.settings_file import load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text('[organisations.acme]\nname = "Acme"\n', encoding="utf-8")
    return tmp_path


def _pop(folder: Path, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from connector.cli import main; main()",
        "--config",
        str(folder / "config.toml"),
        *arguments,
    ]


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_pop(folder, *arguments), capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_next_free_port_is_found(listener: int) -> None:
    assert not is_free(listener)
    assert listener < free_port(listener) <= listener + 99


def test_a_busy_port_is_one_sentence(folder: Path, listener: int) -> None:
    subprocess.run(_pop(folder, "db", "upgrade"), check=True, capture_output=True)
    done = _run(folder, "serve", "--port", str(listener))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"pop: server.port: port {listener} of 127.0.0.1 is in use or not allowed."
        " Stop the other program, or choose another port with --port."
    )


def test_a_database_that_is_not_there_is_one_sentence(folder: Path) -> None:
    done = _run(folder, "serve")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("pop: ")


def test_it_serves_and_stops_when_asked(folder: Path) -> None:
    subprocess.run(_pop(folder, "db", "upgrade"), check=True, capture_output=True)
    port = free_port(18080)
    with subprocess.Popen(_pop(folder, "serve", "--port", str(port)), stderr=subprocess.PIPE, text=True) as server:
        try:
            page = _wait_for(f"http://127.0.0.1:{port}/sign-in")
            assert "Meld je aan" in page
            described = requests.get(f"http://127.0.0.1:{port}/api/v1/openapi.json", timeout=10).json()
            assert described["servers"][0]["url"].startswith(f"http://127.0.0.1:{port}")
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0
            assert server.stderr is not None
            said = server.stderr.read()
            assert "Nobody can sign in" in said
            assert "server.base_url is not set" in said
        finally:
            server.kill()
    assert is_free(port)
    assert not list(Path.home().glob(".gunicorn/*.ctl"))
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("base_url", "host", "port", "address"),
    [
        (None, "127.0.0.1", 8190, "http://127.0.0.1:8190"),
        (None, str(IPv4Address(0)), 8080, "http://127.0.0.1:8080"),
        (None, "::", 8190, "http://127.0.0.1:8190"),
        (None, "::1", 8190, "http://[::1]:8190"),
        (None, "pop.example", 8190, "http://pop.example:8190"),
        ("https://pop.example", "127.0.0.1", 8190, "https://pop.example"),
    ],
)
def test_links_point_to_what_is_served_unless_the_settings_say_otherwise(
    base_url: str | None, host: str, port: int, address: str
) -> None:
    server = ServerSettings(base_url=base_url) if base_url else ServerSettings()
    assert address_served(server, host, port) == address


@pytest.mark.parametrize(
    ("base_url", "port", "is_said"),
    [
        (None, 8080, False),
        (None, 8190, True),
        ("http://localhost:9000", 8190, True),
        ("http://localhost:8190", 8190, False),
        ("http://localhost", 80, False),
        ("https://pop.example", 8190, False),  # a proxy stands before it
        ("https://pop.example:8443", 8190, False),
    ],
)
def test_a_base_url_with_another_port_is_said_in_one_sentence(
    folder: Path, base_url: str | None, port: int, is_said: bool
) -> None:
    environment = {"POP__SIGN_IN__ISSUER": "https://id.example"} | (
        {"POP__SERVER__BASE_URL": base_url} if base_url else {}
    )
    said = remarks(load(folder / "config.toml", environment), "127.0.0.1", port, demo=False)
    assert [remark.startswith("server.base_url") for remark in said] == [True] * is_said
    assert all(remark.endswith(".") and remark.count(". ") == 0 for remark in said)


def test_without_a_provider_it_is_said_that_nobody_can_sign_in_but_not_in_the_demo(folder: Path) -> None:
    settings = load(folder / "config.toml", {})
    (said,) = remarks(settings, "127.0.0.1", 8080, demo=False)
    assert said.startswith("Nobody can sign in")
    assert "sign_in.issuer" in said
    assert remarks(settings, "127.0.0.1", 8080, demo=True) == []


def _wait_for(address: str) -> str:
    for _ in range(150):
        try:
            return requests.get(address, timeout=10).text
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")


def test_the_secret_key_is_made_once_and_only_ours(tmp_path: Path) -> None:
    made = secret_key(tmp_path / "secret.key")
    assert secret_key(tmp_path / "secret.key") == made
    assert len(made) >= 32


def test_a_short_secret_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("password", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="too short"):
        secret_key(tmp_path / "secret.key")


def test_a_secret_key_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"server\.secret_key_file"):
        secret_key(tmp_path / "nowhere" / "secret.key")
