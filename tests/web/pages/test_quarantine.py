"""Records that were not taken over: told by their form, left as they are, corrected for a while, or tried again."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.event import listen, remove

from connector.domain.access import Actor, Role
from connector.services.corrections import list_corrections
from connector.services.quarantine import list_quarantine
from connector.store.sync_state import QuarantinedRecord
from connector.store.work import DueWork
from tests.conftest import NOW
from tests.web.pages.syncing import Hr

READER = Actor(Role.HR, employer_id=1)
COPIED = (
    *("source_id", "resource", "field", "kind", "reason", "hash", "shape", "times"),
    *("first_seen_at", "last_seen_at", "run_id"),
)


@pytest.fixture
def entry(hr: Hr) -> int:
    """Dries has an address that is none."""
    hr.workbook.rows["mensen"].insert(3, "4;Dries;Claes;geheim woord;groen;;;;;")
    hr.sync()
    (found,) = list_quarantine(READER, hr.installation).items
    return found.id


def test_nothing_in_quarantine_is_good_news(hr: Hr) -> None:
    page = hr.hr.get("/quarantine").text
    assert "Er zit niets in quarantaine." in page
    assert "Er zijn nu geen verbeteringen." in page


def test_a_problem_is_told_in_words_and_the_record_by_its_form(hr: Hr, entry: int) -> None:
    listed = hr.hr.get("/quarantine").text
    assert "e-mailadres" in listed
    assert "Dit is geen geldig e-mailadres." in listed
    page = hr.hr.get(f"/quarantine/{entry}").text
    assert "aaaaaa aaaaa" in page
    for value in ("geheim woord", "Dries", "Claes"):
        assert value not in page + listed, value


def test_leaving_a_problem_needs_a_reason(hr: Hr, entry: int) -> None:
    client = hr.hr
    for reason in ("", "   ", "x" * 501):
        page = client.post(f"/quarantine/{entry}/ignore", {"reason": reason}, status=400).text
        assert "Schrijf waarom." in page
    client.post(f"/quarantine/{entry}/ignore", {"reason": "heeft geen adres"})
    page = client.get("/quarantine").text
    assert "Er zit niets in quarantaine." in page
    assert "Mag zo blijven, want “heeft geen adres”" in page
    client.post(f"/quarantine/{entry}/unignore")
    assert "1 probleem" in client.get("/quarantine").text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"value": "geen adres"}, "Deze waarde past niet in dit veld."),
        ({"until": "2026-11-22"}, "Kies een dag vanaf vandaag, en binnen een jaar."),
        ({"until": "2028-11-22"}, "Kies een dag vanaf vandaag, en binnen een jaar."),
        ({"until": "morgen"}, "Kies een dag vanaf vandaag, en binnen een jaar."),
        ({"reason": " "}, "Schrijf waarom."),
    ],
)
def test_a_correction_that_does_not_fit_is_not_kept(hr: Hr, entry: int, sent: dict[str, str], words: str) -> None:
    good = {"value": "dries@example.org", "until": "2026-12-31", "reason": "vraag loopt bij HR"}
    page = hr.hr.post(f"/quarantine/{entry}/correct", good | sent, status=400).text
    assert words in page
    assert "Dit is nog niet bewaard." in page
    assert 'value="{}"'.format((good | sent)["value"]) in page
    assert list_corrections(READER, hr.installation) == []


def test_a_correction_counts_from_the_next_run_until_somebody_stops_it(hr: Hr, entry: int) -> None:
    client = hr.hr
    sent = {"value": "dries@example.org", "until": "2026-12-31", "reason": "vraag loopt bij HR"}
    client.post(f"/quarantine/{entry}/correct", sent)
    assert hr.sync().totals.new == 1
    page = client.get("/quarantine").text
    assert "Er zit niets in quarantaine." in page
    for words in ("dries@example.org", "donderdag 31 december 2026", "vraag loopt bij HR"):
        assert words in page, words
    (correction,) = list_corrections(READER, hr.installation)
    client.post(f"/quarantine/corrections/{correction.id}/end")
    assert list_corrections(READER, hr.installation) == []


def test_trying_again_is_put_down_once(hr: Hr, entry: int) -> None:
    client = hr.administrator
    client.post("/quarantine/replay", {"source": "hr"})
    client.post("/quarantine/replay")
    with hr.installation.store.read() as session:
        rows = session.scalars(select(DueWork).where(DueWork.kind == "sync.source")).all()
    assert [row.payload for row in rows] == [{"source": "hr"}]
    assert "We lezen 1 bron opnieuw." in client.get("/quarantine").text


def test_a_record_without_a_key_cannot_be_corrected_here(hr: Hr) -> None:
    hr.workbook.rows["mensen"].append(";Zonder;Nummer;;groen;;;;;")
    hr.sync()
    (found,) = list_quarantine(READER, hr.installation).items
    page = hr.hr.get(f"/quarantine/{found.id}").text
    assert "Record zonder sleutel" in page
    assert "Verbeter het hier" not in page
    sent = {"value": "x", "until": "2026-12-31", "reason": "toch"}
    assert "Dit is nog niet bewaard." in hr.hr.post(f"/quarantine/{found.id}/correct", sent, status=400).text


def test_a_problem_of_another_employer_is_not_there(hr: Hr, entry: int) -> None:
    other = hr.world.client(Role.ADMINISTRATOR, employer_id=2)
    other.get(f"/quarantine/{entry}", status=404)
    for act in ("ignore", "unignore", "correct"):
        other.post(f"/quarantine/{entry}/{act}", {"reason": "x", "until": "2026-12-31"}, status=404)
    other.post("/quarantine/replay", {"source": "hr"}, status=404)
    assert "Er zit niets in quarantaine." in other.get("/quarantine").text
    hr.hr.get("/quarantine/99999999999999999999", status=404)
    hr.hr.post("/quarantine/corrections/7/end", status=404)


def test_many_problems_come_in_pages(hr: Hr) -> None:
    hr.workbook.rows["mensen"] += [f"{number};Mens;Nummer;geen adres;groen;;;;;" for number in range(100, 160)]
    hr.sync()
    page = hr.hr.get("/quarantine?page=3").text
    assert "60 problemen, pagina 3 van 3" in page
    assert page.count("Dit is geen geldig e-mailadres.") == 10
    assert "Ga naar de eerste pagina" in hr.hr.get("/quarantine?page=9").text


def test_a_count_is_written_as_its_language_does(hr: Hr) -> None:
    hr.workbook.rows["mensen"] += [f"{number};Mens;Nummer;geen adres;groen;;;;;" for number in range(1000, 2234)]
    hr.sync()
    client = hr.hr
    for language, words in (("nl", "1.234 problemen,"), ("en", "1,234 problems,"), ("fr", "1\u202f234 problèmes,")):
        client.post("/language", {"language": language})
        assert words in client.get("/quarantine").text


def test_problems_are_chosen_by_source_and_reason(hr: Hr) -> None:
    hr.workbook.rows["mensen"] += [f"{number};Mens;Nummer;geen adres;groen;;;;;" for number in range(100, 130)]
    hr.workbook.rows["mensen"] += ["200;Mens;Nummer;;groen;;;31/02/2020;;"]
    hr.sync()
    client = hr.hr
    page = client.get("/quarantine").text
    assert "31 problemen, pagina 1 van 2" in page
    assert "Dit is geen geldig e-mailadres. (30)" in page
    assert "Deze datum bestaat niet. (1)" in page
    page = client.get("/quarantine?source=hr&reason=not_an_email&page=2").text
    assert "30 problemen, pagina 2 van 2" in page
    assert page.count("<strong>e-mailadres (e-mail)</strong>") == 5
    assert re.search(r'href="[^"]*reason=not_an_email[^"]*" rel="prev"', page)
    assert "1 probleem<" in client.get("/quarantine?reason=not_a_date").text
    assert "Geen enkel record past hierbij." in client.get("/quarantine?reason=key_twice").text
    assert "Er zit niets in quarantaine." in client.get("/quarantine?source=other").text
    client.post("/language", {"language": "fr"})
    assert "Cette date n’existe pas." in client.get("/quarantine?reason=not_a_date").text


def test_what_may_stay_comes_in_pages_of_its_own(hr: Hr) -> None:
    hr.workbook.rows["mensen"] += [f"{number};Mens;Nummer;geen adres;groen;;;;;" for number in range(100, 130)]
    hr.sync()
    with hr.installation.store.begin() as session:
        for row in session.scalars(select(QuarantinedRecord)):
            row.ignored_at, row.ignored_reason = NOW, "mag"
    page = hr.hr.get("/quarantine?ignored=2").text
    assert "Er zit niets in quarantaine." in page
    assert "Toon 30 problemen die mogen blijven" in page
    assert page.count("Mag zo blijven, want “mag”") == 5
    assert "ignored=1#ignored" in page


def test_ten_thousand_problems_cost_as_many_queries_as_one(hr: Hr, entry: int) -> None:
    def queries() -> int:
        told: list[str] = []

        def note(*event: Any) -> None:
            told.append(event[2])

        listen(hr.installation.store.engine, "before_cursor_execute", note)
        client.get("/quarantine?reason=not_an_email")
        remove(hr.installation.store.engine, "before_cursor_execute", note)
        return len(told)

    client = hr.hr
    client.get("/quarantine")
    few = queries()
    with hr.installation.store.begin() as session:
        first = session.get_one(QuarantinedRecord, entry)
        same = {name: getattr(first, name) for name in COPIED}
        session.execute(insert(QuarantinedRecord), [{**same, "key": f"more {number}"} for number in range(10_000)])
    assert queries() == few
    began = time.perf_counter()
    page = client.get("/quarantine?page=300").text
    assert "10.001 problemen, pagina 300 van 401" in page
    taken = time.perf_counter() - began
    assert taken < 3, taken
