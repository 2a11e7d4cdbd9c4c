"""One worker in a process of its own: `python -m tests.jobs.worker_process DATABASE FOLDER LEASE_SECONDS`.

It sends what is due until no row is waiting or leased, writing one line to FOLDER/effects for each mail it hands over.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import func, select

from connector.mapping_files import MappingFolders
from connector.outlets.mail import Mail
from connector.outlets.mail_folder import MailFolder
from connector.services.installation import Installation, system_clock
from connector.store.database import Store
from connector.store.sealed import MasterKey
from connector.store.work import Outbox
from jobs.handlers import outbox_handlers
from jobs.loop import Worker, work_off


class Counted(MailFolder):
    """A folder that also counts: one line for each mail, in one write."""

    def __init__(self, folder: Path, sender: str) -> None:
        super().__init__(folder, sender)
        folder.mkdir(parents=True, exist_ok=True)
        self._effects = os.open(folder / "effects", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def send(self, mail: Mail) -> None:
        super().send(mail)
        os.write(self._effects, f"{os.getpid()} {mail.key}\n".encode())


def main(url: str, folder: str, lease: str) -> None:
    installation = Installation(
        Store(url), MasterKey(bytes(32)), system_clock, MappingFolders(), {}, {}, "http://pop.example"
    )
    worker = Worker(installation, f"worker {os.getpid()}", Event(), timedelta(seconds=float(lease)))
    handlers = outbox_handlers(installation, Counted(Path(folder), "pop@acme.example"))
    while True:
        work_off(worker, Outbox, handlers)
        with installation.store.read() as session:
            if not session.scalar(select(func.count()).where(Outbox.state.in_(("waiting", "leased")))):
                return
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
