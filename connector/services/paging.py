"""One page of a long list: counted and cut by the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for, counted from 1, and how many items fit on one."""

    number: int = 1
    size: int = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page, and how many there are on all pages together."""

    items: tuple[T, ...]
    total: int

    def map(self, change: Callable[[tuple[T, ...]], tuple[R, ...]]) -> Page[R]:
        """The same page of other things: `change` sees all items at once, so that it needs few queries."""
        return Page(change(self.items), self.total)


def cut_page(session: Session, statement: Select[*tuple[Any, ...]], request: PageRequest) -> Page[Any]:
    """Run an ordered statement for one page: two queries, whatever the length. Rows of one column come bare."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    offset = (request.number - 1) * request.size
    if offset >= total:
        return Page((), total)
    rows = session.execute(statement.limit(request.size).offset(offset)).all()
    return Page(tuple(row[0] if len(row) == 1 else row for row in rows), total)
