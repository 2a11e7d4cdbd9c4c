"""What this endpoint can do and what it keeps (RFC 7643, sections 5 to 7)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from connector.api.scim.answers import address, answer, listed
from connector.domain.scim_patch import MOST_OPERATIONS
from connector.domain.scim_types import COMMON, KINDS, Attribute, Kind, Schema
from connector.errors import NotFoundError
from connector.services.scim_list import MOST_COUNT

_CORE = "urn:ietf:params:scim:schemas:core:2.0:"
_SCHEMAS: dict[str, Schema] = {schema.urn: schema for kind in KINDS for schema in (kind.core, *kind.extensions)}


def add_rules(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/ServiceProviderConfig", view_func=service_provider_config)
    blueprint.add_url_rule("/ResourceTypes", view_func=resource_types)
    blueprint.add_url_rule("/ResourceTypes/<name>", view_func=resource_type)
    blueprint.add_url_rule("/Schemas", view_func=schemas)
    blueprint.add_url_rule("/Schemas/<urn>", view_func=schema)


def service_provider_config() -> Response:
    """Which parts of SCIM are supported."""
    no, yes = {"supported": False}, {"supported": True}
    return answer(
        {
            "schemas": [f"{_CORE}ServiceProviderConfig"],
            "patch": yes,
            "bulk": {**no, "maxOperations": MOST_OPERATIONS, "maxPayloadSize": 0},
            "filter": {**yes, "maxResults": MOST_COUNT},
            "changePassword": no,
            "sort": yes,
            "etag": yes,
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "Bearer token",
                    "description": "A token for this source, made with `pop token create --source`.",
                    "specUri": "https://www.rfc-editor.org/info/rfc6750",
                    "primary": True,
                }
            ],
            "meta": {"resourceType": "ServiceProviderConfig", "location": address("/ServiceProviderConfig")},
        }
    )


def resource_types() -> Response:
    """The kinds of resource."""
    return listed(len(KINDS), 1, [_resource_type(kind) for kind in KINDS])


def resource_type(name: str) -> Response:
    """One kind of resource."""
    kind = next((kind for kind in KINDS if kind.name == name), None)
    if kind is None:
        raise NotFoundError("there is no such resource type")
    return answer(_resource_type(kind))


def schemas() -> Response:
    """Which attributes are kept."""
    return listed(len(_SCHEMAS), 1, [_schema(found) for found in _SCHEMAS.values()])


def schema(urn: str) -> Response:
    """The attributes of one schema."""
    found = _SCHEMAS.get(urn)
    if found is None:
        raise NotFoundError("there is no such schema")
    return answer(_schema(found))


def _resource_type(kind: Kind) -> dict[str, Any]:
    return {
        "schemas": [f"{_CORE}ResourceType"],
        "id": kind.name,
        "name": kind.name,
        "description": kind.core.about,
        "endpoint": kind.endpoint,
        "schema": kind.core.urn,
        "schemaExtensions": [{"schema": extension.urn, "required": False} for extension in kind.extensions],
        "meta": {"resourceType": "ResourceType", "location": address(f"/ResourceTypes/{kind.name}")},
    }


def _schema(found: Schema) -> dict[str, Any]:
    is_core = any(found is kind.core for kind in KINDS)
    own = [one for one in COMMON if one.name == "externalId"] if is_core else []
    return {
        "schemas": [f"{_CORE}Schema"],
        "id": found.urn,
        "name": found.name,
        "description": found.about,
        "attributes": [_attribute(one) for one in (*own, *found.attributes)],
        "meta": {"resourceType": "Schema", "location": address(f"/Schemas/{found.urn}")},
    }


def _attribute(one: Attribute) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name,
        "type": one.kind,
        "multiValued": one.is_many,
        "description": one.about,
        "required": one.is_required,
        "caseExact": one.is_exact,
        "mutability": one.mutability,
        "returned": "default",
        "uniqueness": "server" if one.is_unique else "none",
    }
    if one.known:
        described["canonicalValues"] = list(one.known)
    if one.refers:
        described["referenceTypes"] = list(one.refers)
    if one.parts:
        described["subAttributes"] = [_attribute(part) for part in one.parts]
    return described
