"""Records joined to records: by key, by what stands at a path, and of dated rows the one that holds today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.sync.converters import day, key_of
from connector.sync.mapping import Effective, Join, Resource
from connector.sync.record_map import compile_path


class Joiner:
    """Joins the rows of earlier resources, which `rows_of` gives by name, to records. `key_path` gives by name the
    path of a resource's own key."""

    def __init__(self, today: date, rows_of: Callable[[str], Sequence[Raw]], key_path: Callable[[str], str]) -> None:
        self._today = today
        self._rows_of = rows_of
        self._key_path = key_path
        self._indexes: dict[tuple[str, str, Effective | None], dict[str, list[Raw]]] = {}
        self.begins_on: date | None = None

    def join(self, resource: Resource, record: Raw) -> Raw:
        """The record with what it joins under the names that the mapping gives."""
        found = dict(record)
        for join in resource.joins:
            key = key_of(compile_path(join.on)(record))
            rows = self._index(join).get(key, []) if key is not None else []
            found[join.name] = self._chosen(join, rows)
        return found

    def _index(self, join: Join) -> dict[str, list[Raw]]:
        by = join.by or self._key_path(join.resource)
        place = (join.resource, by, join.effective)
        if place not in self._indexes:
            path = compile_path(by)
            index: dict[str, list[Raw]] = defaultdict(list)
            rows = self._rows_of(join.resource)
            for row in rows:
                key = key_of(path(row))
                if key is not None:
                    index[key].append(row)
            if join.effective is not None:
                self._look_ahead(join.effective, rows)
            self._indexes[place] = index
        return self._indexes[place]

    def _chosen(self, join: Join, rows: Sequence[Raw]) -> Any:
        if join.effective is not None:
            rows = self._holding(join.effective, rows)
        if join.many:
            return list(rows)
        return rows[-1] if rows else None

    def _holding(self, effective: Effective, rows: Sequence[Raw]) -> list[Raw]:
        """The rows that hold today, the one that began last at the end. A later start waits for its day."""
        period = _period_of(effective)
        held: list[tuple[date, int, Raw]] = []
        for number, row in enumerate(rows):
            first, last = period(row)
            if (first is None or first <= self._today) and (last is None or last >= self._today):
                held.append((first or date.min, number, row))
        return [row for _, _, row in sorted(held, key=lambda entry: entry[:2])]

    def _look_ahead(self, effective: Effective, rows: Sequence[Raw]) -> None:
        """Over all rows, also those that a scan which was killed had joined before."""
        period = _period_of(effective)
        for row in rows:
            first, last = period(row)
            ended = last + timedelta(days=1) if last is not None and last < date.max else None
            for turn in (first, ended):
                if turn is not None and turn > self._today and (self.begins_on is None or turn < self.begins_on):
                    self.begins_on = turn


@cache
def _period_of(effective: Effective) -> Callable[[Raw], tuple[date | None, date | None]]:
    """The first and the last day of a row; None where it says nothing."""
    since = compile_path(effective.since)
    until = compile_path(effective.until) if effective.until else lambda _: None
    return lambda row: (_day(since(row)), _day(until(row)))


def _day(value: Any) -> date | None:
    """A day, also of a moment or of `/Date(…)/`; what cannot be read says nothing."""
    try:
        return day(value, {})
    except RecordError:
        return None
