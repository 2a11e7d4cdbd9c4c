"""What of a run must not pass unseen, with its numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_decimal, format_percent

from connector.domain.access import Actor
from connector.services.told import LANGUAGES, Saying, Sayings

LIMIT = {"nl": "De grens is {limit}.", "en": "The limit is {limit}.", "fr": "La limite est {limit}."}
FINDINGS: Mapping[str, Mapping[str, str]] = {
    "missing": {
        "nl": "{count} van {known} records ({share}) staan niet meer in de bron.",
        "en": "{count} of {known} records ({share}) are no longer in the source.",
        "fr": "{count} enregistrements sur {known} ({share}) ne sont plus dans la source.",
    },
    "all_missing": {
        "nl": "Alle {known} records zijn weg uit de bron.",
        "en": "All {known} records are gone from the source.",
        "fr": "Les {known} enregistrements ont tous disparu de la source.",
    },
    "arriving": {
        "nl": "{count} mensen zijn nieuw. Er waren er {known} bekend.",
        "en": "{count} people are new. {known} were known.",
        "fr": "{count} personnes sont nouvelles. {known} étaient connues.",
    },
    "leaving": {
        "nl": "{count} van {known} mensen ({share}) zouden uit dienst gaan.",
        "en": "{count} of {known} people ({share}) would leave.",
        "fr": "{count} personnes sur {known} ({share}) quitteraient leur emploi.",
    },
    "leaving_lately": {
        "nl": "In een week gaan {count} van {known} mensen ({share}) uit dienst, elke keer een paar.",
        "en": "Within a week {count} of {known} people ({share}) would leave, a few at a time.",
        "fr": "En une semaine, {count} personnes sur {known} ({share}) quitteraient leur emploi, "
        "quelques-unes à la fois.",
    },
    "changing": {
        "nl": "{count} van {known} mensen ({share}) krijgen een andere naam, nummer, functie, "
        "afdeling of leidinggevende.",
        "en": "{count} of {known} people ({share}) get another name, number, job, department or manager.",
        "fr": "{count} personnes sur {known} ({share}) changent de nom, de numéro, de fonction, "
        "de service ou de responsable.",
    },
}
HINTS = Sayings(
    (
        Saying(
            "leading_zeros",
            ("{count} of their keys are known ones with other leading zeros.",),
            {
                "nl": "{count} van hun sleutels zijn al bekend, maar met andere nullen vooraan.",
                "en": "{count} of their keys are known already, but with other zeros in front.",
                "fr": "{count} de leurs clés sont déjà connues, mais avec d’autres zéros devant.",
            },
        ),
    ),
    Saying(
        "other",
        (),
        {"nl": "Kijk dit goed na.", "en": "Look at this closely.", "fr": "Vérifiez bien ceci."},
    ),
)


def finding_words(actor: Actor, kind: str, count: int, known: int, limit: int) -> str | None:
    """What a guard found, in the actor's language; None for a kind that has no words."""
    texts = FINDINGS.get(kind)
    if texts is None:
        return None
    spoken = actor.language if actor.language in LANGUAGES else "en"
    numbers = {
        "count": format_decimal(count, locale=spoken),
        "known": format_decimal(known, locale=spoken),
        "share": format_percent(count / known, locale=spoken) if known else "",
        "limit": format_decimal(limit, locale=spoken),
    }
    return f"{texts[spoken]} {LIMIT[spoken]}".format(**numbers)
