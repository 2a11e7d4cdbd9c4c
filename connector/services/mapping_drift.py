"""Looking whether a source still offers what its mapping reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from connector.domain.access import Actor
from connector.errors import ResourceRefusedError
from connector.services.installation import Installation
from connector.services.mapping_sources import OpenedSource, opened_source
from connector.sources.reader import ResourceRequest
from connector.sync.drift import Drift, Offer, described_offer, drift_of, remembered, sampled_offer
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource
from connector.sync.trial import FewRecords

_RECORDS = 100


@dataclass(frozen=True, slots=True)
class DriftReport:
    """`offers` is what to hand in as `before` next time: names and kinds of fields, nothing of a person.

    `refused` maps a resource that may not be read now to the reason.
    """

    mapping: str
    drifts: tuple[Drift, ...]
    offers: dict[str, Offer]
    refused: dict[str, str]

    @property
    def is_safe(self) -> bool:
        """Nothing that the mapping uses has gone."""
        return not self.refused and not any(drift.lost for drift in self.drifts)


def find_drift(
    actor: Actor, installation: Installation, source: str, before: Mapping[str, Mapping[str, str]] | None = None
) -> DriftReport:
    """Compare the fields that a source offers with those of the last look and with those that the mapping uses."""
    with opened_source(actor, installation, source) as opened:
        fetcher = Fetcher(opened.mapping, FewRecords(opened.reader, opened.mapping, _RECORDS), opened.today)
        drifts: list[Drift] = []
        offers = {name: dict(offer) for name, offer in (before or {}).items()}
        refused: dict[str, str] = {}
        for resource in opened.mapping.resources:
            try:
                now = _offer(opened, fetcher, resource)
            except ResourceRefusedError as error:
                refused[resource.name] = error.sentence()
                continue
            known = (before or {}).get(resource.name)
            if not now:
                continue  # without a record nobody can tell
            drifts.append(drift_of(resource, now, known))
            offers[resource.name] = remembered(now, known, drifts[-1])
        return DriftReport(opened.mapping.name, tuple(drifts), offers, refused)


def _offer(opened: OpenedSource, fetcher: Fetcher, resource: Resource) -> Offer:
    if resource.describe is not None:
        request = ResourceRequest(f"{resource.name}.describe", resource.describe.read)
        rows = [row for page in opened.reader.pages(request) for row in page.records]
        return described_offer(rows, resource.describe)
    found = (row for page in fetcher.pages(resource, None) for row in page.records)
    return sampled_offer(islice(found, _RECORDS), resource)
