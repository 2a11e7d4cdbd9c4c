"""Where in a resource an attribute is (RFC 7644, section 3.10): `emails[type eq "work"].value`, `name.familyName`,
`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager`."""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain.scim_error import ScimError
from connector.domain.scim_filter import Filter, Parser
from connector.domain.scim_types import COMMON, Attribute, Kind, Schema, find


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a resource of some kind. `extension` None: the core. `attribute` None: the whole extension."""

    extension: Schema | None
    attribute: Attribute | None
    part: Attribute | None = None
    selection: Filter | None = None


def parse_path(kind: Kind, text: str) -> Target | None:
    """The place that a path means; None when it names something that is not kept. ScimError: `invalidPath`."""
    parser = Parser(text, "invalidPath")
    name = parser.word("an attribute")
    selection = None
    part = ""
    if parser.takes("["):
        selection = parser.some()
        parser.need("]")
        found_kind, rest = parser.peek()
        if found_kind == "word" and rest.startswith("."):
            parser.next()
            part = rest[1:]
    parser.end()
    found = find_target(kind, f"{name}.{part}" if part else name)
    if found is None or selection is None:
        return found
    if found.attribute is None or not found.attribute.is_many:
        raise ScimError("only an attribute of many values can be selected from", "invalidPath")
    return Target(found.extension, found.attribute, found.part, selection)


def find_target(kind: Kind, path: str) -> Target | None:
    """The place that a path without a selection means; None when it names something that is not kept."""
    extension, rest = _split_urn(kind, path)
    if rest is None:
        return Target(extension, None) if extension is not None and extension is not kind.core else None
    if extension is None:
        return None
    is_core = extension is kind.core
    name, _, part_name = rest.partition(".")
    attribute = find((*COMMON, *extension.attributes) if is_core else extension.attributes, name)
    if attribute is None:
        return None
    part = find(attribute.parts, part_name) if part_name else None
    if part_name and part is None:
        return None
    return Target(None if is_core else extension, attribute, part)


def _split_urn(kind: Kind, path: str) -> tuple[Schema | None, str | None]:
    """The schema, and what stands behind its name; an unknown schema is None."""
    lowered = path.lower()
    if not lowered.startswith("urn:"):
        return kind.core, path
    for urn, schema in kind.by_urn.items():
        if lowered == urn:
            return schema, None
        if lowered.startswith(urn + ":"):
            return schema, path[len(urn) + 1 :]
    return None, path
