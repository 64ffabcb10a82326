"""
JSON Schema (draft 2020-12) as handlers use it: checked when it is written, then data are checked by it. Pure.

    in     a schema: plain dicts and lists
    out    issues: `{"pointer": JSON Pointer (RFC 6901), "message"}`, at most 100
    raises SchemaFaulty for a keyword that is not known here: one that nobody looks at would be no check

Bounded: data nest at most 64 deep before they come here, and a schema that leads back to itself without taking
a step into the data ends at 200 steps. `pattern` is Python's: a pattern that takes long on some texts takes long here.
"""

from __future__ import annotations

import math
import re
from typing import Any, Callable, Final, Iterator, Mapping, Union

JsonSchema = Mapping[str, Any]
Issue = dict[str, str]
Pointer = tuple[Union[str, int], ...]

MAX_ISSUES: Final = 100
_MAX_STEPS: Final = 200
_MAX_TOLD: Final = 256  # characters of a pointer
_TYPES: Final = ("string", "number", "integer", "boolean", "null", "array", "object")
_ANNOTATIONS: Final = frozenset(
    """
    $schema $id $comment $defs title description default examples deprecated readOnly writeOnly format
    contentEncoding contentMediaType
    """.split()
)


class SchemaFaulty(ValueError):
    """A schema that cannot be used, in one line."""


