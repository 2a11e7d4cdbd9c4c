"""Reads `config.toml`, overlays POP__SECTION__KEY from the environment, and checks every key.

A secret may be given as `KEY_file` in the file, or POP__SECTION__KEY_FILE in the environment: the path of a file that
holds it. Relative paths start at the folder of the configuration file. An unknown or wrong key raises
ConfigurationError with the key, what is allowed and the nearest right name. Only app.py, the `pop` command and
`python -m jobs` call `load`.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from connector import settings as declared
from connector.errors import ConfigurationError
from connector.settings import Settings

_PREFIX = "POP__"
_SECTIONS: dict[str, type[Any]] = {
    "database": declared.DatabaseSettings,
    "server": declared.ServerSettings,
    "security": declared.SecuritySettings,
    "sign_in": declared.SignInSettings,
    "mail": declared.MailSettings,
    "jobs": declared.JobsSettings,
    "mappings": declared.MappingsSettings,
}
_TABLES: dict[str, type[Any]] = {
    "organisations": declared.OrganisationSettings,
    "sources": declared.SourceSettings,
}
_FIELDS: dict[type, type[fields.Field[Any]]] = {
    str: fields.String,
    int: fields.Integer,
    bool: fields.Boolean,
    Path: fields.String,
    date: fields.Date,
}


def load(path: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the file (None: `config.toml` here) and the environment, which alone is enough too.

    With neither there is no installation: a ConfigurationError, rather than a second one with all defaults.
    """
    given = os.environ if environment is None else environment
    raw, folder = _read(path, is_needed=not any(name.startswith(_PREFIX) for name in given))
    _overlay(raw, given)
    _refuse_unknown(raw, [*_SECTIONS, *_TABLES], "", "section")
    sections: dict[str, Any] = {
        name: _section(made, raw.get(name, {}), name, folder) for name, made in _SECTIONS.items()
    }
    tables: dict[str, Any] = {name: _table(made, raw.get(name, {}), name, folder) for name, made in _TABLES.items()}
    settings = Settings(folder=folder, **sections, **tables)
    for name, source in settings.sources.items():
        if source.employer not in settings.organisations:
            raise ConfigurationError(
                f"there is no organisation {source.employer!r}",
                where=f"sources.{name}.employer",
                todo=f"Use one of: {', '.join(settings.organisations) or 'none yet'}.",
            )
    return settings


def _read(path: Path | None, *, is_needed: bool) -> tuple[dict[str, Any], Path]:
    chosen = path or Path("config.toml")
    if path is None and not chosen.exists():
        if is_needed:
            raise ConfigurationError(
                "there is no config.toml in this folder",
                where=str(chosen),
                todo="Name the file with --config, go to its folder, or make a new installation with `pop init`.",
            )
        return {}, Path.cwd()
    try:
        return tomllib.loads(chosen.read_text(encoding="utf-8")), chosen.resolve().parent
    except OSError as error:
        raise ConfigurationError(
            "the settings cannot be read",
            where=str(chosen),
            tried=error.strerror or "open",
            todo=_way_out(error),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"this is not valid TOML: {error}", where=str(chosen)) from error


def _way_out(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "Name another file with --config, or make one with `pop init`."
    if isinstance(error, PermissionError):
        return "Give the account that runs `pop` the right to read it."
    return "Name another file with --config."


def _overlay(raw: dict[str, Any], environment: Mapping[str, str]) -> None:
    for name, value in sorted(environment.items()):
        if not name.startswith(_PREFIX):
            continue
        *parents, key = name.removeprefix(_PREFIX).lower().split("__")
        if not parents or not key:
            raise ConfigurationError(
                "this does not name a setting",
                where=name,
                todo="Use POP__SECTION__KEY, e.g. POP__DATABASE__URL.",
            )
        place = raw
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise ConfigurationError("this setting is not a section", where=name)
        place[key] = value


def _table(made: type[Any], raw: Any, name: str, folder: Path) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise ConfigurationError("must be a table of named sections", where=name)
    return {key: _section(made, value, f"{name}.{key}", folder) for key, value in raw.items()}


def _section(made: type[Any], raw: Any, where: str, folder: Path) -> Any:
    if not isinstance(raw, dict):
        raise ConfigurationError(f"must be a section: write [{where}]", where=where)
    hints = typing.get_type_hints(made)
    specs = {spec.name: spec for spec in dataclasses.fields(made)}
    secrets = [name for name, spec in specs.items() if spec.metadata.get("secret")]
    _refuse_unknown(raw, [*specs, *(f"{name}_file" for name in secrets)], where, "key")
    values = _with_secrets(raw, secrets, where, folder)
    schema = Schema.from_dict({name: _field(spec, hints[name]) for name, spec in specs.items()})
    try:
        loaded = schema(unknown=RAISE).load(values)
    except ValidationError as error:
        key, problems = next(iter(error.messages_dict.items()))
        raise ConfigurationError(" ".join(map(str, problems)), where=f"{where}.{key}") from error
    for name, spec in specs.items():
        value = loaded.get(name, spec.default)
        if Path in _kinds(hints[name]) and value is not None:
            loaded[name] = folder / value
    return made(**loaded)


def _kinds(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


def _field(spec: dataclasses.Field[Any], hint: Any) -> fields.Field[Any]:
    kinds = _kinds(hint)
    kind = next(part for part in kinds if part in _FIELDS)
    required = spec.default is dataclasses.MISSING
    return _FIELDS[kind](
        required=required,
        allow_none=type(None) in kinds,
        validate=list(spec.metadata.get("checks", ())) or None,
        error_messages={"required": f"this is needed ({kind.__name__})."},
    )


def _with_secrets(raw: dict[str, Any], secrets: Iterable[str], where: str, folder: Path) -> dict[str, Any]:
    values = dict(raw)
    for name in secrets:
        file = values.pop(f"{name}_file", None)
        if file is None:
            continue
        if name in values:
            raise ConfigurationError(f"give either {name} or {name}_file", where=f"{where}.{name}")
        try:
            values[name] = (folder / str(file)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                "the file with the secret cannot be read",
                where=f"{where}.{name}_file",
                tried=str(folder / str(file)),
            ) from error
    return values


def _refuse_unknown(raw: Mapping[str, Any], allowed: list[str], where: str, kind: str) -> None:
    for key in raw:
        if key in allowed:
            continue
        near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise ConfigurationError(
            f"there is no such {kind}",
            where=f"{where}.{key}" if where else key,
            todo=f"{hint}Allowed: {', '.join(allowed)}.",
        )
