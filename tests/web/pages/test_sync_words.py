"""What the lists of records are called on the pages about syncing, whatever a mapping calls them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from connector.domain.access import TIMER
from connector.mapping_files import SHIPPED, MappingFolders
from connector.services.sync import run_sync
from connector.sync.mapping import read_mapping
from connector.sync.records import TARGETS
from connector.web import sync_labels
from tests.web.pages.syncing import Hr


def test_every_target_has_words() -> None:
    assert set(sync_labels.TARGETS) == set(TARGETS)


@pytest.mark.parametrize("family", ["hr", "catalogues"])
def test_every_list_of_our_mappings_becomes_something_with_words(family: str) -> None:
    folders = MappingFolders()
    for name in folders.names(family):
        mapping = read_mapping(folders.find(f"{family}/{name}"))
        assert {one.target for one in mapping.resources if one.target} <= set(sync_labels.TARGETS), name


def test_a_list_is_called_by_what_it_becomes(hr: Hr, tmp_path: Path) -> None:
    """Whatever name it has in a mapping of somebody's own."""
    folder = tmp_path / "own" / "hr"
    folder.mkdir(parents=True)
    ours = (SHIPPED / "hr" / "files.toml").read_text(encoding="utf-8")
    theirs = ours.replace("resources.ratings", "resources.employee_skills")
    assert theirs != ours
    (folder / "files.toml").write_text(theirs, encoding="utf-8")
    installation = dataclasses.replace(hr.installation, mappings=MappingFolders(folder.parent))
    hr.workbook.write()
    run_sync(TIMER, installation, "hr", dry_run=True)
    client = hr.administrator
    client.app.extensions["pop"] = installation
    client.post("/language", {"language": "fr"})
    page = client.get("/runs/1").text
    assert re.search(r'<th scope="row">\s*Évaluations\s*</th>', page)
    assert '<option value="employee_skills">Évaluations</option>' in page
    assert "Compétences des fonctions" in page
