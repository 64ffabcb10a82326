"""
Header fields: their grammar, and the requests' repeats joined.

RFC 9110 section 5, `src/value/headers.ts`. A field value is made of the code units 09, 20-7E and
80-FF, one octet each, which is exactly the latin1 "native string" of PEP 3333, "Unicode Issues":
values pass between JSON and WSGI as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterable

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")

# Blanks around a value are no part of it. Not strip(): that would take U+00A0 and U+0085 as well.
BLANKS = " \t"

# A request that holds one of these twice reads differently to whoever takes the first of them.
_SINGLETONS = frozenset(
    """
    age authorization content-encoding content-language content-length content-location
    content-range content-type date etag expires from host if-modified-since if-range
    if-unmodified-since last-modified location max-forwards origin proxy-authorization range
    referer retry-after server user-agent
    """.split()
)


def is_token(text: str) -> bool:
    """RFC 9110 section 5.6.2."""
    return _TOKEN.fullmatch(text) is not None


def is_name(name: object) -> bool:
    """A field name in the lower case that every head uses."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def is_value(value: object) -> bool:
    """Octets that a field may hold, and no blank at either end."""
    return isinstance(value, str) and _VALUE.fullmatch(value) is not None and value == value.strip(BLANKS)


def pairs(flat: object) -> list[tuple[str, str]]:
    """
    Checks a JSON list of flat pairs: `["name","value",...]`.

    ValueError, with the reason, when it is none.
    """
    if not isinstance(flat, list) or len(flat) % 2 == 1:
        raise ValueError("is no list of pairs")
    lines = list(zip(flat[::2], flat[1::2]))
    for name, value in lines:
        if not is_name(name):
            raise ValueError("holds a faulty name")
        if not is_value(value):
            raise ValueError(f"holds a faulty value for {name}")
    return lines


def fields_of(flat: object) -> dict[str, str]:
    """
    `join(pairs(flat))`. ValueError as these.

    A client mostly says the same of itself each time, so what was checked is kept; nobody may change it.
    """
    try:
        if isinstance(flat, list) and sum(map(len, flat)) <= _MAX_KEPT:
            return _kept(tuple(flat))
    except TypeError:
        pass  # no texts, and no pairs either
    return join(pairs(flat))


_MAX_KEPT = 2_048  # characters of one request's fields


@lru_cache(maxsize=256)
def _kept(flat: tuple[str, ...]) -> dict[str, str]:
    return join(pairs(list(flat)))


def join(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Request fields by name; repeats joined. ValueError for a field that may be there once."""
    fields: dict[str, str] = {}
    for name, value in lines:
        if name not in fields:
            fields[name] = value
        elif name in _SINGLETONS:
            raise ValueError(f"holds {name} more than once")
        else:
            fields[name] += ("; " if name == "cookie" else ", ") + value
    return fields
