"""From words to the terms of the index: stems, the known parts of a compound, and runs of four letters.

A stem brings "lassen" and "last" together. Dutch writes compounds as one word, so "heftruckchauffeur" also gets the
terms of "heftruck" and "chauffeur" when the catalogue knows those words. Runs of letters catch what is left:
spelling mistakes, and compounds of which no part is known.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import lru_cache

import snowballstemmer

from connector.linking.words import LONGEST

RUN = "#"  # begins the term of a run of letters, which no word can begin with
_STEMMERS = {"nl": "dutch", "fr": "french", "en": "english", "de": "german"}
_COMPOUNDING = ("nl", "de")
_PART = 4  # letters of the shortest part of a compound
_RUN_LENGTH = 4
_own = threading.local()  # a stemmer keeps the word it works on in itself

DEFAULT_LANGUAGE = "nl"


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; a language without a stemmer leaves it as it is."""
    name = _STEMMERS.get(language)
    if name is None:
        return word
    stemmers: dict[str, snowballstemmer.stemmer] = _own.__dict__.setdefault("stemmers", {})
    if name not in stemmers:
        stemmers[name] = snowballstemmer.stemmer(name)
    return str(stemmers[name].stemWord(word))[:LONGEST] or word


def stems(word: str) -> tuple[str, ...]:
    """Every stem that a word of a question can have: nobody says in which language a goal is."""
    return tuple(dict.fromkeys(stem(word, language) for language in ("nl", "fr", "en")))


def possible_parts(word: str, language: str = DEFAULT_LANGUAGE) -> Iterator[str]:
    """The stems of all beginnings and ends that could be a part of this compound, joining -s and -en included."""
    if language not in _COMPOUNDING:
        return
    for cut in range(_PART, len(word) - _PART + 1):
        begin, rest = word[:cut], word[cut:]
        yield stem(begin, language)
        yield stem(rest, language)
        for joint in ("s", "en"):
            if begin.endswith(joint) and len(begin) - len(joint) >= _PART:
                yield stem(begin.removesuffix(joint), language)


def known_parts(word: str, language: str, is_known: Callable[[str], bool]) -> set[str]:
    """The parts that the catalogue knows as words of their own."""
    return {part for part in possible_parts(word, language) if is_known(part)} - {stem(word, language)}


def runs(word: str) -> set[str]:
    """Every run of four letters of a word of five or more, its edges marked."""
    if len(word) <= _RUN_LENGTH:
        return set()
    edged = f"<{word}>"
    return {RUN + edged[at : at + _RUN_LENGTH] for at in range(len(edged) - _RUN_LENGTH + 1)}
