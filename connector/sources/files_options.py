"""The `read` table of a resource that stands in a file."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.sources.options import is_path


class ReadSchema(Schema):
    """Which table of the workbook, folder or file a resource is, and what must be in it."""

    sheet = fields.String(
        metadata={"doc": "A sheet of the workbook (.xlsx, .xls, .ods), or SHEET.csv in the folder."},
    )
    columns = fields.List(
        fields.String(),
        load_default=[],
        metadata={"doc": "The headings that must be there; capitals and outer blanks do not matter."},
    )
    optional = fields.List(fields.String(), load_default=[], metadata={"doc": "Headings that may be there."})
    notes = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default={},
        metadata={"doc": "What to write in a column, for whoever fills in the empty workbook of `pop init --files`."},
    )
    may_be_missing = fields.Boolean(
        load_default=False,
        metadata={
            "doc": "true: a sheet or file that is not there is an empty one. Give `absent` a value that ends nothing."
        },
    )
    file = fields.String(metadata={"doc": 'Instead of a sheet: a file by its name or pattern, "*.json".'})
    format = fields.String(
        load_default="table",
        validate=validate.OneOf(["table", "json"]),
        metadata={"doc": "table: rows below a heading row. json: a list of objects in a JSON file."},
    )
    records = fields.String(
        load_default="@",
        validate=is_path,
        metadata={"doc": "For json: the path (JMESPath) of the list in the file. Default: the file is the list."},
    )

    @validates_schema
    def _named(self, data: dict[str, Any], **_: Any) -> None:
        if "sheet" not in data and "file" not in data and data["format"] == "table":
            raise ValidationError("name a sheet or a file", "sheet")
