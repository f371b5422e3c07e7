"""JSON Schema as far as ours goes, and YAML as an editor reads it (YAML 1.2's core schema)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_SAYS_NOTHING = {"$schema", "title", "description"}


class _Core(yaml.SafeLoader):
    """Only true, false, null and numbers are no text: `NO`, `on`, `08:30` and dates are."""


_Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def from_yaml(text: str) -> Any:
    """What an editor makes of a YAML text."""
    return yaml.load(text.removeprefix("\ufeff"), Loader=_Core)


def slips(value: Any, schema: Mapping[str, Any], path: str = "") -> list[str]:
    """Where a value breaks a schema. An unknown word of the schema is an error of this module."""
    found: list[str] = []
    for word, said in schema.items():
        if word == "type":
            names = [said] if isinstance(said, str) else said
            if not any(_is(value, name) for name in names):
                found.append(f"{path}: {value!r} is no {'/'.join(names)}")
        elif word == "enum":
            if not any(value == one and type(value) is type(one) for one in said):
                found.append(f"{path}: {value!r} is none of {said}")
        elif word == "pattern":
            if isinstance(value, str) and not re.search(said, value):
                found.append(f"{path}: {value!r} is not like {said}")
        elif word == "minimum" or word == "maximum":
            if _is(value, "number") and (value < said if word == "minimum" else value > said):
                found.append(f"{path}: {value!r} is beyond {said}")
        elif word == "required":
            if isinstance(value, dict):
                found += [f"{path}: no {key}" for key in said if key not in value]
        elif word == "properties":
            if isinstance(value, dict):
                for key in said.keys() & value.keys():
                    found += slips(value[key], said[key], f"{path}.{key}")
        elif word == "additionalProperties":
            for key in value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ():
                found += slips(value[key], said, f"{path}.{key}") if said else [f"{path}: unknown key {key}"]
        elif word == "items":
            for number, item in enumerate(value) if isinstance(value, list) else ():
                found += slips(item, said, f"{path}[{number}]")
        elif word == "anyOf":
            tried = [slips(value, one, path) for one in said]
            found += min(tried, key=len) if all(tried) else []
        elif word not in _SAYS_NOTHING:
            raise AssertionError(f"the schema says {word}, which is not known here")
    return found


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
