"""The master key: never made anew where the old one is needed, and checked before anything is sealed with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from connector.assembly import open_installation, prepare_installation
from connector.cli import main
from connector.domain.access import TIMER
from connector.errors import ConfigurationError
from connector.services.accounts import create_account
from connector.services.owner_keys import owner_key
from connector.settings import Settings
from connector.settings_file import load

CONFIG = '[organisations.acme]\nname = "Acme"\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return load(tmp_path / "config.toml", {})


def _seal_something(settings: Settings) -> None:
    installation = prepare_installation(settings)
    account = create_account(TIMER, installation, "issuer", "subject", "Somebody")
    with installation.store.begin() as session:
        owner_key(session, installation, account).seal("x", "place")
    installation.store.close()


def test_a_new_database_gets_a_key_that_only_we_can_read(settings: Settings) -> None:
    prepare_installation(settings).store.close()
    assert settings.security.master_key_file.stat().st_mode & 0o077 == 0
    open_installation(settings).store.close()


def test_a_lost_key_is_not_replaced_where_something_is_sealed(settings: Settings) -> None:
    _seal_something(settings)
    settings.security.master_key_file.unlink()
    for opens in (open_installation, prepare_installation):
        with pytest.raises(ConfigurationError, match="Put its copy back"):
            opens(settings)
    assert not settings.security.master_key_file.exists()


def test_another_key_is_noticed_at_once(settings: Settings) -> None:
    _seal_something(settings)
    settings.security.master_key_file.write_text("ab" * 32)
    for opens in (open_installation, prepare_installation):
        with pytest.raises(ConfigurationError, match="does not belong to this database"):
            opens(settings)


def test_init_makes_no_key_beside_a_database(tmp_path: Path) -> None:
    (tmp_path / "pop.sqlite3").touch()
    told = CliRunner().invoke(main, ["init", "--folder", str(tmp_path)])
    assert "put its own key back" in told.output
    assert not (tmp_path / "master.key").exists()
