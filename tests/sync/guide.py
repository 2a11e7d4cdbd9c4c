"""The whole example of mappings/README.md, taken out of the page."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.mapping_files import SHIPPED, MappingFile
from tests.replay.systems import Asked

README = SHIPPED / "README.md"


def blocks(kind: str) -> list[str]:
    """All code blocks of one kind, in their order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def example_file() -> MappingFile:
    return MappingFile("hr", "zonnehof", Path("zonnehof.toml"), tomllib.loads(blocks("toml")[0]), "digest")


def example_answers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(blocks("json")[0])
    return found


def example_result() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(blocks("json")[1])
    return found


@dataclass
class Zonnehof:
    """The system of the example, as a host on loopback answers for it. It refuses a login without a token."""

    lines: list[dict[str, Any]]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if not asked.token:
            return 401, {}
        for line in self.lines:
            request = line["request"]
            if request["path"].lstrip("/") == asked.path and request.get("query", {}).items() <= asked.query.items():
                return 200, line["answer"]
        return (200, {"ok": True}) if asked.path.endswith("/me") else (404, {})


def reply(lines: list[dict[str, Any]], url: str) -> tuple[int, Any]:
    """What the example answers at a whole address."""
    address = urlsplit(url)
    return Zonnehof(lines).answer(Asked("GET", address.path.lstrip("/"), dict(parse_qsl(address.query)), "t", None))
