"""Mappings that are graded silver or higher ask only for what changed, and end where a full scan would have."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import responses

from tests.conformance.conftest import run
from tests.conformance.sample import Sample, player_of
from tests.conformance.test_mappings import ALL, Make, mapped_records

PROVED = ("silver", "gold", "platinum")


def file_of(sample: Sample, name: str) -> Path:
    return sample.folder / name


@pytest.mark.parametrize(
    "sample",
    [sample for sample in ALL if sample.is_http and file_of(sample, "changes.json").exists()],
    ids=lambda sample: f"{sample.family}/{sample.name}",
)
def test_only_what_changed_is_asked(sample: Sample, installed: Make, network: responses.RequestsMock) -> None:
    installation = installed(sample)
    lines = json.loads(file_of(sample, "changes.json").read_text(encoding="utf-8"))
    player = player_of(sample)
    player.listen(network)
    first = run(installation)

    player.lines, player.used = lines + player.lines, set()
    second = run(installation)

    assert [line["request"] for number, line in enumerate(lines) if number not in player.used] == []
    assert second.totals.read < first.totals.read
    assert second.totals.new > 0
    assert second.totals.changed > 0
    assert (second.totals.missing, second.totals.quarantined, second.totals.waiting) == (0, 0, 0)
    found = mapped_records(installation)
    assert found == after_of(sample, found)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: f"{sample.family}/{sample.name}")
def test_a_grade_is_not_higher_than_the_sample_shows(sample: Sample) -> None:
    delta = any(resource.delta is not None for resource in sample.mapping.resources)
    if sample.mapping.grade in PROVED and sample.is_http:
        assert delta, "silver needs changed-since reading"
        assert file_of(sample, "changes.json").exists()


def after_of(sample: Sample, found: dict[str, Any]) -> Any:
    file = file_of(sample, "golden-after.json")
    if os.environ.get("POP_WRITE_GOLDEN"):
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))
