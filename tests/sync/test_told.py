"""What a sync says has a code, and words in every language: nothing reaches a page or a program without both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError, validate

import connector
from connector.domain import guard
from connector.domain.access import Actor, Role
from connector.services.told import LANGUAGES, Saying, Sayings
from connector.services.told_guards import FINDINGS, HINTS, LIMIT, finding_words
from connector.services.told_reasons import REASONS
from connector.services.told_stops import STOPS
from connector.sync.records import TARGETS

ROOT = Path(connector.__file__).parent
ALL = {"reasons": REASONS, "stops": STOPS, "hints": HINTS}
EVERY = [one for said in ALL.values() for one in (*said.known, said.other)]
READERS = {code: Actor(Role.HR, 1, language=code) for code in LANGUAGES}
# Of what is sent out or written back, not of what is read.
NOT_READ = {"write_converters.py", "write_values.py"}


def _texts(folder: str, kind: str, position: int = 0) -> Iterator[tuple[str, str]]:
    """Every English text with which something of this kind is made, with 1 for each part that varies."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path.name in NOT_READ:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_one = isinstance(node, ast.Call) and getattr(node.func, "id", "") == kind
            if is_one and len(node.args) > position and (text := _text(node.args[position])) is not None:
                yield f"{path.name}:{node.lineno}", text


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
    return None


def _schema_messages() -> Iterator[str]:
    """Everything that the checks of a record can say."""
    for schema in TARGETS.values():
        for field in schema.fields.values():
            for name in ("required", "null", "invalid", "invalid_utf8"):
                if name in field.error_messages:
                    yield str(field.error_messages[name])
            for check in field.validators:
                yield _message(check)
    yield from ("a person needs a name", "lies before the day of hiring", "lies before the first day")


def _message(check: Any) -> str:
    """What a check says of a value that it refuses."""
    wrong: Any = (
        "x" * 60_000 if isinstance(check, validate.Length) else -1 if isinstance(check, validate.Range) else "?"
    )
    with pytest.raises(ValidationError) as error:
        check(wrong)
    return str(error.value.args[0])


def test_every_reason_of_quarantine_has_a_code() -> None:
    found = dict(_texts("sync", "RecordError"))
    assert len(found) >= 12
    told = {where: REASONS.whole(text, "en").code for where, text in found.items()}
    assert {where: found[where] for where, code in told.items() if code == "other"} == {}


def test_everything_that_the_checks_of_a_record_say_has_a_code() -> None:
    assert {text for text in _schema_messages() if REASONS.whole(text, "en").code == "other"} == set()


def test_what_becomes_of_a_run_has_a_code() -> None:
    found = [text for folder in ("sync", "services") for _, text in _texts(folder, "finish", 2)]
    found += [text for where, text in _texts("sync", "ConflictError") if where.startswith("plan.py")]
    assert len(found) >= 5
    assert [text for text in found if STOPS.whole(text, "en").code == "other"] == []


def test_every_guard_has_words_and_every_hint_a_code() -> None:
    assert set(FINDINGS) == set(guard._SENTENCES)
    assert HINTS.whole("12 of their keys are known ones with other leading zeros.", "nl").facts == {"count": "12"}
    for reader in READERS.values():
        for kind in FINDINGS:
            words = finding_words(reader, kind, 1234, 5000, 500)
            assert words is not None and "{" not in words
    assert finding_words(READERS["nl"], "missing", 1234, 5000, 500) == (
        "1.234 van 5.000 records (25%) staan niet meer in de bron. De grens is 500."
    )
    assert finding_words(READERS["nl"], "unheard of", 1, 1, 1) is None


