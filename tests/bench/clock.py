"""What a process spent on its job: wall and processor seconds since the job began, and its highest memory."""

from __future__ import annotations

import re
import time
from pathlib import Path


class Spent:
    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def so_far(self) -> dict[str, float]:
        """`seconds`, `cpu` (seconds) and `peak_mb`: the most memory that the process ever held."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return {"seconds": wall, "cpu": cpu, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    # VmHWM begins anew with a program; ru_maxrss would tell of whoever started it.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0
