"""The SCIM resources that can be pushed here, and the attributes of them that are kept (RFC 7643).

Only what a sync can use is in the schemas: what else a sender gives (passwords, phone numbers, photos) is not kept, as
RFC 7644 (section 3.3) lets a service do with attributes that it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a schema, with the characteristics of RFC 7643 section 7. `parts` are its sub-attributes."""

    name: str
    about: str
    kind: str = "string"  # string | boolean | complex | reference
    is_many: bool = False
    is_exact: bool = False  # whether upper and lower case differ
    is_required: bool = False
    is_unique: bool = False
    mutability: str = "readWrite"  # readWrite | readOnly | immutable
    parts: tuple[Attribute, ...] = ()
    known: tuple[str, ...] = ()  # canonical values
    refers: tuple[str, ...] = ()  # kinds of resource that a reference leads to


@dataclass(frozen=True, slots=True)
class Schema:
    urn: str
    name: str
    about: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: its address under the endpoint, and the `resource` under which its records are kept."""

    name: str
    endpoint: str
    resource: str
    core: Schema
    extensions: tuple[Schema, ...] = ()
    by_urn: Mapping[str, Schema] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_urn", {one.urn.lower(): one for one in (self.core, *self.extensions)})


def find(attributes: Iterable[Attribute], name: str) -> Attribute | None:
    """The attribute of that name, whose case does not matter (RFC 7643, section 2.1)."""
    wanted = name.lower()
    return next((one for one in attributes if one.name.lower() == wanted), None)


_VALUE = Attribute("value", "The value itself.")
_PRIMARY = Attribute("primary", "Whether this is the preferred one; at most one is.", "boolean")
COMMON = (
    Attribute("schemas", "The schemas of the resource.", "reference", True, True, mutability="readOnly"),
    Attribute("id", "Our id of the resource.", is_exact=True, mutability="readOnly"),
    Attribute("externalId", "The sender's id of the resource.", is_exact=True),
    Attribute(
        "meta",
        "What is known of the resource itself.",
        "complex",
        mutability="readOnly",
        parts=(
            Attribute("resourceType", "The kind of resource.", is_exact=True, mutability="readOnly"),
            Attribute("created", "When it was first received.", "dateTime", mutability="readOnly"),
            Attribute("lastModified", "When it was last changed.", "dateTime", mutability="readOnly"),
            Attribute("location", "Its address.", "reference", is_exact=True, mutability="readOnly"),
            Attribute("version", "Names its present state.", is_exact=True, mutability="readOnly"),
        ),
    ),
)
USER = Kind(
    "User",
    "/Users",
    "Users",
    Schema(
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "User",
        "A person at the employer.",
        (
            Attribute("userName", "The name to sign in with.", is_required=True, is_unique=True),
            Attribute(
                "name",
                "The parts of the name.",
                "complex",
                parts=(
                    Attribute("formatted", "The whole name."),
                    Attribute("familyName", "The family name."),
                    Attribute("givenName", "The given name."),
                ),
            ),
            Attribute("displayName", "The name to show."),
            Attribute("title", "What the person does, e.g. the title of the job."),
            Attribute("userType", "The relation with the employer, e.g. Employee."),
            Attribute("preferredLanguage", "The language of the person, e.g. nl-BE."),
            Attribute("locale", "How dates and numbers are written, e.g. nl-BE."),
            Attribute("active", "False for who no longer works there.", "boolean"),
            Attribute(
                "emails",
                "Addresses for mail.",
                "complex",
                True,
                parts=(
                    _VALUE,
                    Attribute("display", "How to show it."),
                    Attribute("type", "What it is for.", known=("work", "home", "other")),
                    _PRIMARY,
                ),
            ),
        ),
    ),
    (
        Schema(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "EnterpriseUser",
            "What an employer knows of a person.",
            (
                Attribute("employeeNumber", "The employee number."),
                Attribute("costCenter", "The cost centre."),
                Attribute("organization", "The organisation."),
                Attribute("division", "The division."),
                Attribute("department", "The unit in which the person works."),
                Attribute(
                    "manager",
                    "The supervisor.",
                    "complex",
                    parts=(
                        Attribute("value", "The id of the supervisor's resource.", is_exact=True),
                        Attribute("$ref", "Its address.", "reference", is_exact=True, refers=("User",)),
                        Attribute("displayName", "The supervisor's name.", mutability="readOnly"),
                    ),
                ),
            ),
        ),
    ),
)
GROUP = Kind(
    "Group",
    "/Groups",
    "Groups",
    Schema(
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "Group",
        "A group of people.",
        (
            Attribute("displayName", "The name of the group.", is_required=True),
            Attribute(
                "members",
                "Who is in the group.",
                "complex",
                True,
                parts=(
                    Attribute("value", "The id of the member.", is_exact=True, mutability="immutable"),
                    Attribute(
                        "$ref",
                        "Its address.",
                        "reference",
                        is_exact=True,
                        mutability="immutable",
                        refers=("User", "Group"),
                    ),
                    Attribute("type", "What the member is.", mutability="immutable", known=("User", "Group")),
                    Attribute("display", "The name of the member."),
                ),
            ),
        ),
    ),
)
KINDS = (USER, GROUP)
