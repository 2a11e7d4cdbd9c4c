"""The named converters of a mapping: a value of a source system becomes one of ours.

A converter takes one value and the options of its field, and gives a value or raises RecordError with the kind of
what it found, never the value itself. None means: the source does not say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.sync.converters.codes import code
from connector.sync.converters.days import day, epoch_day
from connector.sync.converters.kinds import Options, kind_of
from connector.sync.converters.markup import html
from connector.sync.converters.numbers import duration, hundredths, number, percent, whole
from connector.sync.converters.references import key_of, label, reference
from connector.sync.converters.texts import false_as_empty, language, storable, text, words

__all__ = ["CONVERTERS", "Options", "code", "day", "key_of", "kind_of", "reference", "storable", "text", "whole"]

CONVERTERS: dict[str, Callable[[Any, Options], Any]] = {
    "text": text,
    "false_as_empty": false_as_empty,
    "reference": reference,
    "label": label,
    "day": day,
    "epoch_day": epoch_day,
    "number": number,
    "percent": percent,
    "hundredths": hundredths,
    "whole": whole,
    "code": code,
    "words": words,
    "language": language,
    "duration": duration,
    "html": html,
}
