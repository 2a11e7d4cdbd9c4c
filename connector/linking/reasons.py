"""Why a training or a competency was suggested, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.linking.relations import BROADER, CLOSE, SAME

WORDS = "words"

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "nl": {
        SAME: "Leert precies deze competentie: {}.",
        CLOSE: "Leert een competentie die er dicht bij ligt: {}.",
        BROADER: "Leert een bredere competentie: {}.",
        f"guessed {SAME}": "Leert wellicht deze competentie: {}.",
        f"guessed {CLOSE}": "Leert wellicht een competentie die er dicht bij ligt: {}.",
        f"guessed {BROADER}": "Leert wellicht een bredere competentie: {}.",
        "word": "Zelfde woord: {}.",
        "words": "Zelfde woorden: {}.",
        "word aside": "Zelfde woord, maar alleen in de beschrijving: {}.",
        "words aside": "Zelfde woorden, maar alleen in de beschrijving: {}.",
    },
    "fr": {
        SAME: "Enseigne exactement cette compétence\u00a0: {}.",
        CLOSE: "Enseigne une compétence proche\u00a0: {}.",
        BROADER: "Enseigne une compétence plus large\u00a0: {}.",
        f"guessed {SAME}": "Enseigne peut-être cette compétence\u00a0: {}.",
        f"guessed {CLOSE}": "Enseigne peut-être une compétence proche\u00a0: {}.",
        f"guessed {BROADER}": "Enseigne peut-être une compétence plus large\u00a0: {}.",
        "word": "Mot commun\u00a0: {}.",
        "words": "Mots communs\u00a0: {}.",
        "word aside": "Mot commun, mais seulement dans la description\u00a0: {}.",
        "words aside": "Mots communs, mais seulement dans la description\u00a0: {}.",
    },
    "en": {
        SAME: "Teaches exactly this competency: {}.",
        CLOSE: "Teaches a competency that is close to it: {}.",
        BROADER: "Teaches a broader competency: {}.",
        f"guessed {SAME}": "May teach this competency: {}.",
        f"guessed {CLOSE}": "May teach a competency that is close to it: {}.",
        f"guessed {BROADER}": "May teach a broader competency: {}.",
        "word": "Same word: {}.",
        "words": "Same words: {}.",
        "word aside": "Same word, but only in the description: {}.",
        "words aside": "Same words, but only in the description: {}.",
    },
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`kind`: same | close | broader (then `label` names the competency) or words (then `words` names them).

    `is_guessed`: the tie between training and competency is our matcher's, not the catalogue's.
    `is_aside`: the words stand in the description only, not in the title or the keywords.
    """

    kind: str
    label: str | None = None
    words: tuple[str, ...] = ()
    is_guessed: bool = False
    is_aside: bool = False

    @property
    def sentence(self) -> str:
        """The reason in Dutch."""
        return self.in_language("nl")

    def in_language(self, language: str) -> str:
        """The reason in Dutch, French or English; Dutch for a language that is none of these."""
        sentences = _SENTENCES.get(language, _SENTENCES["nl"])
        if self.kind == WORDS:
            number = "word" if len(self.words) == 1 else "words"
            return sentences[f"{number} aside" if self.is_aside else number].format(", ".join(self.words))
        return sentences[f"guessed {self.kind}" if self.is_guessed else self.kind].format(self.label)
