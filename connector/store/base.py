"""The declarative base, and the column types that the whole model uses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Integer, LargeBinary, MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from connector.store.sealed import Sealed

# SQLite only counts up by itself in a column of the type INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(postgresql.JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive moment is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedText(TypeDecorator[Sealed]):
    """A text that only its owner can open. The column takes and gives `Sealed`, never a string."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("this column takes sealed text: seal it with the owner's key first")
        return value.data

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))


class Base(DeclarativeBase):
    """Names of constraints follow one rule, so that a migration can address them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}


class Numbered:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)


class Bitemporal(Numbered):
    """A fact: it holds valid_from <= day < valid_to, and we believe it recorded_from <= moment < recorded_to.

    None at the end means open. `run_id` and `record_id` say which run and which source record it came from.
    `fact_key` names the columns whose values have one timeline between them.
    """

    fact_key: ClassVar[tuple[str, ...]] = ()

    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_from: Mapped[datetime]
    recorded_to: Mapped[datetime | None]
    run_id: Mapped[int | None] = mapped_column(Id)
    record_id: Mapped[int | None] = mapped_column(Id)
