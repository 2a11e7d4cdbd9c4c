"""The body of an answer, as text: a web page, a sitemap, robots.txt."""

from __future__ import annotations

import codecs
import re

from connector.http.failures import Call

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HEAD = 2_048  # a page names its encoding within its first kilobyte (HTML standard)


def parse_text(_call: Call, body: bytes, media_type: str) -> str:
    """The text, in the encoding that the header names, or the page itself; what cannot be read becomes `\ufffd`."""
    if body.startswith(codecs.BOM_UTF8):
        return body.decode("utf-8-sig", errors="replace")
    named = _CHARSET.search(media_type) or _CHARSET.search(body[:_HEAD].decode("latin-1"))
    try:
        encoding = codecs.lookup(named[1]).name if named else "utf-8"
        return body.decode(encoding, errors="replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8", errors="replace")
