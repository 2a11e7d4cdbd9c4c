"""How our values look on the wire: camelCase names, nothing for the unknown, whole addresses."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from marshmallow import Schema, ValidationError, fields, post_dump, validate, validates_schema
from webargs.multidictproxy import MultiDictProxy

from connector.services.installation import Installation

ROOT = "/api/v1"


def installation() -> Installation:
    """The installation that this application serves."""
    found: Installation = current_app.extensions["pop"]
    return found


def address(path: str) -> str:
    """The whole address of a path under the API. It comes from the settings: a Host header can be forged."""
    return f"{installation().base_url}{ROOT}{path}"


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class Wire(Schema):
    """Base of everything sent and received. What is unknown is left out: never null, never 0. A list may be empty."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.data_key = camel(field_obj.data_key or field_name)

    @post_dump
    def without_unknown(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class NoQuery(Wire):
    """A query in which nothing can be asked. A key given twice is refused: neither of the two is a guess."""

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def each_once(self, _data: Any, original: Any, **_: Any) -> None:
        if not isinstance(original, MultiDictProxy):
            return
        twice = {key: ["Given more than once."] for key in original if len(original.getlist(key)) > 1}
        if twice:
            raise ValidationError(twice)


class Link(fields.Url):
    """The address of the resource with this id."""

    def __init__(self, collection: str, **more: Any) -> None:
        super().__init__(dump_only=True, **more)
        self.collection = collection

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else address(f"/{self.collection}/{value}")


class Digits(fields.Integer):
    """A whole number in a query as people write it: Python alone would also read 1_000, " 7" and ٣."""

    def _validated(self, value: Any) -> int:
        if not re.fullmatch(r"-?[0-9]{1,20}", str(value)):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def number(most: int = 2**63 - 1, **more: Any) -> Digits:
    """A number from 1 on in a query; without `most`, within what both databases can hold."""
    return Digits(validate=validate.Range(min=1, max=most), **more)


def words(longest: int, **more: Any) -> fields.String:
    """A text that is sent in: not empty, and nothing that does not print, which PostgreSQL refuses."""
    return fields.String(validate=[validate.Length(min=1, max=longest), _prints], **more)


def _prints(text: str) -> None:
    if not text.isprintable():
        raise ValidationError("Holds characters that do not print.")
