"""What the codes of a sync are called on pages. What has no words here shows as the mapping or the source calls it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

CONNECTION_STATES = {
    "ok": (_("In orde"), "done"),
    "running": (_("Loopt nu"), "planned"),
    "failed": (_("Mislukt"), "late"),
    "waits": (_("Wacht op een beslissing"), "attention"),
    "never": (_("Nog nooit gelezen"), "neutral"),
    "paused": (_("Gepauzeerd"), "neutral"),
}
RUN_STATES = {
    "running": (_("Loopt nu"), "planned"),
    "done": (_("Klaar"), "done"),
    "failed": (_("Mislukt"), "late"),
    "waits": (_("Wacht op een beslissing"), "attention"),
    "rejected": (_("Verworpen"), "neutral"),
}
SCAN_STATES = {
    "running": (_("Leest nog"), "planned"),
    "complete": (_("Volledig gelezen"), "done"),
    "incomplete": (_("Niet volledig"), "attention"),
    "unavailable": (_("Niet bereikbaar"), "late"),
}
RUN_KINDS = {"full": _("alles"), "delta": _("alleen wat veranderde")}
ACTIONS = {
    "new": (_("Nieuw"), "done"),
    "changed": (_("Wijziging"), "planned"),
    "missing": (_("Ontbreekt"), "late"),
    "returned": (_("Is terug"), "done"),
    "same": (_("Gelijk"), "neutral"),
    "quarantine": (_("Quarantaine"), "attention"),
    "waits": (_("Wacht op een beslissing"), "attention"),
    "out_of_scope": (_("Hoort hier niet bij"), "neutral"),
}
WHO_ACTS = {
    "nobody": _("Niemand moet iets doen."),
    "administrator": _("Een beheerder kijkt na en beslist."),
    "system": _("Wie de bron beheert, lost het probleem op. De volgende run begint opnieuw."),
}
RESOURCES = {
    "employees": _("Medewerkers"),
    "people": _("Medewerkers"),
    "units": _("Afdelingen"),
    "departments": _("Afdelingen"),
    "jobs": _("Functies"),
    "competencies": _("Competenties"),
    "skills": _("Competenties"),
    "requirements": _("Competenties van functies"),
    "ratings": _("Beoordelingen"),
    "absences": _("Afwezigheden"),
    "assignments": _("Plaatsen in de organisatie"),
    "trainings": _("Opleidingen"),
    "sessions": _("Sessies van opleidingen"),
    "completions": _("Gevolgde opleidingen"),
}
FIELDS = {
    "display_name": _("naam"),
    "given_name": _("voornaam"),
    "family_name": _("familienaam"),
    "employee_number": _("personeelsnummer"),
    "email": _("e-mailadres"),
    "language": _("taal"),
    "status": _("status"),
    "employment_type": _("soort contract"),
    "joint_committee": _("paritair comité"),
    "born_on": _("geboortedatum"),
    "hired_on": _("in dienst op"),
    "left_on": _("uit dienst op"),
    "job": _("functie"),
    "job_title": _("naam van de functie"),
    "unit": _("afdeling"),
    "supervisor": _("leidinggevende"),
    "manager": _("hoofd"),
    "fte": _("deel van voltijds"),
    "working_pattern": _("werkrooster"),
    "location": _("werkplek"),
    "effective_on": _("geldt vanaf"),
    "name": _("naam"),
    "parent": _("hoort bij"),
    "title": _("titel"),
    "description": _("omschrijving"),
    "requirements": _("wat nodig is"),
    "label": _("naam"),
    "kind": _("soort"),
    "competency": _("competentie"),
    "competency_label": _("naam van de competentie"),
    "scale": _("schaal"),
    "level": _("niveau"),
    "level_label": _("naam van het niveau"),
    "weight": _("gewicht"),
    "person": _("medewerker"),
    "assessed_on": _("beoordeeld op"),
    "basis": _("waarop het steunt"),
    "starts_on": _("begint op"),
    "ends_on": _("eindigt op"),
    "aim": _("doel"),
    "keywords": _("trefwoorden"),
    "provider": _("aanbieder"),
    "learning_form": _("leervorm"),
    "price": _("prijs"),
    "currency": _("munt"),
    "hours": _("uren"),
    "place": _("plaats"),
    "url": _("webadres"),
    "next_starts_on": _("volgende start"),
    "competency_codes": _("codes van competenties"),
    "training": _("opleiding"),
    "state": _("stand"),
    "mode": _("vorm"),
    "seats": _("plaatsen"),
    "seats_left": _("vrije plaatsen"),
    "completed_on": _("afgewerkt op"),
    "result": _("resultaat"),
    "progress": _("voortgang"),
}
EVIDENCE = {
    "same_name": _("zelfde naam"),
    "part_of_name": _("een deel van de naam is gelijk"),
    "email": _("zelfde e-mailadres"),
    "hired_on": _("zelfde dag in dienst"),
    "born_on": _("zelfde geboortedatum"),
    "employee_number": _("zelfde personeelsnummer"),
    "other_name": _("andere naam"),
    "other_number": _("ander personeelsnummer"),
    "other_hired_on": _("andere dag in dienst"),
    "other_born_on": _("andere geboortedatum"),
}
MATCHES = {
    "key": _("De sleutel van de bron was al bekend."),
    "employee_number": _("Het personeelsnummer is gelijk."),
    "evidence": _("Naam en andere gegevens zijn gelijk."),
    "a person": _("Iemand heeft dit beslist."),
    "doubt": _("Dit is niet zeker. Iemand moet beslissen."),
    "nobody": _("We kennen deze persoon nog niet."),
}
# What a masked record says of a value that has no form of its own.
FORMS = {
    "nothing": _("leeg"),
    "yes or no": _("ja of nee"),
    "a list": _("een lijst"),
    "an object": _("een groep velden"),
}
# The sentences of quarantine, as connector.sync says them; others show in English.
REASONS = {
    "must be a text": _("Dit moet een tekst zijn."),
    "must be a number": _("Dit moet een getal zijn."),
    "must be a whole number": _("Dit moet een getal zonder komma zijn."),
    "must be a number of at most 15 digits": _("Dit getal heeft meer dan 15 cijfers."),
    "must be a date that exists": _("Deze datum bestaat niet."),
    "must be a language such as nl or nl_BE": _("Dit is geen taalcode, zoals nl of nl_BE."),
    "holds a character that cannot be kept": _("Er staat een teken in dat we niet kunnen bewaren."),
    "has no key": _("Dit record heeft geen sleutel."),
    "is needed": _("Dit veld is nodig."),
    "cannot be read": _("Dit kunnen we niet lezen."),
    "a person needs a name": _("Een persoon heeft een naam nodig."),
    "lies before the day of hiring": _("Deze dag ligt voor de eerste werkdag."),
    "Not a valid email address.": _("Dit is geen geldig e-mailadres."),
    "Missing data for required field.": _("Dit veld is nodig."),
    "the same key came twice with different content": _("Deze sleutel kwam twee keer, met andere inhoud."),
    "this number is somebody else's; give everybody a number of their own in the source": _(
        "Dit nummer is al van iemand anders. Geef in de bron iedereen een eigen nummer."
    ),
}
