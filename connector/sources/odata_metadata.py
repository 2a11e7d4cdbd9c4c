"""The metadata of an OData service (EDMX, `$metadata`) as records: one for each property of each entity."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from connector.errors import AnswerError
from connector.http.failures import Call, Failed

_OWNERS = ("EntityType", "ComplexType")


class _Handler:
    """Collects properties; a prefix of the namespace does not matter, nor does the version of the standard."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self.is_metadata = False
        self._owner = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "Edmx":
            self.is_metadata = True
        elif name in _OWNERS:
            self._owner = given.get("Name", "")
        elif name in ("Property", "NavigationProperty") and self._owner:
            kind = given.get("Type", "link")  # OData 2 gives the relationship of a link instead
            self.found.append({"entity": self._owner, "name": given.get("Name", ""), "type": kind})

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] in _OWNERS:
            self._owner = ""


def parse_metadata(call: Call, body: bytes, _media_type: str) -> list[dict[str, Any]]:
    """`{"entity": "EmpJob", "name": "jobCode", "type": "Edm.String"}` for each; Failed for what is no metadata."""
    handler = _Handler()
    parser = expat.ParserCreate()
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.StartDoctypeDeclHandler = _refuse  # entities could grow without bound, and metadata needs none
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _RefusedError):
        handler.is_metadata = False
    if not handler.is_metadata:
        todo = f"Check url of [sources.{call.source}], and the path of `describe` in the mapping."
        raise Failed(call.error(AnswerError, "the answer is not the metadata of an OData service", todo))
    return handler.found


class _RefusedError(Exception):
    """It declares a document type."""


def _refuse(*_names: object) -> None:
    raise _RefusedError
