"""What a system offers now, against what it offered before and what the mapping uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from connector.sources.reader import Raw
from connector.sync.mapping import Describe, Resource
from connector.sync.path_names import chains_in
from connector.sync.record_map import compile_path

Offer: TypeAlias = dict[str, str]  # a field's dotted name -> its kind

_DEEPEST = 4
_NOTHING = "nothing"
_KINDS: dict[type, str] = {bool: "yes or no", int: "number", float: "number", str: "text", list: "list", dict: "object"}


@dataclass(frozen=True, slots=True)
class Drift:
    """How the fields of one resource have changed. `lost` are those that the mapping uses and that have gone; `unseen`
    those that it uses and that no record of the sample had, where the system does not tell its fields."""

    resource: str
    is_described: bool
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]
    lost: tuple[str, ...]
    unseen: tuple[str, ...]


def described_offer(rows: Iterable[Raw], describe: Describe) -> Offer:
    """The fields that the system itself lists, with its own words for their kinds."""
    name, kind = compile_path(describe.name), compile_path(describe.kind) if describe.kind else None
    found = ((name(row), kind(row) if kind else "") for row in rows)
    return {str(field): str(its or "") for field, its in found if field}


def sampled_offer(rows: Iterable[Raw], resource: Resource) -> Offer:
    """The fields that some records hold, without what was joined to them."""
    added = {"parent", *(join.name for join in resource.joins)}
    kinds: dict[str, set[str]] = {}
    for row in rows:
        _look({name: value for name, value in row.items() if name not in added}, "", kinds, 0)
    return {name: " or ".join(sorted(found - {_NOTHING}) or [_NOTHING]) for name, found in sorted(kinds.items())}


def _look(value: Any, name: str, kinds: dict[str, set[str]], depth: int) -> None:
    if name:
        kinds.setdefault(name, set()).add(_KINDS.get(type(value), _NOTHING))
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            _look(inner, f"{name}.{key}".lstrip("."), kinds, depth + 1)
    elif isinstance(value, list):
        for inner in (item for item in value if isinstance(item, dict)):
            _look(inner, name, kinds, depth)


def used_fields(resource: Resource) -> set[str]:
    """The dotted names that a mapping reads in the records of a resource themselves."""
    added = {"parent", *(join.name for join in resource.joins)}
    paths = [resource.key, *(rule.path for rule in resource.rules), *(join.on for join in resource.joins)]
    paths += [resource.only.path if resource.only else None, *(resource.delta.stamps if resource.delta else ())]
    chains = {chain for path in paths if path for chain in chains_in(path)}
    return {chain for chain in chains if chain.partition(".")[0] not in added}


def drift_of(resource: Resource, now: Offer, before: Mapping[str, str] | None) -> Drift:
    """Compare; `before` is None when nobody has looked yet."""
    is_described = resource.describe is not None
    used = used_fields(resource)
    old = now if before is None else before
    missing = _undescribed(used, now) if is_described else used - set(now)
    lost = missing if is_described else missing & set(old)
    both = set(now) & set(old)
    return Drift(
        resource.name,
        is_described,
        new=tuple(sorted(set(now) - set(old))),
        gone=tuple(sorted(set(old) - set(now))),
        changed=tuple((name, old[name], now[name]) for name in sorted(both) if _differs(old[name], now[name])),
        lost=tuple(sorted(lost)),
        unseen=tuple(sorted(missing - lost)),
    )


def _undescribed(used: set[str], now: Offer) -> set[str]:
    """Systems list their fields one level deep (`work`), or with dots (`work.title`). Of a field that is missing with
    all that is in it only the field itself is told."""
    missing = {
        name
        for name in used
        if name.partition(".")[0] not in now
        and not any(f"{name}.".startswith(f"{one}.") or one.startswith(f"{name}.") for one in now)
    }
    return {name for name in missing if name.rpartition(".")[0] not in missing}


def _differs(old: str, now: str) -> bool:
    """A field that is empty in every record of one sample has not changed its kind."""
    return old != now and _NOTHING not in (old, now)


def remembered(now: Offer, before: Mapping[str, str] | None, drift: Drift) -> Offer:
    """What to compare with next time: a field that the mapping misses stays in it until the mapping is mended."""
    kept = {name: (before or {})[name] for name in drift.lost if name in (before or {})}
    known = {name: kind for name, kind in (before or {}).items() if now.get(name) == _NOTHING and kind != _NOTHING}
    return dict(sorted({**now, **known, **kept}.items()))
