"""
How texts of paths and queries stand for data. Pure.

`src/schema/json-schema.ts`, `coerce.ts` and `form-words.ts` are the same rules: only what is certain is turned, and
the schema says what is wrong with the rest.
"""

from __future__ import annotations

import math
import re
from typing import Any, Iterator, NamedTuple, Optional

from hagaki.handlers.schema import JsonSchema, Schema

# JSON's number grammar (RFC 8259 section 6): no "0x10", no "", no blanks.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SINGLE = ("string", "number", "integer", "boolean")
_MAX_EXACT = 2**53 - 1


class Form(NamedTuple):
    """How texts stand for the values of one schema: `types` are empty where it says nothing."""

    types: tuple[str, ...]
    first: tuple["Form", ...]  # of a list's first items
    rest: Optional["Form"]  # of the items behind those; None for what is no list

    @property
    def is_single(self) -> bool:
        """True when one text can stand for a value."""
        return not self.types or any(one in self.types for one in _SINGLE)

    @property
    def is_writable(self) -> bool:
        if self.is_single:
            return True
        if self.rest is None:
            return "null" in self.types
        return all(one.is_single for one in (*self.first, self.rest))


class Members(NamedTuple):
    """The members of an object by name."""

    named: dict[str, Form]
    required: frozenset[str]
    others: Optional[Form]  # None where the schema is silent of them, or refuses them
    closed: bool

    def is_empty_list(self, name: str) -> bool:
        """True for a list that is empty when its name is not there: it could be nothing else."""
        form = self.named[name]
        return form.rest is not None and name in self.required and not form.is_single


def members_of(schema: Schema) -> Optional[Members]:
    """None for a schema of something else than an object."""
    found = _gather(schema, schema.data, ())
    if found is None:
        return None
    named, required, others, closed = found
    return Members(
        {name: _form(schema, member) for name, member in named.items()},
        required,
        None if others is None else _form(schema, others),
        closed,
    )


def words_of(members: Members) -> dict[str, Any]:
    """As a contract says it: `{"members": {"id": "number"}, ...}`."""
    said: dict[str, Any] = {
        "members": {
            name: _words(form) + ("!" if members.is_empty_list(name) else "")
            for name, form in members.named.items()
        }
    }
    if members.others is not None:
        said["others"] = _words(members.others)
    if members.closed:
        said["closed"] = True
    return said


def read_text(text: str, form: Form) -> Any:
    """Turns one text. What may be text stays text."""
    types = form.types
    if not types or "string" in types:
        return text
    if ("number" in types or "integer" in types) and _NUMBER.fullmatch(text) and len(text) <= 400:
        number = float(text)
        # A whole number that loses digits as a double would name another thing.
        if math.isfinite(number):
            if number != int(number):
                return number
            if abs(number) <= _MAX_EXACT or str(int(number)) == text:
                return int(number)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return None if "null" in types and text == "null" else text


class Repeated(Exception):
    """A name that comes again, and is no list."""


def read_texts(texts: list[str], form: Form) -> Any:
    """Turns the texts of one name. Repeated."""
    if len(texts) == 1 and (form.rest is None or form.is_single):
        return read_text(texts[0], form)
    if form.rest is not None:
        forms = [*form.first, *[form.rest] * len(texts)]
        return [read_text(text, one) for text, one in zip(texts, forms)]
    if form.types:
        raise Repeated
    return texts


_Found = tuple[dict[str, JsonSchema], frozenset[str], Optional[JsonSchema], bool]


def _gather(schema: Schema, part: Any, above: tuple[int, ...]) -> Optional[_Found]:
    if not isinstance(part, dict) or id(part) in above:
        return None
    path = (*above, id(part))
    own = _own(part)
    together = [_gather(schema, one, path) for one in (*_referred(schema, part), *part.get("allOf", ()))]
    either = [_gather(schema, one, path) for one in (*part.get("anyOf", ()), *part.get("oneOf", ()))]
    found: Optional[_Found] = None
    for one in (own, *together, _joined(either)):
        if one is not None:
            found = one if found is None else _both(found, one)
    return found


def _own(part: JsonSchema) -> Optional[_Found]:
    if part.get("type") != "object" and "properties" not in part:
        return None
    others = part.get("additionalProperties")
    return (
        dict(part.get("properties", {})),
        frozenset(part.get("required", ())),
        others if isinstance(others, dict) else {} if others is True else None,
        others is False,
    )


def _joined(parts: list[Optional[_Found]]) -> Optional[_Found]:
    """Objects of each alternative, or it is no object at all."""
    joined: Optional[_Found] = None
    for one in parts:
        if one is None:
            return None
        if joined is None:
            joined = one
        else:
            named, _, others, closed = _both(joined, one)
            joined = (named, joined[1] & one[1], others, closed)
    return joined


def _both(one: _Found, other: _Found) -> _Found:
    named = dict(one[0])
    for name, schema in other[0].items():
        named[name] = {"anyOf": [named[name], schema]} if name in named else schema
    others = one[2] if one[2] is not None else other[2]
    return named, one[1] | other[1], others, one[3] and other[3]


def _form(schema: Schema, part: Any) -> Form:
    types = _types(schema, part)
    if "array" not in types:
        return Form(types, (), None)
    # A list of lists has no text, so items are not looked into any further.
    for one in _parts(schema, part, []):
        first, items = one.get("prefixItems", ()), one.get("items")
        if first or isinstance(items, dict):
            rest = _types(schema, items) if isinstance(items, dict) else ()
            return Form(types, tuple(Form(_types(schema, each), (), None) for each in first), Form(rest, (), None))
    return Form(types, (), Form((), (), None))


def _types(schema: Schema, part: Any) -> tuple[str, ...]:
    types: dict[str, None] = {}  # in the order in which they are said
    for one in _parts(schema, part, []):
        told = one.get("type", [])
        for name in [told] if isinstance(told, str) else told:
            types[name] = None
        values = [*one.get("enum", []), *([one["const"]] if "const" in one else [])]
        for value in values:
            types[_type_of(value)] = None
    return tuple(types)


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number" if isinstance(value, (int, float)) else "object"


def _parts(schema: Schema, part: Any, found: list[JsonSchema]) -> list[JsonSchema]:
    """The schema, what it refers to, and what it is composed of, each once."""
    if isinstance(part, dict) and not any(one is part for one in found):
        found.append(part)
        composed = (*part.get("allOf", ()), *part.get("anyOf", ()), *part.get("oneOf", ()))
        for one in (*_referred(schema, part), *composed):
            _parts(schema, one, found)
    return found


def _referred(schema: Schema, part: JsonSchema) -> Iterator[JsonSchema]:
    if "$ref" in part:
        yield schema.resolve(part["$ref"])


def _words(form: Form) -> str:
    # Whole numbers are written as numbers are, and a list is said by its brackets.
    names = ["number" if name == "integer" else name for name in form.types if name != "array"]
    single = "|".join(dict.fromkeys(names))
    if form.rest is None:
        return single
    return f"{single}[{','.join(_words(one) for one in (*form.first, form.rest))}]"
