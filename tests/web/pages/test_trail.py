"""One person from the source to here, in five steps."""

from __future__ import annotations

from connector.domain.access import Role
from tests.web.pages.conftest import World
from tests.web.pages.syncing import Hr


def test_without_a_source_there_is_nobody_to_follow(world: World) -> None:
    assert "Er is nog geen systeem ingesteld." in world.client(Role.ADMINISTRATOR).get("/trail").text


def test_an_employee_number_leads_to_the_record(hr: Hr) -> None:
    hr.sync()
    response = hr.administrator.get("/trail?key=2", status=302)
    assert response.location.endswith("/trail?source=hr&key=2")


def test_the_five_steps_say_what_was_taken_over_without_asking(hr: Hr) -> None:
    hr.sync()
    hr.workbook.rows["mensen"].clear()
    hr.workbook.write()
    page = hr.hr.get("/trail?source=hr&key=2").text
    assert "<h1>Bob Yılmaz</h1>" in page
    for words in ("1. Verbinding", "2. Record", "3. Hoort het hierbij?", "4. Wie is het?", "5. Wat zou een run doen?"):
        assert words in page, words
    assert "De sleutel van de bron was al bekend." in page
    assert "Nog niet gevraagd" in page
    assert "Vraag het nu aan de bron" not in page
    assert 'href="/runs/1"' in page


def test_asking_the_source_shows_what_a_run_would_change_and_the_form_of_the_record(hr: Hr) -> None:
    hr.sync()
    hr.workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;ploegbaas;1;15/03/2024;;80"
    hr.workbook.write()
    client = hr.administrator
    page = client.post("/trail", {"source": "hr", "key": "2"}, status=200).text
    for words in ("De bron antwoordt", "Gevonden", "groenarbeider", "ploegbaas", "aaa@aaaaaaa.aaa"):
        assert words in page, words
    assert "bob@example.org" not in page
    gone = client.post("/trail", {"source": "hr", "key": "nobody"}, status=200).text
    assert "Niet gevonden" in gone
    assert "We kennen deze persoon nog niet." in gone
    hr.hr.post("/trail", {"source": "hr", "key": "2"}, status=403)
    client.post("/trail", {"source": "hr", "key": "2"}, csrf=False, status=400)


def test_a_source_that_does_not_answer_is_said_in_the_first_step(hr: Hr) -> None:
    hr.sync()
    (hr.workbook.folder / "mensen.csv").unlink()
    page = hr.administrator.post("/trail", {"source": "hr", "key": "2"}, status=200).text
    assert "Het bestand of de map van de bron is er niet." in page
    assert "<h1>Bob Yılmaz</h1>" in page


def test_a_record_in_quarantine_or_in_doubt_leads_to_where_it_waits(hr: Hr) -> None:
    hr.sync()
    hr.workbook.rows["mensen"][1] = "2;Robert;Maes;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    hr.workbook.rows["mensen"][2] = "3;Chloé;Dujardin;geen adres;groen;;;;;"
    hr.sync()
    client = hr.administrator
    doubt = client.get("/trail?source=hr&key=2").text
    assert "Dit is niet zeker. Iemand moet beslissen." in doubt
    assert 'href="/review?source=hr"' in doubt
    held = client.get("/trail?source=hr&key=3").text
    assert "Dit is geen geldig e-mailadres." in held
    assert "/quarantine/" in held


def test_who_is_unknown_is_told_so(hr: Hr) -> None:
    hr.sync()
    client = hr.administrator
    for query in ("key=987654", "source=nowhere&key=2", "key=" + "9" * 300):
        assert "We vinden niemand met" in client.get(f"/trail?{query}", status=404).text
    other = hr.world.client(Role.ADMINISTRATOR, employer_id=2)
    assert "Bob" not in other.get("/trail?key=2", status=404).text
    assert "Bob" not in other.get("/trail?source=hr&key=2", status=404).text
