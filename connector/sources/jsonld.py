"""Courses on web pages: the pages of a sitemap, and the JSON-LD (schema.org) in each.

Nobody declares a count here: a page that is gone (404) or leads elsewhere has no courses any more, any other trouble
with a page ends the scan. The order is that of the addresses, so that a scan goes on where it stopped.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from connector.errors import AnswerError, ConfigurationError, CredentialsError, PopError, ResourceRefusedError
from connector.http.limits import Limits, Timing
from connector.http.opening import open_session
from connector.http.session import HttpSession
from connector.http.text_body import parse_text
from connector.sources.jsonld_options import ConnectionSchema, ReadSchema
from connector.sources.jsonld_page import objects_in
from connector.sources.options import checked
from connector.sources.reader import Connection, Cursor, Page, Raw, ResourceRequest
from connector.sources.sitemap import NotASitemapError, Sitemap, read_sitemap
from connector.sources.stamps import moment_of

_AGENT = "pop-connector"
_HTML = {"Accept": "text/html, application/xhtml+xml;q=0.9"}
_TEXT = {"Accept": "text/plain"}
_XML = {"Accept": "application/xml, text/xml"}
_PAGE = 20  # web pages in one page of records
_MOST_SITEMAPS = 50
_MOST_RULES = 512_000  # characters of robots.txt: as many as RFC 9309 wants read at least
_LONGEST_DELAY = 60  # seconds


class JsonLdReader:
    """Reads the pages of one site for one run."""

    def __init__(self, connection: Connection, http: HttpSession, timing: Timing, delay: float) -> None:
        self._connection = connection
        self._http = http
        self._timing = timing
        self._delay = delay
        self._robots: RobotFileParser | None = None
        self._lock = threading.Lock()
        self._next_at = 0.0

    @property
    def concurrency(self) -> int:
        """One page after the other: a site is a guest's house."""
        return 1

    def check(self) -> None:
        """Read robots.txt."""
        self._rules()

    def close(self) -> None:
        self._http.close()

    def probe(self, request: ResourceRequest) -> None:
        """Find out which pages there are, without reading any; AnswerError when there is none."""
        if not self._addresses(request, self._options(request)):
            raise self._wrong(AnswerError, "no page fits", request.name, "Check sitemap and match in the mapping.")

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        """All pages from `start` on. A cursor is {read, after: the last address that was read}. A record that stands
        on several pages comes once in a scan, from the first."""
        options = self._options(request)
        addresses = self._addresses(request, options)
        if start is not None:
            addresses = [entry for entry in addresses if entry[0] > start["after"]]
        read = start["read"] if start else 0
        known: set[str] = set()
        gone = 0
        for first in range(0, max(len(addresses), 1), _PAGE):
            entries = addresses[first : first + _PAGE]
            records: list[Raw] = []
            for entry in entries:
                found = self._records(entry, options["types"], known)
                gone += found is None
                records += found or []
            if addresses and gone == len(addresses):
                what = "none of the pages of the sitemap is there"
                raise self._wrong(AnswerError, what, request.name, "Check url of the source.")
            read += len(records)
            more = first + _PAGE < len(addresses)
            yield Page(records, {"read": read, "after": entries[-1][0]} if more else None)

    def _options(self, request: ResourceRequest) -> dict[str, Any]:
        place = f"resources.{request.name}.read"
        return checked(ReadSchema(), request.options, source=self._connection.name, place=place)

    def _records(self, entry: tuple[str, str | None], types: list[str], known: set[str]) -> list[Raw] | None:
        """The records of one page that are not known yet; None when the page is gone."""
        address, changed = entry
        self._wait()
        try:
            page = self._http.call("GET", address, headers=_HTML, parse=parse_text).content
        except ConfigurationError:
            return None  # nothing at this address, or it leads to another host
        found: list[Raw] = []
        for record in objects_in(page, types):
            key = _key(record, address)
            if key not in known:
                known.add(key)
                found.append({**record, "@page": address, "@lastmod": changed, "@key": key})
        return found

    def _addresses(self, request: ResourceRequest, options: dict[str, Any]) -> list[tuple[str, str | None]]:
        base = self._http.base
        found: dict[str, str | None] = {base.address(path): None for path in options["pages"]}
        if options.get("sitemap"):
            for link, changed in self._site_pages(base.address(options["sitemap"])):
                address = base.linked(base.address(""), link)
                if address and any(fnmatchcase(urlsplit(address).path, pattern) for pattern in options["match"]):
                    found.setdefault(address, changed)
        allowed = {address: day for address, day in found.items() if self._may_read(address)}
        if found and not allowed:
            what = "robots.txt of this site asks not to read these pages"
            raise self._wrong(ResourceRefusedError, what, request.name, "Ask whoever runs the site.")
        if len(allowed) > options["most_pages"]:
            what = f"{len(allowed)} pages fit, which is more than {options['most_pages']}"
            raise self._wrong(AnswerError, what, request.name, "Narrow match, or raise most_pages in the mapping.")
        return sorted(entry for entry in allowed.items() if _is_due(entry[1], request.since))

    def _site_pages(self, address: str) -> list[tuple[str, str | None]]:
        top = self._sitemap(address)
        if len(top.sitemaps) > _MOST_SITEMAPS:
            what = f"the index names more than {_MOST_SITEMAPS} sitemaps"
            raise self._wrong(AnswerError, what, "the sitemap", "Name one of them in the mapping.")
        pages = list(top.pages)
        for link, _changed in top.sitemaps:
            inner = self._http.base.linked(address, link)
            if inner is not None:
                pages += self._sitemap(inner).pages
        return pages

    def _sitemap(self, address: str) -> Sitemap:
        self._wait()
        data = self._http.call("GET", address, headers=_XML, parse=lambda _call, body, _kind: body).content
        try:
            return read_sitemap(data)
        except NotASitemapError:
            todo = "Check sitemap in the mapping: robots.txt of the site often names it."
            raise self._wrong(AnswerError, "this is not a sitemap", "the sitemap", todo) from None

    def _may_read(self, address: str) -> bool:
        return self._rules().can_fetch(_AGENT, address)

    def _rules(self) -> RobotFileParser:
        """robots.txt of the host (RFC 9309): without one everything may be read; where it is refused, nothing."""
        with self._lock:
            if self._robots is None:
                self._robots = self._read_rules()
                self._delay = max(self._delay, self._asked_delay(self._robots))
            return self._robots

    def _read_rules(self) -> RobotFileParser:
        rules = RobotFileParser()
        address = self._http.base.linked(self._http.base.address(""), "/robots.txt")
        try:
            text = self._http.call("GET", str(address), headers=_TEXT, parse=parse_text).content
            rules.parse(text[:_MOST_RULES].splitlines())
        except ValueError:  # an address or a number in it that is none
            todo = "Ask whoever runs the site: what it asks of its readers is not known."
            raise self._wrong(AnswerError, "robots.txt of this site cannot be read", "/robots.txt", todo) from None
        except ConfigurationError:
            rules.parse([])
        except (ResourceRefusedError, CredentialsError):
            rules.parse(["User-agent: *", "Disallow: /"])
        return rules

    def _asked_delay(self, rules: RobotFileParser) -> float:
        """Seconds between two pages. What asks for hours asks not to be read: no run can wait for that."""
        asked = int(rules.crawl_delay(_AGENT) or 0)
        if asked > _LONGEST_DELAY:
            what = f"robots.txt of this site asks to wait more than {_LONGEST_DELAY} s between two pages"
            raise self._wrong(ResourceRefusedError, what, "/robots.txt", "Ask whoever runs the site.")
        return float(asked)

    def _wait(self) -> None:
        """Until the next page may be asked for."""
        self._rules()
        with self._lock:
            left = self._next_at - self._timing.monotonic()
            if left > 0:
                self._timing.sleep(left)
            self._next_at = self._timing.monotonic() + self._delay

    def _wrong(self, kind: type[PopError], what: str, tried: str, todo: str) -> PopError:
        return kind(what, where=self._connection.name, tried=f"read {tried} on {self._http.base.netloc}", todo=todo)


def _key(record: Raw, address: str) -> str:
    for name in ("@id", "url"):
        found = record.get(name)
        if isinstance(found, str) and found.strip() and not found.startswith("_:"):
            try:
                return urljoin(address, found.strip())
            except ValueError:  # looks like an address, and is none
                return found.strip()
    return address


def _is_due(changed: str | None, since: str | None) -> bool:
    """Is a page to be read? Without a day of its own it always is; a day without an hour counts to its end."""
    moment = moment_of(changed) if changed and since else None
    if moment is None or since is None:
        return True
    is_day = "T" not in str(changed)
    return moment.isoformat()[: 10 if is_day else 19] >= _utc(since)[: 10 if is_day else 19]


def _utc(since: str) -> str:
    moment = moment_of(since)
    return moment.isoformat() if moment else since


def open_jsonld(connection: Connection, limits: Limits | None = None, timing: Timing | None = None) -> JsonLdReader:
    """A reader with a session of its own."""
    options = checked(ConnectionSchema(), connection.options, source=connection.name, place="connection")
    http = open_session(connection, options, limits=limits, timing=timing)
    return JsonLdReader(connection, http, timing or Timing(), options["delay_seconds"])
