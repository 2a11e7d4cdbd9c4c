"""Where the next page of a REST resource starts.

Every kind stops by the rules of `is_last`: a server may give fewer rows than asked, so a short page alone ends nothing
and an offset moves on by the rows that came; it may also name a next page when there is none.

    kind = "none"
    kind = "page",   page = "page",     first = 1
    kind = "offset", offset = "offset", first = 0
    kind = "next_link", next = "links.next"      an address in the body (JMESPath)
    kind = "link_header"                         an address in the Link header (RFC 8288, rel=next)
    size = "limit"                               for all of them: the parameter of the page size
    default_size = 100                           what is asked when the operator sets no page_size
    stop_when_empty = true                       for the two links: an empty page is the last
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.sources.options import is_path
from connector.sources.reader import Cursor

KINDS = ("none", "page", "offset", "next_link", "link_header")


class PaginationSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    page = fields.String(load_default="page")
    offset = fields.String(load_default="offset")
    size = fields.String(load_default=None, allow_none=True)
    first = fields.Integer(load_default=None, allow_none=True)
    default_size = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    next = fields.String(load_default=None, allow_none=True, validate=is_path)
    stop_when_empty = fields.Boolean(load_default=None, allow_none=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] == "next_link" and not data["next"]:
            raise ValidationError("is needed for next_link", "next")


@dataclass(frozen=True, slots=True)
class Paging:
    """The pagination of one resource. A cursor is {page | offset | link, read, size}: it says all that a resumed
    scan needs, also when the operator's page_size has changed since."""

    kind: str
    names: Mapping[str, str]
    first: int
    size: int | None
    stop_when_empty: bool

    def start(self) -> Cursor:
        cursor: Cursor = {"read": 0}
        if self.kind in self.names:
            cursor[self.kind] = self.first
        if self.size is not None and "size" in self.names:
            cursor["size"] = self.size
        return cursor

    def params(self, cursor: Cursor) -> dict[str, Any]:
        """What a call for this page adds to its parameters. A link has them all in itself."""
        if "link" in cursor or self.kind == "none":
            return {}
        found = {self.names[self.kind]: cursor[self.kind]} if self.kind in self.names else {}
        if "size" in cursor:
            found[self.names["size"]] = cursor["size"]
        return found

    def next(self, cursor: Cursor, rows: int, total: int | None, link: str | None) -> Cursor | None:
        """The cursor of the page after one of `rows` rows; None when that was the last."""
        read = cursor["read"] + rows
        if self._is_last(rows, read, total, link):
            return None
        if self.kind == "page":
            return {**cursor, "read": read, "page": cursor["page"] + 1}
        if self.kind == "offset":
            return {**cursor, "read": read, "offset": cursor["offset"] + rows}
        return {"read": read, "link": link}

    def _is_last(self, rows: int, read: int, total: int | None, link: str | None) -> bool:
        if self.kind == "none" or (rows == 0 and self.stop_when_empty):
            return True
        if self.kind in self.names:
            return total is not None and read >= total
        return link is None


def paging_of(options: Mapping[str, Any], page_size: int | None) -> Paging:
    """The paging that a checked `pagination` table asks for, with the operator's page size if it is set."""
    kind: str = options["kind"]
    counts = kind in ("page", "offset")
    names: dict[str, str] = {kind: options[kind]} if counts else {}
    size = options["size"] or ("limit" if counts else None)
    if size:
        names["size"] = size
    first: int | None = options["first"]
    return Paging(
        kind=kind,
        names=names,
        first=(1 if kind == "page" else 0) if first is None else first,
        size=page_size or options["default_size"],
        stop_when_empty=counts or bool(options["stop_when_empty"]),
    )
