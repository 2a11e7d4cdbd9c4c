"""`python -m jobs`, the same as `pop jobs`: reads the settings, puts the parts together and lets the timer run."""

from __future__ import annotations

import os
import platform
import signal
import sys
import uuid
from collections import Counter
from pathlib import Path
from threading import Event

import click

from connector.assembly import open_installation
from connector.errors import PopError
from connector.foreign_errors import foreign_errors_as_ours
from connector.logs import set_up_logs
from connector.outlets.mail import Carrier
from connector.outlets.mail_folder import MailFolder
from connector.outlets.smtp import Smtp, SmtpServer
from connector.services.installation import Installation
from connector.settings import MailSettings, Settings
from connector.settings_file import load
from connector.store.leader import open_leadership
from jobs.loop import Worker
from jobs.timer import Plan, Timer, wall_time


def open_mail(settings: MailSettings) -> Carrier:
    """Mail as the settings ask: to a folder, or to a mail server."""
    if settings.kind == "folder":
        return MailFolder(settings.folder, settings.sender)
    return Smtp(
        SmtpServer(
            host=settings.host,
            port=settings.port,
            sender=settings.sender,
            user=settings.user,
            password=settings.password,
            starttls=settings.starttls,
        )
    )


def open_timer(settings: Settings, installation: Installation, stop: Event | None = None) -> Timer:
    """The timer of one process on an installation that is open already."""
    name = f"{platform.node()[:24]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    return Timer(
        Worker(installation, name, stop or Event()),
        open_mail(settings.mail),
        open_leadership(installation.store),
        Plan(settings.jobs.tick_seconds, wall_time(settings.jobs.nightly_sync_at)),
    )


def run_jobs(settings: Settings, *, once: bool = False) -> int:
    """Work until SIGTERM or Ctrl-C, or (`once`) until nothing is due; gives the exit code."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    installation = open_installation(settings)
    try:
        timer = open_timer(settings, installation, stop)
        if not once:
            return timer.run()
        click.echo(_sentence(timer.run_once()))
        return 0
    finally:
        installation.store.close()


def _sentence(tally: Counter[str]) -> str:
    return f"Done: {tally['done']}. To be tried again: {tally['waiting']}. Parked for a person: {tally['parked']}."


@click.command()
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The settings (else ./config.toml).")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def main(config: Path | None, once: bool) -> None:
    """Do what has to happen by itself: nightly syncs, planning, invitations, reminders."""
    os.umask(0o077)  # what is written holds names and keys
    set_up_logs()
    try:
        with foreign_errors_as_ours():
            code = run_jobs(load(config), once=once)
    except PopError as error:
        click.echo(f"pop: {error}", err=True)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
