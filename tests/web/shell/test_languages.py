"""Dutch is the source; English and French say everything too. The choice works without JavaScript."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import connector.web
from connector.domain.access import Role
from connector.web import labels, words

WEB = Path(connector.web.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
OFFICE_WORDS = (
    "m.b.t.",
    "betreffende",
    "dienen te",
    "dient te",
    "inzake",
    "teneinde",
    "middels",
    "conform",
    "i.v.m.",
    "d.m.v.",
    "u ",
    "uw ",
)


def _extracted() -> set[str]:
    """Every text of pages and templates, as `make translations` finds it."""
    mappings = tomllib.loads((WEB.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"][
        "mappings"
    ]
    found = extract_from_dir(
        WEB,
        method_map=[(row["pattern"], row["method"]) for row in mappings],
        options_map={
            row["pattern"]: {k: v for k, v in row.items() if k not in ("method", "pattern")} for row in mappings
        },
        keywords=KEYWORDS,
    )
    texts: set[str] = set()
    for _, _, message, _, _ in found:
        texts |= {message} if isinstance(message, str) else set(message)
    return texts


def _catalogue(code: str) -> Catalog:
    with (WEB / "translations" / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


@pytest.mark.parametrize("code", ["en", "fr"])
def test_everything_is_translated(code: str) -> None:
    catalogue = _catalogue(code)
    translated: set[str] = set()
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if all(strings) and not message.fuzzy:
            translated |= set(ids)
    assert sorted(_extracted() - translated) == [], f"run `make translations` and write the {code} texts"


@pytest.mark.parametrize("code", ["en", "fr"])
def test_translations_keep_the_holes_and_the_tags(code: str) -> None:
    for message in _catalogue(code):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings if ids[0] else ():
            for pattern in (r"%\(\w+\)[sd]", r"</?\w+"):
                allowed = [sorted(re.findall(pattern, text)) for text in ids]
                assert sorted(re.findall(pattern, string)) in allowed, f"{code}: {ids[0]!r}"


def test_french_has_a_space_that_does_not_break_before_its_high_signs() -> None:
    for message in (message for message in _catalogue("fr") if message.id):
        for string in message.string if isinstance(message.string, tuple) else (message.string,):
            assert re.search("[^\u00a0][:;?!»]", string) is None, string
            assert re.search("«[^\u00a0]", string) is None, string


def test_no_template_writes_a_colon_beside_a_value_for_french_has_a_space_before_it() -> None:
    for path in sorted((WEB / "templates").rglob("*.html")):
        bare = re.sub("{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall("(?:}}|>):[ <{].*", bare) == [], path.name


def test_dutch_texts_are_plain() -> None:
    for text in sorted(_extracted()):
        bare = re.sub(r"%\(\w+\)[sd]", "naam", text)
        for sentence in re.split(r"(?<=[.!?])\s+", bare):
            assert len(sentence.split()) <= 15, f"{len(sentence.split())} words in one sentence: {sentence!r}"
        padded = f" {bare.lower()} "
        assert [word for word in OFFICE_WORDS if f" {word}" in padded] == [], f"office words: {text!r}"


@pytest.mark.parametrize(("code", "title"), [("nl", "Meld je aan"), ("en", "Sign in"), ("fr", "Connectez-vous")])
def test_the_browser_says_the_first_language(code: str, title: str, create_client: Callable[..., Any]) -> None:
    text = create_client().get("/sign-in", headers={"Accept-Language": f"{code}-BE,{code};q=0.9"}).text
    assert f'<html lang="{code}">' in text
    assert f"<h1>{title}</h1>" in text


def test_an_unknown_language_is_dutch(create_client: Callable[..., Any]) -> None:
    assert '<html lang="nl">' in create_client().get("/sign-in", headers={"Accept-Language": "tr,de;q=0.8"}).text


def test_a_chosen_language_stays_and_comes_back_to_the_same_page(create_client: Callable[..., Any]) -> None:
    client = create_client()
    assert client.post("/language", {"language": "fr", "back": "/sign-in?x=1"}).location == "/sign-in?x=1"
    assert '<html lang="fr">' in client.get("/sign-in").text


def test_a_chosen_language_is_remembered_for_the_account(client_as: Callable[..., Any], create_client: Any) -> None:
    client = client_as(Role.ADMINISTRATOR)
    client.post("/language", {"language": "en"})
    with client.browser.session_transaction() as kept:
        key = kept["key"]
    other = create_client()
    other.enter(key)
    assert '<html lang="en">' in other.follow("/").text


@pytest.mark.parametrize("code", ["de", "", "nl_BE", "../nl", "x" * 1000])
def test_a_language_that_we_do_not_have_is_refused(code: str, create_client: Callable[..., Any]) -> None:
    create_client().post("/language", {"language": code}, status=400)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("nl", ("donderdag 26 november", "do 26 nov", "donderdag 26 november om 10 uur", "€ 1.250", "€ 12,50")),
        ("en", ("Thursday 26 November", "Thu 26 Nov", "Thursday 26 November at 10:00", "€ 1,250", "€ 12.50")),
        ("fr", ("jeudi 26 novembre", "jeu. 26 nov.", "jeudi 26 novembre à 10 h", "1 250 €", "12,50 €")),
    ],
)
def test_days_moments_and_money_are_written_in_words(
    code: str, said: tuple[str, ...], create_client: Callable[..., Any]
) -> None:
    with create_client().app.test_request_context(headers={"Accept-Language": code}):
        day, at = date(2026, 11, 26), datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
        written = (
            words.day_in_words(day),
            words.short_day(day),
            words.moment_in_words(at),
            words.money(Decimal("1250.00")),
            words.money(Decimal("12.5")),
        )
    assert tuple(re.sub(r"\s", " ", text) for text in written) == said


@pytest.mark.parametrize(
    ("code", "first", "short", "with_year"),
    [
        ("fr", "lundi 1er mars", "lun. 1er mars", "lundi 1er mars 2027"),
        ("nl", "maandag 1 maart", "ma 1 mrt", "maandag 1 maart 2027"),
    ],
)
def test_the_first_of_the_month(
    code: str, first: str, short: str, with_year: str, create_client: Callable[..., Any]
) -> None:
    with create_client().app.test_request_context(headers={"Accept-Language": code}):
        day = date(2027, 3, 1)
        assert (words.day_in_words(day), words.short_day(day)) == (first, short)
        assert words.day_in_words(day, with_year=True) == with_year


@pytest.mark.parametrize("code", ["en", "fr"])
def test_codes_are_words_in_the_middle_of_a_line(code: str, create_client: Callable[..., Any]) -> None:
    with create_client().app.test_request_context(headers={"Accept-Language": code}):
        for words_of in (labels.KINDS, labels.PARTIES, labels.AGREEMENT_KINDS):
            for name in words_of:
                text = labels.word(words_of, name)
                assert text[0].islower() or text.startswith("HR "), text


def test_a_half_hour_and_a_summer_day(create_client: Callable[..., Any]) -> None:
    with create_client().app.test_request_context(headers={"Accept-Language": "nl"}):
        at = datetime(2026, 3, 29, 12, 30, tzinfo=UTC)  # the day the clock goes forward
        assert words.moment_in_words(at) == "zondag 29 maart om 14.30 uur"
        assert words.day_in_words(date(2027, 1, 1), with_year=True) == "vrijdag 1 januari 2027"
        assert words.money(None) == ""
        assert re.sub(r"\s", " ", words.money(0)) == "€ 0"
