"""Every mapping file reads its sample: completely, into the golden result, and a second time without a change."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import responses
from sqlalchemy import select

from connector.services.installation import Installation
from connector.store.base import Base
from connector.store.sync_state import RecordState
from tests.conformance.conftest import run
from tests.conformance.sample import Sample, mapping_names, player_of, sample_names

ALL = [Sample(*pair) for pair in sorted(mapping_names() & sample_names())]
HTTP = [sample for sample in ALL if sample.is_http]
OF_THE_RUN = {"sync_run", "scan", "scan_page"}

Make = Callable[[Sample], Installation]
each = pytest.mark.parametrize("sample", ALL, ids=lambda sample: f"{sample.family}/{sample.name}")


def test_every_mapping_has_a_sample_and_every_sample_a_mapping() -> None:
    assert mapping_names() == sample_names()


@each
def test_all_of_it_becomes_the_golden_result(sample: Sample, installed: Make, network: responses.RequestsMock) -> None:
    installation = installed(sample)
    player = player_of(sample) if sample.is_http else None
    if player:
        player.listen(network)

    pages: Counter[str] = Counter()
    report = run(installation, lambda resource, _done, _total: pages.update([resource]))

    assert report.state == "done"
    assert report.totals.new == report.totals.read - report.totals.out_of_scope > 0
    assert (report.totals.quarantined, report.totals.waiting) == (0, 0)
    if player:
        assert player.unused == []
    found = mapped_records(installation)
    for name, counts in report.resources.items():
        assert len(found[name]) == counts.read - counts.out_of_scope, f"{name}: keys are not unique"
    assert not sample.is_paged or max(pages.values()) >= 2, (
        "page_size of the sample is too large to show that pages are read"
    )
    assert found == golden_of(sample, found)


@each
def test_a_second_run_changes_nothing(sample: Sample, installed: Make, network: responses.RequestsMock) -> None:
    installation = installed(sample)
    if sample.is_http:
        player_of(sample).listen(network)
    first = run(installation)
    before = everything(installation)

    second = run(installation, full=True)

    assert second.totals.same + second.totals.out_of_scope == second.totals.read == first.totals.read
    assert (second.totals.new, second.totals.changed, second.totals.missing) == (0, 0, 0)
    assert everything(installation) == before


def mapped_records(installation: Installation) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    with installation.store.read() as session:
        for row in session.scalars(select(RecordState).order_by(RecordState.id)):
            found.setdefault(row.resource, {})[row.key] = row.mapped
    return found


def golden_of(sample: Sample, found: dict[str, Any]) -> Any:
    if os.environ.get("POP_WRITE_GOLDEN"):
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        sample.golden.write_text(text + "\n", encoding="utf-8")
    return json.loads(sample.golden.read_text(encoding="utf-8"))


def everything(installation: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, except those that tell of the runs themselves."""
    with installation.store.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name not in OF_THE_RUN
        }
