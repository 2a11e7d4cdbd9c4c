"""The `pagination` table of a REST resource."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.sources.options import is_path

KINDS = ("none", "page", "offset", "keyset", "next_link", "link_header", "cursor", "odata", "scim")


class _Names(fields.Field[list[str]]):
    """One text or a list of texts, as a list."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[str]:
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not found or not all(isinstance(one, str) and one for one in found):
            raise ValidationError("not a text or a list of texts")
        return found


class PaginationSchema(Schema):
    """Where the next page starts.

    The page size is a wish: the source may give fewer rows, so a short page ends nothing and an offset moves on by
    the rows that came. A declared total, an empty page or the lack of a next page ends it.
    """

    kind = fields.String(
        required=True,
        validate=validate.OneOf(KINDS),
        metadata={
            "doc": "none: one page. page: a page number. offset: a number of rows to skip. keyset: rows above the key"
            " of the last one. next_link: an address in the body. link_header: an address in the Link header"
            " (RFC 8288, rel=next). cursor: a value in the body that the next call repeats. odata: the next link of"
            " OData v2 (`d.__next`) or v4 (`@odata.nextLink`). scim: startIndex and count (RFC 7644), or nextCursor"
            " (RFC 9865) when the source gives one."
        },
    )
    page = fields.String(load_default="page", metadata={"doc": "For page: the parameter of the page number."})
    offset = fields.String(load_default="offset", metadata={"doc": "For offset: the parameter of the rows to skip."})
    cursor = fields.String(load_default="cursor", metadata={"doc": "For cursor: the parameter that repeats it."})
    above = _Names(
        load_default=None,
        allow_none=True,
        metadata={
            "doc": 'For keyset: the parameter that asks for rows above a key, "id_after"; or a list, one for each key.'
        },
    )
    key = _Names(
        load_default=None,
        allow_none=True,
        metadata={
            "doc": "For keyset: the path (JMESPath) of the key in a row, or a list of paths; `params` must sort by it,"
            " upwards. For offset and scim: with a key each page is asked from the last row of the one before, so that"
            " rows that come or go while reading are noticed instead of skipped."
        },
    )
    size = fields.String(
        load_default=None,
        allow_none=True,
        metadata={
            "doc": "The parameter of the page size. Default: `limit` for page, offset and keyset, `count` for scim,"
            " none for the other kinds."
        },
    )
    first = fields.Integer(
        load_default=None,
        allow_none=True,
        metadata={"doc": "What the first page or row is called: 1 for page and scim, 0 for offset."},
    )
    default_size = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1),
        metadata={"doc": "The page size asked when the operator sets no page_size; without both none is asked."},
    )
    next = fields.String(
        load_default=None,
        allow_none=True,
        validate=is_path,
        metadata={"doc": "For next_link and cursor: the path (JMESPath) in the body; null, empty or missing ends it."},
    )
    stop_when_empty = fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={"doc": "For links and cursors: true when an empty page is the last, whatever it names as next."},
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        kind = data["kind"]
        if kind in ("next_link", "cursor") and not data["next"]:
            raise ValidationError(f"is needed for {kind}", "next")
        for path in data["key"] or ():
            _check_path(path)
        if kind == "keyset" and not (data["key"] and data["above"] and len(data["key"]) == len(data["above"])):
            raise ValidationError("keyset needs as many keys as parameters in `above`", "key")


def _check_path(path: str) -> None:
    try:
        is_path(path)
    except ValidationError as error:
        raise ValidationError(error.messages, "key") from error
