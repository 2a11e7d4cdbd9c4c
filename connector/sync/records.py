"""What a source record becomes: the fields of each target, checked by marshmallow.

References (`unit`, `job`, `supervisor`, …) are the source's own keys; the engine resolves them after the scans.
A loaded record is plain JSON values (days as ISO text, numbers as text), so that it can be stored and compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

STATUSES = ("planned", "active", "on_leave", "suspended", "left", "unknown")


def _text(length: int, *, required: bool = False) -> fields.String:
    return fields.String(required=required, allow_none=not required, validate=validate.Length(min=1, max=length))


def _joint_committee() -> validate.Regexp:
    return validate.Regexp(r"^\d{3}(\.?\d{2})?$", error="must be a joint committee such as 327 or 327.01")


def _currency() -> validate.Regexp:
    return validate.Regexp(r"^[A-Z]{3}$", error="must be a currency such as EUR")


class RecordSchema(Schema):
    class Meta:
        unknown = RAISE

    def is_coherent(self, data: Mapping[str, Any]) -> bool:
        """Whether the fields surely fit together; what `_check` would refuse is never coherent."""
        return True


class EmployeeRecord(RecordSchema):
    display_name = _text(200)
    given_name = _text(100)
    family_name = _text(100)
    employee_number = _text(60)
    email = fields.Email(allow_none=True, validate=validate.Length(max=254))
    language = _text(5)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    employment_type = _text(60)
    joint_committee = fields.String(allow_none=True, validate=_joint_committee())
    born_on = fields.Date(allow_none=True)  # only to tell two people apart: it becomes no fact
    hired_on = fields.Date(allow_none=True)
    left_on = fields.Date(allow_none=True)
    job = _text(200)
    job_title = _text(200)
    unit = _text(200)
    supervisor = _text(200)
    fte = fields.Decimal(allow_none=True, validate=validate.Range(min=0, max=2))
    working_pattern = _text(200)
    location = _text(200)
    effective_on = fields.Date(allow_none=True)

    def is_coherent(self, data: Mapping[str, Any]) -> bool:
        has_name = "display_name" in data or "given_name" in data or "family_name" in data
        return has_name and not ("hired_on" in data and "left_on" in data and data["left_on"] < data["hired_on"])

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if not (data.get("display_name") or data.get("given_name") or data.get("family_name")):
            raise ValidationError("a person needs a name", "display_name")
        hired, left = data.get("hired_on"), data.get("left_on")
        if hired and left and left < hired:
            raise ValidationError("lies before the day of hiring", "left_on")


class UnitRecord(RecordSchema):
    name = _text(200, required=True)
    parent = _text(200)
    manager = _text(200)


class JobRecord(RecordSchema):
    title = _text(200, required=True)
    description = _text(50_000)
    requirements = _text(50_000)
    unit = _text(200)


class CompetencyRecord(RecordSchema):
    label = _text(500, required=True)
    kind = fields.String(allow_none=True, validate=validate.OneOf(["skill", "knowledge", "attitude"]))
    language = _text(5)


class _Levelled(RecordSchema):
    competency = _text(200, required=True)
    competency_label = _text(500)
    scale = _text(60)
    level = fields.Integer(allow_none=True, validate=validate.Range(min=0, max=100))
    level_label = _text(100)


class RequirementRecord(_Levelled):
    job = _text(200, required=True)
    weight = fields.Decimal(allow_none=True, validate=validate.Range(min=0, max=999))


class RatingRecord(_Levelled):
    person = _text(200, required=True)
    assessed_on = fields.Date(allow_none=True)
    basis = _text(200)


class AbsenceRecord(RecordSchema):
    person = _text(200, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)

    def is_coherent(self, data: Mapping[str, Any]) -> bool:
        return not ("ends_on" in data and data["ends_on"] < data.get("starts_on", ""))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            raise ValidationError("lies before the first day", "ends_on")


class AssignmentRecord(RecordSchema):
    person = _text(200, required=True)
    effective_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)
    job = _text(200)
    job_title = _text(200)
    unit = _text(200)
    supervisor = _text(200)
    fte = fields.Decimal(allow_none=True, validate=validate.Range(min=0, max=2))
    working_pattern = _text(200)
    location = _text(200)

    def is_coherent(self, data: Mapping[str, Any]) -> bool:
        return not ("ends_on" in data and data["ends_on"] < data.get("effective_on", ""))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("ends_on") and data["ends_on"] < data["effective_on"]:
            raise ValidationError("lies before the first day", "ends_on")


class TrainingRecordSchema(RecordSchema):
    title = _text(300, required=True)
    description = _text(50_000)
    aim = _text(50_000)
    keywords = fields.List(fields.String(), allow_none=True)
    provider = _text(200)
    language = _text(5)
    learning_form = fields.String(allow_none=True, validate=validate.OneOf(["formal", "informal"]))
    price = fields.Decimal(allow_none=True, places=2, validate=validate.Range(min=0, max=99_999_999))
    currency = fields.String(allow_none=True, validate=_currency())
    hours = fields.Decimal(allow_none=True, validate=validate.Range(min=0, max=9999))
    place = _text(200)
    url = fields.Url(allow_none=True, schemes={"http", "https"}, validate=validate.Length(max=500))
    next_starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    competency_codes = fields.List(fields.String(), allow_none=True)


class SessionRecord(RecordSchema):
    training = _text(200, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True)
    state = fields.String(allow_none=True, validate=validate.OneOf(["planned", "cancelled"]))
    place = _text(200)
    mode = fields.String(allow_none=True, validate=validate.OneOf(["on_site", "online"]))
    seats = fields.Integer(allow_none=True, validate=validate.Range(min=0, max=100_000))
    seats_left = fields.Integer(allow_none=True, validate=validate.Range(min=0, max=100_000))
    price = fields.Decimal(allow_none=True, places=2, validate=validate.Range(min=0, max=99_999_999))
    currency = fields.String(allow_none=True, validate=_currency())
    language = _text(5)
    url = fields.Url(allow_none=True, schemes={"http", "https"}, validate=validate.Length(max=500))

    def is_coherent(self, data: Mapping[str, Any]) -> bool:
        return not ("ends_on" in data and data["ends_on"] < data.get("starts_on", ""))

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            raise ValidationError("lies before the first day", "ends_on")


class CompletionRecord(RecordSchema):
    person = _text(200, required=True)
    training = _text(200, required=True)
    completed_on = fields.Date(allow_none=True)
    result = fields.String(allow_none=True, validate=validate.OneOf(["passed", "failed", "attended"]))
    progress = fields.Decimal(allow_none=True, places=2, validate=validate.Range(min=0, max=100))


TARGETS: dict[str, RecordSchema] = {
    "unit": UnitRecord(),
    "job": JobRecord(),
    "competency": CompetencyRecord(),
    "requirement": RequirementRecord(),
    "employee": EmployeeRecord(),
    "assignment": AssignmentRecord(),
    "rating": RatingRecord(),
    "absence": AbsenceRecord(),
    "training": TrainingRecordSchema(),
    "session": SessionRecord(),
    "completion": CompletionRecord(),
}
