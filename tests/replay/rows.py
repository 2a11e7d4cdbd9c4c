"""The rows of a recording: a folder that holds the answers of one system as they came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def odoo_rows(folder: Path) -> dict[str, list[Row]]:
    """Rows per model, from files `MODEL.json` = {model, pages: [{body: {result: […]}}]}."""
    found: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.json")):
        recorded = json.loads(path.read_text(encoding="utf-8"))
        if "pages" in recorded:
            found[recorded["model"]] = [row for page in recorded["pages"] for row in page["body"]["result"]]
    return found


def odoo_kinds(folder: Path) -> dict[str, dict[str, str]]:
    """Types of fields per model, from files `MODEL.fields_get.json` = {result: {NAME: {type}}}."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.fields_get.json")):
        listed = json.loads(path.read_text(encoding="utf-8"))["result"]
        found[path.name.removesuffix(".fields_get.json")] = {name: entry["type"] for name, entry in listed.items()}
    return found


def icehrm_rows(folder: Path) -> dict[str, list[Row]]:
    """Rows per path (`employees`, `employees/7/skills`), from lists of {path, body: {data: […]}}."""
    found: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.json")):
        for answer in json.loads(path.read_text(encoding="utf-8")):
            if "data" in answer["body"]:
                found.setdefault(answer["path"].partition("?")[0], []).extend(answer["body"]["data"])
    return found


def scim_rows(folder: Path) -> tuple[list[Row], Row]:
    """Users, and what the server says of itself, from `exchange.json`: a list of {method, path, status, body}."""
    exchange = json.loads((folder / "exchange.json").read_text(encoding="utf-8"))
    found = {
        call["path"]: call["body"] for call in reversed(exchange) if (call["method"], call["status"]) == ("GET", 200)
    }
    return found["/Users"]["Resources"], found["/ServiceProviderConfig"]


def moodle_answers(folder: Path) -> list[Row]:
    """Each call as it was recorded: {fn, params, body}."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
