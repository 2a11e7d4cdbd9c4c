"""What a newcomer reads: the table of mappings in README.md, and what commands say when there is little to say."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from connector.domain.access import Actor, Role
from connector.mapping_files import SHIPPED, MappingFolders
from connector.services.mappings import list_mappings
from tests.cli.conftest import Pop

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def source(settled: Path, pop: Pop) -> Path:
    """The folder of `pop init --files`, with its empty workbook."""
    (settled / "config.toml").unlink()
    assert pop("init", "--files").exit_code == 0
    return settled


def test_the_readme_names_every_mapping_with_its_grade() -> None:
    told = re.findall(r"^\| `((?:hr|catalogues)/[a-z0-9-]+)` \| ([a-z]+) \|", README.read_text("utf-8"), re.MULTILINE)
    infos = list_mappings(Actor(Role.ADMINISTRATOR, None), MappingFolders())
    assert dict(told) == {f"{info.family}/{info.name}": info.grade for info in infos}


def test_the_list_of_mappings_says_whose_each_is(pop: Pop, settled: Path) -> None:
    own = settled / "mine" / "hr"
    own.mkdir(parents=True)
    (own / "files.toml").write_bytes((SHIPPED / "hr" / "files.toml").read_bytes())
    with (settled / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[mappings]\nfolder = "mine"\n')
    listed = pop("mapping", "list").stdout
    owners = {line.split()[0]: line.rstrip().rpartition("  ")[2] for line in listed.splitlines() if "/" in line}
    assert (owners["hr/files"], owners["hr/odoo"]) == ("this installation", "POP connector")
    assert listed.endswith(f"The files that come with POP connector: {SHIPPED}\n")


def test_where_nobody_looks_a_row_is_a_line(pop: Pop, source: Path) -> None:
    with (source / "config.toml").open("a", encoding="utf-8") as file:
        name = "a" * 300
        file.write(f'\n[sources.{name}]\nmapping = "hr/files"\nemployer = "own"\npath = "personeel.xlsx"\n')
    assert f"\n{name} " in pop("connections").stdout


def test_writing_back_that_is_off_is_told(pop: Pop, source: Path) -> None:
    off = pop("write-back", "hr", "--dry-run")
    assert (off.exit_code, off.stdout) == (0, "Nothing is there.\n")
    assert "set write_back = true in [sources.hr]" in off.stderr


def test_a_source_that_has_not_drifted_is_told(pop: Pop, source: Path) -> None:
    for _ in range(2):
        looked = pop("mapping", "drift", "hr")
        assert (looked.exit_code, looked.stdout) == (
            0,
            "Nothing is gone, and nothing is new or changed since the last look.\n",
        )


def test_conversations_speak_json(pop: Pop, source: Path) -> None:
    assert pop("db", "upgrade").exit_code == 0
    assert json.loads(pop("conversations", "list", "own", "--json").stdout) == []
    assert json.loads(pop("conversations", "release", "own", "--json").stdout) == {"ok": True, "invitations": 0}


def test_after_init_the_next_steps_are_named_in_their_order(pop: Pop, here: Path) -> None:
    said = pop("init", "--files").stdout
    steps = ["fill in personeel.xlsx", "config.toml", "pop db upgrade", "pop sync hr"]
    last = said.splitlines()[-1]
    assert [last.index(step) for step in steps] == sorted(last.index(step) for step in steps)


def test_a_word_that_is_no_command_and_no_source_gets_the_nearest_right_one(pop: Pop, source: Path) -> None:
    assert pop("db", "upgrade").exit_code == 0
    typed = {
        ("sync", "show"): "Did you mean `pop runs show`? Sources: hr. Commands: apply, reject.",
        ("sync", "h"): "Did you mean `pop sync hr`? Sources: hr.",
        ("sync", "aply"): "Did you mean `pop sync apply`?",
        ("quarantine", "ignroe"): "Did you mean `pop quarantine ignore`?",
        ("quarantine", "replay", "hr2"): "Did you mean `pop quarantine hr`?",
        ("review", "jion"): "Did you mean `pop review join`?",
        ("runs", "shw"): "No such command 'shw'. Did you mean 'show'?",
    }
    for words, hint in typed.items():
        wrong = pop(*words)
        assert wrong.exit_code != 0 and hint in wrong.stderr, (words, wrong.output)
    assert pop("quarantine", "hr").exit_code == pop("review", "hr").exit_code == pop("runs", "--json").exit_code == 0


def test_what_is_not_there_is_named_with_the_command_that_shows_what_is(pop: Pop, source: Path) -> None:
    assert pop("db", "upgrade").exit_code == 0
    for words in (("runs", "show", "9"), ("sync", "apply", "9"), ("sync", "reject", "9")):
        assert "run 9: there is no such run at this employer. Look: `pop runs`." in pop(*words).stderr
    granted = pop("account", "grant", "99", "--role", "hr", "--employer", "own")
    assert granted.exit_code == 1
    assert "account 99: there is no such account. `pop account list` shows all." in granted.stderr


def test_git_leaves_alone_what_init_writes(source: Path) -> None:
    """An installation that was made in this folder by mistake must not end up in a repository with its people."""
    ignored = (README.parent / ".gitignore").read_text("utf-8").split()
    written = [path for path in source.iterdir() if path.is_file()]
    assert "personeel.xlsx" in {path.name for path in written}
    assert [path.name for path in written if not any(fnmatch(f"/{path.name}", one) for one in ignored)] == []
