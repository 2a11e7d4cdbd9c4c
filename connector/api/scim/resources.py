"""/Users and /Groups: create, read, search, replace, change, delete (RFC 7644, section 3)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from connector.api.scim.answers import answer, error, listed, one, whole
from connector.api.scim.door import actor, source
from connector.api.scim.query import Asked, asked_in_body, asked_in_query
from connector.api.wire import installation
from connector.domain.pushed_json import parse_pushed
from connector.domain.scim_types import KINDS, Kind
from connector.domain.scim_view import shown
from connector.services.scim import (
    Resource,
    create_resource,
    delete_resource,
    find_resource,
    patch_resource,
    replace_resource,
)
from connector.services.scim_list import list_resources


def add_rules(blueprint: Blueprint) -> None:
    """The same operations for every kind of resource."""
    for kind in KINDS:
        name, options = kind.name.lower(), {"kind": kind}
        for rule, view, methods in (
            ("", find, ["GET"]),
            ("", create, ["POST"]),
            ("/.search", search, ["POST"]),
            ("/<key>", read, ["GET"]),
            ("/<key>", replace, ["PUT"]),
            ("/<key>", change, ["PATCH"]),
            ("/<key>", delete, ["DELETE"]),
        ):
            blueprint.add_url_rule(
                f"{kind.endpoint}{rule}", f"{name}_{view.__name__}", view, methods=methods, defaults=options
            )
    for rule, methods in (("/Bulk", ["POST"]), ("/.search", ["POST"]), ("/Me", ["GET"])):
        blueprint.add_url_rule(rule, f"no_{rule[1:].strip('.').lower()}", not_offered, methods=methods)


def find(kind: Kind) -> Response:
    """The resources that fit."""
    return _list(kind, asked_in_query(request.args))


def search(kind: Kind) -> Response:
    """The same, with what is asked in the body: an address may be logged."""
    return _list(kind, asked_in_body(_body()))


def create(kind: Kind) -> Response:
    """A new resource."""
    return _one(create_resource(actor(), installation(), source(), kind, _body()), 201)


def read(kind: Kind, key: str) -> Response:
    """One resource; 304 when the caller has this version."""
    found = find_resource(actor(), installation(), source(), kind, key)
    if request.if_none_match.contains_weak(found.version.removeprefix("W/").strip('"')):
        return answer(None, 304, {"ETag": found.version})
    return _one(found)


def replace(kind: Kind, key: str) -> Response:
    """The resource as it is sent, whole."""
    return _one(replace_resource(actor(), installation(), source(), kind, key, _body(), _if_match()))


def change(kind: Kind, key: str) -> Response:
    """The resource after the operations that are sent."""
    return _one(patch_resource(actor(), installation(), source(), kind, key, _body(), _if_match()))


def delete(kind: Kind, key: str) -> Response:
    """The resource no longer exists."""
    delete_resource(actor(), installation(), source(), kind, key, _if_match())
    return answer(None, 204)


def not_offered() -> Response:
    return error(501, "This service does not offer this.")


def _list(kind: Kind, asked: Asked) -> Response:
    found = list_resources(actor(), installation(), source(), kind, asked.search)
    items = [shown(kind, whole(resource), asked.wanted, asked.without) for resource in found.resources]
    return listed(found.total, found.start, items)


def _one(resource: Resource, status: int = 200) -> Response:
    asked = asked_in_query(request.args)
    return one(resource, asked.wanted, asked.without, status)


def _body() -> dict[str, Any]:
    return parse_pushed(request.get_data(cache=False))


def _if_match() -> str | None:
    return request.headers.get("If-Match")
