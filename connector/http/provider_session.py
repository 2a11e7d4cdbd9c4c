"""The calls to an identity provider: an address that it names itself may not lead into our own network."""

from __future__ import annotations

import io
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from connector.errors import AnswerError, ConfigurationError
from connector.http.connecting import GuardedAdapter
from connector.http.deadline import Deadline
from connector.http.reach import AddressRefusedError, Reach

_ANSWER_SECONDS = 30
_LARGEST = 1024 * 1024  # metadata and keys are some kilobytes
_PIECE = 64 * 1024
_WHERE = "sign_in"


def guard(session: requests.Session, issuer: str) -> None:
    """Lets a session reach the issuer, which the operator chose, wherever it is, and else only the public internet."""
    parts = urlsplit(issuer)
    session.mount("https://", _ProviderAdapter(Reach()))
    session.mount("http://", _ProviderAdapter(Reach(allow_http=True)))
    session.mount(f"{parts.scheme}://{parts.netloc}/", _ProviderAdapter(Reach(allow_http=True, allow_private=True)))


class _ProviderAdapter(HTTPAdapter):
    """One answer at a time, whole within its deadline and not large."""

    def __init__(self, reach: Reach) -> None:
        super().__init__()
        self._deadline = Deadline(time.monotonic)
        self._inner = GuardedAdapter(self._deadline, reach)

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        self._deadline.start(_ANSWER_SECONDS)
        try:
            response = self._inner.send(request, *args, **{**kwargs, "stream": True})
        except AddressRefusedError:
            raise ConfigurationError(
                "the identity provider names an address inside a network",
                where=_WHERE,
                todo="Every address of a provider on the internet must be on the internet too.",
            ) from None
        with response:
            body = _read(response)
        response.raw = io.BytesIO(body)
        return response

    def close(self) -> None:
        self._inner.close()
        super().close()


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    try:
        for part in response.raw.stream(_PIECE, decode_content=True):
            body += part
            if len(body) > _LARGEST:
                raise AnswerError("the identity provider sends more than it should", where=_WHERE)
    except HTTPError:
        raise requests.ConnectionError("the answer could not be read") from None
    return bytes(body)
