"""Tokens: shown once, kept as a digest, bound to one employer and one role."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from connector.cli import main
from connector.domain.access import TIMER, Actor, Role
from connector.errors import InputError, NotAllowedError, NotFoundError
from connector.services.installation import Installation
from connector.services.organisations import organisation_id
from connector.services.tokens import TokenFault, create_token, identify_token, list_tokens, revoke_token
from connector.store.accounts import ApiToken, AuditEvent
from tests.api.conftest import OPERATOR, World
from tests.conftest import Clock


def _id(installation: Installation, code: str = "acme") -> int:
    with installation.store.read() as session:
        return organisation_id(session, code)


def test_only_the_digest_is_kept(installation: Installation) -> None:
    made = create_token(OPERATOR, installation, "acme", Role.HR, "loonexport")
    assert made.secret.startswith("pop_")
    assert len(made.secret) == 4 + 43  # 256 bits
    with installation.store.read() as session:
        row = session.scalars(select(ApiToken)).one()
        assert row.digest == hashlib.sha256(made.secret.encode()).hexdigest()
    installation.store.close()
    for file in Path(installation.store.engine.url.database or "").parent.glob("pop.sqlite3*"):
        assert made.secret.encode() not in file.read_bytes()
    assert made.secret not in repr(made)


def test_a_token_is_its_employer_and_role(installation: Installation) -> None:
    made = create_token(OPERATOR, installation, "acme", Role.TRAINING, "x")
    found = identify_token(TIMER, installation, made.secret)
    assert found == Actor(role=Role.TRAINING, employer_id=_id(installation), language="nl")


def test_when_a_token_stops(installation: Installation, clock: Clock) -> None:
    made = create_token(OPERATOR, installation, "acme", Role.HR, "x", days=1)
    clock.now += timedelta(days=1, microseconds=-1)
    assert isinstance(identify_token(TIMER, installation, made.secret), Actor)
    clock.now += timedelta(microseconds=1)
    assert identify_token(TIMER, installation, made.secret) is TokenFault.EXPIRED
    revoke_token(OPERATOR, installation, made.info.id)
    assert identify_token(TIMER, installation, made.secret) is TokenFault.REVOKED
    assert identify_token(TIMER, installation, made.secret + " ") is TokenFault.UNKNOWN
    assert identify_token(TIMER, installation, "\ud800") is TokenFault.UNKNOWN


def test_revoking_twice_keeps_the_first_moment(installation: Installation, clock: Clock) -> None:
    number = create_token(OPERATOR, installation, "acme", Role.HR, "x").info.id
    first = revoke_token(OPERATOR, installation, number)
    clock.now += timedelta(hours=1)
    assert revoke_token(OPERATOR, installation, number) == first
    with installation.store.read() as session:
        acts = list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))
    assert acts == ["create_token", "revoke_token"]


@pytest.mark.parametrize(
    ("name", "days", "wrong"),
    [
        ("", 90, ["name"]),
        ("  ", 0, ["name", "days"]),
        ("a" * 101, 731, ["name", "days"]),
        ("a\x1b[31m", -1, ["name", "days"]),
    ],
)
def test_everything_wrong_is_said_at_once(installation: Installation, name: str, days: int, wrong: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        create_token(OPERATOR, installation, "acme", Role.HR, name, days)
    assert list(caught.value.problems) == wrong
    with pytest.raises(InputError, match="role"):
        create_token(OPERATOR, installation, "acme", Role.TIMER, "x")


def test_only_those_who_manage_make_tokens(world: World) -> None:
    installation = world.installation
    number = list_tokens(OPERATOR, installation)[-1].id
    for role in Role:
        actor = Actor(role=role, employer_id=_id(installation))
        if role in (Role.ADMINISTRATOR, Role.TIMER):
            continue
        with pytest.raises(NotAllowedError):
            create_token(actor, installation, "acme", Role.HR, "x")
        with pytest.raises(NotAllowedError):
            list_tokens(actor, installation)
        with pytest.raises(NotAllowedError):
            revoke_token(actor, installation, number)
        with pytest.raises(NotAllowedError):
            identify_token(actor, installation, "pop_x")


def test_an_administrator_of_one_employer_stays_there(world: World) -> None:
    installation = world.installation
    own = Actor(role=Role.ADMINISTRATOR, employer_id=_id(installation, "zenit"))
    assert {info.employer for info in list_tokens(own, installation)} == {"zenit"}
    foreign = next(info for info in list_tokens(OPERATOR, installation) if info.employer == "acme")
    with pytest.raises(NotFoundError):
        revoke_token(own, installation, foreign.id)
    with pytest.raises(NotAllowedError):
        create_token(own, installation, "acme", Role.HR, "x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text('[organisations.acme]\nname = "Maatwerk De Schakel"\n', encoding="utf-8")
    _pop(tmp_path, "db", "upgrade")
    return tmp_path


def _pop(folder: Path, *words: str, code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(main, ["--config", str(folder / "config.toml"), *words])
    assert done.exit_code == code, done.output
    return done.stdout, done.stderr


def test_the_command(folder: Path) -> None:
    out, err = _pop(folder, "token", "create", "--employer", "acme", "--role", "hr", "--name", "loonexport")
    secret = out.strip()
    assert secret.startswith("pop_")
    assert "\n" not in secret
    assert secret not in err
    (row,) = json.loads(_pop(folder, "token", "list", "--json")[0])
    assert {**row, "expires": ""} == {
        "id": 1,
        "state": "works",
        "employer": "acme",
        "role": "hr",
        "source": "",
        "expires": "",
        "name": "loonexport",
    }
    assert "loonexport" in _pop(folder, "token", "list")[0]
    assert "no longer works" in _pop(folder, "token", "revoke", "1")[0]
    assert json.loads(_pop(folder, "token", "list", "--json")[0])[0]["state"] == "revoked"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["create", "--employer", "acme", "--role", "hr", "--name", "x", "--days", "0"], 1, "days must be 1 to 730"),
        (
            ["create", "--employer", "nobody", "--role", "hr", "--name", "x"],
            1,
            "nobody: no organisation of the settings has this code. Use one of: acme.",
        ),
        (["create", "--employer", "acme", "--role", "timer", "--name", "x"], 2, "'timer' is not one of"),
        (["revoke", "99"], 1, "there is no such token"),
        (["revoke", "9" * 40], 2, "is not in the range"),
    ],
)
def test_the_command_with_wrong_input(folder: Path, words: list[str], code: int, said: str) -> None:
    out, err = _pop(folder, "token", *words, code=code)
    assert said in err
    assert out == ""
