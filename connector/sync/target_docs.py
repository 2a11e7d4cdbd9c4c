"""What each field of a target is, in one sentence for those who write a mapping."""

from __future__ import annotations

_LEVELLED = {
    "competency": "Key of a competency of this source, or its label where the source has no list of them.",
    "competency_label": "What the competency is called, where there is no resource of competencies.",
    "scale": "A name for the scale of the level; levels of different scales are never compared.",
    "level": "The level as a share of the whole scale: 0 to 100.",
    "level_label": "What the level is called.",
}

TARGET_DOCS: dict[str, dict[str, str]] = {
    "unit": {
        "name": "What it is called.",
        "parent": "Key of the unit above it.",
        "manager": "Key of the employee who leads it.",
    },
    "job": {
        "title": "What the job (functie) is called.",
        "description": "What somebody in this job does; plain text (`html` makes it so).",
        "requirements": "What the job asks; plain text.",
        "unit": "Key of the unit that it belongs to, if it does.",
    },
    "competency": {
        "label": "What it is called.",
        "kind": "What kind it is.",
        "language": "Language of the label, as in `nl`.",
    },
    "requirement": {
        "job": "Key of the job that asks it.",
        **_LEVELLED,
        "weight": "How much it counts, in the source's own numbers.",
    },
    "employee": {
        "display_name": "The whole name; one of the three names is needed.",
        "given_name": "First name.",
        "family_name": "Family name, with what belongs before it.",
        "employee_number": "Personnel number as people write it, with its zeros; it helps to know somebody again.",
        "email": "The mail address at work. Never a private one.",
        "language": "The language that the employee is written to in: `nl`, `fr`, `en`.",
        "status": "Whether the employment runs. Without a field that says it: a value.",
        "employment_type": "The source's own word for it: permanent, temporary, hired in.",
        "joint_committee": "Paritair comité: three digits, or five as in `327.01`.",
        "born_on": "Birth day, only to tell two people apart; leave it out unless that is needed and agreed.",
        "hired_on": "First day of this employment.",
        "left_on": "Last day; a day to come is a planned leaving.",
        "job": "Key of the job held.",
        "job_title": "The title where there is no list of jobs, or that differs from the job's own.",
        "unit": "Key of the unit.",
        "supervisor": "Key of the employee who leads this one.",
        "fte": "Share of full time: 0.8.",
        "working_pattern": "When this employee works, as text: `ma di wo do 8.30-16.30`.",
        "location": "Where this employee works.",
        "effective_on": "The day from which job, unit, supervisor and share hold; without it: the day of the run.",
    },
    "assignment": {
        "person": "Key of the employee.",
        "effective_on": "First day of this row. Of rows that begin on one day the one with the highest key counts; one "
        "to come waits for its day.",
        "ends_on": "Last day; without it the row holds until another begins. One that ends uncovers the one before.",
        "job": "Key of the job held.",
        "job_title": "The title where there is no list of jobs, or that differs from the job's own.",
        "unit": "Key of the unit.",
        "supervisor": "Key of the employee who leads this one.",
        "fte": "Share of full time: 0.8.",
        "working_pattern": "When this employee works, as text.",
        "location": "Where this employee works.",
    },
    "rating": {
        "person": "Key of the employee.",
        **_LEVELLED,
        "assessed_on": "The day on which it was found.",
        "basis": "What it rests on: a conversation, a test.",
    },
    "absence": {
        "person": "Key of the employee.",
        "starts_on": "First day away. Never a reason.",
        "ends_on": "Last day away; empty while nobody knows.",
    },
    "training": {
        "title": "What it is called.",
        "description": "What happens in it; plain text.",
        "aim": "What one can do after it; plain text.",
        "keywords": "Words that somebody would look for.",
        "provider": "Who gives it.",
        "language": "The language in which it is given.",
        "learning_form": "Formal (a course) or informal (learning at work).",
        "price": "For one participant; 0 is free, empty is unknown.",
        "currency": "Of the price, as in `EUR`.",
        "hours": "How long it takes in all.",
        "place": "Where.",
        "url": "Its page.",
        "next_starts_on": "The first day of its next session.",
        "ends_on": "The last day on which it can be followed; it is not offered after it.",
        "competency_codes": "Codes of the competencies it teaches, in a framework that was imported.",
    },
}
