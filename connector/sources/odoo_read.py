"""What the two interfaces of Odoo have in common: the `read` table of a resource, and its pages by `search_read`.

By key each page asks for `id` above the last one, until an empty page: nothing is skipped when records come or go.
Changes are always read so, whatever the mapping says. They are not read on by (stamp, id): Odoo keeps microseconds in
its database and shows seconds, so that a whole page may lie after the moment that its last record names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from marshmallow import Schema, fields, validate

from connector.errors import AnswerError, PopError, ResourceRefusedError
from connector.sources.reader import Cursor, Page, Raw
from connector.sources.scan_guard import ScanGuard
from connector.sources.stamps import written

_PAGE = 200
_STAMP = "%Y-%m-%d %H:%M:%S"  # Odoo speaks UTC without saying so
_GO = "Check url."

Execute: TypeAlias = Callable[[str, str, dict[str, Any]], Any]  # model, method, parameters by name
Wrong: TypeAlias = Callable[[type[PopError], str, str, str], PopError]  # kind, what, model, todo


class SinceSchema(Schema):
    """How a model is asked for what changed."""

    stamps = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(min=1),
        metadata={
            "doc": 'The fields that hold when something last changed: ["write_date", "version_id.write_date"]. A record'
            " comes when any of them is at or after the moment."
        },
    )


class ReadSchema(Schema):
    """How one model of Odoo is read."""

    model = fields.String(required=True, metadata={"doc": 'The model: "hr.employee".'})
    fields_ = fields.List(
        fields.String(),
        required=True,
        data_key="fields",
        validate=validate.Length(min=1),
        metadata={"doc": "The fields to ask for; only these come, and `id` always."},
    )
    optional = fields.List(
        fields.String(),
        load_default=[],
        metadata={
            "doc": "Fields to ask for where this Odoo has them and its user may see them: another release, or an app,"
            " may bring them. Without them: nothing."
        },
    )
    domain = fields.List(
        fields.Raw(), load_default=[], metadata={"doc": 'Odoo\'s own filter: [["company_id", "=", 1]].'}
    )
    context = fields.Dict(
        keys=fields.String(),
        load_default={},
        metadata={"doc": "Odoo's context: { active_test = false } for archived records too."},
    )
    pagination = fields.String(
        load_default="offset",
        validate=validate.OneOf(["offset", "keyset"]),
        metadata={
            "doc": "offset: skip what was read. keyset: ask for `id` above the last one, so that nothing is skipped"
            " when records come or go; changes are always read so."
        },
    )
    may_be_empty = fields.Boolean(
        load_default=True,
        metadata={"doc": "false: there is always a record, so that none at all means that the login may not see them."},
    )
    since = fields.Nested(
        SinceSchema,
        load_default=None,
        allow_none=True,
        metadata={"doc": "How to ask only for what changed since a moment. Default: everything is read each time."},
    )


class OdooScan:
    """One pass over one model. `execute` makes a call, `wrong` an error that names it."""

    def __init__(
        self, options: Mapping[str, Any], since: str | None, page_size: int | None, execute: Execute, wrong: Wrong
    ) -> None:
        self._model: str = options["model"]
        self._options = options
        self._is_delta = since is not None and options["since"] is not None
        self._domain = list(options["domain"])
        if self._is_delta:
            self._domain += _changed(options["since"]["stamps"], str(written(str(since), _STAMP)))
        self._by_key = self._is_delta or options["pagination"] == "keyset"
        self._size = page_size or _PAGE
        self._execute = execute
        self._wrong = wrong
        self._names: list[str] | None = None

    def pages(self, start: Cursor | None) -> Iterator[Page]:
        """All pages from `start` on, each with Odoo's own count. A cursor is {read, offset | above}."""
        total = self._total()
        guard = ScanGuard()
        cursor: Cursor | None = start or {"read": 0, **({"above": 0} if self._by_key else {})}
        while cursor is not None:
            rows = self._rows(cursor, self._size)
            trouble = guard.trouble({"at": [cursor["read"], cursor.get("above")]}, rows)
            if trouble:
                raise self._wrong(AnswerError, trouble, self._model, "Ask who runs that Odoo.")
            read = cursor["read"] + len(rows)
            if "above" in cursor:
                following = {"read": read, "above": rows[-1]["id"]} if rows else None
                total = max(total, read)  # what came while it was read was not counted, but is read too
            else:
                following = {"read": read} if rows and read < total else None
            cursor = following
            if cursor is None and read == 0 and not self._is_delta:
                self._refuse_empty()
            yield Page(rows, following, total)

    def probe(self) -> None:
        """Read one record: it needs the same rights, to the model and to each field, as reading all."""
        if not self._rows({"read": 0}, 1):
            self._refuse_empty()

    def _refuse_empty(self) -> None:
        if not self._options["may_be_empty"]:
            what = "nothing came, where there always is something"
            raise self._wrong(ResourceRefusedError, what, self._model, "Give its user the right to read it, in Odoo.")

    def _total(self) -> int:
        named = {"domain": self._domain, "context": self._options["context"]}
        found = self._execute(self._model, "search_count", named)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self._wrong(AnswerError, "the count is not a number", self._model, _GO)
        return found

    def _rows(self, cursor: Cursor, size: int) -> list[Raw]:
        domain = list(self._domain)
        named: dict[str, Any] = {
            "domain": domain,
            "fields": self._fields(),
            "limit": size,
            "order": "id",
            "context": self._options["context"],
        }
        if "above" in cursor:
            domain.append(["id", ">", cursor["above"]])
        else:
            named["offset"] = cursor["read"]
        rows = self._execute(self._model, "search_read", named)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise self._wrong(AnswerError, "the answer is not a list of records", self._model, _GO)
        return rows

    def _fields(self) -> list[str]:
        """The fields to ask for, with those of the optional ones that this Odoo shows to this user."""
        if self._names is None:
            self._names = list(self._options["fields_"])
            optional = [name for name in self._options["optional"] if name not in self._names]
            if optional:
                named = {"allfields": optional, "attributes": ["type"]}
                shown = self._execute(self._model, "fields_get", named)
                if not isinstance(shown, dict):
                    raise self._wrong(AnswerError, "the list of fields is not an object", self._model, _GO)
                self._names += [name for name in optional if name in shown]
        return self._names


def _changed(stamps: list[str], moment: str) -> list[Any]:
    """Odoo's filter for any of the stamps at or after the moment: its `|` stands before the two it joins."""
    return ["|"] * (len(stamps) - 1) + [[stamp, ">=", moment] for stamp in stamps]
