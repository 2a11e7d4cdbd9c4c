"""What a mapping may say about courses on web pages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.http.auth_options import HttpConnectionSchema


class ConnectionSchema(HttpConnectionSchema):
    """How politely the site is read. robots.txt is always obeyed, and no page is asked for before its turn."""

    delay_seconds = fields.Float(
        load_default=1.0,
        validate=validate.Range(min=0, max=60),
        metadata={"doc": "The time between two pages; a longer Crawl-delay in robots.txt wins."},
    )


class ReadSchema(Schema):
    """Which pages are read, and which objects in their JSON-LD are records.

    A record is the object as it stands in the page, with `@page` (the address), `@lastmod` (of the sitemap, or null)
    and `@key` added: its `@id` or `url` as a whole address, else the page's.
    """

    sitemap = fields.String(metadata={"doc": 'The address of the sitemap or sitemap index below url: "sitemap.xml".'})
    pages = fields.List(
        fields.String(), load_default=[], metadata={"doc": "Addresses below url, instead of a sitemap or beside it."}
    )
    match = fields.List(
        fields.String(),
        load_default=["*"],
        metadata={"doc": 'Which addresses of the sitemap are read, by their path: ["/courses/*", "/en/courses/*"].'},
    )
    types = fields.List(
        fields.String(),
        load_default=["Course"],
        validate=validate.Length(min=1),
        metadata={"doc": "The types (schema.org) that are records."},
    )
    most_pages = fields.Integer(
        load_default=2_000,
        validate=validate.Range(min=1, max=50_000),
        metadata={"doc": "More pages than this are refused, before the first is read."},
    )

    @validates_schema
    def _somewhere(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("sitemap") and not data["pages"]:
            raise ValidationError("name a sitemap or pages", "sitemap")
