"""How each target becomes facts: one module a target, each a `Writer`.

A record is written in two steps. `identify` runs in the transaction of its page and gives our id. `write` runs when
all resources have been read, so that a record may refer to one that came later (a supervisor below his employee).
"""

from connector.sync.writers.base import Unresolved, Writer
from connector.sync.writers.table import WRITERS

__all__ = ["WRITERS", "Unresolved", "Writer"]
