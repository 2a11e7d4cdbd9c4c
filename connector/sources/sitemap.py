"""Sitemaps (sitemaps.org): the addresses of a site's pages, and when each last changed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_BYTES = 50 * 1024 * 1024  # as the protocol allows a sitemap
_GZIP = b"\x1f\x8b"


@dataclass
class Sitemap:
    """`pages` and `sitemaps` (of an index): address and lastmod as they stand there."""

    pages: list[tuple[str, str | None]] = field(default_factory=list)
    sitemaps: list[tuple[str, str | None]] = field(default_factory=list)


class NotASitemapError(Exception):
    """These bytes are not a sitemap, or unpack to too much."""


class _Handler:
    """Follows `url` and `sitemap` elements; a prefix of the namespace does not matter."""

    def __init__(self) -> None:
        self.found = Sitemap()
        self._texts: dict[str, str] = {}
        self._inside = ""

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._inside = name.rpartition(":")[2]
        if self._inside in ("url", "sitemap"):
            self._texts = {}

    def text(self, text: str) -> None:
        if self._inside in ("loc", "lastmod"):
            self._texts[self._inside] = self._texts.get(self._inside, "") + text

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._inside = ""
        address = self._texts.get("loc", "").strip()
        if name in ("url", "sitemap") and address:
            entry = (address, self._texts.get("lastmod", "").strip() or None)
            (self.found.pages if name == "url" else self.found.sitemaps).append(entry)


def read_sitemap(data: bytes) -> Sitemap:
    """The entries of a sitemap or sitemap index, as it is or gzip-ed; NotASitemapError for anything else."""
    handler = _Handler()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse  # entities could grow without bound, and a sitemap needs none
    try:
        parser.Parse(_unpacked(data), True)
    except (expat.ExpatError, zlib.error) as error:
        raise NotASitemapError from error
    return handler.found


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data
    # What is cut off here has no end tag, and so is no sitemap.
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, MOST_BYTES)


def _refuse(*_names: object) -> None:
    raise NotASitemapError
