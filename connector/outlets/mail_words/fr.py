"""What our mails say in French."""

from __future__ import annotations

from connector.outlets.mail_words.words import Text, Words

WORDS = Words(
    texts={
        "invitation": Text(
            "Entretien le {day}",
            "Vous avez un entretien le {day}.\nIl commence à {from_time} et dure jusqu’à {to_time}.\n\n"
            "L’invitation pour votre agenda est jointe à ce mail.\nVous ne pouvez pas venir\u00a0? Répondez à ce mail.",
        ),
        "cancellation": Text(
            "L’entretien du {day} n’a pas lieu",
            "Votre entretien du {day} à {from_time} n’a pas lieu.\nIl disparaît de votre agenda.",
        ),
        "reminder.preparation": Text(
            "Préparez votre entretien",
            "Vous avez un entretien le {day} à {from_time}.\nPréparez-le pour le {due}.\n\nC’est ici\u00a0: {link}",
        ),
        "reminder.tomorrow": Text(
            "Vous avez un entretien demain",
            "Demain, {day}, vous avez un entretien.\nIl commence à {from_time}.",
        ),
        "reminder.evaluation": Text(
            "Un entretien attend encore",
            "Un entretien est encore ouvert.\nIl devait avoir lieu pour le {due}.\n\n"
            "Voyez ici ce que vous pouvez faire\u00a0: {link}",
        ),
        "unplanned": Text(
            "Des entretiens sans moment",
            "Nous ne trouvons pas de moment pour {count} entretiens.\nCe que vous pouvez faire est ici\u00a0: {link}",
        ),
        "sync.waits": Text(
            "La connexion {source} vous attend",
            "La connexion {source} s’est arrêtée avant d’écrire.\n"
            "Il y a plus de changements que permis sans votre accord. "
            "Il s’agit de l’exécution {run}.\n\nVoyez ici ce qui changerait, et choisissez\u00a0: {link}",
        ),
        "credential.ends": Text(
            "La connexion {source} s’arrête le {day}",
            "La clé de la connexion {source} fonctionne jusqu’au {day} inclus.\n"
            "Créez-en une nouvelle dans ce système. Mettez-la dans la configuration, avec son dernier jour.\n\n"
            "Toutes les connexions sont ici\u00a0: {link}",
        ),
    },
    greeting=("Bonjour {name},", "Bonjour,"),
    foot="Ce mail a été envoyé automatiquement par {employer}.",
    summary="Entretien",
    hour="{hour} h",
    minute="{hour} h {minute}",
)
