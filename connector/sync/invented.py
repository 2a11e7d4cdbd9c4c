"""Invented words of the same shape as real ones: the same one for the same word, and never one for two words."""

from __future__ import annotations

import hashlib
import re
from itertools import count

_VOWELS, _CONSONANTS, _OTHERS, _DIGITS = "aeiou", "bdfgklmnprstvz", "àéèëïöüñçşğłřž", "0123456789"
_WORD = re.compile(r"[^\W_]+")
_MAIL = re.compile(r"([^@\s]+)@[^@\s]+\.[^@\s]+")
_WEB = re.compile(r"https?://[^/\s?#]*")
_TAG = re.compile(r"<\s*(/?)\s*([A-Za-z][A-Za-z0-9]*)[^>]*>")
_HEX = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRIES = 200


class Inventor:
    """`secret` is made anew for each sample, so that nobody can work out the words that were there."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._made: dict[str, str] = {}
        self._taken: set[str] = set()

    def text(self, text: str) -> str:
        """Words, mail addresses, web addresses and HTML, each kept what it is; attributes of tags go."""
        if _HEX.fullmatch(text):
            return self._hex(text)
        mail = _MAIL.fullmatch(text.strip())
        if mail:
            return f"{self.text(mail[1])}@example.org"
        web = _WEB.match(text)
        if web:
            return f"https://www.example.org{self._words(text[web.end() :])}"
        parts, last = [], 0
        for tag in _TAG.finditer(text):
            parts += [self._words(text[last : tag.start()]), f"<{tag[1]}{tag[2]}>"]
            last = tag.end()
        return "".join([*parts, self._words(text[last:])])

    def word(self, word: str) -> str:
        """One word: vowels stay vowels, digits stay digits, capitals stay capitals."""
        if word not in self._made:
            self._made[word] = self._fresh(word)
            self._taken.add(self._made[word])
        return self._made[word]

    def _words(self, text: str) -> str:
        return _WORD.sub(lambda found: self.word(found[0]), text)

    def _fresh(self, word: str) -> str:
        for attempt in count():
            shape = word + word[-1] * (attempt // _TRIES)  # when all words of a shape are taken, a longer one
            made = "".join(self._letter(shape, place, attempt) for place in range(len(shape)))
            if made not in self._taken and made != word:
                return made
        raise AssertionError

    def _letter(self, word: str, place: int, attempt: int) -> str:
        letter = word[place]
        kinds = (_DIGITS, _VOWELS, _CONSONANTS)
        plain = letter.lower()
        if letter.isdigit():
            letters = _DIGITS[1:] if place == 0 and letter != "0" else _DIGITS
        elif plain.isascii():
            letters = kinds[1] if plain in _VOWELS else kinds[2]
        else:
            letters = _OTHERS
        found = letters[self._number(f"{attempt}/{place}/{word}") % len(letters)]
        return found.upper() if letter.isupper() else found

    def _hex(self, text: str) -> str:
        digits = iter(hashlib.blake2b(text.lower().encode(), key=self._secret, digest_size=32).hexdigest())
        return "".join("-" if sign == "-" else next(digits) for sign in text)

    def _number(self, text: str) -> int:
        return int.from_bytes(hashlib.blake2b(text.encode(), key=self._secret, digest_size=8).digest(), "big")
