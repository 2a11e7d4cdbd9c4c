"""The bare floor: the least that any program does to get the same people into one table, without a rule or a check.

requests, orjson, a hash of each record, one table, one transaction. It runs in the venv of the benchmarks and imports
nothing of ours. The order, as JSON in the first argument:

    {"job": "first_load" | "rescan" | "delta", "api": "http://127.0.0.1:1", "database": path or postgresql:// address,
     "warm": runs before the one that counts}
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import requests

from tests.bench.clock import Spent
from tests.bench.floor_tables import Table, open_table

_RESOURCES = ("units", "jobs", "employees")


def first_load(api: str, table: Table) -> int:
    return table.load(_hashed(_rows(api)))


def rescan(api: str, table: Table) -> int:
    """How many records differ from what the table has: none, when nothing has changed."""
    held = table.hashes()
    return sum(held.get(key) != digest for key, digest, _ in _hashed(_rows(api)))


def delta(api: str, table: Table) -> int:
    return table.load(_hashed(_rows(api, table.newest())))


def _rows(api: str, since: str | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    with requests.Session() as session:
        for name in _RESOURCES:
            page, pages = 1, 1
            while page <= pages:
                asked = {"page": page, "limit": 500} | ({"updated_since": since} if since else {})
                body = orjson.loads(session.get(f"{api}/{name}", params=asked, timeout=60).content)
                for row in body["data"]:
                    yield name, row
                page, pages = page + 1, body["pages"]


def _hashed(rows: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    for name, row in rows:
        body = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
        yield f"{name}/{row['id']}", hashlib.blake2b(body, digest_size=16).digest(), row


def main(order: dict[str, Any]) -> None:
    job = {"first_load": first_load, "rescan": rescan, "delta": delta}[order["job"]]
    table: Table | None = None
    for _ in range(order.get("warm", 0)):
        table = table or open_table(order["database"])
        job(order["api"], table)
    spent = Spent()
    table = table or open_table(order["database"])
    records = job(order["api"], table)
    if not order.get("warm"):
        table.close()
    sys.stdout.write(json.dumps({**spent.so_far(), "records": records}) + "\n")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
