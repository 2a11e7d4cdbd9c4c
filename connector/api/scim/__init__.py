"""SCIM 2.0 under /scim/v2/SOURCE: where an identity provider or an HR system pushes people and groups (RFC 7644)."""

from __future__ import annotations

from connector.api.scim import discovery, resources
from connector.api.scim.door import blueprint, register

__all__ = ["register"]

discovery.add_rules(blueprint)
resources.add_rules(blueprint)
