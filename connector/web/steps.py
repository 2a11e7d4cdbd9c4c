"""The conversations of a cycle as steps on a line."""

from __future__ import annotations

from dataclasses import dataclass

from connector.services.conversation_cards import Agenda, ConversationCard
from connector.web import labels
from connector.web.words import short_day

_POP = "development_conversation"
_MOST = 6  # as many as fit beside each other


@dataclass(frozen=True, slots=True)
class Step:
    """`state`: done | now | later."""

    name: str
    when: str
    state: str


def cycle_steps(agenda: Agenda) -> list[Step]:
    """From the last POP conversation that was held on; the first that is not held is where the cycle is now."""
    held = [place for place, card in enumerate(agenda.cards) if card.state == "held" and card.kind == _POP]
    cards = agenda.cards[held[-1] if held else 0 :][:_MOST]
    now = next((card for card in cards if card.state != "held"), None)
    return [Step(labels.heading(labels.KINDS, card.kind), _when(card), _state(card, now)) for card in cards]


def _when(card: ConversationCard) -> str:
    state = labels.word({code: text for code, (text, _) in labels.CONVERSATION_STATES.items()}, card.state)
    return f"{short_day(card.day)} · {state}" if card.starts_at else state


def _state(card: ConversationCard, now: ConversationCard | None) -> str:
    if card.state == "held":
        return "done"
    return "now" if card is now else "later"
