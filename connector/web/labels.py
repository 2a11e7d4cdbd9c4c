"""What codes are called on pages. A code without words shows as itself, so that nothing goes missing unseen."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

KINDS = {
    "development_conversation": _("POP-gesprek"),
    "follow_up": _("opvolgingsgesprek"),
    "plan_evaluation": _("evaluatie van het plan"),
    "preparation": _("voorbereiding"),
}
PARTIES = {
    "employee": _("medewerker"),
    "supervisor": _("leidinggevende"),
    "hr": _("HR-dienst"),
    "training_department": _("opleidingsdienst"),
    "coach": _("coach"),
}
AGREEMENT_KINDS = {
    "time": _("tijd"),
    "cost": _("kosten"),
    "facility": _("hulp of materiaal"),
    "follow_up": _("opvolging"),
    "evaluation": _("evaluatie"),
    "free": _("andere afspraak"),
}
GOAL_STATES = {
    "open": (_("Bezig"), "planned"),
    "reached": (_("Gehaald"), "done"),
    "partly": (_("Voor een deel gehaald"), "done"),
    "dropped": (_("Gestopt"), "neutral"),
}
AGREEMENT_STATES = {
    "done": (_("Klaar"), "done"),
    "late": (_("Te laat"), "late"),
    "due": (_("Komt nog"), "planned"),
    "open": (_("Komt nog"), "planned"),
}
KEPT = {
    "done": (_("Gehouden"), "done"),
    "late": (_("Niet gehouden"), "late"),
    "due": (_("Loopt nog"), "planned"),
    "open": (_("Loopt nog"), "planned"),
}
CONVERSATION_STATES = {
    "held": (_("klaar"), "done"),
    "planned": (_("gepland"), "now"),
    "due": (_("nog te plannen"), "later"),
    "unplanned": (_("nog niet gepland"), "later"),
}
TEAM_STATES = {
    "late": (_("Te laat"), "late"),
    "not_concluded": (_("Nog niet afgerond"), "attention"),
    "not_planned": (_("Nog niet gepland"), "attention"),
    "confirm": (_("Wacht op jou"), "attention"),
    "unprepared": (_("Voorbereiding open"), "attention"),
    "waits_for_employee": (_("Wacht op medewerker"), "attention"),
    "planned": (_("Gepland"), "planned"),
    "done": (_("Afgerond"), "done"),
    "nothing": (_("Geen gesprek"), "neutral"),
}
LACKS = {
    "late": (_("Gesprek te laat"), "late"),
    "no_conversation": (_("Geen gesprek"), "neutral"),
    "not_planned": (_("Nog niet gepland"), "attention"),
    "no_supervisor": (_("Geen leidinggevende"), "attention"),
    "no_job": (_("Geen functie"), "attention"),
    "employee_unprepared": (_("Medewerker bereidt nog voor"), "attention"),
    "supervisor_unprepared": (_("Leidinggevende bereidt nog voor"), "attention"),
    "preparation_later": (_("Voorbereiding kan nog even wachten"), "neutral"),
}
OPEN_POINTS = {
    "late": _("Het gesprek is te laat. De termijn is voorbij."),
    "no_conversation": _("Er is geen gesprek gepland."),
    "not_planned": _("Het gesprek heeft nog geen dag."),
    "not_concluded": _("Een gesprek van vroeger is nog niet afgerond."),
    "agreements_late": _("Er zijn afspraken te laat."),
    "no_supervisor": _("Het HR-systeem kent geen leidinggevende."),
    "no_job": _("Het HR-systeem kent geen functie."),
    "no_profile": _("De functie heeft nog geen lijst van competenties."),
    "employee_unprepared": _("De medewerker heeft nog niet voorbereid."),
    "supervisor_unprepared": _("De leidinggevende heeft nog niet voorbereid."),
    "owner_unconfirmed": _("De medewerker heeft het afsprakenblad nog niet bevestigd."),
    "supervisor_unconfirmed": _("De leidinggevende heeft het afsprakenblad nog niet bevestigd."),
    "no_sheet": _("Er is nog geen afsprakenblad."),
}
REASONS = {
    "no_supervisor": _("Er is geen leidinggevende bekend. Vul die in het HR-systeem in."),
    "supervisor_left": _("De leidinggevende is uit dienst. Vul een andere in het HR-systeem in."),
    "no_hr_person": _("Er is niemand van HR bekend om mee aan tafel te zitten."),
    "not_at_work": _("De medewerker is nu niet aan het werk."),
    "employee_not_free": _("De medewerker heeft geen vrij moment in deze periode."),
    "supervisor_not_free": _("De leidinggevende heeft geen vrij moment in deze periode."),
    "no_common_slot": _("Er is geen moment waarop iedereen vrij is."),
    "days_full": _("De dagen waarop iedereen kan, zitten al vol."),
}


def word(words: Mapping[str, LazyString], code: str | None) -> str:
    """The words of a code."""
    return "" if code is None else str(words.get(code, code))


def heading(words: Mapping[str, LazyString], code: str | None) -> str:
    """The same at the beginning of a line: only the first letter becomes a capital."""
    text = word(words, code)
    return text[:1].upper() + text[1:]


def tag(words: Mapping[str, tuple[LazyString, str]], code: str) -> tuple[str, str]:
    """The words of a state and the look of its tag."""
    text, look = words.get(code, (code, "neutral"))
    return str(text), look
