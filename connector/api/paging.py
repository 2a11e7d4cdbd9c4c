"""Pages of a collection, in the body that the Belgif guide describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import fields

from connector.api.wire import NoQuery, Wire, address, number
from connector.services.paging import Page, PageRequest

EXAMPLE_ADDRESS = "https://pop.example/api/v1"
_LAST_PAGE = 1_000_000_000


class PageQuery(NoQuery):
    """Which page; page 1 is the first."""

    page = number(
        _LAST_PAGE,
        load_default=1,
        metadata={"description": "Which page, counted from 1. After the last page `items` is empty."},
    )
    page_size = number(
        100,
        load_default=20,
        metadata={"description": "How many items at most on a page."},
    )


class PageWire(Wire):
    """What every page has beside its items."""

    self = fields.Url(required=True, metadata={"description": "The address of this page."})
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
    total = fields.Integer(required=True, metadata={"description": "Items on all pages together."})
    first = fields.Url(required=True)
    prev = fields.Url(metadata={"description": "Left out on the first page."})
    next = fields.Url(metadata={"description": "Left out on the last page."})


@dataclass(frozen=True, slots=True)
class PageBody:
    """A page with the addresses around it."""

    items: tuple[Any, ...]
    page: int
    page_size: int
    total: int
    self: str
    first: str
    prev: str | None
    next: str | None


def page_asked(query: dict[str, Any]) -> PageRequest:
    """Take the two paging keys out of a query; what stays are filters."""
    return PageRequest(query.pop("page"), query.pop("page_size"))


def page_body(collection: str, page: Page[Any], asked: PageRequest) -> PageBody:
    """The body of one page; its addresses repeat the filters of this request."""
    last = max(1, -(-page.total // asked.size))

    def at(number: int) -> str:
        kept = {key: value for key, value in request.args.items() if key not in ("page", "pageSize")}
        return f"{address('/' + collection)}?{urlencode({**kept, 'page': number, 'pageSize': asked.size})}"

    return PageBody(
        items=page.items,
        page=asked.number,
        page_size=asked.size,
        total=page.total,
        self=at(asked.number),
        first=at(1),
        prev=at(min(asked.number - 1, last)) if asked.number > 1 else None,
        next=at(asked.number + 1) if asked.number < last else None,
    )


def page_example(collection: str, item: dict[str, Any]) -> dict[str, Any]:
    """How a page with this one item looks, for the description of an operation."""
    here = f"{EXAMPLE_ADDRESS}/{collection}"
    only = f"{here}?page=1&pageSize=20"
    listed = {**item, "href": f"{here}/{item['id']}"}
    return {"self": only, "items": [listed], "page": 1, "pageSize": 20, "total": 1, "first": only}


def document_example(collection: str, item: dict[str, Any]) -> dict[str, Any]:
    """How this one item looks by itself."""
    return {**item, "self": f"{EXAMPLE_ADDRESS}/{collection}/{item['id']}"}
