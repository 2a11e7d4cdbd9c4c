"""A host whose certificate nobody vouches for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.errors import ConfigurationError
from tests.http.conftest import Made


def test_a_certificate_that_nobody_vouches_for(encrypted_url: str, create_session: Callable[..., Made]) -> None:
    made = create_session(encrypted_url)
    with pytest.raises(ConfigurationError, match="the certificate of the host cannot be trusted"):
        made.get()
    assert made.waits == []


def test_a_certificate_that_the_operator_vouches_for(
    encrypted_url: str, certificate: Path, create_session: Callable[..., Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    assert create_session(encrypted_url).get() == []
