"""What our mails say in Dutch."""

from __future__ import annotations

from connector.outlets.mail_words.words import Text, Words

WORDS = Words(
    texts={
        "invitation": Text(
            "Gesprek op {day}",
            "Je hebt een gesprek op {day}.\nHet begint om {from_time} en duurt tot {to_time}.\n\n"
            "De uitnodiging voor je agenda zit bij deze mail.\nKun je dan niet? Antwoord op deze mail.",
        ),
        "cancellation": Text(
            "Gesprek op {day} gaat niet door",
            "Je gesprek op {day} om {from_time} gaat niet door.\nHet verdwijnt uit je agenda.",
        ),
        "reminder.preparation": Text(
            "Bereid je gesprek voor",
            "Je hebt een gesprek op {day} om {from_time}.\nBereid je voor tegen {due}.\n\nDat doe je hier: {link}",
        ),
        "reminder.tomorrow": Text(
            "Morgen heb je een gesprek",
            "Morgen, {day}, heb je een gesprek.\nHet begint om {from_time}.",
        ),
        "reminder.evaluation": Text(
            "Er wacht nog een gesprek",
            "Er staat nog een gesprek open.\nHet moest er zijn voor {due}.\n\nKijk hier wat je kunt doen: {link}",
        ),
        "unplanned": Text(
            "Gesprekken zonder moment",
            "Voor {count} gesprekken vinden we geen moment.\nWat je kunt doen, staat hier: {link}",
        ),
        "sync.waits": Text(
            "De koppeling {source} wacht op je",
            "De koppeling {source} is gestopt voor ze iets schreef.\nEr verandert meer dan zonder jouw akkoord mag. "
            "Het gaat om run {run}.\n\nKijk hier wat er zou veranderen, en kies: {link}",
        ),
        "credential.ends": Text(
            "De koppeling {source} stopt op {day}",
            "De sleutel waarmee de koppeling {source} inlogt, werkt tot en met {day}.\n"
            "Maak in dat systeem een nieuwe. Zet die in de instellingen, samen met zijn laatste dag.\n\n"
            "Alle koppelingen staan hier: {link}",
        ),
    },
    greeting=("Dag {name},", "Dag,"),
    foot="Deze mail is automatisch gestuurd door {employer}.",
    summary="Gesprek",
    hour="{hour} uur",
    minute="{hour}.{minute} uur",
)
