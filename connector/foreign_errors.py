"""Errors of the machine and of the database become ours at the top of a command: one sentence, no values, no trace."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from connector.errors import PopError, StopError
from connector.store.dialects import as_store_error


@contextmanager
def foreign_errors_as_ours() -> Iterator[None]:
    """Raise PopError for a DBAPIError or an OSError. A reader that went away (`| head`) stays as it is."""
    try:
        yield
    except DBAPIError as error:
        raise as_store_error(error) from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        raise _as_stop(error) from error


def _as_stop(error: OSError) -> PopError:
    is_rights = isinstance(error, PermissionError) or error.errno == errno.EROFS
    return StopError(
        "this computer refused",
        where=str(error.filename or ""),
        tried=error.strerror or type(error).__name__,
        todo="Give the account that runs `pop` the right to it, or choose another place." if is_rights else "",
    )
