"""Where the next page of a REST resource starts; pagination_options.py says what a mapping may set.

A cursor says all that a resumed scan needs, also when the operator's page_size has changed since: {read: rows so far,
size?: page size} and one of {page}, {offset}, {above: [key, …]}, {link}, {cursor}; `last` holds the key of the last row
where the next page must begin with it, `total` what a keyset counted at its start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connector.sources.reader import Cursor, Raw

_SIZES = {"page": "limit", "offset": "limit", "keyset": "limit", "scim": "count"}
_FIRST = {"page": 1, "offset": 0, "scim": 1}
_COUNTED = ("page", "offset", "scim")


class PagingTroubleError(Exception):
    """What is wrong with a page, in words. `has_moved`: rows came or went; another scan may do better."""

    def __init__(self, what: str, *, has_moved: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.has_moved = has_moved


@dataclass(frozen=True, slots=True)
class Batch:
    """What an answer held: its rows, the source's own count, and the link or cursor of the next page."""

    rows: list[Raw]
    total: int | None = None
    following: str | int | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """The pagination of one resource."""

    kind: str
    names: Mapping[str, str]
    above: Sequence[str]
    keys: Sequence[Any]
    first: int
    size: int | None
    stop_when_empty: bool

    def start(self) -> Cursor:
        cursor: Cursor = {"read": 0}
        if self.kind in _COUNTED:
            cursor["page" if self.kind == "page" else "offset"] = self.first
        if self.size is not None and "size" in self.names:
            cursor["size"] = self.size
        return cursor

    def params(self, cursor: Cursor) -> dict[str, Any]:
        """What a call for this page adds to its parameters. A link has them all in itself."""
        if "link" in cursor:
            return {}
        found = {self.names[name]: cursor[name] for name in ("page", "cursor", "size") if name in cursor}
        if "offset" in cursor:
            found[self.names["offset"]] = cursor["offset"] - ("last" in cursor)
        if "last" in cursor and "size" in cursor:
            found[self.names["size"]] = max(cursor["size"], 2)
        found.update(zip(self.above, cursor.get("above", ()), strict=False))
        return found

    def fresh(self, cursor: Cursor, batch: Batch) -> Batch:
        """The batch without the row that was asked for twice; a keyset's count is the one of its start."""
        rows, total = batch.rows, batch.total
        if "last" in cursor:
            if not rows or self._key(rows[0]) != cursor["last"]:
                raise PagingTroubleError("records came or went while it was read", has_moved=True)
            rows = rows[1:]
        if self.kind == "keyset":
            self._check_order(rows)
            total = max(cursor.get("total", total), cursor["read"] + len(rows)) if total is not None else None
        return Batch(rows, total, batch.following)

    def next(self, cursor: Cursor, batch: Batch) -> Cursor | None:
        """The cursor of the page after this (fresh) batch; None when it was the last."""
        rows = len(batch.rows)
        following: Cursor = {"read": cursor["read"] + rows}
        if "size" in cursor:
            following["size"] = cursor["size"]
        if self._is_last(cursor, following["read"], batch):
            return None
        if self.kind == "page":
            following["page"] = cursor["page"] + 1
        elif self.kind == "keyset":
            following["above"] = self._key(batch.rows[-1])
            if batch.total is not None:
                following["total"] = cursor.get("total", batch.total)
        elif batch.following is not None:
            following["cursor" if self.kind in ("cursor", "scim") else "link"] = batch.following
        else:
            following["offset"] = cursor["offset"] + rows
            if self.keys:
                following["last"] = self._key(batch.rows[-1])
        return following

    def _is_last(self, cursor: Cursor, read: int, batch: Batch) -> bool:
        rows = len(batch.rows)
        if self.kind == "none" or (rows == 0 and self.stop_when_empty):
            return True
        if self.kind == "keyset":
            return rows == 0
        # Where the next page is counted out a total ends it; where it is named, only the lack of a name.
        if self.kind in _COUNTED and batch.following is None and "cursor" not in cursor:
            return rows == 0 or (batch.total is not None and read >= batch.total)
        if batch.following is not None and batch.total is not None and read > batch.total:
            raise PagingTroubleError(
                f"{read} records came and there are more, but the source says that it has {batch.total}", has_moved=True
            )
        return batch.following is None

    def _key(self, row: Raw) -> list[Any]:
        found = [_at(path, row) for path in self.keys]
        if not all(isinstance(value, str | int | float) and not isinstance(value, bool) for value in found):
            raise PagingTroubleError("a record has no usable value at the key of its pagination")
        return found

    def _check_order(self, rows: Sequence[Raw]) -> None:
        """Whole numbers have one order everywhere; that of texts is the source's own affair."""
        keys = [self._key(row) for row in rows]
        if all(isinstance(value, int) for key in keys for value in key) and keys != sorted(keys):
            raise PagingTroubleError("the records are not sorted by the key of their pagination")


def paging_of(options: Mapping[str, Any], page_size: int | None) -> Paging:
    """The paging that a checked `pagination` table asks for, with the operator's page size if it is set."""
    kind: str = options["kind"]
    names: dict[str, str] = {name: options[name] for name in ("page", "offset", "cursor")}
    if kind == "scim":
        names |= {"offset": "startIndex", "cursor": "cursor"}
    size = options["size"] or _SIZES.get(kind)
    if size:
        names["size"] = size
    first: int | None = options["first"]
    return Paging(
        kind=kind,
        names=names,
        above=tuple(options["above"] or ()),
        keys=tuple(jmespath.compile(path) for path in options["key"] or ()),
        first=_FIRST.get(kind, 0) if first is None else first,
        size=page_size or options["default_size"],
        stop_when_empty=bool(options["stop_when_empty"]),
    )


def _at(path: Any, row: Raw) -> Any:
    try:
        return path.search(row)
    except JMESPathError:
        return None
