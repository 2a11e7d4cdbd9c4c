"""Courses in web pages: found in every shape that sites use, and read as politely as they ask."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
import responses

from connector.errors import AnswerError, ResourceRefusedError, SourceUnavailableError
from connector.http.limits import Limits, Timing
from connector.sources import sitemap
from connector.sources.jsonld_page import objects_in
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest

SITE = "https://school.example"
READ = {"sitemap": "sitemap.xml", "match": ["/cursus/*"]}


def script(value: Any) -> str:
    return f'<html><head><script type="application/ld+json">{json.dumps(value)}</script></head><p>Hallo</html>'


def course(name: str, **more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Course", "name": name, **more}


def urls(*entries: tuple[str, str | None]) -> str:
    lines = [f"<url><loc>{at}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>" for at, day in entries]
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(lines)}</urlset>'


class Site:
    """Pages by path; what is not there is a 404. `slept` is what the reader waited."""

    def __init__(self, **pages: Any) -> None:
        self.pages: dict[str, Any] = {f"/{path}": body for path, body in pages.items()}
        self.asked: list[str] = []
        self.slept: list[float] = []
        self.now = 0.0

    def put(self, path: str, body: Any) -> Site:
        self.pages[path] = body
        return self

    def __call__(self, request: Any) -> tuple[int, dict[str, str], Any]:
        path = str(request.url).removeprefix(SITE)
        self.asked.append(path)
        found = self.pages.get(path, 404)
        return (found, {}, "") if isinstance(found, int) else (200, {"Content-Type": "text/html; charset=utf-8"}, found)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def read(
        self, start: Cursor | None = None, since: str | None = None, delay: float = 1.0, **options: Any
    ) -> list[Page]:
        timing = Timing(monotonic=lambda: self.now, sleep=self.sleep)
        connection = Connection("school", url=SITE, options={"delay_seconds": delay})
        reader = open_reader("jsonld", connection, limits=Limits(tries=1), timing=timing)
        with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
            network.add_callback("GET", re.compile(".*"), callback=self)
            reader.check()
            request = ResourceRequest("trainings", {**READ, **options}, since=since)
            return list(reader.pages(request, start))


def school(count: int = 3) -> Site:
    site = Site().put("/sitemap.xml", urls(*((f"{SITE}/cursus/{number}", None) for number in range(1, count + 1))))
    for number in range(1, count + 1):
        site.put(f"/cursus/{number}", script(course(f"c{number}")))
    return site


def names(pages: list[Page]) -> list[str]:
    return [row["name"] for page in pages for row in page.records]


def test_the_pages_of_a_sitemap_one_after_the_other() -> None:
    site = school()
    pages = site.read()
    assert names(pages) == ["c1", "c2", "c3"]
    assert pages[0].records[0]["@page"] == f"{SITE}/cursus/1"
    assert site.asked == ["/robots.txt", "/sitemap.xml", "/cursus/1", "/cursus/2", "/cursus/3"]
    assert site.slept == [1.0, 1.0, 1.0]


def test_a_longer_delay_of_the_site_wins() -> None:
    site = school().put("/robots.txt", "User-agent: *\nCrawl-delay: 5\n")
    site.read()
    assert site.slept == [5.0, 5.0, 5.0]


def test_what_robots_txt_forbids_is_not_read() -> None:
    site = school().put("/robots.txt", "User-agent: pop-connector\nDisallow: /cursus/2\n")
    assert names(site.read()) == ["c1", "c3"]
    assert "/cursus/2" not in site.asked


@pytest.mark.parametrize("rules", ["User-agent: *\nDisallow: /\n", 403, 401])
def test_a_site_that_wants_no_robots(rules: Any) -> None:
    site = school().put("/robots.txt", rules)
    with pytest.raises(ResourceRefusedError, match=r"robots\.txt of this site asks not to"):
        site.read()
    assert not any(path.startswith("/cursus") for path in site.asked)


def test_rules_that_cannot_be_read_now_are_not_taken_for_a_yes() -> None:
    with pytest.raises(SourceUnavailableError):
        school().put("/robots.txt", 503).read()


def test_an_index_other_hosts_other_pages_and_gzip() -> None:
    index = f"<sitemapindex><sitemap><loc>{SITE}/a.xml.gz</loc></sitemap><sitemap><loc>https://evil.example/b.xml</loc></sitemap></sitemapindex>"
    listed = urls((f"{SITE}/cursus/1", None), (f"{SITE}/contact", None), ("https://evil.example/cursus/9", None))
    site = school(1).put("/sitemap.xml", index).put("/a.xml.gz", gzip.compress(listed.encode()))
    assert names(site.read()) == ["c1"]
    assert site.asked == ["/robots.txt", "/sitemap.xml", "/a.xml.gz", "/cursus/1"]


@pytest.mark.parametrize(
    "body", ["<html>", "{}", "<!DOCTYPE a [<!ENTITY b 'c'>]><urlset>&b;</urlset>", b"\x1f\x8b broken", ""]
)
def test_what_is_not_a_sitemap(body: Any) -> None:
    with pytest.raises(AnswerError):
        school().put("/sitemap.xml", body).read()


def test_a_sitemap_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST_BYTES", 1_000)
    packed = gzip.compress(urls(*[(f"{SITE}/cursus/1", None)] * 100).encode())
    with pytest.raises(AnswerError, match="not a sitemap"):
        school().put("/sitemap.xml", packed).read()


def test_only_pages_that_changed() -> None:
    """A day without an hour counts to its end; a page without a day is always read."""
    listed = urls(
        (f"{SITE}/cursus/1", "2026-11-22"), (f"{SITE}/cursus/2", "2026-11-22T08:59:00Z"), (f"{SITE}/cursus/3", None)
    )
    site = school().put("/sitemap.xml", listed)
    assert names(site.read(since="2026-11-22T09:00:00+00:00")) == ["c1", "c3"]


def test_a_page_that_is_gone_and_a_site_that_is() -> None:
    assert names(school().put("/cursus/2", 404).read()) == ["c1", "c3"]
    with pytest.raises(SourceUnavailableError):
        school().put("/cursus/2", 500).read()
    site = school()
    for number in (1, 2, 3):
        site.put(f"/cursus/{number}", 404)
    with pytest.raises(AnswerError, match="none of the pages of the sitemap is there"):
        site.read()


def test_more_pages_than_allowed_are_refused_before_the_first() -> None:
    site = school()
    with pytest.raises(AnswerError, match="3 pages fit, which is more than 2"):
        site.read(most_pages=2)
    assert not any(path.startswith("/cursus") for path in site.asked)


def test_it_goes_on_where_it_stopped() -> None:
    site = school(45)
    whole = site.read(delay=0.0)
    assert [len(page.records) for page in whole] == [20, 20, 5]
    assert names(whole[:1]) + names(site.read(whole[0].next, delay=0.0)) == names(whole)


def test_a_course_on_two_pages_is_one_record() -> None:
    site = school(2)
    site.put("/cursus/2", script([course("again", url="/cursus/1"), course("c2")]))
    site.put("/cursus/1", script(course("c1", url=f"{SITE}/cursus/1")))
    assert names(site.read()) == ["c1", "c2"]


SHAPES: dict[str, Any] = {
    "alone": course("a"),
    "in a list": [{"@type": "Organization"}, course("a")],
    "in a graph": {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, course("a")]},
    "in a list of items": {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": course("a")}]},
    "of several types": {**course("a"), "@type": ["Product", "Course"]},
    "by its whole name": {**course("a"), "@type": "https://schema.org/Course"},
    "by a prefix": {**course("a"), "@type": "schema:Course"},
    "as what a page is about": {"@type": "WebPage", "mainEntity": course("a")},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_course_is_found(shape: str) -> None:
    assert [one["name"] for one in objects_in(script(SHAPES[shape]), ["Course"])] == ["a"]


def test_what_a_course_refers_to_is_put_in() -> None:
    graph = [course("a", provider={"@id": "#org"}, about=[{"@id": "#gone"}]), {"@id": "#org", "name": "School"}]
    (found,) = objects_in(script({"@graph": graph}), ["Course"])
    assert found["provider"] == {"@id": "#org", "name": "School"}
    assert found["about"] == [{"@id": "#gone"}]


@pytest.mark.parametrize(
    "page",
    [
        "<script type='application/ld+json'>{broken</script>",
        "<script>" + json.dumps(course("a")) + "</script>",
        script({"@type": "Course", "@id": "#a"}),
        script({"@type": 7, "name": "a"}),
        script("Course"),
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        script(json.loads("[" * 30 + json.dumps(course("a")) + "]" * 30)),
        "",
    ],
)
def test_what_is_not_a_course(page: str) -> None:
    assert objects_in(page, ["Course"]) == []


def test_a_broken_script_does_not_hide_the_next() -> None:
    page = "<script type='application/ld+json'>{broken</script>" + script(course("a"))
    assert len(objects_in(page, ["Course"])) == 1
