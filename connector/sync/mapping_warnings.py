"""What is allowed in a mapping, but is seldom meant."""

from __future__ import annotations

from collections.abc import Iterator

from connector.sync.mapping import Resource, SystemMapping
from connector.sync.mapping_check import Place, Problem, nearest
from connector.sync.path_names import chains_in, names_in
from connector.sync.protocol_options import OPTIONS
from connector.sync.records import TARGETS


def warnings_of(mapping: SystemMapping) -> list[Problem]:
    """Fields of a target that stay empty, joins that nothing reads, resources that nothing uses, columns of a file that
    `read` does not list."""
    serving = {join.resource for resource in mapping.resources for join in resource.joins}
    serving |= {resource.per for resource in mapping.resources if resource.per}
    found: list[Problem] = []
    for resource in mapping.resources:
        readers = [resource, *(one for one in mapping.resources if _reads(one, resource.name))]
        used = names_in(path for one in readers for path in _paths(one))
        found += _of_resource(resource, used, OPTIONS[mapping.protocol].has_since)
        if mapping.protocol == "files":
            found += _unlisted(resource)
        if resource.target is None and resource.name not in serving:
            found.append(Problem(("resources", resource.name), "it has no target, and no other resource uses it"))
    return found


def _reads(resource: Resource, name: str) -> bool:
    """Whether records of another resource stand in its own."""
    return resource.per == name or any(join.resource == name for join in resource.joins)


def _of_resource(resource: Resource, used: set[str], has_since: bool) -> Iterator[Problem]:
    place: Place = ("resources", resource.name)
    if resource.target is not None:
        mapped = {rule.name for rule in resource.rules}
        empty = [name for name in TARGETS[resource.target].fields if name not in mapped]
        if empty:
            yield Problem((*place, "fields"), f"not mapped of {resource.target}: {', '.join(empty)}")
    for number, join in enumerate(resource.joins):
        if join.name not in used:
            yield Problem((*place, "join", number, "as"), f"nothing reads the joined {join.name!r}")
    delta = resource.delta
    if has_since and delta is not None and delta.changed is None and "since" not in resource.read:
        yield Problem((*place, "delta", "stamps"), "`read` has no `since`: everything is read each time")


def _unlisted(resource: Resource) -> Iterator[Problem]:
    """Columns that are read but not listed: nobody misses them when their heading is written otherwise."""
    listed = [*resource.read.get("columns", ()), *resource.read.get("optional", ())]
    if not listed or resource.each is not None:
        return
    known = {*listed, *(join.name for join in resource.joins), *(["parent"] if resource.per else [])}
    place: Place = ("resources", resource.name)
    paths: list[tuple[Place, str | None]] = [((*place, "key"), resource.key)]
    paths += [((*place, "only", "path"), resource.only.path if resource.only else None)]
    paths += [((*place, "fields", rule.name, "path"), rule.path) for rule in resource.rules]
    paths += [((*place, "join", number, "on"), join.on) for number, join in enumerate(resource.joins)]
    for where, path in paths:
        columns = {chain.split(".")[0] for chain in chains_in(path)} if path else set()
        for column in sorted(columns - known):
            todo = nearest(column, listed, "Listed")
            yield Problem(where, f"`read` lists no column {column!r}", todo)


def _paths(resource: Resource) -> Iterator[str | None]:
    yield resource.key
    yield resource.each
    yield resource.only.path if resource.only else None
    yield from (rule.path for rule in resource.rules)
    yield from (join.on for join in resource.joins)
    yield from resource.delta.stamps if resource.delta else ()
