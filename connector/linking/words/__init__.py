"""The words of a text that say what it is about: without case, accents, stop words and the phrases around a goal.

The lists are data, one TOML file per language beside this module. All languages are taken together, for a goal in
Brussels may be in two.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

LONGEST = 60  # characters of one word that are looked at: the width of a term in the index

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ı": "i", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def fold(text: str) -> str:
    """Lower case without accents; letters that Unicode does not take apart are written with plain ones."""
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(char for char in folded if not unicodedata.combining(char))


def content_words(text: str, *, is_goal: bool = False) -> list[str]:
    """The words that count, folded, in the order of the text, repeats included.

    With `is_goal` the phrases with which people begin a goal ("ik wil beter leren …") are taken away first.
    """
    lists = _lists()
    plain = " ".join(_plain_words(text))
    plain = lists.idioms.sub(" ", plain)
    if is_goal:
        plain = lists.goals.sub(" ", plain)
    words = (word.rstrip("_") for word in plain.split() if word not in lists.stop)
    return [word[:LONGEST] for word in words if len(word) > 1]


def surface_forms(text: str) -> dict[str, str]:
    """Folded word -> the word as it first stood in the text, to show it again."""
    forms: dict[str, str] = {}
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        for folded in _WORD.findall(fold(match.group())):
            forms.setdefault(folded[:LONGEST], match.group())
    return forms


def _plain_words(text: str) -> Iterator[str]:
    """Folded words. An abbreviation keeps an underscore at its end, for "IT" and "MAG" are not the words it and mag."""
    shouts = text.isupper()
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        is_short_form = not shouts and match.group().isupper() and len(match.group()) > 1
        for word in _WORD.findall(fold(match.group())):
            yield f"{word}_" if is_short_form else word


class _Lists:
    def __init__(self, contents: list[dict[str, Any]]) -> None:
        self.stop = frozenset(word for content in contents for word in fold(content["stop"]).split())
        self.idioms = _phrases(contents, "idioms")
        self.goals = _phrases(contents, "goals")


def _phrases(contents: list[dict[str, Any]], name: str) -> re.Pattern[str]:
    """One pattern that takes the longest phrase first."""
    phrases = sorted({fold(phrase) for content in contents for phrase in content[name]}, key=lambda p: (-len(p), p))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")


@cache
def _lists() -> _Lists:
    found = sorted((path for path in files(__name__).iterdir() if path.name.endswith(".toml")), key=lambda p: p.name)
    return _Lists([tomllib.loads(path.read_text(encoding="utf-8")) for path in found])
