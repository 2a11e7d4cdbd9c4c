"""Words and terms: what counts in a goal, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.linking.terms import known_parts, runs, stem, stems
from connector.linking.words import LONGEST, content_words, fold, surface_forms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ik wil beter leren omgaan met agressie", ["agressie"]),
        ("Leren lassen", ["lassen"]),
        ("Je voudrais apprendre à souder l'acier", ["souder", "acier"]),
        ("I want to learn how to weld", ["weld"]),
        ("Zelfstandig een heftruck besturen!", ["heftruck", "besturen"]),
        ("🎉🎉", []),
        ("de het een van", []),
        ("", []),
    ],
)
def test_a_goal_keeps_the_words_that_say_what_it_is_about(text: str, words: list[str]) -> None:
    assert content_words(text, is_goal=True) == words


def test_abbreviations_in_capitals_are_not_taken_for_stop_words() -> None:
    assert content_words("MAG-lassen en IT") == ["mag", "lassen", "it"]
    assert content_words("IK MAG IT NIET") == []


def test_being_informed_is_not_about_heights() -> None:
    assert "hoogte" not in content_words("je bent op de hoogte van de regels")
    assert content_words("werken op hoogte") == ["werken", "hoogte"]


def test_accents_and_turkish_letters_fold_together() -> None:
    assert fold("ÉLÉVATEUR İstanbul ışık manœuvre") == "elevateur istanbul isik manoeuvre"
    assert surface_forms("Écouter İyi")["ecouter"] == "Écouter"


def test_stems_bring_inflections_together() -> None:
    assert stem("vergaderingen", "nl") == stem("vergaderen", "nl")
    assert stem("formations", "fr") == stem("formation", "fr")
    assert stem("woord", "tlh") == "woord"


def test_parts_of_a_compound_are_those_that_are_known() -> None:
    known = {stem(word, "nl") for word in ("heftruck", "chauffeur", "vergadering", "zaal", "veiligheid")}
    assert known_parts("heftruckchauffeur", "nl", known.__contains__) == {"heftruck", "chauffeur"}
    assert stem("veiligheid", "nl") in known_parts("veiligheidsregels", "nl", known.__contains__)
    assert known_parts("heftruckchauffeur", "fr", known.__contains__) == set()


def test_short_words_have_no_runs() -> None:
    assert runs("vca") == set()
    assert "#<las" in runs("lasser")


@given(st.text(max_size=300))
def test_any_text_gives_terms_that_fit_the_index(text: str) -> None:
    for word in content_words(text, is_goal=True):
        assert 1 < len(word) <= LONGEST
        for term in (*stems(word), *runs(word)):
            assert 0 < len(term) <= LONGEST
            assert not any(char.isspace() for char in term)
