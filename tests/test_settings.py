"""Settings: what a wrong key gets, where secrets come from, and that the example is complete."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from connector import settings as declared
from connector.errors import ConfigurationError
from connector.settings_file import _SECTIONS, _TABLES, _way_out, load

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
EMPLOYER = '[organisations.acme]\nname = "Acme"\n'


def _load(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> declared.Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environment or {})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[databse]\nurl='x'", "databse: there is no such section. Did you mean database?"),
        ("[server]\nprot=1", "server.prot: there is no such key. Did you mean port? Allowed: host, port,"),
        ("[server]\nport='many'", "server.port: Not a valid integer."),
        ("[server]\nport=0", "server.port: Must be greater than or equal to 1"),
        ("server = 3", "server: must be a section: write [server]"),
        ("[mail]\nkind='pigeon'", "mail.kind: Must be one of: folder, smtp."),
        ("[jobs]\nnightly_sync_at='25:00'", "jobs.nightly_sync_at: Not a time of the day. Example: 02:30."),
        ("[organisations.a]\n", "organisations.a.name: this is needed (str)."),
        (EMPLOYER + "[sources.hr]\nmapping='x'\nemployer='b'", "sources.hr.employer: there is no organisation 'b'"),
        (EMPLOYER + "time_zone='Europe/Brusel'", "organisations.acme.time_zone: Not a time zone."),
        ("a = = 1", "config.toml: this is not valid TOML"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_the_way_out(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _load(tmp_path, text)
    assert sentence in str(caught.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = _load(tmp_path, "[server]\nport = 1000", {"POP__SERVER__PORT": "2000"})
    assert settings.server.port == 2000


def test_an_unknown_key_in_the_environment_stops_the_start_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Did you mean url"):
        _load(tmp_path, "", {"POP__DATABASE__ULR": "x"})
    with pytest.raises(ConfigurationError, match="POP__SECTION__KEY"):
        _load(tmp_path, "", {"POP__DATABASE": "x"})


def test_a_secret_may_lie_in_a_file_named_by_either(tmp_path: Path) -> None:
    (tmp_path / "one.key").write_text("aardvark\n")
    (tmp_path / "two.key").write_text("buffalo\n")
    text = EMPLOYER + "[sources.hr]\nmapping='m'\nemployer='acme'\npassword_file='one.key'\n[mail]\n"
    settings = _load(tmp_path, text, {"POP__MAIL__PASSWORD_FILE": str(tmp_path / "two.key")})
    assert (settings.sources["hr"].password, settings.mail.password) == ("aardvark", "buffalo")
    assert "aardvark" not in repr(settings) and "buffalo" not in repr(settings)


def test_a_secret_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"mail\.password_file: the file with the secret cannot be read"):
        _load(tmp_path, "[mail]\npassword_file='nowhere'")


def test_a_settings_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="make one with `pop init`"):
        load(tmp_path / "nowhere.toml", {})
    with pytest.raises(ConfigurationError, match="Is a directory") as caught:
        load(tmp_path, {})
    assert "pop init" not in str(caught.value)


def test_without_a_file_only_the_environment_makes_an_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match=r"there is no config\.toml in this folder"):
        load(None, {"HOME": "x"})
    settings = load(None, {"POP__SERVER__PORT": "2000"})
    assert (settings.server.port, settings.folder) == (2000, tmp_path)
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    assert load(None, {}).server.port == 8080


def test_who_may_not_read_the_settings_is_not_told_to_make_new_ones(tmp_path: Path) -> None:
    assert "right to read" in _way_out(PermissionError(13, "Permission denied"))


def test_the_example_loads_and_names_every_setting() -> None:
    assert load(EXAMPLE, {}).sources["hr"].mapping == "hr/odoo"
    text = EXAMPLE.read_text(encoding="utf-8")
    for name, made in {**_SECTIONS, **_TABLES}.items():
        for spec in dataclasses.fields(made):
            assert spec.name in text, f"config.example.toml does not show {name}.{spec.name}"


def test_what_a_source_may_do_is_off_until_it_is_set(tmp_path: Path) -> None:
    text = EMPLOYER + "[sources.hr]\nmapping='m'\nemployer='acme'\n"
    plain = _load(tmp_path, text).sources["hr"]
    assert (plain.allow_http, plain.allow_private, plain.allow_redirects) == (False, False, False)
    given = {"POP__SOURCES__HR__CREDENTIAL_EXPIRES_ON": "2027-02-01", "POP__SOURCES__HR__ALLOW_HTTP": "true"}
    for found in (
        _load(tmp_path, text + "credential_expires_on = 2027-02-01\nallow_http = true").sources["hr"],
        _load(tmp_path, text, given).sources["hr"],
    ):
        assert (found.credential_expires_on, found.allow_http) == (date(2027, 2, 1), True)
