"""Files on an SFTP server, brought to a private folder that goes away when the source is closed.

The operator sets `url = "sftp://host/folder"` (or the address of one file), `user`, `password` or `private_key_file`,
and `host_key`: what the server shows of its key (`SHA256:…`, as ssh-keygen -l prints it). The key is checked before
anything of ours is sent; nothing of this machine's own SSH set-up is used.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from connector.errors import AnswerError, ConfigurationError, CredentialsError, PopError, SourceUnavailableError
from connector.http.reach import AddressRefusedError, Reach
from connector.sources.file_limits import MOST_BYTES, too_big
from connector.sources.reader import Connection

SCHEME = "sftp://"
SUFFIXES = (".csv", ".json", ".ods", ".xls", ".xlsx")
MOST_FILES = 100
MOST_TOGETHER = 300_000_000  # bytes of all files
_CONNECT = 20.0  # seconds to reach the server and log in
_DOWNLOAD = 600.0  # seconds for everything
_PIECE = 65_536
_LATER = "Nothing is lost: the next run tries again; if it stays, ask who runs that server."
# A server has several keys and shows the first kind that we ask for: the order in which ssh itself asks.
_KEY_KINDS = ["ssh-ed25519", *(f"ecdsa-sha2-nistp{size}" for size in (256, 384, 521)), "rsa-sha2-512", "rsa-sha2-256"]
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


class SftpFolder:
    """The tables of one SFTP folder, downloaded at first use. `path` is the folder here, or the one file."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._where = f"sources.{connection.name}"
        try:
            parts = urlsplit(connection.url or "")
            self._host, self._port = parts.hostname or "", parts.port or 22
        except ValueError:
            parts, self._host = urlsplit(""), ""
        self._folder = unquote(parts.path) or "/"
        if not self._host or parts.username or parts.password or parts.query or parts.fragment:
            todo = "Example: sftp://files.example.com/export; user and password are settings of their own."
            raise ConfigurationError("this is not an SFTP address", where=f"{self._where}.url", todo=todo)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def path(self) -> Path:
        """The folder or file on this machine; downloads it once."""
        if self._temporary is None:
            self._check_settings()
            self._temporary = tempfile.TemporaryDirectory(prefix="pop-")
            try:
                self._run(self._download(Path(self._temporary.name)))
            except PopError:
                self.close()  # half a folder must not pass for a whole one
                raise
        found = Path(self._temporary.name)
        one = found / PurePosixPath(self._folder).name
        return one if one.is_file() else found

    def check(self) -> None:
        """Log in and look whether the folder is there."""
        self._check_settings()
        self._run(self._download(None))

    def close(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def _check_settings(self) -> None:
        connection = self._connection
        if not connection.user:
            raise ConfigurationError("this is needed to log in", where=f"{self._where}.user")
        if not (connection.password or connection.private_key_file):
            todo = "Or give password_file, or private_key_file."
            raise ConfigurationError("this is needed to log in", where=f"{self._where}.password", todo=todo)
        if not _FINGERPRINT.fullmatch(connection.host_key or ""):
            raise ConfigurationError(
                "the key of the server must be known before it is trusted",
                where=f"{self._where}.host_key",
                todo=f"`{self._keyscan}` prints SHA256:… of each of its keys: take that of ED25519, else ECDSA, "
                "else RSA, and compare it with what those who run that server say.",
            )

    @property
    def _keyscan(self) -> str:
        port = f" -p {self._port}" if self._port != 22 else ""
        return f"ssh-keyscan{port} {self._host} | ssh-keygen -lf -"

    def _run(self, work: Any) -> None:
        try:
            import asyncssh  # an extra: only who reads by SFTP needs it
        except ImportError as error:
            work.close()
            raise ConfigurationError(
                "SFTP needs a library that is not installed",
                where=f"{self._where}.url",
                todo="Install it: pip install 'pop-connector[sftp]'.",
            ) from error
        try:
            # In a thread of its own: the caller's may have an event loop that runs already.
            with ThreadPoolExecutor(max_workers=1) as pool:
                pool.submit(asyncio.run, asyncio.wait_for(work, _DOWNLOAD)).result()
        except AddressRefusedError:
            what, todo = (
                "this address is not on the public internet",
                "If that is right, set allow_private = true for it.",
            )
            raise self._error(ConfigurationError, what, todo) from None
        except (OSError, TimeoutError, asyncssh.Error, asyncssh.KeyImportError) as error:
            raise self._error(*_meaning(error, f"[{self._where}]")) from None

    async def _download(self, target: Path | None) -> None:
        import asyncssh

        class Client(asyncssh.SSHClient):
            def validate_host_public_key(self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey) -> bool:
                return hmac.compare_digest(key.get_fingerprint("sha256"), expected)

        connection, expected = self._connection, self._connection.host_key or ""
        key_file = connection.private_key_file
        keys = [asyncssh.read_private_key(key_file)] if key_file else None
        reach = Reach(allow_private=connection.allow_private)
        with reach.connect(self._host, self._port, lambda made: made.settimeout(_CONNECT)) as sock:
            async with (
                asyncssh.connect(
                    sock=sock,
                    client_factory=Client,
                    known_hosts=b"",
                    server_host_key_algs=_KEY_KINDS,
                    config=None,
                    agent_path=None,
                    client_keys=keys,
                    username=connection.user or "",
                    password=connection.password,
                    connect_timeout=_CONNECT,
                    login_timeout=_CONNECT,
                ) as server,
                server.start_sftp_client() as sftp,
            ):
                await self._bring(sftp, target)

    async def _bring(self, sftp: Any, target: Path | None) -> None:
        if await sftp.isdir(self._folder):
            paths = [str(PurePosixPath(self._folder) / name) for name in await self._names(sftp)]
        else:
            await sftp.stat(self._folder)
            paths = [self._folder]
        if target is None:
            return
        left = MOST_TOGETHER
        for path in paths:
            left -= await self._fetch(sftp, path, target, left)

    async def _names(self, sftp: Any) -> list[str]:
        names: list[str] = []
        async for entry in sftp.scandir(self._folder):
            name = str(entry.filename)
            # A server may call a file "../../x": what is not a plain name is not a file of this folder.
            if name != PurePosixPath(name).name or name.startswith((".", "~")) or "\\" in name or "\0" in name:
                continue
            if PurePosixPath(name).suffix.lower() in SUFFIXES:
                names.append(name)
            if len(names) > MOST_FILES:
                todo = "Let url name a folder of its own for these files."
                raise self._error(AnswerError, f"the folder holds more than {MOST_FILES} files", todo)
        return sorted(names)

    async def _fetch(self, sftp: Any, path: str, folder: Path, left: int) -> int:
        target = folder / PurePosixPath(path).name
        before = await sftp.stat(path)
        size = 0
        with target.open("wb") as file:
            async with sftp.open(path, "rb") as remote:
                while piece := await remote.read(_PIECE):
                    size += len(piece)
                    if size > min(MOST_BYTES, left):
                        what = f"this file, or all together, is bigger than {min(MOST_BYTES, left) // 1_000_000} MB"
                        raise too_big(what, f"{self._connection.name}: {target.name}")
                    file.write(piece)
        after = await sftp.stat(path)
        if (before.size, before.mtime) != (after.size, after.mtime) or after.size not in (None, size):
            todo = "Nothing is lost: the next run reads it whole."
            raise self._error(SourceUnavailableError, f"{target.name} was written while it was read", todo)
        return size

    def _error(self, kind: type[PopError], what: str, todo: str) -> PopError:
        return kind(what, where=self._connection.name, tried=f"SFTP {self._host}:{self._port}", todo=todo)


def _meaning(error: Exception, place: str) -> tuple[type[PopError], str, str]:
    """What an exception of the library means: kind, what, todo. By its name, for the library may not be there."""
    name = type(error).__name__
    if name == "HostKeyNotVerifiable":
        todo = f"Ask who runs that server whether its key was changed; if so, write the new one at host_key of {place}."
        return ConfigurationError, "the server shows another key than host_key says", todo
    if name == "PermissionDenied":
        return CredentialsError, "the login was refused", f"Check user, password and private_key_file of {place}."
    if name in ("KeyImportError", "KeyEncryptionError"):
        return (
            ConfigurationError,
            "private_key_file holds no key that opens without a passphrase",
            "Make one for this use.",
        )
    if name in ("SFTPNoSuchFile", "SFTPNoSuchPath", "SFTPPermissionDenied"):
        return SourceUnavailableError, "it is not there, or this login may not read it", f"Check url of {place}."
    return SourceUnavailableError, "the server cannot be reached, or broke off", _LATER
