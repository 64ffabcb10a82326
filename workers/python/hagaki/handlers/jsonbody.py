"""
JSON bodies (RFC 8259), bounded, and read in one way only (RFC 7493, I-JSON). Pure.

`src/codec/json.ts` is the same: two readers of one body never read two things.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from hagaki.handlers.refused import Refusal, malformed, too_complex

MAX_DEPTH: Final = 64
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DIGITS: Final = 400


def decode(octets: bytes) -> Any:
    """Refusal: body_malformed, body_too_complex."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed("it is not UTF-8") from error
    _bound_depth(text)
    try:
        data = _DECODER.decode(text)
    except Refusal:
        raise
    except (ValueError, RecursionError) as error:
        raise malformed("it is not JSON") from error
    if "\\u" in text and _has_surrogate(data):
        raise malformed("it has half a surrogate pair")
    return data


def encode(data: Any) -> bytes:
    """TypeError, ValueError for what JSON has not."""
    return _ENCODER.encode(data).encode("utf-8")


def _bound_depth(text: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        found = match[0]
        if found in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise too_complex("depth", MAX_DEPTH)
        elif found in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    # Some readers take the first of two, and some the last.
    if len(made) != len(pairs):
        raise malformed("it names a member twice")
    if "__proto__" in made:
        raise malformed("it has a member named __proto__")
    return made


def _whole(text: str) -> int:
    number = int(text) if len(text) <= _MAX_DIGITS else None
    # Others read it as a double, which would be another number.
    if number is None or abs(number) > 2**53 and int(_finite(text)) != number:
        raise malformed("it has a whole number that a double cannot hold")
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise malformed("it has a number beyond a double")
    return number


def _constant(text: str) -> NoReturn:
    raise malformed(f"{text} is not JSON")


def _has_surrogate(data: Any) -> bool:
    if isinstance(data, str):
        return _SURROGATE.search(data) is not None
    if isinstance(data, dict):
        return any(_has_surrogate(one) for one in (*data, *data.values()))
    return isinstance(data, list) and any(map(_has_surrogate, data))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_finite, parse_constant=_constant
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
