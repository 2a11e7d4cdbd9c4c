"""Importing a framework: what comes in, what a second time changes, what a wrong file says."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from connector.domain.access import TIMER, Actor, Role
from connector.errors import GuardError, InputError, MappingError, NotAllowedError
from connector.linking.relations import neighbours
from connector.mapping_files import MappingFolders
from connector.services.competencies import ImportReport, import_competencies
from connector.services.installation import Installation
from connector.services.linking import link_text
from connector.store.competencies import (
    Competency,
    CompetencyFramework,
    CompetencyLabel,
    CompetencyRelation,
    IndexPosting,
)
from tests.linking.conftest import CROSSWALK, ESCO, Shelf

URI = "http://data.europa.eu/esco/skill/"
SKILLS = ESCO / "skills_nl.csv"
GROUPS = ESCO / "skillGroups_nl.csv"
HIERARCHY = ESCO / "skillsHierarchy_nl.csv"
BROADER = ESCO / "broaderRelationsSkillPillar_nl.csv"


def take(installation: Installation, name: str, *paths: Path, **options: object) -> ImportReport:
    return import_competencies(TIMER, installation, name, paths, **options)  # type: ignore[arg-type]


def labels(installation: Installation, code: str) -> set[tuple[str, str, bool]]:
    with installation.store.read() as session:
        rows = session.execute(
            select(CompetencyLabel.language, CompetencyLabel.text, CompetencyLabel.is_preferred)
            .join(Competency, Competency.id == CompetencyLabel.competency_id)
            .where(Competency.code == code)
        )
        return {tuple(row) for row in rows}


def relations(installation: Installation) -> set[tuple[str, str, str]]:
    end = aliased(Competency)
    with installation.store.read() as session:
        rows = session.execute(
            select(Competency.code, CompetencyRelation.kind, end.code)
            .join(CompetencyRelation, CompetencyRelation.from_id == Competency.id)
            .join(end, end.id == CompetencyRelation.to_id)
        )
        return {(start.removeprefix(URI), kind, stop.removeprefix(URI)) for start, kind, stop in rows}


def edited(path: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    copy = folder / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


def test_esco_comes_in_with_kinds_words_and_broader_groups(installation: Installation) -> None:
    report = take(installation, "esco", BROADER, HIERARCHY, SKILLS, GROUPS)

    assert (report.rows, report.left_aside, report.broken) == (10, 0, ())
    assert report.versions == {"ESCO": "1.2.0"}
    assert (report.counts.new, report.counts.new_relations, report.counts.unknown_relations) == (7, 2, 0)
    assert labels(installation, URI + "lift") == {
        ("nl", "vorkliften besturen", True),
        ("nl", "heftrucks besturen", False),
        ("nl", "rijden met een heftruck", False),
    }
    assert relations(installation) == {("lift", "broader", "S8"), ("S8", "broader", "S")}
    with installation.store.read() as session:
        rows = {row.code.removeprefix(URI): row for row in session.scalars(select(Competency))}
        framework = session.scalars(select(CompetencyFramework)).one()
    assert {code: row.kind for code, row in rows.items()} == {
        "lift": "skill",
        "weld": "skill",
        "heights": "skill",
        "law": "knowledge",
        "old": "skill",
        "S": "group",
        "S8": "group",
    }
    assert [code for code, row in rows.items() if row.retired_at is not None] == ["old"]
    assert "European Commission" in (framework.attribution or "")


@pytest.mark.parametrize(
    ("name", "paths"), [("esco", (SKILLS, GROUPS, HIERARCHY, BROADER)), ("competent", (CROSSWALK,))]
)
def test_a_second_import_changes_nothing(installation: Installation, name: str, paths: Sequence[Path]) -> None:
    take(installation, name, *paths)
    before = everything(installation)
    counts = take(installation, name, *paths).counts
    assert not counts.has_changes
    assert counts.same > 0
    assert everything(installation) == before


def everything(installation: Installation) -> list[set[tuple[object, ...]]]:
    models = (CompetencyFramework, Competency, CompetencyLabel, CompetencyRelation, IndexPosting)
    with installation.store.read() as session:
        return [{tuple(row) for row in session.execute(select(model.__table__))} for model in models]


def test_another_language_adds_words_and_takes_none_away(installation: Installation) -> None:
    take(installation, "esco", SKILLS)
    counts = take(installation, "esco", ESCO / "skills_fr.csv").counts
    assert (counts.new, counts.changed, counts.retired) == (0, 5, 0)
    found = labels(installation, URI + "weld")
    assert {("nl", "staal lassen", True), ("fr", "souder l'acier", True)} <= found


def test_a_newer_version_changes_ends_and_brings_back(installation: Installation, tmp_path: Path) -> None:
    take(installation, "esco", SKILLS)
    line = next(line for line in SKILLS.read_text(encoding="utf-8").splitlines(keepends=True) if "/law," in line)
    newer = edited(SKILLS, tmp_path, ("staal lassen,", "metaal lassen,"), (line, ""))

    counts = take(installation, "esco", newer, version="1.3.0").counts
    assert (counts.changed, counts.same, counts.retired) == (1, 3, 1)
    assert ("nl", "metaal lassen", True) in labels(installation, URI + "weld")
    assert ("nl", "staal lassen", True) not in labels(installation, URI + "weld")
    with installation.store.read() as session:
        law = session.scalars(select(Competency).where(Competency.code == URI + "law")).one()
        assert law.retired_at is not None
        assert session.scalars(select(IndexPosting).where(IndexPosting.document_id == law.id)).all() == []
        assert session.scalars(select(CompetencyFramework.version)).all() == ["1.3.0"]

    counts = take(installation, "esco", SKILLS).counts
    assert (counts.changed, counts.retired) == (2, 0)
    with installation.store.read() as session:
        assert session.get_one(Competency, law.id).retired_at is None


def test_a_file_cut_short_does_not_end_half_a_framework(installation: Installation, tmp_path: Path) -> None:
    head, *_ = SKILLS.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = [
        f"KnowledgeSkillCompetence,{URI}{number},knowledge,,kennis {number},,,released,,,,,\n" for number in range(60)
    ]
    whole, half = tmp_path / "skills_nl.csv", tmp_path / "half_nl.csv"
    whole.write_text(head + "".join(rows), encoding="utf-8")
    half.write_text(head + "".join(rows[:30]), encoding="utf-8")
    take(installation, "esco", whole)
    before = everything(installation)
    with pytest.raises(GuardError, match="30 of 60"):
        take(installation, "esco", half)
    assert everything(installation) == before
    assert take(installation, "esco", half, may_retire=True).counts.retired == 30


def test_the_crosswalk_reads_relations_from_competent_to_esco(installation: Installation) -> None:
    report = take(installation, "competent", CROSSWALK)
    assert report.versions == {"Competent": "Competent 3.8", "ESCO": "V1.0.3"}
    assert (report.counts.new, report.counts.guests, report.counts.new_relations) == (5, 4, 5)
    assert relations(installation) == {
        ("SK-1", "broader", "lift"),
        ("SK-2", "narrower", "weld"),
        ("SK-3", "exact", "heights"),
        ("KN-4", "close", "heights"),
        ("SO-5", "close", "flowers"),
    }
    assert labels(installation, "SK-2") == {("nl", "Lassen", True), ("fr", "Souder", True)}
    with installation.store.read() as session:
        ids = {
            code.removeprefix(URI): number for number, code in session.execute(select(Competency.id, Competency.code))
        }
        near = neighbours(session, [ids["SK-1"], ids["weld"]])
        kinds = dict(map(tuple, session.execute(select(Competency.code, Competency.kind))))
    assert near[ids["SK-1"]] == {ids["SK-1"]: "same", ids["lift"]: "broader"}
    assert near[ids["weld"]] == {ids["weld"]: "same", ids["SK-2"]: "broader"}
    assert (kinds["SK-1"], kinds["KN-4"], kinds["SO-5"]) == ("skill", "knowledge", "attitude")


@pytest.mark.parametrize("esco_first", [True, False])
def test_what_esco_says_of_itself_stands_above_the_crosswalk(installation: Installation, esco_first: bool) -> None:
    order = [("esco", SKILLS), ("competent", CROSSWALK)]
    for name, path in order if esco_first else reversed(order):
        take(installation, name, path)
    preferred = {text for _, text, is_preferred in labels(installation, URI + "lift") if is_preferred}
    assert preferred == {"vorkliften besturen"}
    with installation.store.read() as session:
        versions = dict(map(tuple, session.execute(select(CompetencyFramework.code, CompetencyFramework.version))))
    assert versions == {"esco": "1.2.0", "competent": "Competent 3.8"}


def test_broken_rows_are_counted_and_named_and_the_rest_comes_in(installation: Installation, tmp_path: Path) -> None:
    bad = edited(
        SKILLS,
        tmp_path,
        ("staal lassen,", ","),
        (URI + "law,knowledge", ",knowledge"),
        ("heights,skill/competence", "heights,talent"),
    )
    with bad.open("a", encoding="utf-8") as file:
        file.write(f"KnowledgeSkillCompetence,{URI}cut\n")
        file.write(f"KnowledgeSkillCompetence,{URI}{'x' * 300},knowledge,,lang,,,released,,,,,\n")
        file.write(f"KnowledgeSkillCompetence,{URI}nul,knowledge,,nul\x00,,,released,,,,,\n")
    report = take(installation, "esco", bad)
    assert report.counts.new == 2
    assert report.rows == 8
    assert sorted(row.reason for row in report.broken) == [
        "has an unknown code in 'skillType'",
        "has more than 200 characters in 'conceptUri'",
        "has no preferred label",
        "has not the cells that the header promises",
        "has nothing in 'conceptUri'",
        "holds a character that is no text",
    ]
    assert all(row.file == "skills_nl.csv" and row.line > 1 for row in report.broken)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "preferredLabel",
            "label",
            "skills_nl.csv: the column 'preferredLabel' is missing (tried: reading it as skills_xx.csv)",
        ),
        ("conceptUri,skillType,reuseLevel,preferredLabel,altLabels", "a,b,c,d,e", "the column 'conceptUri' is missing"),
    ],
)
def test_a_missing_column_is_named_in_one_sentence(
    installation: Installation, tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(InputError) as caught:
        take(installation, "esco", edited(SKILLS, tmp_path, (old, new)))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no row has the columns"),
        (b"hello,world\n1,2\n", "no row has the columns"),
        (b"\xff\xfe\x00\x01", "not a text in UTF-8"),
        (b'"' + b"x" * 1_100_000, "not a CSV file"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    installation: Installation, tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "skills_nl.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=what):
        take(installation, "esco", path)


def test_a_file_that_is_not_there_and_a_format_that_is_not_there(installation: Installation, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        take(installation, "esco", tmp_path / "skills_nl.csv")
    with pytest.raises(MappingError, match="Did you mean esco"):
        take(installation, "escoo", SKILLS)
    with pytest.raises(InputError, match="no file was given"):
        take(installation, "esco")


def test_a_language_that_nobody_says_is_asked_for(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "skills.csv"
    shutil.copy(SKILLS, path)
    with pytest.raises(InputError, match="--language"):
        take(installation, "esco", path)
    take(installation, "esco", path, language="nl")
    assert ("nl", "staal lassen", True) in labels(installation, URI + "weld")


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_understood(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "skills_nl.csv"
    text = "conceptType;conceptUri;skillType;preferredLabel;altLabels\r\nx;u1;knowledge;milieurecht, breed;\r\n"
    path.write_text("\ufeff" + text, encoding="utf-8")
    assert take(installation, "esco", path).counts.new == 1
    assert labels(installation, "u1") == {("nl", "milieurecht, breed", True)}


def test_only_who_manages_may_import(installation: Installation) -> None:
    with pytest.raises(NotAllowedError):
        import_competencies(Actor(Role.HR, 1), installation, "esco", [SKILLS])


def test_occupations_are_left_aside(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "occupations_nl.csv"
    path.write_text("conceptType,conceptUri,iscoGroup,preferredLabel,code\nOccupation,u,1,x,1.1\n", encoding="utf-8")
    report = take(installation, "esco", path)
    assert (report.rows, report.left_aside, report.counts.has_changes) == (1, 1, False)


def test_an_import_ties_the_trainings_that_are_there(shelf: Shelf) -> None:
    shelf.create_training("Cursus V", competency_codes=["rijden met een heftruck"])
    take(shelf.installation, "esco", SKILLS, GROUPS, BROADER)
    (hit,) = link_text(shelf.alice, shelf.installation, "vorkliften besturen").trainings
    assert hit.reasons[0].sentence == "Leert precies deze competentie: vorkliften besturen."


@pytest.mark.parametrize("name", MappingFolders().names("competencies"))
def test_every_shipped_framework_says_where_it_comes_from(name: str) -> None:
    content = MappingFolders().load("competencies", name).content
    assert content["licence"] and content["source"] and content["date"]


def test_a_mapping_with_an_unknown_key_is_refused_by_its_place(installation: Installation, tmp_path: Path) -> None:
    own = tmp_path / "mappings" / "competencies"
    own.mkdir(parents=True)
    shipped = MappingFolders().load("competencies", "esco").path.read_text(encoding="utf-8")
    (own / "esco.toml").write_text(shipped.replace('code = "conceptUri"', 'kode = "conceptUri"', 1), encoding="utf-8")
    other = replace(installation, mappings=MappingFolders(tmp_path / "mappings"))
    with pytest.raises(MappingError, match=r"esco.toml: files.skills.concepts.0"):
        take(other, "esco", SKILLS)
