"""Logs: one line per event, JSON where a machine collects them, readable in a terminal, never a secret or a person.

Give facts as keys (`log.info("sync done", run=7, new=3)`), not in the text: keys are what `mask` can judge. The texts
of foreign exceptions are left out, for a database or mail error may quote the values it met; ours never do.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from connector.errors import PopError

HIDDEN = "[hidden]"
_OURS = ("connector", "jobs")

_SECRET_PARTS = ("password", "passwd", "secret", "token", "authorization", "cookie", "credential", "api_key", "apikey")
_SECRET_NAMES = {"key", "master_key", "secret_key", "session_id", "csrf", "digest", "wrapped"}
_PERSONAL_PARTS = ("email", "e_mail", "phone", "address", "birth", "national_number", "surname")
_PERSONAL_NAMES = {
    *("name", "display_name", "given_name", "family_name", "first_name", "last_name", "full_name", "nickname"),
    *("employee_number", "subject", "sender", "recipient", "recipients", "to", "cc", "bcc", "body", "attendee"),
    *("value", "values", "old", "new_value", "raw", "record", "row", "payload", "params", "parameters", "query"),
    *("text", "what", "how", "result", "goal", "title", "description", "reflection", "note", "answer", "content"),
}
_IN_TEXT = (
    (re.compile(r"\bpop_[A-Za-z0-9_-]{16,}"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), HIDDEN),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), HIDDEN),
)
_KEEP = {"event", "level", "timestamp", "logger"}
_DEEP = 6


def set_up_logs(*, stream: TextIO | None = None, as_json: bool | None = None, level: int = logging.INFO) -> None:
    """Send our events, and warnings of the libraries, to `stream` (stderr), as JSON unless it is a terminal."""
    plain = (stream or sys.stderr).isatty() if as_json is None else not as_json
    last: Processor = structlog.dev.ConsoleRenderer(colors=plain) if plain else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(stream) if stream else _ToStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_COMMON, structlog.stdlib.ExtraAdder(), tell_exception, mask],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger of ours. What it is given is masked at once, so before any handler, a test's or a server's, sees it."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


class _ToStderr(logging.StreamHandler[TextIO]):
    """Writes to what sys.stderr is now: it may be exchanged after the set-up, and the old one closed."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def tell_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Turn an exception into its kind and the places it passed; its text only when it is one of ours."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if error is None:
        return event
    event["error"] = [_told(part) for part in _chain(error)]
    event["places"] = _places(error)
    return event


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide the values of keys that name a secret or a person, and secrets that slipped into a text."""
    for key, value in list(event.items()):
        event[key] = _masked_text(value) if key in _KEEP else _masked(key, value, _DEEP)
    return event


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    part: BaseException | None = error
    while part is not None and part not in chain:
        chain.append(part)
        part = part.__cause__ or part.__context__
    return chain


def _told(error: BaseException) -> str:
    kind = type(error).__name__
    return f"{kind}: {error.sentence()}" if isinstance(error, PopError) else kind


def _places(error: BaseException) -> list[str]:
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        module = trace.tb_frame.f_globals.get("__name__", "?")
        places.append(f"{module}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]


def _is_hidden(key: str) -> bool:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower().replace("-", "_")
    if name in _SECRET_NAMES or name in _PERSONAL_NAMES:
        return True
    return any(part in name for part in (*_SECRET_PARTS, *_PERSONAL_PARTS))


def _masked(key: str, value: Any, deep: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return HIDDEN if _is_hidden(key) else _masked_inside(value, deep)


def _masked_inside(value: Any, deep: int) -> Any:
    if deep == 0:
        return HIDDEN
    if isinstance(value, Mapping | MutableMapping):
        return {str(key): _masked(str(key), part, deep - 1) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked_inside(part, deep - 1) for part in value]
    return _masked_text(value)


def _masked_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    for pattern, instead in _IN_TEXT:
        text = pattern.sub(instead, text)
    return text


_COMMON: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

# At import, not in `set_up_logs`: what structlog does by itself prints the local variables of a failed call.
structlog.configure(
    processors=[*_COMMON, tell_exception, mask, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
