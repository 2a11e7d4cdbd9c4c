"""Rules of the house that an import contract cannot say."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import connector
from connector.store import schema  # noqa: F401 - fills the registry
from connector.store.base import Base

ROOT = Path(connector.__file__).parent
_ROWS = {mapper.class_.__name__ for mapper in Base.registry.mappers}


def _modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", _modules("domain"), ids=lambda path: path.stem)
def test_domain_uses_the_standard_library_only(path: Path) -> None:
    for name in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        top = name.partition(".")[0]
        own = name == "connector.errors" or name.startswith("connector.domain")
        assert own or top in sys.stdlib_module_names, (
            f"{path.name} imports {name}: rules take values and give decisions"
        )


@pytest.mark.parametrize("path", _modules("domain"), ids=lambda path: path.stem)
def test_domain_reads_no_clock_and_no_file(path: Path) -> None:
    forbidden = {"now", "today", "utcnow", "open", "read_text", "getenv"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert name not in forbidden, f"{path.name}:{node.lineno} calls {name}: let it be handed in"


@pytest.mark.parametrize("path", _modules("services"), ids=lambda path: path.stem)
def test_a_service_takes_its_actor_first_or_a_session(path: Path) -> None:
    """What a caller may ask takes an Actor. What works within somebody's transaction takes its Session, or a row."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or path.stem == "installation":
            continue
        first = node.args.args[0] if node.args.args else None
        kind = ast.unparse(first.annotation) if first is not None and first.annotation is not None else ""
        helper = kind in ("Session", *_ROWS)
        assert kind == "Actor" or helper, f"{path.name}:{node.lineno} {node.name} must take the actor first"
