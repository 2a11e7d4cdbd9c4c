"""What is asked of a list, in the address or (`/.search`) in the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.domain.scim_error import ScimError
from connector.domain.scim_filter import parse_filter
from connector.services.scim_list import DEFAULT_COUNT, Search

_MOST_NAMES = 100
_NAMES = ("attributes", "excludedAttributes", "filter", "sortBy", "sortOrder", "startIndex", "count")


@dataclass(frozen=True, slots=True)
class Asked:
    """`wanted` and `without` name attributes; both empty: all of them."""

    search: Search
    wanted: list[str]
    without: list[str]


def asked_in_query(query: Mapping[str, str]) -> Asked:
    return _asked({name: query[name] for name in _NAMES if name in query})


def asked_in_body(body: Mapping[str, Any]) -> Asked:
    return _asked({name: body[name] for name in _NAMES if body.get(name) is not None})


def _asked(given: Mapping[str, Any]) -> Asked:
    wanted, without = _names(given.get("attributes")), _names(given.get("excludedAttributes"))
    if wanted and without:
        raise ScimError("give attributes or excludedAttributes, not both", "invalidValue")
    text = given.get("filter")
    sort_by = given.get("sortBy")
    search = Search(
        wanted=parse_filter(str(text)) if text is not None else None,
        sort_by=str(sort_by) if sort_by else None,
        is_descending=str(given.get("sortOrder", "")).lower() == "descending",
        start=_number(given.get("startIndex"), 1, "startIndex"),
        count=_number(given.get("count"), DEFAULT_COUNT, "count"),
    )
    return Asked(search, wanted, without)


def _names(given: Any) -> list[str]:
    parts = given if isinstance(given, list) else str(given or "").split(",")
    names = [str(part).strip() for part in parts if str(part).strip()]
    if len(names) > _MOST_NAMES:
        raise ScimError("too many attributes are named", "invalidValue")
    return names


def _number(given: Any, default: int, name: str) -> int:
    if given is None:
        return default
    if isinstance(given, bool) or not re.fullmatch(r"[+-]?[0-9]{1,9}", str(given)):
        raise ScimError("this must be a whole number", "invalidValue", where=name)
    return int(given)
