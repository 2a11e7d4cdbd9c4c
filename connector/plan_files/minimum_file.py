"""Reads `mappings/rules/NAME.toml`, checked.

A file holds `title`, `source` (where the rule comes from), `checked_on` (when somebody looked) and `certainty` (A:
official, or two sources that agree; B: one specialist source; C: not certain), and one `[[minimum]]` table for each
orientation and period: `orientation`, `elements`, `activities` (the least number that makes an action plan, 1 when it
is not said), `valid_from` and `valid_to`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from connector.domain.minimum import Element, Minimum, Orientation
from connector.mapping_files import MappingFile, MappingFolders
from connector.mapping_tables import Day, load_table, wrong_table

_SOURCE = validate.Length(min=10, max=1000)


class _MinimumSchema(Schema):
    orientation = fields.Enum(Orientation, by_value=True, required=True)
    elements = fields.List(fields.Enum(Element, by_value=True), required=True, validate=validate.Length(min=1))
    activities = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=20))
    valid_from = Day(load_default=None)
    valid_to = Day(load_default=None)


class _RulesSchema(Schema):
    title = fields.String(required=True, validate=validate.Length(min=1, max=120))
    source = fields.String(required=True, validate=_SOURCE)
    checked_on = Day(required=True)
    certainty = fields.String(required=True, validate=validate.OneOf(("A", "B", "C")))
    minimum = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1))


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One file: the rules, and what stands behind them."""

    name: str
    title: str
    source: str
    checked_on: date
    certainty: str
    minima: tuple[Minimum, ...]


def load_rules(folders: MappingFolders, name: str) -> RuleSet:
    """The rules of that name; MappingError names the line that is wrong and what would be right."""
    return read_rules(folders.load("rules", name))


def read_rules(file: MappingFile) -> RuleSet:
    """Check one parsed file: no two rules for plans of one orientation may hold on the same day."""
    content = load_table(_RulesSchema(), file.content, file, "")
    minima: list[Minimum] = []
    for number, raw in enumerate(content["minimum"]):
        line = f"minimum[{number}]"
        minimum = _minimum(load_table(_MinimumSchema(), raw, file, line), file, line)
        if any(minimum.overlaps(other) for other in minima):
            raise wrong_table(
                file,
                f"{line}.orientation",
                f"two rules for {minimum.orientation.value} plans hold on the same day",
                "Give the older one a valid_to, the newer one a valid_from.",
            )
        minima.append(minimum)
    return RuleSet(
        name=file.name,
        title=content["title"],
        source=content["source"],
        checked_on=content["checked_on"],
        certainty=content["certainty"],
        minima=tuple(minima),
    )


def _minimum(loaded: dict[str, Any], file: MappingFile, line: str) -> Minimum:
    begins, ends = loaded["valid_from"], loaded["valid_to"]
    if begins is not None and ends is not None and ends < begins:
        raise wrong_table(file, f"{line}.valid_to", "the rule ends before it begins", "")
    elements = tuple(dict.fromkeys(loaded["elements"]))
    if loaded["activities"] > 1 and Element.ACTION_PLAN not in elements:
        raise wrong_table(
            file, f"{line}.activities", "activities are counted, but no action plan is asked", "Add action_plan."
        )
    return Minimum(loaded["orientation"], elements, loaded["activities"], begins, ends)
