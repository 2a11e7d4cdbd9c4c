"""The body of an answer, as JSON."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from connector.errors import AnswerError, SourceUnavailableError
from connector.http.failures import Call, Failed

_LONGEST_PIECE = len(r"\u0000")  # of what may be cut in two: false, -1.5e3, an escaped letter


def parse_json(call: Call, body: bytes, media_type: str) -> Any:
    """The value; Failed with what is wrong. A text that just stops was cut off on its way: another try may help."""
    if not body.strip():
        raise Failed(call.error(AnswerError, "the answer is empty", _todo(call)))
    try:
        return json.loads(body, parse_constant=_not_json)
    except json.JSONDecodeError as error:
        raise _failure(call, body, media_type, _stops(error)) from None
    except UnicodeDecodeError as error:
        raise _failure(call, body, media_type, error.end == len(body)) from None
    except (ValueError, RecursionError):
        raise Failed(call.error(AnswerError, _what(media_type), _todo(call))) from None


def _failure(call: Call, body: bytes, media_type: str, stops: bool) -> Failed:
    if stops and body.lstrip()[:1] in (b"{", b"["):
        todo = "Nothing is lost: the next run tries again."
        return Failed(call.error(SourceUnavailableError, "the answer was cut off", todo), again=True)
    return Failed(call.error(AnswerError, _what(media_type), _todo(call)))


def _stops(error: json.JSONDecodeError) -> bool:
    end = len(error.doc.rstrip())
    return error.pos + _LONGEST_PIECE > end or error.msg.startswith("Unterminated string")


def _not_json(name: str) -> NoReturn:
    raise ValueError(name)


def _what(media_type: str) -> str:
    kind = media_type.partition(";")[0].strip().lower()
    known = kind if kind in ("text/html", "text/plain", "text/xml", "application/xml", "application/json") else "else"
    return f"the answer is not JSON (it is called {known})" if known != "else" else "the answer is not JSON"


def _todo(call: Call) -> str:
    return f"Check url of [sources.{call.source}]: it may lead to a login or error page."
