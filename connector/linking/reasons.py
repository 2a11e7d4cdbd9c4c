"""Why a training or a competency was suggested, in words."""

from __future__ import annotations

from dataclasses import dataclass

from connector.linking.relations import BROADER, CLOSE, SAME

WORDS = "words"

_SENTENCES = {
    SAME: "Leert precies deze competentie: {label}.",
    CLOSE: "Leert een competentie die er dicht bij ligt: {label}.",
    BROADER: "Leert een bredere competentie: {label}.",
    f"guessed {SAME}": "Leert wellicht deze competentie: {label}.",
    f"guessed {CLOSE}": "Leert wellicht een competentie die er dicht bij ligt: {label}.",
    f"guessed {BROADER}": "Leert wellicht een bredere competentie: {label}.",
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
        if self.kind == WORDS:
            start = "Zelfde woord" if len(self.words) == 1 else "Zelfde woorden"
            return f"{start}{', maar alleen in de beschrijving' if self.is_aside else ''}: {', '.join(self.words)}."
        return _SENTENCES[f"guessed {self.kind}" if self.is_guessed else self.kind].format(label=self.label)
