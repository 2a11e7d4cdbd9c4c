"""PATCH, by the book and as identity providers really send it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.domain.scim_error import ScimError
from connector.domain.scim_patch import MOST_OPERATIONS, attributes_of, patched
from connector.domain.scim_types import GROUP, USER, Attribute

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
WORK = {"value": "amina@work.example", "type": "work", "primary": True}
HOME = {"value": "amina@home.example", "type": "home"}
AMINA: dict[str, Any] = {
    "userName": "amina",
    "active": True,
    "title": "Chef",
    "name": {"givenName": "Amina", "familyName": "Peeters"},
    "emails": [WORK, HOME],
    ENTERPRISE: {"department": "Magazijn", "manager": {"value": "m1", "$ref": "r"}},
}


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    before = copy.deepcopy(AMINA)
    after = patched(USER, AMINA, {"Operations": list(operations)})
    assert before == AMINA, "what was kept may not change before all of it holds"
    return after


def changed(**values: Any) -> dict[str, Any]:
    found = {**AMINA, **values}
    return {name: value for name, value in found.items() if value is not None}


CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # By the book.
    ({"op": "replace", "path": "title", "value": "Ploegbaas"}, changed(title="Ploegbaas")),
    ({"op": "add", "path": "displayName", "value": "A"}, changed(displayName="A")),
    ({"op": "remove", "path": "title"}, changed(title=None)),
    ({"op": "replace", "path": "title", "value": None}, changed(title=None)),
    (
        {"op": "replace", "path": "name.givenName", "value": "Mina"},
        changed(name={**AMINA["name"], "givenName": "Mina"}),
    ),
    ({"op": "replace", "path": "name", "value": {"givenName": "M"}}, changed(name={**AMINA["name"], "givenName": "M"})),
    ({"op": "remove", "path": "name.givenName"}, changed(name={"familyName": "Peeters"})),
    ({"op": "remove", "path": "name"}, changed(name=None)),
    ({"op": "replace", "path": "emails", "value": [HOME]}, changed(emails=[HOME])),
    (
        {"op": "add", "path": "emails", "value": [{"value": "n@x.example"}]},
        changed(emails=[WORK, HOME, {"value": "n@x.example"}]),
    ),
    ({"op": "add", "path": "emails", "value": [HOME]}, AMINA),
    (
        {"op": "add", "path": "emails", "value": {"value": "n", "primary": True}},
        changed(emails=[{"value": "amina@work.example", "type": "work"}, HOME, {"value": "n", "primary": True}]),
    ),
    ({"op": "remove", "path": "emails"}, changed(emails=None)),
    ({"op": "remove", "path": 'emails[type eq "home"]'}, changed(emails=[WORK])),
    ({"op": "remove", "path": 'emails[type eq "none"]'}, AMINA),
    ({"op": "remove", "path": 'emails[type eq "home"].value'}, changed(emails=[WORK, {"type": "home"}])),
    (
        {"op": "replace", "path": 'emails[type eq "home"].value', "value": "n"},
        changed(emails=[WORK, {**HOME, "value": "n"}]),
    ),
    (
        {"op": "replace", "path": 'emails[type eq "home"]', "value": {"value": "n"}},
        changed(emails=[WORK, {"value": "n"}]),
    ),
    (
        {"op": "add", "path": 'emails[type eq "home"]', "value": {"display": "d"}},
        changed(emails=[WORK, {**HOME, "display": "d"}]),
    ),
    (
        {"op": "replace", "path": 'emails[type eq "home"].primary', "value": True},
        changed(emails=[{"value": "amina@work.example", "type": "work"}, {**HOME, "primary": True}]),
    ),
    (
        {"op": "replace", "path": f"{ENTERPRISE}:department", "value": "B"},
        changed(**{ENTERPRISE: {**AMINA[ENTERPRISE], "department": "B"}}),
    ),
    ({"op": "remove", "path": f"{ENTERPRISE}:manager"}, changed(**{ENTERPRISE: {"department": "Magazijn"}})),
    ({"op": "remove", "path": ENTERPRISE}, changed(**{ENTERPRISE: None})),
    (
        {"op": "add", "path": ENTERPRISE, "value": {"division": "D"}},
        changed(**{ENTERPRISE: {**AMINA[ENTERPRISE], "division": "D"}}),
    ),
    ({"op": "add", "value": {"title": "T", "emails": [HOME]}}, changed(title="T")),
    # As Entra ID and Okta send it.
    ({"op": "Replace", "path": "active", "value": "False"}, changed(active=False)),
    ({"op": "REPLACE", "path": "ACTIVE", "value": [{"$ref": None, "value": "false"}]}, changed(active=False)),
    ({"op": "replace", "value": {"active": False}}, changed(active=False)),
    ({"op": "replace", "value": {"id": "x", "schemas": [], "meta": {}, "active": False}}, changed(active=False)),
    (
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "m2"},
        changed(**{ENTERPRISE: {"department": "Magazijn", "manager": {"value": "m2", "$ref": "r"}}}),
    ),
    (
        {"op": "Replace", "path": f"{ENTERPRISE}:manager.value", "value": "m2"},
        changed(**{ENTERPRISE: {"department": "Magazijn", "manager": {"value": "m2", "$ref": "r"}}}),
    ),
    (
        {"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": {"value": ""}},
        changed(**{ENTERPRISE: {"department": "Magazijn"}}),
    ),
    (
        {"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": ""},
        changed(**{ENTERPRISE: {"department": "Magazijn"}}),
    ),
    (
        {"op": "add", "value": {f"{ENTERPRISE}:department": "B", "name.givenName": "M"}},
        changed(name={**AMINA["name"], "givenName": "M"}, **{ENTERPRISE: {**AMINA[ENTERPRISE], "department": "B"}}),
    ),
    (
        {"op": "replace", "value": {ENTERPRISE: {"department": "B"}}},
        changed(**{ENTERPRISE: {**AMINA[ENTERPRISE], "department": "B"}}),
    ),
    (
        {"op": "Replace", "path": 'emails[type eq "other"].value', "value": "o"},
        changed(emails=[WORK, HOME, {"type": "other", "value": "o"}]),
    ),
    (
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "n"},
        changed(emails=[{**WORK, "value": "n"}, HOME]),
    ),
    ({"op": "Remove", "path": "emails", "value": [{"value": "amina@home.example"}]}, changed(emails=[WORK])),
    ({"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "tel"}, AMINA),
    ({"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:own:2.0:User:x", "value": "y"}, AMINA),
    ({"op": "Add", "path": "password", "value": "hushhush"}, AMINA),
    ({"op": "add", "value": {"unknown": {"deep": [1]}, "": 1}}, AMINA),
    ({"op": "replace", "path": "", "value": {"title": "T"}}, changed(title="T")),
    ({"OP": "replace", "Path": "title", "VALUE": 12}, changed(title="12")),
]


@pytest.mark.parametrize(("operation", "expected"), CASES, ids=lambda case: json.dumps(case)[:70])
def test_one_operation(operation: dict[str, Any], expected: dict[str, Any]) -> None:
    assert patch(operation) == expected


def test_operations_follow_each_other() -> None:
    after = patch(
        {"op": "remove", "path": "emails"},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": "a"},
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "b"},
    )
    assert after["emails"] == [{"type": "work", "value": "b"}]


@pytest.mark.parametrize(
    ("operations", "kind"),
    [
        ([{"op": "move", "path": "title"}], "invalidSyntax"),
        ([{"path": "title"}], "invalidSyntax"),
        (["x"], "invalidSyntax"),
        ([], "invalidSyntax"),
        ("x", "invalidSyntax"),
        (None, "invalidSyntax"),
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "add", "value": "x"}], "invalidValue"),
        ([{"op": "add", "path": 3, "value": "x"}], "invalidPath"),
        ([{"op": "add", "path": "emails[", "value": "x"}], "invalidPath"),
        ([{"op": "add", "path": "title[x pr]", "value": "x"}], "invalidPath"),
        ([{"op": "replace", "path": "id", "value": "x"}], "mutability"),
        ([{"op": "replace", "path": "meta.version", "value": "x"}], "mutability"),
        ([{"op": "replace", "path": f"{ENTERPRISE}:manager.displayName", "value": "x"}], "mutability"),
        ([{"op": "remove", "path": "userName"}], "invalidValue"),
        ([{"op": "replace", "path": "title", "value": "kept?"}, {"op": "remove", "path": "userName"}], "invalidValue"),
        ([{"op": "replace", "path": "active", "value": "perhaps"}], "invalidValue"),
        ([{"op": "replace", "path": "name", "value": "Amina"}], "invalidValue"),
        ([{"op": "replace", "path": ENTERPRISE, "value": "x"}], "invalidValue"),
        ([{"op": "remove", "path": "title"}] * (MOST_OPERATIONS + 1), "tooMany"),
    ],
)
def test_what_is_refused(operations: Any, kind: str) -> None:
    before = copy.deepcopy(AMINA)
    with pytest.raises(ScimError) as caught:
        patched(USER, AMINA, {"Operations": operations})
    assert caught.value.kind == kind
    assert before == AMINA


def test_of_many_primary_ones_the_last_is() -> None:
    two = [{"value": "a", "primary": True}, {"value": "b", "primary": "True"}]
    after = patch({"op": "replace", "path": "emails", "value": two})
    assert after["emails"] == [{"value": "a", "primary": False}, {"value": "b", "primary": True}]


def test_members_are_there_once() -> None:
    group = attributes_of(GROUP, {"displayName": "g", "members": [{"value": "a"}, {"value": "a"}, {"value": "b"}]})
    assert group["members"] == [{"value": "a"}, {"value": "b"}]
    add = {"op": "add", "path": "members", "value": [{"value": "b", "display": "B"}, {"value": "c"}]}
    after = patched(GROUP, group, {"operations": [add]})
    assert after["members"] == [{"value": "a"}, {"value": "b", "display": "B"}, {"value": "c"}]


_PATHS = st.sampled_from(
    (
        *("userName", "active", "title", "name", "name.givenName", "emails", "emails.value", "emails.primary"),
        *('emails[type eq "work"]', 'emails[type eq "x"].value', "emails[primary eq true].display", "emails[value pr]"),
        *("emails[not (type pr)].type", ENTERPRISE, f"{ENTERPRISE}:manager", f"{ENTERPRISE}:manager.value", "id"),
        *(f"{ENTERPRISE}:department", "password", "urn:x:y", "", "schemas", "externalId", "emails[", "members", "meta"),
    )
)
_LEAVES = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.sampled_from(["", "x", "False"])
)
_NAMES = st.sampled_from(
    ["value", "type", "primary", "givenName", "manager", "department", "emails", "active", "$ref", "x"]
)
_VALUES = st.recursive(_LEAVES, lambda part: st.lists(part, max_size=3) | st.dictionaries(_NAMES, part, max_size=3))
_OPERATION = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "replace", "remove", "Add", "REMOVE", "test", 1])},
    optional={"path": _PATHS | st.none(), "value": _VALUES},
)


def _check(attribute: Attribute, value: Any) -> None:
    entries = value if attribute.is_many else [value]
    assert isinstance(entries, list)
    assert entries
    for entry in entries:
        if attribute.kind == "complex":
            assert isinstance(entry, dict)
            assert entry
            for part in attribute.parts:
                if part.name in entry:
                    _check(part, entry[part.name])
            assert set(entry) <= {part.name for part in attribute.parts if part.mutability != "readOnly"}
        else:
            assert isinstance(entry, bool if attribute.kind == "boolean" else str)
    if attribute.is_many:
        assert sum(entry.get("primary") is True for entry in entries) <= 1


@settings(max_examples=1500)
@given(st.lists(_OPERATION, min_size=1, max_size=6))
def test_whatever_is_sent_what_is_kept_has_the_form_of_the_schema(operations: list[dict[str, Any]]) -> None:
    try:
        after = patched(USER, AMINA, {"Operations": operations})
    except ScimError:
        return
    assert after["userName"]
    known = {attribute.name: attribute for attribute in USER.core.attributes}
    for name, value in after.items():
        if name == ENTERPRISE:
            assert value
            inner = {attribute.name: attribute for attribute in USER.extensions[0].attributes}
            for part, given_value in value.items():
                _check(inner[part], given_value)
        elif name == "externalId":
            assert isinstance(value, str)
        else:
            _check(known[name], value)
    assert attributes_of(USER, after) == after  # what is kept can be sent back whole
