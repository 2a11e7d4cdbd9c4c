"""What a SCIM request can have wrong with it (RFC 7644, section 3.12)."""

from __future__ import annotations

from connector.errors import InputError


class ScimError(InputError):
    """The request does not fit SCIM. `kind` is its scimType, e.g. `invalidFilter`; no value is repeated."""

    def __init__(self, what: str, kind: str, *, where: str = "") -> None:
        super().__init__(what, where=where)
        self.kind = kind
