"""Web pages whose writer means ill: what they cost stays bounded, and no page stops those around it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from connector.domain.markup_pieces import pieces
from connector.errors import AnswerError, ResourceRefusedError
from connector.sources.jsonld_page import objects_in
from tests.sources.test_jsonld import course, names, school, script

BOMBS = ["<a ", '<a "', '<a ">"', "<a '>", "<script ", "<a a=", "<!--", "<!", "<![", "&#", "</", "<a" + "b" * 3000]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_page_of_tags_that_never_end_is_read_in_a_moment(bomb: str) -> None:
    began = time.perf_counter()
    assert objects_in(bomb * (400_000 // len(bomb)), ["Course"]) == []
    assert time.perf_counter() - began < 10  # the library's own parser takes hours


def test_the_courses_around_what_is_broken_are_found() -> None:
    page = f"<![x> <!-- {script(course('hidden'))} --> <b title='a > b' {script(course('plain'))} <![CDATA["
    assert [found["name"] for found in objects_in(page, ["Course"])] == ["plain"]


def test_texts_and_tags_come_in_their_order() -> None:
    found = [
        tuple(piece) for piece in pieces("a &lt; b <P class='x>y'>c</p><script>1 < 2</SCRIPT>d < e &#99999999999;")
    ]
    assert found == [
        ("text", "", "a < b "),
        ("start", "p", " class='x>y'"),
        ("text", "", "c"),
        ("end", "p", ""),
        ("start", "script", ""),
        ("raw", "", "1 < 2"),
        ("end", "script", ""),
        ("text", "", "d < e &#99999999999;"),
    ]


def test_a_node_that_is_named_ten_thousand_times_does_not_fill_the_memory() -> None:
    heavy = {"@id": "#heavy", "text": "x" * 100_000}
    many = {**course("many"), "about": [{"@id": "#heavy"}] * 10_000}
    (found,) = objects_in(script({"@graph": [heavy, many]}), ["Course"])
    assert found["about"][0] == heavy
    assert len(json.dumps(found)) < 2_000_000


def test_a_course_that_is_nested_without_end_is_passed_and_the_others_are_read() -> None:
    deep: Any = "x"
    for _ in range(600):
        deep = [deep]
    page = script([{**course("deep"), "about": deep}, course("flat")])
    assert [found["name"] for found in objects_in(page, ["Course"])] == ["flat"]


def test_an_address_in_a_course_that_is_none_is_still_a_key() -> None:
    site = school(2).put("/cursus/1", script(course("c1", url="http://[")))
    assert names(site.read()) == ["c1", "c2"]


def test_a_site_that_asks_to_wait_for_days_is_not_read() -> None:
    site = school().put("/robots.txt", "User-agent: *\nCrawl-delay: 86400")
    with pytest.raises(ResourceRefusedError, match="more than 60 s"):
        site.read()
    assert site.slept == []


@pytest.mark.parametrize("line", ["Disallow: //[", f"Crawl-delay: {'9' * 5000}", "Crawl-delay: ²"])
def test_a_robots_txt_that_cannot_be_read_stops_the_run_with_a_sentence(line: str) -> None:
    with pytest.raises(AnswerError, match="of this site cannot be read"):
        school().put("/robots.txt", f"User-agent: *\n{line}").read()
