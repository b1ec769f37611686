"""Schema: the configuration file as JSON Schema tells it, so that editors complete and check it (draft 2020-12)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mentoring import written
from mentoring.configuration import EXTENDS
from mentoring.roster import (
    MOST_DEPTHS,
    MOST_PATHS,
    Area,
    Ask,
    Cohort,
    Digest,
    FollowUp,
    Member,
    Program,
    Step,
    Team,
    Texts,
    time_zones,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MODELS: Mapping[str, type[BaseModel]] = {
    model.__name__: model for model in (Area, Ask, Cohort, Digest, FollowUp, Member, Step, Team, Texts)
}
OF_EXTENDS = (
    "Another repository, `owner/repo`, whose file this one builds on: keys here replace whole keys there."
)
UNITS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))  # seconds
NULL = {"type": "null"}
Node = dict[str, Any]


def schema(address: str) -> Node:
    """The schema, whose stable address is this.

    What it refuses, the reader refuses. The reader refuses more: see "What an editor cannot tell" in
    docs/configuration.md.
    """
    made = Program.model_json_schema(by_alias=True)
    sections = {name: _section(made["$defs"][name], model) for name, model in MODELS.items()}
    program = _section({key: value for key, value in made.items() if key != "$defs"}, Program)
    _complete(program, sections)
    whole = {
        "$schema": DRAFT,
        "$id": address,
        **program,
        "title": "Lamplighter",
        "$defs": {**sections, "Timezone": {"enum": time_zones()}},
    }
    for node in _nodes(whole):
        if node.get("format") == written.TIMEZONE:
            node.clear()
            node["$ref"] = "#/$defs/Timezone"
    return whole


def _complete(program: Node, sections: Mapping[str, Node]) -> None:
    """What the types do not tell."""
    keys = program["properties"]
    keys[EXTENDS] = {"description": OF_EXTENDS, **written.OF_REPOSITORY, "type": ["string", "null"]}
    keys["digest"]["anyOf"].insert(0, {"enum": ["off"]})
    keys["path"]["anyOf"].insert(0, {"enum": ["off"]})
    areas, labels = _first(keys["areas"]), _first(keys["good_first_issue_labels"])
    # The name of an area is a key, behind which nothing may stand yet.
    areas |= {
        "propertyNames": written.AREA_NAMES,
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/Area"}, NULL]},
    }
    _first(sections["Cohort"]["properties"]["teams"]).update(
        propertyNames=written.AREA_NAMES, additionalProperties={"anyOf": [{"$ref": "#/$defs/Team"}, NULL]}
    )
    labels["minItems"] = 1
    # One of the words alone will do.
    asks = _first(keys["asks"])
    asks["items"] = {"anyOf": [sections["Ask"]["properties"]["ask"] | {}, asks["items"]]}
    paths = _first(sections["Area"]["properties"]["paths"])
    paths["maxItems"] = MOST_PATHS
    paths["items"] |= written.path(MOST_DEPTHS)
    # The name of the program may stand in the file that this one builds on.
    del program["required"]
    keys["program"] = _or_nothing(keys["program"])
    program["anyOf"] = [_present("program"), _present(EXTENDS)]


def _present(key: str) -> Node:
    return {"required": [key], "properties": {key: {"not": NULL}}}


def _section(made: Node, model: type[BaseModel]) -> Node:
    fields = {info.alias or name: info for name, info in model.model_fields.items()}
    properties = {name: _property(made["properties"][name], info) for name, info in fields.items()}
    required = [name for name, info in fields.items() if info.is_required()]
    return {
        "description": _plain(model.__doc__),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _property(made: Node, info: FieldInfo) -> Node:
    inner = {key: value for key, value in made.items() if key not in ("title", "description", "default")}
    told: Node = {"description": _plain(info.description)}
    if not info.is_required():
        told |= _default(info.default)
        # A key without a value counts as absent.
        inner = _or_nothing(inner)
    return told | inner


def _or_nothing(node: Node) -> Node:
    """The same, or null; what it says of itself stays outside."""
    about = {key: value for key, value in node.items() if key in ("description", "default")}
    inner = {key: value for key, value in node.items() if key not in about}
    choices = inner["anyOf"] if inner.keys() == {"anyOf"} else [inner]
    return {**about, "anyOf": choices if NULL in choices else [*choices, NULL]}


def _first(node: Node) -> Node:
    """What a key has if it has anything."""
    first: Node = node["anyOf"][0]
    return first


def _default(value: Any) -> Node:
    """As people would write it; what is made of further keys tells their defaults."""
    if value is None or isinstance(value, BaseModel):
        return {}
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        unit, size = next(
            ((unit, size) for unit, size in UNITS if seconds and seconds % size == 0), ("m", 60)
        )
        return {"default": f"{seconds // size}{unit}"}
    return {"default": list(value) if isinstance(value, tuple) else value}


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _nodes(node: Any) -> Iterator[Node]:
    if isinstance(node, dict):
        yield node
        for below in list(node.values()):
            yield from _nodes(below)
    elif isinstance(node, list):
        for below in node:
            yield from _nodes(below)
