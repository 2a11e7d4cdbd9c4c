"""Mail to a folder: one file for each outbox key, whole or not there at all, however the process ends."""

from __future__ import annotations

import os
from pathlib import Path

from connector.errors import DeliveryError
from connector.outlets.mail import Mail, digest_of, to_message


class MailFolder:
    """Writes `DIGEST.eml`. The name comes from the key, so that sending twice leaves one file."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self.sender = sender

    def send(self, mail: Mail) -> None:
        """Write aside, flush to the disk, rename, flush the folder."""
        data = to_message(mail, self.sender).as_bytes()
        path = self.path_of(mail.key)
        aside = path.with_name(f".{path.name}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            self._flush_folder()
        except OSError as error:
            raise DeliveryError(
                "the mail cannot be written",
                where="mail.folder",
                tried=error.strerror or "write",
                todo="See that the folder exists, may be written and is not full.",
            ) from error

    def path_of(self, key: str) -> Path:
        return self._folder / f"{digest_of(key)}.eml"

    def _flush_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
