"""Texts sealed with a key per owner (AES-256-GCM), so that no role, report, backup or query can read them.

Each owner has a random data key, stored wrapped by the master key; the master key lives in a file outside database
and backup. Dropping an owner's data key makes the texts unreadable for good. The context (table, row, column, owner)
is authenticated: a sealed text moved to another row does not open. Secrets of sources have no owner: those the master
key seals itself.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from connector.errors import ConfigurationError, StoreError

_NONCE = 12
_KEY = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """Nonce and ciphertext. It prints as nothing on purpose."""

    data: bytes

    def __repr__(self) -> str:
        return "<sealed>"


def _seal(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _open(key: bytes, data: bytes, context: str) -> bytes:
    try:
        return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], context.encode())
    except InvalidTag as error:
        raise StoreError(
            "a sealed text does not open with this key and place",
            where=context,
            todo="Check that the master key belongs to this database.",
        ) from error


class MasterKey:
    """The one secret above all owners' keys. `load` reads it; `create` makes a new file that only we can read."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY:
            raise ConfigurationError(f"the master key must be {_KEY} bytes", where="security.master_key_file")
        self._key = key

    @classmethod
    def load(cls, path: Path) -> MasterKey:
        try:
            return cls(bytes.fromhex(path.read_text().strip()))
        except OSError as error:
            raise ConfigurationError(
                "the master key cannot be read",
                where=str(path),
                tried=error.strerror or "open",
                todo="Put its copy back there, or set security.master_key_file. "
                "A new key would not open what the old one sealed.",
            ) from error
        except ValueError as error:
            raise ConfigurationError("the master key is not 64 hexadecimal digits", where=str(path)) from error

    @classmethod
    def create(cls, path: Path) -> MasterKey:
        """Make a new key file; an existing one is never overwritten."""
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_bytes(_KEY)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key.hex() + "\n")
        return cls(key)

    def seal(self, text: str, place: str) -> Sealed:
        """Seal a secret that is nobody's own, such as a token of a source. `place` is `table:row`."""
        return Sealed(_seal(self._key, text.encode(), place))

    def open(self, sealed: Sealed, place: str) -> str:
        """StoreError when it was sealed with another key or for another place."""
        return _open(self._key, sealed.data, place).decode()

    def new_owner_key(self, owner_id: int) -> bytes:
        """A new data key for this owner, wrapped: what the database keeps."""
        return _seal(self._key, secrets.token_bytes(_KEY), f"owner:{owner_id}")

    def owner_key(self, owner_id: int, wrapped: bytes) -> OwnerKey:
        return OwnerKey(owner_id, _open(self._key, wrapped, f"owner:{owner_id}"))


class OwnerKey:
    """Seals and opens one owner's texts. `place` is `table.column:row-id`."""

    def __init__(self, owner_id: int, key: bytes) -> None:
        self.owner_id = owner_id
        self._key = key

    def seal(self, text: str, place: str) -> Sealed:
        return Sealed(_seal(self._key, text.encode(), f"{self.owner_id}:{place}"))

    def open(self, sealed: Sealed, place: str) -> str:
        return _open(self._key, sealed.data, f"{self.owner_id}:{place}").decode()