@pytest.mark.parametrize("saying", EVERY, ids=lambda one: one.code)
def test_every_code_has_words_in_every_language(saying: Saying) -> None:
    names = {name for said in saying.said for name in re.findall(r"\{(\w+)\}", said)}
    assert set(saying.words) == set(LANGUAGES)
    for language, text in saying.words.items():
        assert text.strip() and set(re.findall(r"\{(\w+)\}", text)) <= names, language
        assert text.endswith("."), language
    assert len(set(saying.words.values())) == len(LANGUAGES)


@pytest.mark.parametrize("words", [LIMIT, *FINDINGS.values(), *(one.words for one in EVERY)])
def test_the_words_are_plain(words: Mapping[str, str]) -> None:
    for sentence in re.split(r"(?<=[.!?])\s+", words["nl"]):
        assert len(sentence.split()) <= 15, sentence
    assert re.search("[^\u00a0][:;?!»]", words["fr"]) is None, words["fr"]


@pytest.mark.parametrize("said", EVERY, ids=lambda one: one.code)
def test_what_is_recognised_is_still_said_somewhere(said: Saying) -> None:
    """A sentence that was changed in the code would lose its code here in silence."""
    own = [path for path in ROOT.rglob("*.py") if not path.stem.startswith("told_")]
    source = "\n".join([*(path.read_text(encoding="utf-8") for path in own), *_schema_messages()])
    for text in said.said:
        longest = max(re.split(r"\{\w+\}|…", text), key=len)
        assert longest in source, text


def test_several_reasons_are_told_one_by_one() -> None:
    told = REASONS.each("Not a valid email address. Longer than maximum length 254.", "fr")
    assert [(one.code, one.facts) for one in told] == [("not_an_email", {}), ("too_long", {"most": "254"})]
    (one,) = REASONS.each("is not one of the codes Actief, Inactief. Oud", "nl")
    assert one.facts == {"codes": "Actief, Inactief. Oud"}
    assert [one.code for one in REASONS.each("nobody has ever said this", "nl")] == ["other"]


@pytest.mark.parametrize(
    ("message", "code", "facts"),
    [
        (
            "hr: employees: 7 records came, but the source says that it has 9. Nothing was written.",
            "count_differs",
            {"received": "7", "total": "9"},
        ),
        ("odoo: the login was refused (401) (tried: POST https://odoo.example). Check user.", "login_refused", {}),
        ("run 4: these records have moved on since: employees 12, employees 13. Make a new plan.", "moved_on", {}),
        ("run 9 has read the source again since", "read_again", {"run": "9"}),
        ("it was interrupted while writing, and the next run goes on: the host fell silent", "interrupted", {}),
        ("hr/x.csv: the column 'naam' is missing. Add it.", "column_missing", {"column": "'naam'"}),
        (
            "hr: none of the 3 changed records is at its address (tried: GET https://x.example/3). Check `delta`.",
            "changed_not_there",
            {"count": "3"},
        ),
        ("hr: the changed record is not there (tried: GET https://x.example/3). Check.", "changed_not_there", {}),
        ("something that nobody has foreseen", "other", {}),
    ],
)
def test_a_message_of_a_run_is_recognised_in_its_surroundings(message: str, code: str, facts: dict[str, str]) -> None:
    told = STOPS.within(message, "nl")
    assert (told.code, told.facts) == (code, facts)


def test_an_unknown_language_is_english() -> None:
    one = Sayings((), Saying("other", (), {"nl": "Nee.", "en": "No.", "fr": "Non."}))
    assert one.whole("x", "de").words == "No."


def test_what_a_person_can_mend_is_told_in_our_own_words() -> None:
    """The library's own sentence says nothing of what belongs there."""
    assert "String does not match expected pattern." not in set(_schema_messages())
    assert REASONS.whole("must be a joint committee such as 327 or 327.01", "nl").code == "not_a_joint_committee"
    told = REASONS.whole("must be a date with its year in four digits, written like 31/12/2026, 2026-12-31", "nl")
    assert told.words == "Schrijf deze datum met het jaar in vier cijfers, zoals 31/12/2026, 2026-12-31."
