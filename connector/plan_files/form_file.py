"""Reads `mappings/forms/NAME.toml`, checked.

A file holds `side` (employee or employer), `title`, `source` and `checked_on`, and one `[[topics]]` table for each
topic: `key`, `title` and `questions`. A question has a `key`, its words in `nl` (and `en`, `fr`), the same words for
who reads with effort in `plain` (by language), optionally `reach = "own"` (the answer can be shown to nobody) and
`prefill` (`competencies` or `function`: what of the function description stands beside it). Keys name what is kept: a
key that changes leaves the earlier answer behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from connector.domain.form import LANGUAGES, Form, Prefill, Question, Reach, Side, Topic
from connector.mapping_files import MappingFile, MappingFolders
from connector.mapping_tables import Day, load_table, wrong_table

_KEY = validate.Regexp(r"[a-z][a-z0-9_]{0,39}\Z")


def _texts(longest: int, *, is_required: bool = True) -> fields.Dict:
    """Texts by language; Dutch is the source text of every document (law: language decree), so it is never left out."""
    keys = fields.String(validate=validate.OneOf(LANGUAGES))
    values = fields.String(validate=validate.Length(min=1, max=longest))
    if is_required:
        return fields.Dict(keys=keys, values=values, required=True)
    return fields.Dict(keys=keys, values=values, load_default=dict)


class _QuestionSchema(Schema):
    key = fields.String(required=True, validate=_KEY)
    nl = fields.String(required=True, validate=validate.Length(min=1, max=300))
    en = fields.String(load_default=None, validate=validate.Length(min=1, max=300))
    fr = fields.String(load_default=None, validate=validate.Length(min=1, max=300))
    plain = _texts(200, is_required=False)
    reach = fields.Enum(Reach, by_value=True, load_default=Reach.SHOWN)
    prefill = fields.Enum(Prefill, by_value=True, load_default=None)


class _TopicSchema(Schema):
    key = fields.String(required=True, validate=_KEY)
    title = _texts(80)
    questions = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1, max=10))


class _FormSchema(Schema):
    side = fields.Enum(Side, by_value=True, required=True)
    title = _texts(80)
    source = fields.String(required=True, validate=validate.Length(min=10, max=1000))
    checked_on = Day(required=True)
    topics = fields.List(fields.Dict(), required=True, validate=validate.Length(min=1, max=12))


def load_form(folders: MappingFolders, name: str) -> Form:
    """The form of that name; MappingError names the line that is wrong and what would be right."""
    return read_form(folders.load("forms", name))


def read_form(file: MappingFile) -> Form:
    """Check one parsed file: every text is there in Dutch, every key once."""
    content = load_table(_FormSchema(), file.content, file, "")
    topics = tuple(_topic(raw, file, f"topics[{number}]") for number, raw in enumerate(content["topics"]))
    form = Form(file.name, content["side"], _dutch(content["title"], file, "title"), topics)
    for what, keys in (("topic", [topic.key for topic in topics]), ("question", [one.key for one in form.questions])):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        if twice:
            raise wrong_table(file, "topics", f"two {what}s have the key {twice[0]!r}", "Give each a key of its own.")
    return form


def _topic(raw: Mapping[str, Any], file: MappingFile, line: str) -> Topic:
    loaded = load_table(_TopicSchema(), raw, file, line)
    questions = tuple(
        _question(one, file, f"{line}.questions[{number}]") for number, one in enumerate(loaded["questions"])
    )
    return Topic(loaded["key"], _dutch(loaded["title"], file, f"{line}.title"), questions)


def _question(raw: Mapping[str, Any], file: MappingFile, line: str) -> Question:
    loaded = load_table(_QuestionSchema(), raw, file, line)
    words = {language: loaded[language] for language in LANGUAGES if loaded[language]}
    plain = _dutch(loaded["plain"], file, f"{line}.plain") if loaded["plain"] else {}
    return Question(loaded["key"], words, plain, loaded["reach"], loaded["prefill"])


def _dutch(texts: Mapping[str, str], file: MappingFile, line: str) -> Mapping[str, str]:
    if "nl" not in texts:
        raise wrong_table(file, line, "the Dutch text is missing", "Dutch is the text that all others are made of.")
    return texts
