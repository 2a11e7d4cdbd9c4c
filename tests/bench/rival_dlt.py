"""dlt (https://dlthub.com), set as its documentation proposes for a REST API: `rest_api_source`, page numbers with the
total number of pages, `merge` on the primary key, so that a second run updates instead of doubling.

Destination: its sqlalchemy one on a SQLite file, which is what stands nearest to ours. Left at their defaults: workers,
buffers, file formats, schema inference. Telemetry is off. No incremental cursor: a rescan is a rescan on both sides.
Unlike ours it reads employees only. The order, as JSON in the first argument:

    {"api": "http://127.0.0.1:1", "folder": where its database and its working files go}
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt
from dlt.sources.rest_api import rest_api_source

from tests.bench.clock import Spent


def main(order: dict[str, Any]) -> None:
    folder = Path(order["folder"])
    spent = Spent()
    source = rest_api_source(
        {
            "client": {
                "base_url": order["api"],
                "paginator": {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": "pages"},
            },
            "resources": [
                {
                    "name": "employees",
                    "primary_key": "id",
                    "write_disposition": "merge",
                    "endpoint": {"path": "employees", "params": {"limit": 500}, "data_selector": "data"},
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(folder / "pipelines"),
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{folder}/dlt.sqlite3"),
        dataset_name="main",
    )
    pipeline.run(source).raise_on_failed_jobs()
    found = spent.so_far()
    with pipeline.sql_client() as client:
        records = client.execute_sql("SELECT count(*) FROM employees")
    sys.stdout.write(json.dumps({**found, "records": records[0][0] if records else 0}) + "\n")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
