"""What a REST answer holds: records, the source's own count, and what leads to the next page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connector.sources.reader import Raw

_RECORDS = {"odata": ("d.results", "value", "d"), "scim": ("Resources",)}
_TOTALS = {"odata": ('d."__count"', '"@odata.count"'), "scim": ("totalResults",)}
_NEXT = {"odata": ('d."__next"', '"@odata.nextLink"'), "scim": ("nextCursor",)}
_LONGEST_COUNT = 18


class WrongShapeError(Exception):
    """An answer lacks what the mapping says that it has; `what` says it in words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class AnswerPaths:
    """The paths of one resource's `read` table, compiled; OData and SCIM name their own where the mapping does not."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        pagination = options["pagination"]
        kind = pagination["kind"]
        self._is_scim = kind == "scim"
        self._key_as: str | None = options["key_as"]
        self._named = options["records"] or " or ".join(_RECORDS.get(kind, ("@",)))
        self._records = _compiled([options["records"]] if options["records"] else _RECORDS.get(kind, ("@",)))
        self._total_name: str | None = options["total"]
        self._totals = _compiled([self._total_name] if self._total_name else _TOTALS.get(kind, ()))
        self._next = _compiled([pagination["next"]] if pagination["next"] else _NEXT.get(kind, ()))

    def records(self, content: Any) -> list[Raw]:
        """The records; WrongShapeError when there is no list of objects."""
        found = next((value for path in self._records if (value := _search(path, content)) is not None), None)
        if found is None and self._is_scim and self.total(content) is not None:
            return []  # RFC 7644, 3.4.2: Resources may be left out when there are none; the count tells
        if self._key_as and isinstance(found, dict):
            found = [{**row, self._key_as: key} if isinstance(row, dict) else row for key, row in found.items()]
        if not isinstance(found, list) or not set(map(type, found)) <= {dict}:
            raise WrongShapeError(f"the answer has no list of records at `{self._named}`")
        return found

    def total(self, content: Any) -> int | None:
        """The source's own count; None when it has none, WrongShapeError when the mapping says that it has."""
        found = self._first(self._totals, content)
        if isinstance(found, str) and found.isascii() and found.isdigit():
            found = int(found[:_LONGEST_COUNT])
        if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
            return found
        if self._total_name is not None:
            raise WrongShapeError(f"the answer does not say how many records there are at `{self._total_name}`")
        return None

    def following(self, content: Any) -> Any:
        """The link or cursor of the next page; None when there is none."""
        found = self._first(self._next, content)
        return None if found in (None, False, "") else found

    @property
    def reads_header(self) -> bool:
        """Is the next page named in the Link header, for the body has no place for it?"""
        return not self._next

    def _first(self, paths: Sequence[Any], content: Any) -> Any:
        return next((value for path in paths if (value := _search(path, content)) is not None), None)


def _compiled(paths: Sequence[str]) -> list[Any]:
    return [jmespath.compile(path) for path in paths]


def _search(path: Any, content: Any) -> Any:
    try:
        return path.search(content)
    except JMESPathError:
        return None
