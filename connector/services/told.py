"""What a sync has said in English, as a code with the parts that vary, and in the words of whoever reads it.

The engine writes one English sentence down, for logs and the command line. A `Saying` knows that sentence by its form,
so whatever was written, now or years ago, has a code for other programs and words for people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("nl", "en", "fr")
_HOLES = re.compile(r"(\{\w+\}|…)")
_SENTENCES = re.compile(r"(?<=\.) ")


@dataclass(frozen=True, slots=True)
class Told:
    """`code` stays the same between releases; `facts` are its parts that vary, none of them a value of a record;
    `words` say it in the language of whoever asked."""

    code: str
    facts: dict[str, str]
    words: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that can be said. `said` are the English sentences for it: `{name}` is a part that is told on, `…` one
    that is not. `words` by language, with the same names."""

    code: str
    said: tuple[str, ...]
    words: Mapping[str, str]

    def told(self, language: str, facts: Mapping[str, str]) -> Told:
        """The same for a reader; a language that we do not speak becomes English."""
        text = self.words.get(language, self.words["en"])
        return Told(self.code, dict(facts), text.format(**facts))

    def name(self, language: str) -> str:
        """What it says first, without the parts that vary."""
        return _HOLES.sub("…", _SENTENCES.split(self.words.get(language, self.words["en"]))[0])


class Sayings:
    """Everything that can be said of one kind of thing. `other` is for what is not known; it has no holes."""

    def __init__(self, known: tuple[Saying, ...], other: Saying) -> None:
        self.known = known
        self.other = other
        self._whole_forms = [(saying, re.compile(_form(text, ".+?"))) for saying in known for text in saying.said]
        self._forms = [(saying, re.compile(_amid(text))) for saying in known for text in saying.said]

    def name(self, code: str, language: str) -> str:
        """What a code is called."""
        return next((one for one in self.known if one.code == code), self.other).name(language)

    def whole(self, text: str, language: str) -> Told:
        """What a text as a whole says."""
        return self._whole(text, language) or self.other.told(language, {})

    def each(self, text: str, language: str) -> tuple[Told, ...]:
        """What each sentence of a text says: at least one."""
        one = self._whole(text, language)
        if one is not None:
            return (one,)
        found = [told for sentence in _SENTENCES.split(text) if (told := self._whole(sentence, language)) is not None]
        return tuple(found) or (self.other.told(language, {}),)

    def within(self, text: str, language: str) -> Told:
        """What a sentence with place, deed and advice around it says (connector.errors.PopError)."""
        for saying, form in self._forms:
            if match := form.search(text):
                return saying.told(language, match.groupdict())
        return self.other.told(language, {})

    def _whole(self, text: str, language: str) -> Told | None:
        for saying, form in self._whole_forms:
            if match := form.fullmatch(text):
                return saying.told(language, match.groupdict())
        return None


def _form(sentence: str, hole: str) -> str:
    """A sentence as a pattern."""
    return "".join(
        ".+?" if part == "…" else f"(?P<{part[1:-1]}>{hole})" if _HOLES.fullmatch(part) else re.escape(part)
        for part in _HOLES.split(sentence)
    )


def _amid(sentence: str) -> str:
    """The same between the place, the deed and the advice of an error."""
    return f"(?:^|: ){_form(sentence, '(?:(?!: ).)+?')}(?=$|[.,;]| \\(tried: )"
