"""One contract for every way to hand over a mail, and what each does when the other side does not want it."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from connector.errors import DeliveryError, RecordError
from connector.outlets.mail import Carrier, Mail
from connector.outlets.mail_folder import MailFolder
from connector.outlets.smtp import Smtp, SmtpServer

MAIL = Mail(
    key="conversation:1:0:2:REQUEST",
    to="an@acme.example",
    subject="Gesprek op woensdag 16 december",
    text="Dag Łukasz,\n\nJe hebt een gesprek.\n",
    language="nl",
    written_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    ics=b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-NAME:\xc5\x81ukasz\r\nEND:VCALENDAR\r\n",
    method="REQUEST",
)


class Server:
    """A mail server that keeps what it gets; `answers` are given instead, first to last, one a mail."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope.content)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user here: nobody@acme.example"
        if address.startswith("busy"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Server]:
    handler = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    controller = Controller(
        handler, hostname="127.0.0.1", port=port, authenticator=authenticate, auth_require_tls=False
    )
    controller.start()
    handler.port = port  # type: ignore[attr-defined]
    yield handler
    controller.stop()


@pytest.fixture
def smtp(server: Any) -> Smtp:
    return Smtp(SmtpServer("127.0.0.1", server.port, "pop@acme.example", timeout=5))


@pytest.fixture(params=["folder", "smtp"])
def handed_over(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Mail], bytes]:
    """Hand a mail over; gives what arrived."""
    if request.param == "folder":
        carrier: Carrier = MailFolder(tmp_path, "pop@acme.example")

        def read() -> bytes:
            return next(tmp_path.glob("*.eml")).read_bytes()
    else:
        carrier, server = request.getfixturevalue("smtp"), request.getfixturevalue("server")

        def read() -> bytes:
            return bytes(server.got[-1])

    def hand_over(mail: Mail) -> bytes:
        carrier.send(mail)
        return read()

    return hand_over


def test_the_mail_arrives_whole_and_a_repeat_is_the_same_bytes(handed_over: Callable[[Mail], bytes]) -> None:
    first, second = handed_over(MAIL), handed_over(MAIL)
    assert first == second
    mail = message_from_bytes(first, policy=policy.default)
    assert not mail.defects
    assert mail["From"] == "pop@acme.example"
    assert mail["To"] == "an@acme.example"
    assert mail["Message-ID"].endswith("@acme.example>")
    assert mail["Date"].datetime == MAIL.written_at
    assert mail["Content-Language"] == "nl"
    assert "Łukasz" in mail.get_body(("plain",)).get_content()
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    assert part.get_content().encode() == MAIL.ics
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == MAIL.ics
    assert attachment.get_filename() == "gesprek.ics"


def test_other_keys_are_other_messages(handed_over: Callable[[Mail], bytes]) -> None:
    first = message_from_bytes(handed_over(MAIL), policy=policy.default)
    assert "Message-ID" in first
    other = replace(MAIL, key="../../etc/passwd\x00\n")
    assert message_from_bytes(handed_over(other), policy=policy.default)["Message-ID"].count("@") == 1


