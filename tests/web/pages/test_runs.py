"""Runs: what one would do, why, and a person's yes or no."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain import access
from connector.domain.access import TIMER, Act, Actor, Role
from connector.errors import PopError
from connector.mapping_files import MappingFolders
from connector.services.runs import find_run
from connector.services.sync import run_sync
from connector.services.sync_orders import do_apply
from connector.store.sync_state import RecordState, Scan, SyncRun
from connector.store.work import DueWork
from tests.conftest import NOW
from tests.web.pages.conftest import World
from tests.web.pages.syncing import Hr

READER = Actor(Role.HR, employer_id=1)
ROBBED = "2;<script>alert(1)</script>;Yılmaz %(x)s {{ 7*7 }};bob@example.org;groen;ploegbaas;1;15/03/2024;;80"


@pytest.fixture
def stopped(hr: Hr) -> int:
    """The number of a run that a guard stopped: six of 23 people are gone, and Bob leads a team now."""
    hr.sync()
    hr.workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;ploegbaas;1;15/03/2024;;80"
    return hr.stopped()


def _rows(page: str) -> list[str]:
    """The text of each row of the table of changes."""
    body = page.partition('id="changes"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in body.split("<tr>")[1:]]


def test_before_anything_was_read_the_page_says_where_to_begin(hr: Hr) -> None:
    page = hr.administrator.get("/runs").text
    assert "Er is nog niets gelezen." in page
    assert 'href="/connections"' in page


def test_the_list_says_what_each_run_did(hr: Hr, stopped: int) -> None:
    page = hr.administrator.get("/runs").text
    assert f'href="/runs/{stopped}"' in page
    assert "1 gewijzigd, 6 ontbreekt" in page
    assert "Klaar" in page
    only = hr.administrator.get("/runs?state=waits&source=hr").text
    assert f"/runs/{stopped}" in only
    assert "/runs/1" not in only
    assert "We vinden geen run" in hr.administrator.get("/runs?state=failed").text
    assert "/runs/1" in hr.administrator.get("/runs?state=nonsense&page=-3").text


def test_a_stopped_run_says_what_happened_and_that_nothing_changed(hr: Hr, stopped: int) -> None:
    page = hr.administrator.get(f"/runs/{stopped}").text
    for words in (
        "Gestopt vóór het schrijven.",
        "Er is niets gewijzigd.",
        "6 van 23 records (26%) staan niet meer in de bron. De grens is 5.",
        "Bekijk de 6 records",
        "Toch toestaan…",
        "Verwerp deze run",
    ):
        assert words in page, words
    rows = _rows(page)
    assert "Bob Yılmaz" in rows[0]
    assert "functie groenarbeider ploegbaas" in rows[0]
    assert "resources. employees. fields. job" in rows[0]
    assert sum("Ontbreekt" in row for row in rows) == 6


def test_the_records_of_a_guard_are_one_link_away(hr: Hr, stopped: int) -> None:
    client = hr.administrator
    (link,) = re.findall(r'href="([^"]+)">Bekijk de 6 records', client.get(f"/runs/{stopped}").text)
    rows = _rows(client.get(link.replace("&amp;", "&").partition("#")[0]).text)
    assert len(rows) == 6
    assert all("Ontbreekt" in row for row in rows)
    assert "Geen enkel record past hierbij." in client.get(f"/runs/{stopped}?resource=jobs").text
    assert len(_rows(client.get(f"/runs/{stopped}?action=nonsense").text)) > 6


def test_a_yes_repeats_the_numbers_and_is_carried_out_as_work(hr: Hr, stopped: int) -> None:
    client = hr.administrator
    page = client.get(f"/runs/{stopped}/allow").text
    assert "6 van 23 records" in page
    assert re.search(r"action=missing[^>]*>6</a>", page)
    client.post(f"/runs/{stopped}/allow")
    assert find_run(READER, hr.installation, stopped).state == "waits"
    with hr.installation.store.read() as session:
        (row,) = session.scalars(select(DueWork).where(DueWork.kind == "sync.apply")).all()
    do_apply(TIMER, hr.installation, row.payload, row.employer_id)
    page = client.get(f"/runs/{stopped}").text
    assert "Wat er veranderd is" in page
    assert "door Ann Beheer" in page
    assert sum("Ontbreekt" in row for row in _rows(page)) == 6
    client.get(f"/runs/{stopped}/allow", status=409)


def test_a_no_throws_the_plan_away(hr: Hr, stopped: int) -> None:
    client = hr.administrator
    client.post(f"/runs/{stopped}/reject")
    assert find_run(READER, hr.installation, stopped).state == "rejected"
    page = client.get(f"/runs/{stopped}").text
    assert "is verworpen. Er is niets gewijzigd." in page
    assert "Toch toestaan" not in page
    client.post(f"/runs/{stopped}/reject", status=409)
    client.post(f"/runs/{stopped}/allow", status=409)


def test_hr_reads_a_run_and_decides_nothing(hr: Hr, stopped: int) -> None:
    page = hr.hr.get(f"/runs/{stopped}").text
    assert "Bob Yılmaz" in page
    assert "Alleen een beheerder kan dit toestaan of verwerpen." in page
    assert "Verwerp deze run" not in page
    hr.hr.get(f"/runs/{stopped}/allow", status=403)
    for act in ("allow", "reject"):
        hr.hr.post(f"/runs/{stopped}/{act}", status=403)
        hr.administrator.post(f"/runs/{stopped}/{act}", csrf=False, status=400)
    assert find_run(READER, hr.installation, stopped).state == "waits"


def test_who_may_not_read_people_sees_keys_only(hr: Hr, stopped: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(access.TABLE, Role.HR, access.TABLE[Role.HR] - {Act.READ_PEOPLE})
    page = hr.hr.get(f"/runs/{stopped}").text
    assert "Bob" not in page
    assert _rows(page)[0].startswith("2 Medewerkers")


@pytest.mark.parametrize("path", ["", "/allow"])
def test_a_run_that_is_not_there_or_not_ours(hr: Hr, stopped: int, path: str) -> None:
    other = hr.world.client(Role.ADMINISTRATOR, employer_id=2)
    other.get(f"/runs/{stopped}{path}", status=404)
    for number in ("0", "999", "9223372036854775807", "99999999999999999999", "-1", "x"):
        hr.administrator.get(f"/runs/{number}{path}", status=404)
    assert "Er is nog niets gelezen." in other.get("/runs").text
    other.post(f"/runs/{stopped}/reject", status=404)
    other.post(f"/runs/{stopped}/allow", status=404)


def test_a_dry_run_waits_without_having_changed_anything(hr: Hr) -> None:
    number = hr.sync(dry_run=True).number
    page = hr.administrator.get(f"/runs/{number}").text
    assert f"Proefrun {number} van hr" in page
    assert "Er is nog niets gewijzigd." in page
    assert "nieuwe sleutel in de bron" in page


def test_thousands_of_changes_come_in_pages(hr: Hr) -> None:
    hr.workbook.rows["mensen"] = [f"{number};Mens;Nummer{number};;;;;;;" for number in range(5000)]
    number = hr.sync(dry_run=True).number
    client = hr.administrator
    first = client.get(f"/runs/{number}?resource=employees").text
    assert len(_rows(first)) == 50
    assert "5000 records, pagina 1 van 100" in first.replace(".", "").replace("\xa0", "")
    assert "resource=employees" in re.findall(r'<a href="([^"]+)" rel="next"', first)[0]
    last = _rows(client.get(f"/runs/{number}?resource=employees&page=100").text)
    assert "Nummer4999" in last[-1]
    assert not set(last) & set(_rows(first))
    assert "Geen enkel record past hierbij." in client.get(f"/runs/{number}?resource=employees&page=101").text


def test_what_a_source_says_stays_text(hr: Hr) -> None:
    hr.sync()
    hr.workbook.rows["mensen"][2] = ROBBED.replace("2;", "3;", 1)
    hr.workbook.rows["mensen"][0] = hr.workbook.rows["mensen"][0].replace(";groen;", ";<b>rood;")
    hr.workbook.rows["mensen"].append(ROBBED.replace("2;", "<i>77;", 1).replace("bob@", "rob@"))
    number = hr.sync(dry_run=True).number
    for path in (f"/runs/{number}", "/review", "/trail?source=hr&key=3", "/trail?key=<script>x", "/quarantine"):
        status = 404 if "script" in path else 200
        page = hr.administrator.get(path, status=status).text
        assert not re.search("<script>|<b>rood|<i>77", page)
        assert "Yılmaz 49" not in page
    assert "&lt;b&gt;rood" in hr.administrator.get(f"/runs/{number}?resource=units").text


def test_a_run_at_work_shows_how_far_it_is_and_asks_again_by_itself(hr: Hr) -> None:
    hr.sync()
    with hr.installation.store.begin() as session:
        run = SyncRun(source_id=1, state="running", phase="read", started_at=NOW, mapping_digest="d", counts={})
        session.add(run)
        session.flush()
        counts: dict[str, Any] = {"received": 120, "read": 120}
        session.add(
            Scan(run_id=run.id, resource="employees", state="running", total=480, counts=counts, started_at=NOW)
        )
        number = run.id
    page = hr.administrator.get(f"/runs/{number}").text
    assert "120 van 480" in page
    assert re.search(r'<progress[^>]+value="120" max="480"', page)
    assert 'hx-trigger="every 3s"' in page
    assert "Ververs deze pagina" in page
    with hr.installation.store.begin() as session:
        session.get_one(SyncRun, number).phase = "apply"
    assert "We schrijven de wijzigingen weg." in hr.administrator.get(f"/runs/{number}").text
    assert "hx-trigger" not in hr.administrator.get("/runs/1").text


def test_a_failed_run_says_who_mends_it(hr: Hr) -> None:
    config = hr.installation.sources["hr"]
    connection = dataclasses.replace(config.connection, path="/nowhere")
    broken = {"hr": dataclasses.replace(config, connection=connection)}
    with pytest.raises(PopError):
        run_sync(TIMER, dataclasses.replace(hr.installation, sources=broken), "hr")
    page = hr.administrator.get("/runs/1").text
    assert "Deze run is mislukt." in page
    assert "Wie de bron beheert, lost het probleem op." in page
    assert "is not there" in page


def test_without_a_source_in_the_settings_its_runs_can_still_be_read(world: World, hr: Hr, stopped: int) -> None:
    hr.installation.sources.clear()
    assert "6 van 23 records" in hr.administrator.get(f"/runs/{stopped}").text


def test_a_yes_shows_who_gave_it_and_when_until_the_run_is_written(hr: Hr, stopped: int) -> None:
    client = hr.administrator
    client.post(f"/runs/{stopped}/allow")
    page = client.get(f"/runs/{stopped}").text
    assert "Ann Beheer heeft deze run toegestaan." in page
    assert "Dat was op maandag 23 november om 10 uur." in page
    assert "Toch toestaan" not in page
    assert "Verwerp deze run" in page
    assert "Niemand moet iets doen." in page
    assert "Ann Beheer heeft deze run toegestaan." in hr.hr.get(f"/runs/{stopped}").text
    client.get(f"/runs/{stopped}/allow", status=302)
    _carry_out(hr)
    page = client.get(f"/runs/{stopped}").text
    assert "heeft deze run toegestaan" not in page
    assert "door Ann Beheer" in page


def test_a_no_shows_who_gave_it_and_when(hr: Hr, stopped: int) -> None:
    client = hr.administrator
    client.post(f"/runs/{stopped}/allow")
    client.post(f"/runs/{stopped}/reject")
    page = client.get(f"/runs/{stopped}").text
    assert "Ann Beheer heeft dit beslist, op maandag 23 november om 10 uur." in page
    assert "heeft deze run toegestaan" not in page
    _carry_out(hr)
    assert find_run(READER, hr.installation, stopped).state == "rejected"


def test_a_yes_that_was_tried_in_vain_can_be_given_again(hr: Hr, stopped: int) -> None:
    client = hr.administrator
    client.post(f"/runs/{stopped}/allow")
    with hr.installation.store.begin() as session:
        state = session.scalars(select(RecordState).where(RecordState.key == "2")).first()
        assert state is not None
        kept, state.hash = state.hash, bytes(16)
    _carry_out(hr)
    page = client.get(f"/runs/{stopped}").text
    assert "Sommige records zijn intussen veranderd. Maak een nieuwe proefrun." in page
    assert "Toch toestaan…" in page
    with hr.installation.store.begin() as session:
        session.get_one(RecordState, state.id).hash = kept
    client.post(f"/runs/{stopped}/allow")
    assert "heeft deze run toegestaan" in client.get(f"/runs/{stopped}").text
    _carry_out(hr)
    assert find_run(READER, hr.installation, stopped).state == "done"


@pytest.mark.parametrize("broken", ["a mapping that cannot be read", "a source that was taken out"])
def test_a_plan_that_cannot_be_written_says_why_and_can_be_thrown_away(
    hr: Hr, stopped: int, tmp_path: Path, broken: str
) -> None:
    client = hr.administrator
    if broken == "a source that was taken out":
        hr.installation.sources.clear()
        words = "Deze bron staat niet meer in de instellingen."
    else:
        folder = tmp_path / "own" / "hr"
        folder.mkdir(parents=True)
        (folder / "files.toml").write_text("title = [", encoding="utf-8")
        mappings = MappingFolders(folder.parent)
        client.app.extensions["pop"] = dataclasses.replace(hr.installation, mappings=mappings)
        words = "De mapping van deze bron klopt niet."
    page = client.get(f"/runs/{stopped}").text
    assert words in page
    assert "Toch toestaan" not in page
    client.get(f"/runs/{stopped}/allow", status=302)
    client.post(f"/runs/{stopped}/allow", status=302)
    assert find_run(READER, hr.installation, stopped).order is None
    client.post(f"/runs/{stopped}/reject")
    assert "Ann Beheer heeft dit beslist" in client.get(f"/runs/{stopped}").text


def test_a_hint_and_a_message_are_told_in_the_language_of_the_page(hr: Hr, stopped: int) -> None:
    with hr.installation.store.begin() as session:
        run = session.get_one(SyncRun, stopped)
        run.guards = [{**run.guards[0], "hint": "4 of their keys are known ones with other leading zeros. "}]  # type: ignore[index]
    client = hr.administrator
    assert "4 van hun sleutels zijn al bekend, maar met andere nullen vooraan." in client.get(f"/runs/{stopped}").text
    client.post("/language", {"language": "fr"})
    page = client.get(f"/runs/{stopped}").text
    assert "4 de leurs clés sont déjà connues, mais avec d’autres zéros devant." in page
    assert re.search(r"6 enregistrements sur 23 \(26\s%\) ne sont plus dans la source\. La limite est 5\.", page)
    assert 'lang="en">' not in page.replace('<option value="en"', "")


def _carry_out(hr: Hr) -> None:
    """What the clock does with the orders that are put down."""
    with hr.installation.store.begin() as session:
        rows = session.scalars(select(DueWork).where(DueWork.kind == "sync.apply", DueWork.state == "waiting")).all()
        orders = [(dict(row.payload), row.employer_id) for row in rows]
    for payload, employer_id in orders:
        do_apply(TIMER, hr.installation, payload, employer_id)
    with hr.installation.store.begin() as session:
        for row in session.scalars(select(DueWork).where(DueWork.kind == "sync.apply")):
            row.state = "done"


def test_a_number_is_written_as_its_language_does_and_a_code_of_digits_stays(hr: Hr) -> None:
    hr.sync()
    hr.workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;327.01;groenarbeider;1;15/03/2024;;62,5"
    hr.sync()
    for language, words in (("nl", "0,8 0,625"), ("fr", "0,8 0,625"), ("en", "0.8 0.625")):
        client = hr.administrator
        client.post("/language", {"language": language})
        rows = " ".join(_rows(client.get("/runs/2").text)).replace(". ", ".")
        assert words in rows, rows
        assert "groen 327.01" in rows, rows


def test_a_run_that_is_done_says_what_is_still_open_and_where(hr: Hr) -> None:
    hr.sync()
    assert "Niemand moet iets doen." in hr.administrator.get("/runs/1").text
    hr.workbook.rows["mensen"][1] = "2;Zed;Interim;;groen;groenarbeider;1;15/03/2024;;80"
    hr.workbook.rows["mensen"] += ["4;Dries;Claes;geen adres;groen;;;;;"]
    hr.sync()
    page = hr.administrator.get("/runs/2").text
    assert "Niemand moet iets doen." not in page
    assert "Een beheerder kijkt na wat nog openstaat." in page
    assert re.search(r'href="/quarantine\?source=hr">1 record in quarantaine<', page)
    assert re.search(r'href="/review\?source=hr">1 vraag over wie het is<', page)
