"""Finds and parses the TOML files of `mappings/`: an operator's own folder first, then the ones that we ship."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.errors import MappingError

_HERE = Path(__file__).parent
# In a wheel the folder lies inside the package; in a checkout it stands beside it.
SHIPPED = _HERE / "mappings" if (_HERE / "mappings").is_dir() else _HERE.parent / "mappings"


@dataclass(frozen=True, slots=True)
class MappingFile:
    """One parsed file. `digest` changes with any byte of it: a record mapped by another text is mapped again."""

    family: str
    name: str
    path: Path
    content: dict[str, Any]
    digest: str


class MappingFolders:
    """Where mapping files are looked for, in order."""

    def __init__(self, own: Path | None = None) -> None:
        self._roots = ([own] if own else []) + [SHIPPED]

    def names(self, family: str) -> list[str]:
        """All names in a family (`hr`, `catalogues`, `competencies`, `cycles`, …), sorted."""
        found = {path.stem for root in self._roots for path in (root / family).glob("*.toml")}
        return sorted(found)

    def load(self, family: str, name: str) -> MappingFile:
        """The first file of that name; MappingError names the nearest when there is none."""
        for root in self._roots:
            path = root / family / f"{name}.toml"
            if path.is_file():
                return _parse(family, name, path)
        near = difflib.get_close_matches(name, self.names(family), n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise MappingError(
            f"there is no mapping {name!r}",
            where=f"mappings/{family}",
            todo=f"{hint}There are: {', '.join(self.names(family)) or 'none'}.",
        )

    def open(self, path: Path) -> MappingFile:
        """The file at a path; its family is the name of its folder."""
        return _parse(path.resolve().parent.name, path.stem, path)

    def find(self, name: str, families: tuple[str, ...] = ("hr", "catalogues")) -> MappingFile:
        """The file named `family/name`, or `name` in the first family that has it."""
        family, _, rest = name.rpartition("/")
        if family:
            return self.load(family, rest)
        for candidate in families:
            if name in self.names(candidate):
                return self.load(candidate, name)
        return self.load(families[0], name)


def _parse(family: str, name: str, path: Path) -> MappingFile:
    try:
        data = path.read_bytes()
        content = tomllib.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"cannot be read: {error}", where=str(path)) from error
    return MappingFile(family, name, path, content, hashlib.blake2b(data, digest_size=16).hexdigest())
