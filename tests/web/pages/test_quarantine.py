"""Records that were not taken over: told by their form, left as they are, corrected for a while, or tried again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from connector.domain.access import Actor, Role
from connector.services.corrections import list_corrections
from connector.services.quarantine import list_quarantine
from connector.store.work import DueWork
from tests.web.pages.syncing import Hr

READER = Actor(Role.HR, employer_id=1)


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
