"""Every error of the product. The class says how to react; the text says what, where, what was tried, what to do.

PopError
├── AskUserError              somebody can mend it now: show the text, change nothing
│   ├── ConfigurationError    a setting is unknown, wrong or missing
│   │   └── NothingThereError   the address leads to nothing (404, 410): it is wrong, or what was there has gone
│   ├── MappingError          a file in mappings/ is wrong
│   ├── InputError            what was sent in does not fit (all problems at once in `problems`)
│   ├── NotAllowedError       this actor may not do this
│   ├── NotFoundError         there is no such thing for this actor
│   └── ConflictError         somebody else was first; look again
├── RetryError                it may work later: leave the row, try again
│   ├── SourceUnavailableError  no connection, a time-out, a 5xx, a body that was cut off
│   ├── ThrottledError          the other side asked for fewer calls
│   └── DeliveryError           a message could not be handed over yet
├── RecordError               this record is wrong: quarantine it, go on with the rest
└── StopError                 stop this run before it writes more, and tell a person
    ├── CredentialsError        the other side refused our login
    ├── ResourceRefusedError    the login may not read this resource: unavailable is not empty
    ├── AnswerError             the other side answered something that is not its documented shape
    ├── IncompleteScanError     fewer or more records arrived than the source says it has
    ├── GuardError              more would end or change than a person should let pass unseen
    └── StoreError              the database is newer, older or not there
"""

from __future__ import annotations


class PopError(Exception):
    """Base of all. `where` names the setting, source or row; `tried` the act; `todo` the way out."""

    def __init__(self, what: str, *, where: str = "", tried: str = "", todo: str = "") -> None:
        self.what = what
        self.where = where
        self.tried = tried
        self.todo = todo
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """One line for people: `where: what (tried: …). todo.`"""
        text = f"{self.where}: {self.what}" if self.where else self.what
        if self.tried:
            text += f" (tried: {self.tried})"
        if not self.todo:
            return text
        return f"{text}. {self.todo}" if text[-1] not in ".!?" else f"{text} {self.todo}"


class AskUserError(PopError):
    """Somebody can mend it now."""


class ConfigurationError(AskUserError):
    """A setting is unknown, wrong or missing."""


class NothingThereError(ConfigurationError):
    """The address leads to nothing: it is wrong, or what was there has gone."""


class MappingError(AskUserError):
    """A file in mappings/ is wrong."""


class InputError(AskUserError):
    """What was sent in does not fit; `problems` maps each field to its messages."""

    def __init__(self, what: str, *, problems: dict[str, list[str]] | None = None, **parts: str) -> None:
        super().__init__(what, **parts)
        self.problems = problems or {}


class NotAllowedError(AskUserError):
    """This actor may not do this."""


class NotFoundError(AskUserError):
    """There is no such thing for this actor."""


class ConflictError(AskUserError):
    """Somebody else was first."""


class RetryError(PopError):
    """It may work later."""


class SourceUnavailableError(RetryError):
    """No connection, a time-out, a 5xx, or a body that was cut off."""


class ThrottledError(RetryError):
    """The other side asked for fewer calls; `wait_seconds` is what it asked for, if it said."""

    def __init__(self, what: str, *, wait_seconds: float | None = None, **parts: str) -> None:
        super().__init__(what, **parts)
        self.wait_seconds = wait_seconds


class DeliveryError(RetryError):
    """A message could not be handed over yet."""


class RecordError(PopError):
    """This record is wrong. `field` is ours, `kind` what was found; the value itself is never in the text."""

    def __init__(self, reason: str, *, field: str = "", kind: str = "") -> None:
        self.reason = reason
        self.field = field
        self.kind = kind
        super().__init__(reason, where=field, tried=f"found {kind}" if kind else "")


class StopError(PopError):
    """Stop before writing more, and tell a person."""


class CredentialsError(StopError):
    """The other side refused our login."""


class ResourceRefusedError(StopError):
    """The login may not read this resource."""


class AnswerError(StopError):
    """The other side answered something that is not its documented shape."""


class IncompleteScanError(StopError):
    """The number of records received is not the number that the source says it has."""


class GuardError(StopError):
    """More would end or change than a person should let pass unseen."""


class StoreError(StopError):
    """The database is newer, older or not there."""
