"""Finds the documented operation that a method and a path belong to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.contracts.schemas import Schema, Schemas, pointer_to

JSON = "application/json"
NUMBER = re.compile(r"-?\d+")
Query = Mapping[str, Any] | str | None


@dataclass(frozen=True)
class Operation:
    """One method on one documented path."""

    method: str
    template: str
    node: Schema
    parameters: tuple[Schema, ...]

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.template}"

    @property
    def pointer(self) -> str:
        return pointer_to("paths", self.template, self.method)


class Operations:
    """All operations of the REST description, the most literal path first."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self.paths: dict[str, Any] = schemas.document["paths"]
        ordered = sorted(self.paths, key=longest_first)
        self.patterns = [(self._pattern(template), template) for template in ordered]

    def _parameters(self, node: Schema) -> tuple[Schema, ...]:
        return tuple(self.schemas.resolve(parameter) for parameter in node.get("parameters", ()))

    def _pattern(self, template: str) -> re.Pattern[str]:
        operations = self.paths[template].values()
        parameters = {p["name"]: p for node in operations for p in self._parameters(node)}
        parts = re.split(r"\{(.+?)\}", template)
        parts[::2] = [re.escape(literal) for literal in parts[::2]]
        parts[1::2] = [segment_pattern(parameters.get(name, {})) for name in parts[1::2]]
        return re.compile("".join(parts))

    def templates(self, path: str) -> Iterator[str]:
        """Every documented path this one could be."""
        path = by_name(path)
        return (template for pattern, template in self.patterns if pattern.fullmatch(path))

    def find(self, method: str, path: str) -> Operation | str:
        """The operation, or the reason why there is none."""
        templates = list(self.templates(path))
        for template in templates:
            node = self.paths[template].get(method.lower())
            if node is not None:
                return Operation(method.lower(), template, node, self._parameters(node))
        if templates:
            return f"GitHub documents {templates[0]}, but not the method {method}"
        return f"GitHub documents no path like {path}"


def by_name(path: str) -> str:
    """The documented form of a path."""
    path = path.split("?")[0].removeprefix("/api/v3").rstrip("/") or "/"
    # `/repositories/{id}` answers wherever `/repos/{owner}/{repo}` does; no page says so.
    path = re.sub(r"^/repositories/\d+(?=/|$)", "/repos/owner/repo", path)
    # "If you omit the path parameter, you receive the contents of the repository's root directory."
    return re.sub(r"^(/repos/[^/]+/[^/]+/contents)$", r"\1/.", path)


def longest_first(template: str) -> tuple[int, list[bool]]:
    """Some parameters span several segments, so `commits/{ref}` must wait for `commits/{ref}/check-runs`."""
    segments = template.split("/")
    return -len(segments), ["{" in segment for segment in segments]


def segment_pattern(parameter: Schema) -> str:
    if parameter.get("x-multi-segment"):
        return ".+"
    return r"\d+" if parameter.get("schema", {}).get("type") == "integer" else "[^/]+"


def query_values(query: Query) -> dict[str, list[str]]:
    """Each name with its values, as the texts they are on the wire."""
    if query is None or isinstance(query, str):
        return parse_qs(query or "", keep_blank_values=True)
    return {
        name: [str(v) for v in (value if isinstance(value, list | tuple) else [value])]
        for name, value in query.items()
    }


def query_problems(schemas: Schemas, operation: Operation, query: Query) -> list[str]:
    """Names GitHub does not know here, values of the wrong type, and what is required but missing."""
    known = {p["name"].removesuffix("[]"): p for p in operation.parameters if p["in"] == "query"}
    given = {name.removesuffix("[]"): values for name, values in query_values(query).items()}
    problems = [
        f"query: '{name}' is required" for name, p in known.items() if p.get("required") and name not in given
    ]
    for name, values in given.items():
        if name not in known:
            problems.append(f"query: GitHub does not know '{name}' here")
        else:
            problems += [text for value in values for text in value_problems(schemas, known[name], value)]
    return problems


def value_problems(schemas: Schemas, parameter: Schema, value: str) -> list[str]:
    """A query value has to be right for one alternative of the parameter's schema."""
    leaves = [leaf for leaf in schemas.alternatives(parameter["schema"]) if "type" in leaf]
    if not leaves or any(fits(leaf, value) for leaf in leaves):
        return []
    wanted = " or ".join(str(leaf.get("enum", leaf["type"])) for leaf in leaves)
    return [f"query: '{parameter['name']}' is {value!r}, not {wanted}"]


def fits(leaf: Schema, value: str) -> bool:
    if leaf["type"] == "integer":
        return bool(NUMBER.fullmatch(value))
    if leaf["type"] == "boolean":
        return value in ("true", "false")
    return "enum" not in leaf or value in leaf["enum"]
