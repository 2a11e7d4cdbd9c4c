"""Errors that a system tells in an answer of status 200, as Moodle does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from marshmallow import Schema, ValidationError, fields

from connector.errors import AnswerError, CredentialsError, ResourceRefusedError, SourceUnavailableError
from connector.http.failures import Call, Failed, throttled

_LONGEST_CODE = 60


def is_path(text: str) -> None:
    """Check of a field that holds a JMESPath expression."""
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValidationError("not a path (JMESPath)") from error


def _codes(doc: str) -> fields.List[str]:
    return fields.List(fields.String(), load_default=[], metadata={"doc": doc})


class ToldErrorSchema(Schema):
    """The `error` table of a connection."""

    path = fields.String(
        required=True,
        validate=is_path,
        metadata={"doc": "JMESPath that finds something (not null, false or empty) only when the answer is an error."},
    )
    code = fields.String(
        load_default="",
        validate=lambda text: is_path(text) if text else None,
        metadata={"doc": "JMESPath of the error's code, which the lists below name; without it every error is alike."},
    )
    login = _codes("The codes that mean that the login is wrong or has ended.")
    refused = _codes("The codes that mean that this login may not read this resource.")
    throttled = _codes("The codes with which the system asks for fewer calls.")
    away = _codes("The codes that mean that the system cannot answer now, and may later.")


class ToldError:
    """Tells whether an answer is an error, from a loaded ToldErrorSchema."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._path = jmespath.compile(options["path"])
        self._code = jmespath.compile(options["code"]) if options["code"] else None
        self._options = options

    def failure(self, call: Call, content: Any) -> Failed | None:
        """The failure that the content means; None when it is no error. Nothing but a code is taken from it."""
        if _found(self._path, content) in (None, False, "", [], {}):
            return None
        code = self._told_code(content)
        place = f"[sources.{call.source}]"
        sign = code if code and code.isascii() and code.replace("_", "").replace(".", "").isalnum() else ""
        said = f" ({sign})" if sign else ""
        if code in self._options["login"]:
            return Failed(call.error(CredentialsError, f"the login was refused{said}", f"Check the login of {place}."))
        if code in self._options["refused"]:
            todo = "Give its account the right to read it, in that system."
            return Failed(call.error(ResourceRefusedError, f"this login may not read this{said}", todo))
        if code in self._options["throttled"]:
            return throttled(call, sign, None)
        if code in self._options["away"]:
            todo = "Nothing is lost: the next run tries again."
            return Failed(call.error(SourceUnavailableError, f"the host failed to answer{said}", todo), again=True)
        todo = f"Check url and mapping of {place}, and what that release offers."
        return Failed(call.error(AnswerError, f"the host answered with an error{said}", todo))

    def _told_code(self, content: Any) -> str | None:
        found = _found(self._code, content) if self._code else None
        if isinstance(found, bool) or not isinstance(found, str | int):
            return None
        return str(found) if len(str(found)) <= _LONGEST_CODE else None


def _found(expression: Any, content: Any) -> Any:
    try:
        return expression.search(content)
    except JMESPathError:
        return None
