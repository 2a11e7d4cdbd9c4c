"""The mapping of the loopback API: the plain REST one, and the one that reads only what changed since."""

from __future__ import annotations

from pathlib import Path

_HEAD = """\
title = "The HR system of the benchmarks"
kind = "hr"
protocol = "rest"
grade = "bronze"
"""

_RESOURCE = """
[resources.{name}]
target = "{target}"
key = "id"
absent = "unknown"
[resources.{name}.read]
path = "{name}"
records = "data"
total = "total"
pagination = {{ kind = "page", page = "page", size = "limit", default_size = 500 }}
{since}[resources.{name}.fields]
{fields}"""

_SINCE = 'since = { params = { updated_since = "{since}" }, format = "iso" }\n'
_DELTA = """[resources.{name}.delta]
stamps = ["updated_at"]
lookback_minutes = 10
full_every_days = 7
"""

_FIELDS = {
    ("units", "unit"): """\
name = { path = "name", convert = "text" }
parent = { path = "parent_id", convert = "reference" }
""",
    ("jobs", "job"): """\
title = { path = "title", convert = "text" }
""",
    ("employees", "employee"): """\
given_name = { path = "first_name", convert = "text" }
family_name = { path = "last_name", convert = "text" }
employee_number = { path = "employee_number", convert = "text" }
email = { path = "email", convert = "text" }
status = { path = "status", convert = "code", codes = { active = "active", left = "left" } }
employment_type = { path = "employment_type", convert = "text" }
hired_on = { path = "hired_on", convert = "day" }
left_on = { path = "left_on", convert = "day" }
unit = { path = "unit_id", convert = "reference" }
job = { path = "job_id", convert = "reference" }
supervisor = { path = "supervisor_id", convert = "reference" }
fte = { path = "fte", convert = "number" }
language = { path = "language", convert = "text" }
location = { path = "location", convert = "text" }
""",
}


def write_mappings(folder: Path) -> None:
    """Write `hr/bench` and `hr/bench-delta` below a folder."""
    (folder / "hr").mkdir(parents=True, exist_ok=True)
    for name, is_delta in (("bench", False), ("bench-delta", True)):
        (folder / "hr" / f"{name}.toml").write_text(_mapping(is_delta), encoding="utf-8")


def _mapping(is_delta: bool) -> str:
    parts = [_HEAD]
    for (name, target), fields in _FIELDS.items():
        since = _SINCE + _DELTA.format(name=name) if is_delta else ""
        parts.append(_RESOURCE.format(name=name, target=target, since=since, fields=fields))
    return "".join(parts)
