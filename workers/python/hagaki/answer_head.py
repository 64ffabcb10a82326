"""
What an app gives to `start_response`, checked. Pure.

    in     status line, list of (name, value) tuples
    out    AnswerHead: what a response head needs
    raises TypeError, ValueError: the app breaks PEP 3333

PEP 3333, "The start_response() Callable". Checked here, where the traceback shows the app's own
line, and not at the gateway, where nothing would.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple, Optional
from wsgiref.util import is_hop_by_hop

from hagaki.fields import BLANKS, is_token, is_value

# The reason may be left out, which PEP 3333 does not allow and every server does.
_STATUS_LINE = re.compile(r"([0-9]{3})(?: [^\x00-\x1f\x7f]*)?")
_LENGTH = re.compile(r"[0-9]{1,15}")


class AnswerHead(NamedTuple):
    status: int
    content_type: Optional[str]
    length: Optional[int]  # of the content-length field, in octets
    fields: list[tuple[str, str]]  # lower-case names, repeats as they came; without those two


def read_answer_head(status: str, headers: list[tuple[str, str]]) -> AnswerHead:
    """An app mostly says the same of its answers, so what was checked is kept; nobody may change it."""
    if isinstance(headers, list) and len(headers) <= _MAX_KEPT and type(status) is str:
        try:
            if all(type(text) is str and len(text) <= _MAX_TEXT for pair in headers for text in pair):
                return _kept(status, tuple(headers))
        except TypeError:
            pass  # no pairs, which is said below
    return _read(status, headers)


_MAX_KEPT: Final = 8  # fields
_MAX_TEXT: Final = 128  # characters


@lru_cache(maxsize=256)
def _kept(status: str, headers: tuple[tuple[str, str], ...]) -> AnswerHead:
    return _read(status, list(headers))


def _read(status: str, headers: list[tuple[str, str]]) -> AnswerHead:
    fields = _fields(headers)
    content_type = _only("content-type", fields)
    length = _only("content-length", fields)
    if length is not None and _LENGTH.fullmatch(length) is None:
        raise ValueError(f"content-length must be a number of octets, not {length!r}")
    return AnswerHead(
        status=_status(status),
        content_type=content_type or None,
        length=None if length is None else int(length),
        fields=[pair for pair in fields if pair[0] not in ("content-type", "content-length")],
    )


def _status(line: object) -> int:
    if not isinstance(line, str):
        raise TypeError(f"a status line must be a str, not {type(line).__name__}")
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"a status line must be like '200 OK', not {line!r}")
    status = int(match[1])
    if not 200 <= status <= 599:
        # 1xx is no final answer, and WSGI has no other.
        raise ValueError(f"a status must be 200 to 599, not {status}")
    return status


def _fields(headers: object) -> list[tuple[str, str]]:
    if not isinstance(headers, list):
        raise TypeError(f"headers must be a list, not {type(headers).__name__}")
    return [_field(field) for field in headers]


def _field(field: object) -> tuple[str, str]:
    if not isinstance(field, tuple) or len(field) != 2:
        raise TypeError(f"a header must be a tuple of name and value, not {field!r}")
    name, value = field
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"a header's name and value must be str, not {field!r}")
    if not is_token(name):
        raise ValueError(f"{name!r} is no header name")
    if is_hop_by_hop(name):
        raise ValueError(f"header {name!r} is the connection's, which belongs to the gateway")
    value = value.strip(BLANKS)
    if not is_value(value):
        # CR, LF and NUL would be another field or worse; what is over U+00FF is no octet.
        raise ValueError(f"header {name!r} has a character that no header may hold: {value!r}")
    return name.lower(), value


def _only(name: str, fields: list[tuple[str, str]]) -> Optional[str]:
    values = [value for field, value in fields if field == name]
    if len(values) > 1:
        raise ValueError(f"header {name!r} is there {len(values)} times")
    return values[0] if values else None
