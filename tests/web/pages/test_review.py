"""Who is who: a person decides what the connector cannot be sure of, and takes apart what was joined wrongly."""

from __future__ import annotations

import dataclasses

import pytest

from connector.domain.access import TIMER, Actor, Role
from connector.services.review import list_cases
from connector.services.review_joined import list_joined
from connector.services.sync import run_sync
from connector.sync.plan import Mode
from tests.web.pages.syncing import Hr

READER = Actor(Role.HR, employer_id=1)


@pytest.fixture
def case(hr: Hr) -> int:
    """The number of Bob Yılmaz says Robert Maes now."""
    hr.sync()
    hr.workbook.rows["mensen"][1] = "2;Robert;Maes;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    hr.sync()
    (found,) = list_cases(READER, hr.installation)
    return found.id


@pytest.fixture
def joined(hr: Hr) -> Hr:
    """Alice and Bob stand in the source `loon` too."""
    config = hr.installation.sources["hr"]
    folder = hr.workbook.folder.parent / "loon"
    folder.mkdir()
    connection = dataclasses.replace(config.connection, name="loon", path=str(folder))
    hr.installation.sources["loon"] = dataclasses.replace(config, name="loon", connection=connection)
    hr.sync()
    for sheet in hr.workbook.folder.iterdir():
        lines = sheet.read_text(encoding="utf-8").splitlines()[: 3 if sheet.stem == "mensen" else 1]
        (folder / sheet.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    run_sync(TIMER, hr.installation, "loon", mode=Mode.ROUTINE)
    return hr


def test_nothing_to_decide_is_good_news(hr: Hr) -> None:
    page = hr.hr.get("/review").text
    assert "Er is niets te beslissen." in page
    assert "Niemand staat in meer dan één bron." in hr.hr.get("/review/joined").text


def test_a_doubt_shows_both_sides_and_what_speaks_against(hr: Hr, case: int) -> None:
    page = hr.hr.get("/review").text
    for words in ("Robert", "Maes", "Bob Yılmaz", "andere naam", "pleit tegen", "15 mrt 2024"):
        assert words in page, words
    assert "Er is niets te beslissen." in hr.hr.get("/review?source=elders").text


def test_a_new_record_shows_how_sure_and_why(hr: Hr) -> None:
    hr.sync()
    hr.workbook.rows["mensen"].append("99;Bob;Yılmaz;bob@example.org;groen;;;;;")
    hr.sync()
    page = hr.hr.get("/review").text
    for words in ("zelfde naam", "zelfde e-mailadres", "ander personeelsnummer", "pleit voor", "misschien"):
        assert words in page, words


def test_the_same_person_takes_the_new_name(hr: Hr, case: int) -> None:
    client = hr.hr
    (found,) = list_cases(READER, hr.installation)
    client.post(f"/review/{case}/same", {"person": found.candidates[0].person_id})
    assert "dit is dezelfde persoon" in client.get("/review").text
    assert hr.sync().totals.changed == 1
    client.post(f"/review/{case}/other", status=409)


def test_somebody_else_gets_a_person_of_their_own(hr: Hr, case: int) -> None:
    hr.hr.post(f"/review/{case}/other")
    hr.sync()
    page = hr.administrator.get("/trail?source=hr&key=2").text
    assert "<h1>Robert Maes</h1>" in page
    assert list_cases(READER, hr.installation) == []


def test_a_decision_that_makes_no_sense_is_refused(hr: Hr, case: int) -> None:
    for person in ("", "x", "-1", "9" * 40, "999"):
        hr.hr.post(f"/review/{case}/same", {"person": person}, status=400)
    hr.hr.post("/review/999/other", status=404)
    hr.hr.post(f"/review/{case}/other", csrf=False, status=400)
    other = hr.world.client(Role.HR, employer_id=2)
    other.post(f"/review/{case}/other", status=404)
    assert "Robert" not in other.get("/review").text
    assert len(list_cases(READER, hr.installation)) == 1


def test_many_doubts_come_in_pages(hr: Hr) -> None:
    for key in ("", "T"):  # everybody comes again under another number
        hr.workbook.rows["mensen"] += [
            f"{key}{number};Mens;Nummer{number};mens{number}@example.org;groen;;;;;" for number in range(100, 120)
        ]
        hr.sync(accept=True)
    cases = list_cases(READER, hr.installation)
    pages = [hr.hr.get(f"/review?page={number}").text for number in (1, 2, 3)]
    assert "20 vragen, pagina 1 van 2" in pages[0]
    assert [f'id="case-{one.id}"' in pages[0] for one in cases] == [True] * 10 + [False] * 10
    assert [f'id="case-{one.id}"' in pages[1] for one in cases] == [False] * 10 + [True] * 10
    assert "Ga naar de eerste pagina" in pages[2]


def test_a_join_is_taken_apart(joined: Hr) -> None:
    client = joined.hr
    page = client.get("/review/joined").text
    assert "2 personen" in page
    assert "loon 2" in page
    client.post("/review/joined/undo", {"source": "loon", "key": "2"})
    assert "Losgemaakt." in client.get("/review/joined").text
    (left,) = list_joined(READER, joined.installation)
    assert left.records == (("hr", "1"), ("loon", "1"))
    client.post("/review/joined/undo", {"source": "loon", "key": "2"})
    assert "Er is dus niets om los te maken." in client.get("/review/joined").text
    client.post("/review/joined/undo", {"source": "loon", "key": "nobody"}, status=404)
    joined.world.client(Role.HR, employer_id=2).post("/review/joined/undo", {"source": "loon", "key": "1"}, status=404)
