"""Validates JSON against the schemas of GitHub's descriptions, read the way GitHub writes them."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource, Specification

Schema = dict[str, Any]
Keyword = Callable[[Any, Any, Any, Schema], Iterator[ValidationError]]
KEYWORDS: dict[str, Keyword] = dict(Draft202012Validator.VALIDATORS)
NULLABLE = ("type", "enum", "anyOf", "allOf", "$ref")
LONGEST_MESSAGE = 200
DOCUMENT = "urn:github"

FORMATS = FormatChecker(formats=())
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# The empty text is let through: it is what GitHub sends for a repository without a homepage.
URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:[^\s]+)?")


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(DATE_TIME.fullmatch(value))


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(URI.fullmatch(value))


def or_null(keyword: Keyword) -> Keyword:
    """OpenAPI 3.0 says `nullable: true` beside a keyword where JSON Schema would name the type null."""

    def check(validator: Any, value: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
        if not (instance is None and schema.get("nullable") is True):
            yield from keyword(validator, value, instance, schema) or ()

    return check


def reads_as_any_of(validator: Any, value: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """GitHub writes `oneOf` for alternatives that overlap, such as a public and a private user."""
    yield from or_null(KEYWORDS["anyOf"])(validator, value, instance, schema)


GitHubValidator = extend(
    Draft202012Validator,
    {name: or_null(KEYWORDS[name]) for name in NULLABLE} | {"oneOf": reads_as_any_of},
)


def pointer_to(*steps: str) -> str:
    """A JSON pointer."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def tell(error: ValidationError) -> str:
    """Where and what; of several alternatives the one that was most likely meant."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        error = min(branches.values(), key=unlikeliness)[0]
    return f"{error.json_path}: {error.message[:LONGEST_MESSAGE]}"


def unlikeliness(errors: list[ValidationError]) -> tuple[bool, int]:
    """A branch of another type was hardly meant; otherwise the fewer complaints the nearer."""
    other_type = any(error.validator == "type" and not error.relative_path for error in errors)
    return other_type, len(errors)


class Schemas:
    """The schemas of one description, addressed by JSON pointer; each validator is made once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        resource = Resource(contents=document, specification=Specification.OPAQUE)
        self.registry: Registry[Any] = Registry().with_resource(DOCUMENT, resource)
        self.validator = cache(self._validator)

    def _validator(self, pointer: str) -> Any:
        schema = {"$ref": f"{DOCUMENT}#{pointer}"}
        return GitHubValidator(schema, registry=self.registry, format_checker=FORMATS)

    def problems(self, pointer: str, value: object) -> list[str]:
        """What is wrong with the value, a sentence for each place."""
        return [tell(error) for error in self.validator(pointer).iter_errors(value)]

    def resolve(self, node: Schema) -> Schema:
        """The node itself, or what its `$ref` points at."""
        while "$ref" in node:
            target: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def alternatives(self, schema: Schema) -> Iterator[Schema]:
        """The schema and every branch of it, flattened."""
        schema = self.resolve(schema)
        yield schema
        for keyword in ("oneOf", "anyOf", "allOf"):
            for branch in schema.get(keyword, ()):
                yield from self.alternatives(branch)

    def unknown_fields(self, schema: Schema, value: object, where: str = "$") -> list[str]:
        """Fields no branch knows: GitHub ignores them silently, so they are our typing errors."""
        branches = list(self.alternatives(schema))
        if isinstance(value, list):
            items = [branch["items"] for branch in branches if "items" in branch]
            places = ((f"{where}[{n}]", {"anyOf": items}, item) for n, item in enumerate(value))
            return [text for place, inner, item in places for text in self.unknown_fields(inner, item, place)]
        if not isinstance(value, dict):
            return []
        return [text for name, item in value.items() for text in self._field(branches, name, item, where)]

    def _field(self, branches: list[Schema], name: str, item: object, where: str) -> list[str]:
        known = [branch["properties"][name] for branch in branches if name in branch.get("properties", ())]
        if known:
            return self.unknown_fields({"anyOf": known}, item, f"{where}.{name}")
        is_open = not any("properties" in branch for branch in branches)
        if is_open or any(branch.get("additionalProperties") for branch in branches):
            return []
        return [f"{where}: GitHub does not know the field '{name}' here"]
