"""SCIM 2.0 under /scim/v2/SOURCE: where an identity provider or an HR system pushes people and groups (RFC 7644)."""

from __future__ import annotations

from flask import Flask

from connector.api.scim import discovery, resources
from connector.api.scim.door import blueprint, register

__all__ = ["blueprint", "register_scim"]


def register_scim(app: Flask) -> None:
    """Add the endpoint to an application whose `extensions["pop"]` is the installation."""
    discovery.add_rules(blueprint)
    resources.add_rules(blueprint)
    register(app)