class Schema:
    def __init__(self, data: JsonSchema) -> None:
        """SchemaFaulty."""
        self.data = data
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._check(data, "", 0)

    def issues(self, value: Any) -> list[Issue]:
        """What is wrong with a value; empty when it fits."""
        found: list[Issue] = []
        for pointer, message in self._issues(self.data, value, (), 0):
            found.append({"pointer": pointer_of(pointer), "message": message})
            if len(found) == MAX_ISSUES:
                break
        return found

    def resolve(self, ref: str) -> JsonSchema:
        """What a `$ref` refers to in its document. SchemaFaulty for one that leads out of it, or nowhere."""
        if not ref.startswith("#"):
            raise SchemaFaulty(f"$ref {ref} leaves its document")
        at: Any = self.data
        for part in ref[1:].split("/")[1:]:
            at = at.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(at, dict) else None
        if not isinstance(at, dict):
            raise SchemaFaulty(f"$ref {ref} leads nowhere")
        return at

    def _check(self, schema: Any, at: str, depth: int) -> None:
        if isinstance(schema, bool):
            return
        if not isinstance(schema, dict) or depth > 64:
            raise SchemaFaulty(f"{at or 'it'} is no schema")
        for keyword, value in schema.items():
            place = f"{at}/{keyword}"
            if keyword in ("properties", "$defs"):
                _need(isinstance(value, dict), place, "an object")
                for name, member in value.items():
                    self._check(member, f"{place}/{name}", depth + 1)
            elif keyword in ("anyOf", "oneOf", "allOf", "prefixItems"):
                _need(isinstance(value, list) and value != [], place, "a list of schemas")
                for number, member in enumerate(value):
                    self._check(member, f"{place}/{number}", depth + 1)
            elif keyword in ("items", "additionalProperties", "propertyNames", "not"):
                self._check(value, place, depth + 1)
            elif keyword == "$ref":
                _need(isinstance(value, str), place, "a string")
                self.resolve(value)
            elif keyword == "pattern":
                self._patterns[value] = _pattern(value, place)
            elif keyword in _CHECKS:
                _need(_FORMS[keyword](value), place, _WORDS.get(keyword, "a value"))
            elif keyword not in _ANNOTATIONS:
                raise SchemaFaulty(f"{place} is a keyword that is not known here")

    def _issues(self, schema: Any, value: Any, at: Pointer, steps: int) -> Iterator[tuple[Pointer, str]]:
        if schema is True or schema == {}:
            return
        if schema is False:
            yield at, "must not be there"
            return
        if steps > _MAX_STEPS:
            yield at, "is checked by a schema that has no end"
            return
        if "$ref" in schema:
            yield from self._issues(self.resolve(schema["$ref"]), value, at, steps + 1)
        for keyword, check in _CHECKS.items():
            if keyword in schema:
                message = check(schema[keyword], value)
                if message is not None:
                    yield at, message
                    if keyword == "type":
                        return
        if "pattern" in schema and isinstance(value, str):
            if self._patterns[schema["pattern"]].search(value) is None:
                yield at, f"must match {schema['pattern']}"
        yield from self._composed(schema, value, at, steps)
        if isinstance(value, dict):
            yield from self._members(schema, value, at, steps)
        elif isinstance(value, (list, tuple)):
            yield from self._items(schema, value, at, steps)

    def _composed(self, schema: JsonSchema, value: Any, at: Pointer, steps: int) -> Iterator[tuple[Pointer, str]]:
        for part in schema.get("allOf", ()):
            yield from self._issues(part, value, at, steps + 1)
        if "anyOf" in schema and not any(self._fits(part, value, steps) for part in schema["anyOf"]):
            yield from self._nearest(schema["anyOf"], value, at, steps)
        if "oneOf" in schema:
            count = sum(self._fits(part, value, steps) for part in schema["oneOf"])
            if count == 0:
                yield from self._nearest(schema["oneOf"], value, at, steps)
            elif count > 1:
                yield at, "must fit one alternative alone"
        if "not" in schema and self._fits(schema["not"], value, steps):
            yield at, "must be something else"

    def _fits(self, schema: Any, value: Any, steps: int) -> bool:
        return next(self._issues(schema, value, (), steps + 1), None) is None

    def _nearest(self, parts: Any, value: Any, at: Pointer, steps: int) -> Iterator[tuple[Pointer, str]]:
        """Of one alternative that fits but for its members, those; else that there is none."""
        inner = [list(self._issues(part, value, at, steps + 1)) for part in parts]
        near = [issues for issues in inner if all(len(pointer) > len(at) for pointer, _ in issues)]
        if len(near) == 1:
            yield from near[0]
        else:
            yield at, "must fit one of its alternatives"

    def _members(
        self, schema: JsonSchema, value: dict[str, Any], at: Pointer, steps: int
    ) -> Iterator[tuple[Pointer, str]]:
        named = schema.get("properties", {})
        for name in schema.get("required", ()):
            if name not in value:
                yield (*at, name), "is missing"
        for name, member in value.items():
            if name in named:
                yield from self._issues(named[name], member, (*at, name), 0)
            elif "additionalProperties" in schema:
                if schema["additionalProperties"] is False:
                    yield (*at, name), "is not known"
                else:
                    yield from self._issues(schema["additionalProperties"], member, (*at, name), 0)
            if "propertyNames" in schema and not self._fits(schema["propertyNames"], name, steps):
                yield (*at, name), "has a name that does not fit"

    def _items(self, schema: JsonSchema, value: Any, at: Pointer, steps: int) -> Iterator[tuple[Pointer, str]]:
        first = schema.get("prefixItems", ())
        for number, item in enumerate(value):
            if number < len(first):
                yield from self._issues(first[number], item, (*at, number), 0)
            elif "items" in schema:
                yield from self._issues(schema["items"], item, (*at, number), 0)


def pointer_of(path: Pointer) -> str:
    """A JSON Pointer; one that would be too long leads to what holds it."""
    pointer = ""
    for part in path:
        longer = f"{pointer}/{str(part).replace('~', '~0').replace('/', '~1')}"
        if len(longer) > _MAX_TOLD:
            return pointer
        pointer = longer
    return pointer


