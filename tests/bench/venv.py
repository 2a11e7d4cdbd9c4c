"""The venv of the floor and the rival, made once under build/ and again when its list changes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

_LIST = Path(__file__).with_name("requirements.txt")


def bench_python(build: Path) -> Path:
    """The interpreter of that venv."""
    folder = build / "bench-venv"
    python, stamp = folder / "bin" / "python", folder / "made-from"
    digest = hashlib.sha256(_LIST.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text(encoding="ascii") != digest:
        sys.stderr.write("Installing what the floor and the rival need in build/bench-venv ...\n")
        venv.create(folder, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", _LIST]
        subprocess.run(install, check=True)
        stamp.write_text(digest, encoding="ascii")
    return python