@pytest.mark.parametrize("subject", ["Gesprek\r\nBcc: x@evil.example", "Gesprek\n\n<html>", "G" * 5000])
def test_a_hostile_subject_stays_one_header(handed_over: Callable[[Mail], bytes], subject: str) -> None:
    mail = message_from_bytes(handed_over(replace(MAIL, subject=subject)), policy=policy.default)
    assert "Bcc" not in mail
    assert mail["Subject"].startswith("G")
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?a=0d=0aBcc:x@evil.example?=",
        "Ł =?utf-8?q?a=0d=0aBcc:_x@evil.example?= Ł",
        "=?utf-8?b?YQ0KDQo8aHRtbD4=?=",
        "==?utf-8?q?a=0a=0d=0aBODY_INJECTED?=",
        "=\x00?utf-8?q?a=0d=0aBcc:x@evil.example?\u200b=",
        "=?" * 60,
        "a\u2028Bcc: x@evil.example\x0bTo: y@evil.example",
        "Ünlü" * 40 + "=?utf-8?q?=0d=0aBcc:x@evil.example?=",
    ],
)
def test_no_name_adds_a_header_or_ends_the_headers(handed_over: Callable[[Mail], bytes], name: str) -> None:
    plain = replace(MAIL, ics=None, method=None)
    expected = message_from_bytes(handed_over(plain), policy=policy.default)
    raw = handed_over(replace(plain, subject=f"Gesprek met {name}"))
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail.keys() == expected.keys()
    assert mail["To"] == MAIL.to
    assert mail.get_content() == expected.get_content()
    assert len(str(mail["Subject"]).splitlines()) == 1
    starts = [line.partition(b":")[0].decode() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")]
    assert [start for start in starts if not start.startswith(" ")] == expected.keys()


def test_a_wrong_address_is_refused_for_good(handed_over: Callable[[Mail], bytes]) -> None:
    with pytest.raises(RecordError):
        handed_over(replace(MAIL, to="an@acme.example\r\nBcc: x@evil.example"))


def test_a_folder_holds_one_file_per_key_and_nothing_aside(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail", "pop@acme.example")
    for _ in range(3):
        folder.send(MAIL)
    folder.send(replace(MAIL, key="conversation:1:0:3:REQUEST"))
    assert len(list((tmp_path / "mail").iterdir())) == 2


def test_a_leftover_of_a_crash_is_overwritten(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, "pop@acme.example")
    path = folder.path_of(MAIL.key)
    path.with_name(f".{path.name}.part").write_bytes(b"half a ma")
    folder.send(MAIL)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_written_is_tried_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands here")
    with pytest.raises(DeliveryError, match=r"mail\.folder: the mail cannot be written"):
        MailFolder(tmp_path / "mail", "pop@acme.example").send(MAIL)


def test_a_full_disk_leaves_no_half_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(DeliveryError, match="No space left"):
        patched.setattr(os, "fsync", full)
        MailFolder(tmp_path, "pop@acme.example").send(MAIL)
    assert list(tmp_path.glob("*.eml")) == []


@pytest.mark.parametrize(
    ("to", "answer", "error"),
    [
        ("an@acme.example", "451 later", DeliveryError),
        ("an@acme.example", "421 closing", DeliveryError),
        ("an@acme.example", "554 no", RecordError),
        ("busy@acme.example", None, DeliveryError),
        ("nobody@acme.example", None, RecordError),
    ],
)
def test_the_answer_decides_between_later_and_never(
    smtp: Smtp, server: Server, to: str, answer: str | None, error: type[Exception]
) -> None:
    server.answers = [answer] if answer else []
    with pytest.raises(error) as caught:
        smtp.send(replace(MAIL, to=to))
    assert "nobody" not in str(caught.value)
    smtp.send(MAIL)
    assert len(server.got) == 1


def test_nobody_listening_is_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DeliveryError, match=f"mail server 127.0.0.1:{port}"):
        Smtp(SmtpServer("127.0.0.1", port, "pop@acme.example", timeout=2)).send(MAIL)


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(DeliveryError, match="connect: SMTPServerDisconnected"):
            Smtp(SmtpServer("127.0.0.1", silent.getsockname()[1], "pop@acme.example", timeout=0.3)).send(MAIL)


def test_a_wrong_password_is_about_the_settings_not_the_mail(server: Any) -> None:
    settings = SmtpServer("127.0.0.1", server.port, "pop@acme.example", "pop", "wrong", timeout=5)
    with pytest.raises(DeliveryError, match="sign in: 535") as caught:
        Smtp(settings).send(MAIL)
    assert "wrong" not in str(caught.value)
    Smtp(replace(settings, password="right")).send(MAIL)
    assert len(server.got) == 1


def test_encryption_that_is_not_offered_is_not_done_without(server: Any) -> None:
    settings = SmtpServer("127.0.0.1", server.port, "pop@acme.example", starttls=True, timeout=5)
    with pytest.raises(DeliveryError, match="sign in"):
        Smtp(settings).send(MAIL)
    assert server.got == []
