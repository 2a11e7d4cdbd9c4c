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


def icehrm_rows(folder: Path) -> dict[str, list[Row]]:
    """Rows per path (`employees`, `employees/7/skills`), from lists of {path, body: {data: […]}}."""
    found: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.json")):
        for answer in json.loads(path.read_text(encoding="utf-8")):
            if "data" in answer["body"]:
                found.setdefault(answer["path"].partition("?")[0], []).extend(answer["body"]["data"])
    return found
