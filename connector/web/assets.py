"""Where the browser finds what the build fetched: one folder per package and version."""

from __future__ import annotations

import tomllib
from pathlib import Path

from flask import Flask, url_for

from connector.errors import ConfigurationError

_WEB = Path(__file__).parent
_LOCK = tomllib.loads((_WEB / "assets.lock.toml").read_text(encoding="utf-8"))["package"]
_FOLDERS = {
    package["name"]: f"{package['name'].lstrip('@').replace('/', '-')}-{package['version']}" for package in _LOCK
}


def vendor(package: str, file: str) -> str:
    """The address of a file of a fetched package."""
    return url_for("static", filename=f"vendor/{_FOLDERS[package]}/{file}")


def check_assets() -> None:
    """ConfigurationError when the build did not fetch them: pages would work, but without their looks."""
    for package in _LOCK:
        for name in package["files"]:
            if not (_WEB / "static" / "vendor" / _FOLDERS[package["name"]] / name).is_file():
                raise ConfigurationError(
                    f"the browser assets are not here ({package['name']})",
                    where="connector/web/static/vendor",
                    todo="Install the product again: `pip install --no-deps --editable .` in its folder.",
                )


def register(app: Flask) -> None:
    app.add_template_global(vendor)
