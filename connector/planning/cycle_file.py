"""Reads `mappings/cycles/NAME.toml`, checked: an unknown word, a missing number or a turned-round window is refused.

A file holds `title`, `source` and `checked_on` (where the rules come from, and when somebody looked), `horizon_days`,
`notice_days`, `late_days`, `[caps]`, optional `closures = [{ from = 2026-12-24, to = 2027-01-01 }]`, and one
`[[conversations]]` table for each kind. `kind = "preparation"` has no slot: it says how many days before another kind
everybody has prepared. The windows of one kind are all about a person, or all about a goal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from connector.domain.cycle import GOAL_ANCHORS, Anchor, ConversationRule, Cycle, Window
from connector.errors import MappingError
from connector.mapping_files import MappingFile, MappingFolders

PREPARATION = "preparation"
KINDS = ("development_conversation", "follow_up", "plan_evaluation")
ROLES = ("employee", "supervisor", "hr")
_DAYS = validate.Range(min=0, max=3660)
_EITHER_WAY = validate.Range(min=-3660, max=3660)


class _WindowSchema(Schema):
    anchor = fields.Enum(Anchor, by_value=True, required=True)
    from_days = fields.Integer(required=True, strict=True, validate=_EITHER_WAY)
    to_days = fields.Integer(required=True, strict=True, validate=_EITHER_WAY)
    skip_when_past = fields.Boolean(load_default=False)


class _ConversationSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(min=15, max=240))
    participants = fields.List(
        fields.String(validate=validate.OneOf(ROLES)), required=True, validate=validate.Length(min=1)
    )
    windows = fields.List(fields.Nested(_WindowSchema), required=True, validate=validate.Length(min=1))


class _PreparationSchema(Schema):
    kind = fields.String(required=True)
    before = fields.String(required=True, validate=validate.OneOf(KINDS))
    days_before = fields.Integer(required=True, strict=True, validate=_DAYS)


class _CapsSchema(Schema):
    per_day = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=48))
    per_week = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=336))


class _Day(fields.Field[date]):
    """A day as TOML knows it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValidationError("Must be a day without quotes, e.g. 2026-12-24.")
        return value


class _ClosureSchema(Schema):
    from_ = _Day(required=True, data_key="from")
    to = _Day(required=True)


class _CycleSchema(Schema):
    title = fields.String(required=True)
    source = fields.String(required=True)
    checked_on = _Day(required=True)
    horizon_days = fields.Integer(required=True, strict=True, validate=_DAYS)
    notice_days = fields.Integer(required=True, strict=True, validate=_DAYS)
    late_days = fields.Integer(required=True, strict=True, validate=_DAYS)
    caps = fields.Nested(_CapsSchema, required=True)
    closures = fields.List(fields.Nested(_ClosureSchema), load_default=[])
    conversations = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1))


def load_cycle(folders: MappingFolders, name: str) -> Cycle:
    """The cycle of that name; MappingError names the line that is wrong and what would be right."""
    return read_cycle(folders.load("cycles", name))


def read_cycle(file: MappingFile) -> Cycle:
    """Check one parsed file."""
    content = _load(_CycleSchema(), file.content, file, "")
    rules: list[ConversationRule] = []
    preparation: dict[str, int] = {}
    for number, raw in enumerate(content["conversations"]):
        line = f"conversations[{number}]"
        if raw.get("kind") == PREPARATION:
            loaded = _load(_PreparationSchema(), raw, file, line)
            preparation[loaded["before"]] = loaded["days_before"]
            continue
        rule = _rule(_load(_ConversationSchema(), raw, file, line), file, line)
        if any(rule.kind == other.kind for other in rules):
            raise _wrong(file, f"{line}.kind", f"{rule.kind} stands here twice", "Keep one table for each kind.")
        rules.append(rule)
    return Cycle(
        name=file.name,
        rules=tuple(_prepared(rule, preparation) for rule in rules),
        horizon_days=content["horizon_days"],
        notice_days=content["notice_days"],
        late_days=content["late_days"],
        per_day=content["caps"]["per_day"],
        per_week=content["caps"]["per_week"],
        closures=tuple(_closure(raw, file, number) for number, raw in enumerate(content["closures"])),
    )


def _rule(loaded: dict[str, Any], file: MappingFile, line: str) -> ConversationRule:
    windows = tuple(Window(**window) for window in loaded["windows"])
    for number, window in enumerate(windows):
        if window.to_days < window.from_days:
            raise _wrong(file, f"{line}.windows[{number}].to_days", "the window ends before it begins", "")
    if len({window.anchor in GOAL_ANCHORS for window in windows}) > 1:
        raise _wrong(
            file,
            f"{line}.windows",
            "some anchors are about a goal and some about a person",
            f"About a goal are: {', '.join(sorted(GOAL_ANCHORS))}.",
        )
    participants = tuple(dict.fromkeys(loaded["participants"]))
    if "employee" not in participants:
        raise _wrong(file, f"{line}.participants", "the employee is missing", "Nobody is talked about in absence.")
    return ConversationRule(loaded["kind"], loaded["minutes"], participants, windows)


def _prepared(rule: ConversationRule, preparation: dict[str, int]) -> ConversationRule:
    return ConversationRule(rule.kind, rule.minutes, rule.participants, rule.windows, preparation.get(rule.kind))


def _closure(raw: dict[str, Any], file: MappingFile, number: int) -> tuple[date, date]:
    if raw["to"] < raw["from_"]:
        raise _wrong(file, f"closures[{number}].to", "the closure ends before it begins", "")
    return raw["from_"], raw["to"]


def _load(schema: Schema, raw: dict[str, Any], file: MappingFile, line: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(raw, unknown=RAISE)
    except ValidationError as error:
        place, problem = _first(error.messages_dict, line)
        raise _wrong(file, place, problem, f"Allowed here: {', '.join(_keys(schema))}.") from error
    return loaded


def _first(problems: Any, place: str) -> tuple[str, str]:
    """The first problem of marshmallow's nested report, with its place written as in the file."""
    while isinstance(problems, dict):
        key, problems = next(iter(problems.items()))
        place += f"[{key}]" if isinstance(key, int) else f".{key}" if place else str(key)
    return place, " ".join(map(str, problems))


def _keys(schema: Schema) -> list[str]:
    return [field.data_key or name for name, field in schema.fields.items()]


def _wrong(file: MappingFile, line: str, what: str, todo: str) -> MappingError:
    return MappingError(what, where=f"{file.family}/{file.name}.toml: {line}", todo=todo)