def is_number(value: Any) -> bool:
    """True is a number to Python, and none to JSON."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return bool(one == other)


def _is_type(name: str, value: Any) -> bool:
    if name == "number":
        return is_number(value)
    if name == "integer":
        return is_number(value) and math.isfinite(value) and value == int(value)
    if name == "array":
        return isinstance(value, (list, tuple))
    if name == "null":
        return value is None
    return isinstance(value, {"string": str, "boolean": bool, "object": dict}[name])


def _type(types: Any, value: Any) -> Union[str, None]:
    names = [types] if isinstance(types, str) else types
    return None if any(_is_type(name, value) for name in names) else f"must be {' or '.join(names)}"


def _bound(kind: Callable[[Any], bool], keeps: Callable[[Any, Any], bool], words: str) -> Callable[[Any, Any], Any]:
    return lambda bound, value: words.format(bound) if kind(value) and not keeps(value, bound) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_multiple(value: Any, of: Any) -> bool:
    quotient = value / of
    return math.isfinite(quotient) and quotient == int(quotient)


def _is_unique(value: Any, unique: Any) -> bool:
    return not unique or not any(same(one, other) for at, one in enumerate(value) for other in value[:at])


# Each gives what is wrong with a value, or None. "type" comes first: what is of another type has no length.
_CHECKS: Final[Mapping[str, Callable[[Any, Any], Union[str, None]]]] = {
    "type": _type,
    "const": lambda one, value: None if same(one, value) else "must be what the schema says",
    "enum": lambda some, value: None if any(same(one, value) for one in some) else "must be one of those listed",
    "minLength": _bound(_is_text, lambda value, least: len(value) >= least, "must have at least {} characters"),
    "maxLength": _bound(_is_text, lambda value, most: len(value) <= most, "must have at most {} characters"),
    "minimum": _bound(is_number, lambda value, least: value >= least, "must be at least {}"),
    "maximum": _bound(is_number, lambda value, most: value <= most, "must be at most {}"),
    "exclusiveMinimum": _bound(is_number, lambda value, least: value > least, "must be more than {}"),
    "exclusiveMaximum": _bound(is_number, lambda value, most: value < most, "must be less than {}"),
    "multipleOf": _bound(is_number, _is_multiple, "must be a multiple of {}"),
    "minItems": _bound(_is_list, lambda value, least: len(value) >= least, "must have at least {} items"),
    "maxItems": _bound(_is_list, lambda value, most: len(value) <= most, "must have at most {} items"),
    "uniqueItems": _bound(_is_list, _is_unique, "must have no item twice"),
    "minProperties": _bound(_is_object, lambda value, least: len(value) >= least, "must have at least {} members"),
    "maxProperties": _bound(_is_object, lambda value, most: len(value) <= most, "must have at most {} members"),
    "required": lambda names, value: None,  # told by member
}


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_types(value: Any) -> bool:
    names = [value] if isinstance(value, str) else value
    return isinstance(names, list) and names != [] and all(name in _TYPES for name in names)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


_FORMS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "type": _is_types,
    "const": lambda value: True,
    "enum": lambda value: isinstance(value, list),
    "uniqueItems": lambda value: isinstance(value, bool),
    "multipleOf": lambda value: is_number(value) and value > 0,
    "required": _is_names,
    **{name: is_number for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")},
    **{
        name: _is_count
        for name in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
    },
}
_WORDS: Final[Mapping[str, str]] = {
    "type": f"one of {', '.join(_TYPES)}, or a list of them",
    "enum": "a list",
    "uniqueItems": "true or false",
    "multipleOf": "a number above 0",
    "required": "a list of names",
    **{name: "a number" for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")},
    **{
        name: "a count"
        for name in ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
    },
}


def _need(kept: bool, place: str, words: str) -> None:
    if not kept:
        raise SchemaFaulty(f"{place} is not {words}")


def _pattern(text: Any, place: str) -> re.Pattern[str]:
    _need(isinstance(text, str), place, "a pattern")
    try:
        return re.compile(text)
    except re.error as error:
        raise SchemaFaulty(f"{place} is no pattern of Python's: {error}") from error
