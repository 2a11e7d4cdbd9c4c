"""Files on a real SFTP server on loopback: found, bounded, and never from a server that is not the one we know."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from connector.errors import AnswerError, ConfigurationError, CredentialsError, PopError, SourceUnavailableError
from connector.sources import sftp
from connector.sources.files import FilesReader
from connector.sources.reader import Connection, Raw, ResourceRequest

PEOPLE = "id;naam\n1;Ada\n2;Bo\n"
PASSWORD = "Canary-sftp"
READ = {"sheet": "people", "columns": ["id"]}


@dataclass
class Server:
    """What a test may look at and change."""

    folder: Path
    port: int
    host_key: str
    logins: list[str] = field(default_factory=list)
    callers: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # further names that the folder claims to hold
    on_read: Callable[[], None] | None = None

    def connection(self, **parts: Any) -> Connection:
        values: dict[str, Any] = {
            "name": "hr",
            "url": f"sftp://127.0.0.1:{self.port}/",
            "user": "pop",
            "password": PASSWORD,
            "host_key": self.host_key,
            "allow_private": True,
        }
        return Connection(**{**values, **parts})


@cache
def _rsa() -> Any:
    return asyncssh.generate_private_key("ssh-rsa")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    ours = Server(tmp_path / "shown", 0, key.get_fingerprint("sha256"))
    ours.folder.mkdir()
    (ours.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)  # the browser's tests keep a loop in this one
    thread.start()
    keys = [_rsa(), key]  # as most servers: of which it shows one depends on us
    opened = asyncio.run_coroutine_threadsafe(_listen(ours, keys), loop).result(5)
    ours.port = opened.get_port()
    yield ours
    asyncio.run_coroutine_threadsafe(_stop(ours, opened), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


async def _stop(ours: Server, opened: Any) -> None:
    opened.close()
    for caller in ours.callers:
        caller.abort()
        await caller.wait_closed()
    await opened.wait_closed()


async def _listen(ours: Server, keys: list[Any]) -> Any:
    def login() -> _Login:
        return _Login(ours)

    def folder(channel: Any) -> _Folder:
        return _Folder(channel, ours)

    return await asyncssh.listen("127.0.0.1", 0, server_factory=login, sftp_factory=folder, server_host_keys=keys)


class _Login(asyncssh.SSHServer):
    def __init__(self, ours: Server) -> None:
        self._ours = ours

    def connection_made(self, conn: Any) -> None:
        self._ours.callers.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._ours.logins.append(username)
        return (username, password) == ("pop", PASSWORD)


class _Folder(asyncssh.SFTPServer):
    def __init__(self, channel: Any, ours: Server) -> None:
        super().__init__(channel, chroot=str(ours.folder))
        self._ours = ours

    async def scandir(self, path: bytes) -> Any:
        async for entry in super().scandir(path):
            yield entry
        for name in self._ours.names:
            yield asyncssh.SFTPName(name.encode(), attrs=asyncssh.SFTPAttrs())

    def read(self, file_obj: Any, offset: int, size: int) -> Any:
        if self._ours.on_read is not None:
            self._ours.on_read()
        return super().read(file_obj, offset, size)


def read(connection: Connection, options: dict[str, Any] | None = None) -> list[Raw]:
    reader = FilesReader(connection)
    try:
        reader.check()
        request = ResourceRequest("people", options or READ)
        reader.probe(request)
        return [record for page in reader.pages(request) for record in page.records]
    finally:
        reader.close()


def test_a_folder_and_one_file(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    (server.folder / "with a blank").mkdir()
    (server.folder / "with a blank" / "people.csv").write_text("id\n3\n", encoding="utf-8")
    assert read(server.connection()) == [{"id": "1", "naam": "Ada"}, {"id": "2", "naam": "Bo"}]
    assert read(server.connection(url=f"sftp://127.0.0.1:{server.port}/with%20a%20blank")) == [{"id": "3"}]
    assert len(read(server.connection(url=f"sftp://127.0.0.1:{server.port}/people.csv"))) == 2
    assert list(private.iterdir()) == []


def test_the_download_is_ours_alone(server: Server) -> None:
    folder = sftp.SftpFolder(server.connection())
    assert folder.path().stat().st_mode & 0o077 == 0
    folder.close()


def test_a_server_with_another_key_gets_nothing_of_ours(server: Server) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    with pytest.raises(ConfigurationError, match=r"another key than host_key says.*host_key of \[sources\.hr\]"):
        read(server.connection(host_key=other))
    assert server.logins == []


def test_a_wrong_password(server: Server) -> None:
    with pytest.raises(CredentialsError) as caught:
        read(server.connection(password="Canary-wrong"))
    assert str(caught.value) == (
        f"hr: the login was refused (tried: SFTP 127.0.0.1:{server.port}). "
        "Check user, password and private_key_file of [sources.hr]."
    )
    assert server.logins == ["pop"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"user": None}, "sources.hr.user"),
        ({"password": None}, "sources.hr.password"),
        (
            {"host_key": None},
            r"the key of the server must be known .*`ssh-keyscan -p \d+ 127.0.0.1 \| ssh-keygen -lf -`",
        ),
        ({"host_key": "SHA256:short"}, "the key of the server must be known"),
        ({"url": "sftp:///folder"}, "not an SFTP address"),
        ({"url": "sftp://pop:secret@127.0.0.1/"}, "not an SFTP address"),
        ({"url": "sftp://127.0.0.1:port/"}, "not an SFTP address"),
        ({"allow_private": False}, "allow_private"),
        ({"private_key_file": __file__, "password": None}, "private_key_file holds no key"),
    ],
)
def test_a_setting_that_is_wrong(server: Server, parts: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        read(server.connection(**parts))
    assert "secret" not in str(caught.value)
    assert server.logins == []


def test_without_the_library_it_says_what_to_install(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'pop-connector\[sftp\]'"):
        read(server.connection())


def test_a_folder_that_is_not_there(server: Server) -> None:
    with pytest.raises(SourceUnavailableError, match="it is not there"):
        read(server.connection(url=f"sftp://127.0.0.1:{server.port}/gone"))


def test_nobody_listens() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    connection = Connection("hr", url="sftp://127.0.0.1:9/", user="u", password="p", host_key=key, allow_private=True)
    with pytest.raises(SourceUnavailableError, match="cannot be reached"):
        read(connection)


def test_a_name_that_leads_out_of_the_folder_is_not_a_file_of_it(server: Server) -> None:
    server.names = ["../outside.csv", "/outside.csv", "..\\outside.csv", ".hidden.csv", "~lock.csv"]
    assert len(read(server.connection())) == 2


@pytest.mark.parametrize(
    ("name", "value", "kind", "says"),
    [
        ("MOST_BYTES", 10, AnswerError, "is bigger than"),
        ("MOST_TOGETHER", 10, AnswerError, "is bigger than"),
        ("MOST_FILES", 0, AnswerError, "more than 0 files"),
    ],
)
def test_more_than_may_be_brought_here(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str, value: int, kind: type[PopError], says: str
) -> None:
    monkeypatch.setattr(sftp, name, value)
    with pytest.raises(kind, match=says):
        read(server.connection())


def test_a_file_that_is_being_written(server: Server) -> None:
    def grow() -> None:
        server.on_read = None
        with (server.folder / "people.csv").open("a", encoding="utf-8") as file:
            file.write("3;Cy\n")

    server.on_read = grow
    folder = sftp.SftpFolder(server.connection())
    with pytest.raises(SourceUnavailableError, match="was written while it was read"):
        folder.path()
    assert (folder.path() / "people.csv").read_text(encoding="utf-8") == PEOPLE + "3;Cy\n"
    assert len(server.callers) == 2  # what was half here was not taken for the whole
    folder.close()


def test_a_bomb_is_refused_as_it_is_from_a_local_folder(server: Server) -> None:
    (server.folder / "people.csv").write_text("id" + ";c" * 1_001, encoding="utf-8")
    with pytest.raises(AnswerError, match="more than 1000 columns"):
        read(server.connection())


def test_a_probe_looks_for_the_file(server: Server) -> None:
    reader = FilesReader(server.connection())
    with pytest.raises(SourceUnavailableError, match="there is no file for units"):
        reader.probe(ResourceRequest("units", {"sheet": "units"}))
    reader.close()
