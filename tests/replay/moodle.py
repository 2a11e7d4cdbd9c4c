"""How Moodle answers a call of a web service, from calls as they were recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.replay.rows import Row
from tests.replay.systems import LOGIN, Asked

_OF_ONE = ("id", "userid", "filters[0][value]")  # parameters of calls about one thing


class Moodle:
    """Every error comes with status 200. A call about one thing that was not recorded finds nothing."""

    def __init__(self, answers: list[Row]) -> None:
        """`answers` are calls: {fn, params, body}."""
        self._answers = [one for one in answers if "exception" not in one["body"]]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if (asked.method, asked.path) != ("POST", "webservice/rest/server.php"):
            return 404, {"error": "not found"}
        form: Mapping[str, str] = asked.body or {}
        if form.get("wstoken") != LOGIN["password"]:
            return 200, _exception("invalidtoken")
        calls = [one for one in self._answers if one["fn"] == form.get("wsfunction")]
        if not calls:
            return 200, _exception("accessexception")
        return 200, next((one["body"] for one in calls if _is_about(one["params"], form)), [])


def _is_about(params: Mapping[str, Any], form: Mapping[str, str]) -> bool:
    return all(str(params[name]) == form[name] for name in _OF_ONE if name in params and name in form)


def _exception(code: str) -> dict[str, str]:
    return {"exception": "moodle_exception", "errorcode": code, "message": ""}
