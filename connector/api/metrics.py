"""/metrics: figures for Prometheus, read from the database at each scrape, so that any worker gives the same ones.

The bearer of a token of the role `watcher` may read them, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from connector.api import problems
from connector.api.bearer import actor, check_token
from connector.api.wire import installation
from connector.errors import NotAllowedError
from connector.services.metrics import Figure, figures

blueprint = Blueprint("metrics", __name__)
blueprint.before_request(check_token)
blueprint.register_error_handler(NotAllowedError, problems.on_not_allowed)
blueprint.register_error_handler(Exception, problems.on_any_error)


@blueprint.get("/metrics")
def tell_figures() -> Response:
    """The figures of the token's employer."""
    registry = CollectorRegistry()
    registry.register(_Figures(figures(actor(), installation())))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Figures(Collector):
    def __init__(self, found: Iterable[Figure]) -> None:
        self._found = list(found)

    def collect(self) -> Iterable[Metric]:
        for figure in self._found:
            family = GaugeMetricFamily(figure.name, figure.about, labels=figure.labels)
            for labels, value in figure.samples:
                family.add_metric(list(labels), value)
            yield family
