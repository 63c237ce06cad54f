"""The JSON Schema of a plan file, for editors: the model's types with their descriptions, examples and limits.

It says what a schema can: keys, types and words. What depends on more than one place is for `rollout check`.
"""

from __future__ import annotations

import typing
from dataclasses import MISSING, fields
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from .fields import FIELDS
from .model import MigrationStep, Plan, file_key
from .quantities import Quantity
from .texts import ID

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Give the schema as JSON has it, in the order of the file."""
    found = TypeAdapter(Plan).json_schema(schema_generator=_Generator)
    properties = {"plan" if name == "header" else name: each for name, each in found["properties"].items()}
    properties["phases"]["minItems"] = 1
    return {
        "$schema": _DIALECT,
        "title": "Deployment & rollout plan",
        "description": found["description"],
        "type": "object",
        "properties": properties,
        "required": ["format", "plan", "strategy", "phases"],
        "additionalProperties": False,
        "$defs": found["$defs"],
    }


class _Generator(GenerateJsonSchema):
    """Pydantic's schema of the model, as a TOML file has it: no null, no titles made of names, no other keys."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        # That what is left out is empty goes without saying.
        if not found.get("default") or isinstance(found["default"], dict):
            found.pop("default", None)
        return found

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        # A text that may have a probe is a table, or the text alone.
        return {"anyOf": [{"type": "string", "minLength": 1}, super().function_before_schema(schema)]}

    def encode_default(self, dft: Any) -> Any:
        return dft.text if isinstance(dft, Quantity) else super().encode_default(dft)

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        found = super().dataclass_schema(schema)
        del found["title"]
        required = found.get("required", [])
        described = FIELDS[schema["cls"]]
        found["properties"] = {
            file_key(name): _limited(name, found["properties"][file_key(name)], needed=name in required)
            | {
                "description": described[name].text,
                "examples": list(described[name].examples) or [_example(schema["cls"], name)],
            }
            for name in _in_order(schema["cls"])
        }
        return found | {"additionalProperties": False}


def _in_order(table: type[Any]) -> list[str]:
    """The keys of a table as the file has them: a step's id leads, which a scenario's `until` names."""
    return (
        list(FIELDS[table])
        if table is Plan
        else sorted(table.__dataclass_fields__, key=lambda key: table is MigrationStep and key != "id")
    )


def _limited(name: str, found: JsonSchemaValue, *, needed: bool) -> JsonSchemaValue:
    """Add the limits that `texts` and `cross_checks` hold a value to."""
    if name == "approvals":
        return found | {"enum": [1, 2]}
    if name == "id":
        return found | {"pattern": f"^({ID.pattern})?$"}
    if needed and found.get("type") == "string" and "enum" not in found:
        return found | {"minLength": 1}
    # An argument may be empty.
    if found.get("items") == {"type": "string"} and name != "command":
        return found | {"items": {"type": "string", "minLength": 1}}
    return found


def _example(owner: type, name: str) -> Any:
    """Make an example of a field that holds a table, or several: what the table needs, by its own examples."""
    hint = typing.get_type_hints(owner)[name]
    table = next(arg for arg in (hint, *typing.get_args(hint)) if arg in FIELDS)
    needed = {item.name for item in fields(table) if item.default is item.default_factory is MISSING}
    example = {key: each.examples[0] for key, each in FIELDS[table].items() if key in needed or not needed}
    return [example] if typing.get_origin(hint) is tuple else example
