"""/health: for whatever watches the installation. Open, so it tells no detail."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from connector.api.wire import installation
from connector.domain.access import TIMER
from connector.services.health import Health, check_health

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def tell_health() -> tuple[Response, int]:
    """UP or DEGRADED with 200, DOWN with 503."""
    found = check_health(TIMER, installation())
    return jsonify(status=found.value), 503 if found is Health.DOWN else 200
