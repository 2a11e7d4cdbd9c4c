"""Reads `mappings/cycles/NAME.toml`, checked: an unknown word, a missing number or a turned-round window is refused.

A file holds `title`, `source` and `checked_on` (where the rules come from, and when somebody looked), `horizon_days`,
`notice_days`, `late_days`, `[caps]`, `rules` (the file of mappings/rules that says what a plan must hold, `general`
when it is not said), `[forms]` (for each side the `general` form of mappings/forms, and the one that goes with a
`function` description), optional `closures = [{ from = 2026-12-24, to = 2027-01-01 }]`, and one `[[conversations]]`
table for each kind. `kind = "preparation"` has no slot: it says how many days before another kind everybody has
prepared. The windows of one kind are all about a person, or all about a goal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from connector.domain.cycle import GOAL_ANCHORS, Anchor, ConversationRule, Cycle, FormNames, Window
from connector.mapping_files import MappingFile, MappingFolders
from connector.mapping_tables import Day, load_table, wrong_table

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


class _ClosureSchema(Schema):
    from_ = Day(required=True, data_key="from")
    to = Day(required=True)


_NAME = validate.Regexp(r"[a-z0-9-]+\Z")


class _FormNamesSchema(Schema):
    general = fields.String(required=True, validate=_NAME)
    function = fields.String(required=True, validate=_NAME)


class _FormsSchema(Schema):
    employee = fields.Nested(_FormNamesSchema)
    employer = fields.Nested(_FormNamesSchema)


class _CycleSchema(Schema):
    title = fields.String(required=True)
    source = fields.String(required=True)
    checked_on = Day(required=True)
    horizon_days = fields.Integer(required=True, strict=True, validate=_DAYS)
    notice_days = fields.Integer(required=True, strict=True, validate=_DAYS)
    late_days = fields.Integer(required=True, strict=True, validate=_DAYS)
    caps = fields.Nested(_CapsSchema, required=True)
    rules = fields.String(load_default="general", validate=_NAME)
    forms = fields.Nested(_FormsSchema, load_default=dict)
    closures = fields.List(fields.Nested(_ClosureSchema), load_default=[])
    conversations = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1))


def load_cycle(folders: MappingFolders, name: str) -> Cycle:
    """The cycle of that name; MappingError names the line that is wrong and what would be right."""
    return read_cycle(folders.load("cycles", name))


def read_cycle(file: MappingFile) -> Cycle:
    """Check one parsed file."""
    content = load_table(_CycleSchema(), file.content, file, "")
    rules: list[ConversationRule] = []
    preparation: dict[str, int] = {}
    for number, raw in enumerate(content["conversations"]):
        line = f"conversations[{number}]"
        if raw.get("kind") == PREPARATION:
            loaded = load_table(_PreparationSchema(), raw, file, line)
            preparation[loaded["before"]] = loaded["days_before"]
            continue
        rule = _rule(load_table(_ConversationSchema(), raw, file, line), file, line)
        if any(rule.kind == other.kind for other in rules):
            raise wrong_table(file, f"{line}.kind", f"{rule.kind} stands here twice", "Keep one table for each kind.")
        rules.append(rule)
    return Cycle(
        name=file.name,
        rules=tuple(_prepared(rule, preparation) for rule in rules),
        rules_name=content["rules"],
        forms={side: _form_names(content["forms"], side) for side in ("employee", "employer")},
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
            raise wrong_table(file, f"{line}.windows[{number}].to_days", "the window ends before it begins", "")
    if len({window.anchor in GOAL_ANCHORS for window in windows}) > 1:
        raise wrong_table(
            file,
            f"{line}.windows",
            "some anchors are about a goal and some about a person",
            f"About a goal are: {', '.join(sorted(GOAL_ANCHORS))}.",
        )
    participants = tuple(dict.fromkeys(loaded["participants"]))
    if "employee" not in participants:
        raise wrong_table(file, f"{line}.participants", "the employee is missing", "Nobody is talked about in absence.")
    return ConversationRule(loaded["kind"], loaded["minutes"], participants, windows)


def _prepared(rule: ConversationRule, preparation: dict[str, int]) -> ConversationRule:
    return ConversationRule(rule.kind, rule.minutes, rule.participants, rule.windows, preparation.get(rule.kind))


def _form_names(forms: Mapping[str, Mapping[str, str]], side: str) -> FormNames:
    return FormNames(**forms[side]) if side in forms else FormNames(side, f"{side}-function")


def _closure(raw: dict[str, Any], file: MappingFile, number: int) -> tuple[date, date]:
    if raw["to"] < raw["from_"]:
        raise wrong_table(file, f"closures[{number}].to", "the closure ends before it begins", "")
    return raw["from_"], raw["to"]
