"""What stopped a run, or what became of it, by code and in words. What is not here stands in English beside it."""

from __future__ import annotations

from connector.services.told import Saying, Sayings


def _stop(code: str, *said: str, nl: str, en: str, fr: str) -> Saying:
    return Saying(code, said, {"nl": nl, "en": en, "fr": fr})


_OF_A_RUN = (
    _stop(
        "interrupted",
        "it was interrupted while writing, and the next run goes on: …",
        nl="Deze run werd onderbroken tijdens het schrijven. De volgende run gaat verder.",
        en="This run was interrupted while writing. The next run goes on.",
        fr="Cette exécution a été interrompue pendant l’écriture. La prochaine continue.",
    ),
    _stop(
        "killed",
        "it was killed, and the mapping has changed since",
        nl="Deze run werd afgebroken. Daarna veranderde de mapping.",
        en="This run was broken off. The mapping has changed since.",
        fr="Cette exécution a été arrêtée. Le mapping a changé depuis.",
    ),
    _stop(
        "read_again",
        "run {run} has read the source again since",
        nl="Run {run} heeft de bron daarna opnieuw gelezen.",
        en="Run {run} has read the source again since.",
        fr="L’exécution {run} a relu la source depuis.",
    ),
    _stop(
        "rejected",
        "a person has rejected it",
        nl="Iemand heeft deze run verworpen.",
        en="Somebody rejected this run.",
        fr="Quelqu’un a rejeté cette exécution.",
    ),
    _stop(
        "plan",
        "it is a plan; nothing was written",
        nl="Dit is een plan. Er is niets gewijzigd.",
        en="This is a plan. Nothing was changed.",
        fr="C’est un plan. Rien n’a été modifié.",
    ),
    _stop(
        "moved_on",
        "these records have moved on since: …",
        nl="Sommige records zijn intussen veranderd. Maak een nieuwe proefrun.",
        en="Some records have changed since. Start a new dry run.",
        fr="Certains enregistrements ont changé depuis. Lancez un nouvel essai.",
    ),
    _stop(
        "mapping_changed",
        "the mapping has changed since",
        nl="De mapping is intussen veranderd. Maak een nieuwe proefrun.",
        en="The mapping has changed since. Start a new dry run.",
        fr="Le mapping a changé depuis. Lancez un nouvel essai.",
    ),
    _stop(
        "mapping_broken",
        "the mapping of this source cannot be read, so this plan cannot be written",
        nl="De mapping van deze bron klopt niet. Daarom kunnen we dit plan niet wegschrijven. "
        "Verwerp het, of verbeter eerst de mapping.",
        en="The mapping of this source is not right, so we cannot write this plan. "
        "Reject it, or mend the mapping first.",
        fr="Le mapping de cette source n’est pas correct. Nous ne pouvons donc pas écrire ce plan. "
        "Rejetez-le, ou corrigez d’abord le mapping.",
    ),
    _stop(
        "source_gone",
        "this source is no longer in the settings, so this plan cannot be written",
        nl="Deze bron staat niet meer in de instellingen. Daarom kunnen we dit plan niet wegschrijven.",
        en="This source is no longer in the settings, so we cannot write this plan.",
        fr="Cette source n’est plus dans la configuration. Nous ne pouvons donc pas écrire ce plan.",
    ),
    _stop(
        "not_waiting",
        "this run does not wait: it is …",
        nl="Deze run wacht niet meer.",
        en="This run no longer waits.",
        fr="Cette exécution n’attend plus.",
    ),
    _stop(
        "unforeseen",
        "an unforeseen error of the kind {kind}",
        nl="Er ging iets mis dat we niet hadden voorzien ({kind}).",
        en="Something went wrong that we had not foreseen ({kind}).",
        fr="Un problème imprévu est survenu ({kind}).",
    ),
)
_OF_A_SOURCE = (
    _stop(
        "count_differs",
        "{received} records came, but the source says that it has {total}",
        "{received} records came and there are more, but the source says that it has {total}",
        nl="We kregen {received} records. De bron zegt dat ze er {total} heeft. Er is niets gewijzigd.",
        en="We received {received} records. The source says that it has {total}. Nothing was changed.",
        fr="Nous avons reçu {received} enregistrements. La source dit en avoir {total}. Rien n’a été modifié.",
    ),
    _stop(
        "moved_while_read",
        "records came or went while it was read",
        "the file has changed since the run that was killed",
        "… was written while it was read",
        nl="De bron veranderde terwijl we lazen. De volgende run begint opnieuw.",
        en="The source changed while we read it. The next run begins anew.",
        fr="La source a changé pendant la lecture. La prochaine recommence.",
    ),
    _stop(
        "login_refused",
        "the login was refused…",
        "Odoo refused the login",
        "there is no refresh token",
        nl="De bron weigert onze login. Kijk gebruiker en wachtwoord na.",
        en="The source refuses our login. Check user and password.",
        fr="La source refuse notre connexion. Vérifiez l’utilisateur et le mot de passe.",
    ),
    _stop(
        "not_allowed",
        "this login may not read this",
        "this login may not read this…",
        "this login could not read this",
        nl="Onze login mag deze lijst niet lezen. Geef er het recht toe in de bron.",
        en="Our login may not read this list. Give it the right to, in the source.",
        fr="Notre connexion ne peut pas lire cette liste. Donnez-lui ce droit dans la source.",
    ),
    _stop(
        "asks_for_fewer_calls",
        "the host asks for fewer calls…",
        nl="De bron vraagt om rustiger te lezen. De volgende run probeert het weer.",
        en="The source asks for fewer calls. The next run tries again.",
        fr="La source demande de lire moins vite. La prochaine exécution réessaie.",
    ),
    _stop(
        "no_answer",
        "the host failed to answer…",
        "the answer was not complete within … s",
        "the answer was cut off",
        "no connection in time",
        "the host fell silent",
        "the host broke off the connection",
        "the host cannot be reached",
        nl="De bron antwoordt niet. De volgende run probeert het weer.",
        en="The source does not answer. The next run tries again.",
        fr="La source ne répond pas. La prochaine exécution réessaie.",
    ),
    _stop(
        "wrong_address",
        "no host has this name",
        "there is nothing at this address ({status})",
        "this is not a web address",
        "this is not an SFTP address",
        "the host sends us to another host",
        "the host sends us to another address",
        nl="Het adres van de bron klopt niet. Kijk het na in de instellingen.",
        en="The address of the source is not right. Check it in the settings.",
        fr="L’adresse de la source n’est pas correcte. Vérifiez-la dans la configuration.",
    ),
    _stop(
        "changed_not_there",
        "none of the {count} changed records is at its address",
        "the changed record is not there",
        nl="Geen enkel gewijzigd record staat op zijn adres. Kijk `delta.changed.one` na in de mapping. "
        "Klopt dat, lees dan alles opnieuw met `--full`.",
        en="No changed record is at its address. Check `delta.changed.one` in the mapping. "
        "If it is right, read everything anew with `--full`.",
        fr="Aucun enregistrement modifié n’est à son adresse. Vérifiez `delta.changed.one` dans le mapping. "
        "S’il est correct, relisez tout avec `--full`.",
    ),
    _stop(
        "not_trusted",
        "the certificate of the host cannot be trusted",
        "no encrypted connection can be made",
        "the key of the server must be known before it is trusted",
        "the connection would not be encrypted",
        nl="De verbinding met de bron is niet veilig. Daarom lezen we niet.",
        en="The connection to the source is not safe, so we do not read it.",
        fr="La connexion avec la source n’est pas sûre. Nous ne lisons donc pas.",
    ),
    _stop(
        "file_missing",
        "the file or folder is not there",
        "there is no file for {list}",
        nl="Het bestand of de map van de bron is er niet.",
        en="The file or folder of the source is not there.",
        fr="Le fichier ou le dossier de la source n’est pas là.",
    ),
    _stop(
        "file_unreadable",
        "a file cannot be read",
        "this workbook cannot be read",
        "this is not a CSV file",
        "this is not a CSV file that can be read: …",
        "this is not a JSON file",
        "this JSON file is nested too deep",
        "the sheet is empty, without even a heading row",
        nl="Een bestand van de bron kunnen we niet lezen. Bewaar het opnieuw.",
        en="We cannot read a file of the source. Save it again.",
        fr="Nous ne pouvons pas lire un fichier de la source. Enregistrez-le à nouveau.",
    ),
    _stop(
        "column_missing",
        "the column {column} is missing",
        nl="De kolom {column} ontbreekt in de bron.",
        en="The column {column} is missing in the source.",
        fr="La colonne {column} manque dans la source.",
    ),
    _stop(
        "setting_missing",
        "this is needed to log in",
        "this is needed to log in to Odoo",
        "this is needed to reach Odoo",
        "this is needed to reach the system",
        "this source reads files and needs a path",
        nl="Er ontbreekt een instelling van deze bron.",
        en="A setting of this source is missing.",
        fr="Il manque une configuration pour cette source.",
    ),
)
STOPS = Sayings(
    _OF_A_RUN + _OF_A_SOURCE,
    _stop(
        "other",
        nl="We konden de bron niet goed lezen.",
        en="We could not read the source properly.",
        fr="Nous n’avons pas pu lire la source correctement.",
    ),
)
