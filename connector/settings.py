"""What can be set, and its defaults: one frozen `Settings`. `settings_file.load` fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, validate


def _checked(default: Any, *checks: Callable[[Any], Any]) -> Any:
    return field(default=default, metadata={"checks": checks})


def _secret() -> Any:
    """Never printed; may be given as `NAME_file`."""
    return field(default=None, repr=False, metadata={"secret": True})


def _zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError("Not a time zone. Example: Europe/Brussels.")


def _wall_time(value: str) -> None:
    hours, _, minutes = value.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise ValidationError("Not a time of the day. Example: 02:30.")


_port = validate.Range(min=1, max=65535)


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    url: str = "sqlite:///pop.sqlite3"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    host: str = "127.0.0.1"
    port: int = _checked(8080, _port)
    base_url: str = "http://127.0.0.1:8080"
    secret_key_file: Path = Path("secret.key")
    workers: int = _checked(2, validate.Range(min=1, max=64))


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    master_key_file: Path = Path("master.key")


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """The employer's identity provider. Without an issuer nobody can sign in, except in the demo.

    `employee_number_claim` names the claim in which the provider gives the employee number of whoever signs in at
    `employer`: with it, employees and supervisors need no administrator.
    """

    issuer: str | None = None
    client_id: str | None = None
    client_secret: str | None = _secret()
    employer: str | None = None
    employee_number_claim: str | None = None


@dataclass(frozen=True, slots=True)
class MailSettings:
    kind: str = _checked("folder", validate.OneOf(["folder", "smtp"]))
    folder: Path = Path("mail")
    host: str = "127.0.0.1"
    port: int = _checked(25, _port)
    user: str | None = None
    password: str | None = _secret()
    starttls: bool = False
    sender: str = "pop@localhost"


@dataclass(frozen=True, slots=True)
class JobsSettings:
    tick_seconds: int = _checked(15, validate.Range(min=1, max=3600))
    nightly_sync_at: str = _checked("02:30", _wall_time)


@dataclass(frozen=True, slots=True)
class MappingsSettings:
    """An operator's own mappings: searched before the ones that we ship."""

    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class OrganisationSettings:
    name: str
    kind: str = _checked("employer", validate.OneOf(["employer", "coaching_body", "career_centre"]))
    language: str = _checked("nl", validate.OneOf(["nl", "en", "fr"]))
    time_zone: str = _checked("Europe/Brussels", _zone)
    country: str = _checked("BE", validate.OneOf(["BE", "NL"]))
    cycle: str = "general"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One system. Which of these it needs depends on how its mapping logs in; what it may do is only set here:

    allow_http       an address without encryption
    allow_private    an address inside a network, or on this machine
    allow_redirects  to go where the system sends us, on the same host
    write_back       what its mapping declares is written to it; of a source of files: to `write_folder`
    """

    mapping: str
    employer: str
    url: str | None = None
    path: Path | None = None
    database: str | None = None
    user: str | None = None
    password: str | None = _secret()
    client_id: str | None = None
    client_secret: str | None = _secret()
    token_url: str | None = None
    scope: str | None = None
    refresh_token: str | None = _secret()
    company: str | None = None
    credential_expires_on: date | None = None
    paused: bool = False
    page_size: int | None = _checked(None, validate.Range(min=1, max=100_000))
    calls_per_minute: int | None = _checked(None, validate.Range(min=1, max=60_000))
    allow_http: bool = False
    allow_private: bool = False
    allow_redirects: bool = False
    host_key: str | None = None  # of an SFTP server: SHA256:…
    private_key_file: Path | None = None  # our own key for it
    write_back: bool = False
    write_folder: Path | None = None
    webhook_secret: str | None = _secret()  # one or, while they change, several with white space between
    time_zone: str = _checked("Europe/Brussels", _zone)


@dataclass(frozen=True, slots=True)
class Settings:
    folder: Path
    database: DatabaseSettings
    server: ServerSettings
    security: SecuritySettings
    sign_in: SignInSettings
    mail: MailSettings
    jobs: JobsSettings
    mappings: MappingsSettings
    organisations: Mapping[str, OrganisationSettings]
    sources: Mapping[str, SourceSettings]
