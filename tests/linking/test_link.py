"""Suggestions: the right trainings, with their reasons, or the word that nothing fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from connector.domain.access import Actor, Role
from connector.errors import InputError, NotAllowedError
from connector.linking.reasons import WORDS, Reason
from connector.linking.relations import BROADER, CLOSE, SAME
from connector.services.installation import EmployerConfig
from connector.services.linking import link_text, reindex, trainings_for_competency
from connector.services.organisations import register_organisations
from connector.store.competencies import IndexPosting
from connector.store.hr import Training, TrainingCompetency
from tests.conftest import NOW
from tests.linking.conftest import Shelf

TODAY = NOW.date()
OFFER = (
    "Heftruckchauffeur",
    "Reachtruck voor gevorderden",
    "Lassen voor beginners",
    "Vergaderen met daadkracht",
    "Excel: draaitabellen",
    "Bloemschikken",
    "Frans op de werkvloer",
)


@pytest.fixture
def stocked(shelf: Shelf) -> Shelf:
    for title in OFFER:
        shelf.create_training(title, reindexed=False)
    shelf.reindex()
    return shelf


def titles(shelf: Shelf, text: str, limit: int = 5) -> list[str]:
    return [hit.title for hit in link_text(shelf.alice, shelf.installation, text, limit=limit).trainings]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("heftruck besturen", "Heftruckchauffeur"),
        ("heftrukchauffeur worden", "Heftruckchauffeur"),
        ("Ik wil leren lassen", "Lassen voor beginners"),
        ("vergaderingen leiden", "Vergaderen met daadkracht"),
        ("draaitabellen in Excel", "Excel: draaitabellen"),
        ("🎉 bloemschikken 🎉", "Bloemschikken"),
        ("FRANS", "Frans op de werkvloer"),
    ],
)
def test_a_goal_finds_its_training(stocked: Shelf, text: str, first: str) -> None:
    assert titles(stocked, text)[:1] == [first]


@pytest.mark.parametrize("text", ["quantumfysica voor kippen", "de het een", "🎉🎉", "ik wil leren", "?!"])
def test_nothing_fits_is_said_so(stocked: Shelf, text: str) -> None:
    result = link_text(stocked.alice, stocked.installation, text)
    assert result.nothing_fits
    assert result.has_words == ("kippen" in text)


@pytest.mark.parametrize("text", ["", "   \n", "x" * 20_001])
def test_a_text_that_cannot_be_a_goal_is_refused_without_quoting_it(stocked: Shelf, text: str) -> None:
    with pytest.raises(InputError) as caught:
        link_text(stocked.alice, stocked.installation, text)
    assert "xxx" not in str(caught.value)


def test_a_long_story_still_finds_what_it_begins_with(stocked: Shelf) -> None:
    story = "Ik wil leren lassen. " + " ".join(f"verhaal{number}" for number in range(1_000))
    assert len(story) > 10_000
    assert "Lassen voor beginners" in titles(stocked, "Ik wil leren lassen, want lassen is mijn droom. " * 200)
    assert link_text(stocked.alice, stocked.installation, story[:10_000]).has_words


def test_reasons_name_the_words(stocked: Shelf) -> None:
    (hit,) = link_text(stocked.alice, stocked.installation, "Draaitabellen", limit=1).trainings
    assert hit.reasons == (Reason("words", words=("Draaitabellen",)),)
    assert hit.reasons[0].sentence == "Zelfde woord: Draaitabellen."


def test_words_that_stand_in_the_description_only_are_told_apart(shelf: Shelf) -> None:
    shelf.create_training("Kraan bedienen", description="Ook hoogte komt aan bod.")
    (hit,) = link_text(shelf.alice, shelf.installation, "hoogte").trainings
    assert hit.reasons[0].sentence == "Zelfde woord, maar alleen in de beschrijving: hoogte."


def test_a_misspelt_word_of_the_title_is_not_said_to_be_in_the_description(shelf: Shelf) -> None:
    shelf.create_training("Heftruckchauffeur", description="Rijden en stapelen.")
    (hit,) = link_text(shelf.alice, shelf.installation, "heftruk").trainings
    assert hit.reasons[0].sentence == "Zelfde woord: heftruk."


def test_what_the_catalogue_says_it_teaches_is_the_first_reason(shelf: Shelf) -> None:
    shelf.create_competency("heftruck besturen")
    shelf.create_training("Cursus H1", competency_codes=["Heftruck besturen"])
    result = link_text(shelf.alice, shelf.installation, "een heftruck besturen")
    assert [match.label for match in result.competencies] == ["heftruck besturen"]
    (hit,) = result.trainings
    assert hit.reasons[0].sentence == "Leert precies deze competentie: heftruck besturen."


def test_a_broader_competency_is_a_reason_of_its_own_in_both_directions(shelf: Shelf) -> None:
    narrow = shelf.create_competency("reachtruck besturen")
    broad = shelf.create_competency("interne transportmiddelen bedienen")
    shelf.create_training("Cursus T", competency_codes=["interne transportmiddelen bedienen"])
    assert titles(shelf, "reachtruck besturen") == []
    shelf.relate(broad, "narrower", narrow)
    (hit,) = link_text(shelf.alice, shelf.installation, "reachtruck besturen").trainings
    assert hit.reasons[0].sentence == "Leert een bredere competentie: interne transportmiddelen bedienen."
    result = link_text(shelf.alice, shelf.installation, "interne transportmiddelen bedienen")
    assert result.trainings[0].reasons[0].kind == "same"


def test_a_narrower_competency_is_not_sold_as_a_broader_one(shelf: Shelf) -> None:
    narrow = shelf.create_competency("reachtruck besturen")
    broad = shelf.create_competency("interne transportmiddelen bedienen")
    shelf.relate(narrow, "broader", broad)
    shelf.create_training("Cursus R", competency_codes=["reachtruck besturen"])
    assert titles(shelf, "interne transportmiddelen bedienen") == []


def test_an_exact_match_of_a_crosswalk_counts_as_the_same(shelf: Shelf) -> None:
    own = shelf.create_competency("vorkliften hanteren")
    other = shelf.create_competency("heftruck besturen", is_shared=True)
    shelf.relate(own, "exact", other)
    shelf.create_training("Cursus X", competency_codes=["heftruck besturen"])
    (hit,) = trainings_of(shelf, own)
    assert (hit.title, hit.reasons[0].kind) == ("Cursus X", "same")


def trainings_of(shelf: Shelf, competency_id: int) -> tuple[object, ...]:
    with shelf.installation.store.read() as session:
        return trainings_for_competency(session, shelf.employer_id, competency_id, on=TODAY)


def test_a_guessed_tie_says_that_it_is_a_guess(shelf: Shelf) -> None:
    competency = shelf.create_competency("staal lassen")
    shelf.create_training("Leren lassen van staal")
    (hit,) = trainings_of(shelf, competency)
    assert "Leert wellicht deze competentie: staal lassen." in [reason.sentence for reason in hit.reasons]


def test_a_part_of_a_compound_is_not_enough_to_guess_a_tie(shelf: Shelf) -> None:
    shelf.create_competency("techniek")
    shelf.create_training("Meettechniek")
    with shelf.installation.store.read() as session:
        assert session.scalars(select(TrainingCompetency)).all() == []


def test_codes_tie_to_the_employers_own_words_before_a_frameworks(shelf: Shelf) -> None:
    own = shelf.create_competency("Onthaal")
    shelf.create_competency("onthaal", is_shared=True)
    by_code = shelf.create_competency("iets anders", is_shared=True, code="KN-10")
    shelf.create_training("Cursus", competency_codes=["ONTHAAL", "KN-10", "bestaat niet"])
    with shelf.installation.store.read() as session:
        ties = session.execute(select(TrainingCompetency.competency_id, TrainingCompetency.origin)).all()
    assert sorted(map(tuple, ties)) == sorted([(own, "catalogue"), (by_code, "catalogue")])


def test_retired_trainings_are_never_suggested(stocked: Shelf) -> None:
    with stocked.installation.store.begin() as session:
        row = session.scalars(select(Training).where(Training.title == "Lassen voor beginners")).one()
        row.retired_on = TODAY
    assert titles(stocked, "lassen") == []  # before the index knows
    stocked.reindex()
    assert titles(stocked, "lassen") == []
    with stocked.installation.store.begin() as session:
        session.get_one(Training, row.id).retired_on = TODAY + timedelta(days=1)
    stocked.reindex()
    assert titles(stocked, "lassen") == ["Lassen voor beginners"]


def test_what_says_too_little_of_a_goal_is_not_shown(shelf: Shelf) -> None:
    shelf.create_training("Bakker", description="Brood, kennis van grondstoffen, fysica van deeg.", reindexed=False)
    shelf.create_training("Slager", description="Vlees en hygiëne in het atelier.")
    assert titles(shelf, "quantumfysica van zwarte gaten") == []
    assert titles(shelf, "brood") == ["Bakker"]


def test_a_tie_goes_when_the_catalogue_no_longer_names_it(shelf: Shelf) -> None:
    shelf.create_competency("onthaal")
    number = shelf.create_training("Cursus", competency_codes=["onthaal"])
    assert titles(shelf, "onthaal") == ["Cursus"]
    with shelf.installation.store.begin() as session:
        session.get_one(Training, number).competency_codes = None
    shelf.reindex()
    assert titles(shelf, "onthaal") == []


def test_a_heading_of_a_framework_is_not_what_a_goal_is_about(shelf: Shelf) -> None:
    shelf.create_competency("machines en voertuigen", kind="group")
    shelf.reindex()
    assert link_text(shelf.alice, shelf.installation, "machines en voertuigen").competencies == ()


def test_only_who_syncs_may_rebuild_the_index(shelf: Shelf) -> None:
    with pytest.raises(NotAllowedError):
        reindex(shelf.alice, shelf.installation, shelf.employer_id)
    with pytest.raises(NotAllowedError):
        reindex(Actor(Role.ADMINISTRATOR, shelf.employer_id + 1), shelf.installation, shelf.employer_id)


def test_equal_scores_stand_in_the_order_of_their_titles(shelf: Shelf) -> None:
    for title in ("Lassen C", "Lassen A", "Lassen B"):
        shelf.create_training(title, reindexed=False)
    shelf.reindex()
    assert titles(shelf, "lassen") == ["Lassen A", "Lassen B", "Lassen C"]
    assert titles(shelf, "lassen", limit=2) == ["Lassen A", "Lassen B"]


def test_an_index_kept_up_by_steps_is_the_index_made_at_once(shelf: Shelf) -> None:
    for title in OFFER:
        shelf.create_training(title)
    by_steps = postings(shelf)
    with shelf.installation.store.begin() as session:
        session.query(IndexPosting).delete()
    shelf.reindex()
    assert postings(shelf) == by_steps
    assert by_steps


def postings(shelf: Shelf) -> set[tuple[object, ...]]:
    with shelf.installation.store.read() as session:
        return {tuple(row) for row in session.execute(select(*IndexPosting.__table__.columns))}


def test_another_employer_sees_nothing_of_this_catalogue(stocked: Shelf) -> None:
    other = EmployerConfig("other", "Other", "employer", "nl", "Europe/Brussels", "BE", "general")
    installation = replace(stocked.installation, employers={"other": other})
    ids = register_organisations(Actor(Role.TIMER, None), installation)
    stocked.create_competency("lassen")
    stocked.reindex()
    result = link_text(Actor(Role.EMPLOYEE, ids["other"]), installation, "lassen")
    assert (result.trainings, result.competencies) == ((), ())
    with pytest.raises(NotAllowedError):
        link_text(Actor(Role.EMPLOYEE, None), installation, "lassen")


def test_the_text_of_a_goal_leaves_nothing_behind(
    stocked: Shelf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = postings(stocked)
    link_text(stocked.alice, stocked.installation, "zonderlingwoord lassen")
    assert postings(stocked) == before
    assert all(b"zonderlingwoord" not in path.read_bytes() for path in tmp_path.glob("pop.sqlite3*"))
    assert "zonderling" not in caplog.text


def test_a_question_reads_the_postings_of_its_own_terms_only(stocked: Shelf) -> None:
    asked: list[str] = []

    @event.listens_for(stocked.installation.store.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "index_posting" in statement:
            asked.append(statement)

    link_text(stocked.alice, stocked.installation, "een heftruck besturen")
    assert asked
    assert all("index_posting.term IN" in statement for statement in asked)


def test_unknown_stays_unknown(shelf: Shelf) -> None:
    shelf.create_training("Lassen")
    (hit,) = link_text(shelf.alice, shelf.installation, "lassen").trainings
    assert (hit.price, hit.next_starts_on, hit.language) == (None, None, None)


def test_every_language_has_every_reason_and_its_holes() -> None:
    for kind in (SAME, CLOSE, BROADER):
        for is_guessed in (False, True):
            reason = Reason(kind, label="heftruck", is_guessed=is_guessed)
            said = {code: reason.in_language(code) for code in ("nl", "en", "fr")}
            assert len(set(said.values())) == 3
            assert all("heftruck" in text and text.endswith(".") for text in said.values())
    for words in (("stoel",), ("stoel", "tafel")):
        for is_aside in (False, True):
            reason = Reason(WORDS, words=words, is_aside=is_aside)
            said = {code: reason.in_language(code) for code in ("nl", "en", "fr")}
            assert len(set(said.values())) == 3
            assert all(text.endswith(f"{', '.join(words)}.") for text in said.values())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("fr", "Mots communs, mais seulement dans la description\u00a0: stoel, tafel."),
        ("en", "Same words, but only in the description: stoel, tafel."),
        ("de", "Zelfde woorden, maar alleen in de beschrijving: stoel, tafel."),
    ],
)
def test_a_reason_is_said_in_the_language_of_the_reader(code: str, said: str) -> None:
    assert Reason(WORDS, words=("stoel", "tafel"), is_aside=True).in_language(code) == said
