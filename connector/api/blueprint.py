"""Operations. Whoever adds one with `reads` or `does` has it guarded and described by that."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException

from connector.api import problems
from connector.api.bearer import check_token
from connector.api.headers import check_accept
from connector.api.wire import ROOT, NoQuery, camel
from connector.errors import ConfigurationError, ConflictError, InputError, NotAllowedError, NotFoundError

_ALWAYS = (400, 401, 403, 406, 500, 503)
_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag of an earlier answer: when nothing changed, the answer is 304 without a body.",
    "schema": {"type": "string"},
}
_ACCEPT_LANGUAGE = {
    "in": "header",
    "name": "Accept-Language",
    "description": "nl, en or fr; without it the language of the employer.",
    "schema": {"type": "string"},
}
_ETAG = {"ETag": {"description": "Names this state of the answer.", "schema": {"type": "string"}}}


class Parser(FlaskParser):
    """Everything wrong with the input at once, as 400; what an operation does not know is wrong."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": RAISE}  # noqa: RUF012 (the library's own name and type)

    def load_json(self, req: Any, schema: Schema) -> Any:
        """What is nested beyond the stack is as little JSON as what is cut off."""
        try:
            return super().load_json(req, schema)
        except RecursionError:
            raise BadRequest from None


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """The operations of one collection."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=ROOT, description=description)
        self.before_request(check_token)
        self.before_request(check_accept)
        handlers: dict[type[Exception], Any] = {
            HTTPException: problems.on_http_error,
            InputError: problems.on_input_error,
            ConflictError: problems.on_conflict,
            ConfigurationError: problems.on_conflict,
            NotAllowedError: problems.on_not_allowed,
            NotFoundError: problems.on_not_found,
            Exception: problems.on_any_error,
        }
        for kind, handler in handlers.items():
            self.register_error_handler(kind, handler)

    def reads(
        self, rule: str, answer: type[Schema], *, example: dict[str, Any], query: type[NoQuery] = NoQuery
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a GET operation; its docstring is its summary. `query` is given to it as its first argument."""
        statuses = (*_ALWAYS, 404) if "<" in rule else _ALWAYS
        responses: dict[int, Any] = {status: HTTPStatus(status).name for status in statuses}
        responses[304] = {"description": "Nothing changed since the answer with this ETag."}

        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def called(asked: dict[str, Any], **path: Any) -> Any:
                return view(asked, *path.values())

            described = self.doc(operationId=camel(view.__name__), responses=responses)(called)
            answered = self.response(200, answer, example=example, headers=_ETAG)(described)
            parsed = self.arguments(query, location="query")(answered)
            self.route(rule, parameters=[_IF_NONE_MATCH, _ACCEPT_LANGUAGE])(parsed)
            return view

        return add

    def does(
        self, rule: str, answer: type[Schema], *, example: dict[str, Any], body: type[Schema] | None = None, status: int
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a POST operation; its docstring is its summary. A `body` is given to it as its first argument."""
        statuses = (*_ALWAYS, 409, 413, *((404,) if "<" in rule or body else ()))
        responses: dict[int, Any] = {status: HTTPStatus(status).name for status in statuses}

        def add(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def called(*parsed: Any, **path: Any) -> Any:
                return view(*parsed, *path.values())

            described = self.doc(operationId=camel(view.__name__), responses=responses)(called)
            answered = self.response(status, answer, example=example)(described)
            taken = self.arguments(body, location="json")(answered) if body is not None else answered
            self.route(rule, methods=["POST"], parameters=[_ACCEPT_LANGUAGE])(taken)
            return view

        return add
