"""
Heads: the packed form's JSON, of a request that came and of a response that goes. Pure.

    u32 n, at most 65,536; n octets of JSON; then the inline body, if "body" is a count

`spec/frames.md`, "Calls"; members and their grammar as `src/value/head.ts` has them. Nothing is
taken on trust: what a field or a path may not hold on HTTP, it may not hold here.
"""

from __future__ import annotations

import re
import struct
from typing import Any, Callable, NamedTuple, NoReturn, Optional, Union

from hagaki.fault import AnswerFaulty, FrameFault
from hagaki.fields import is_token, is_value, join, pairs
from hagaki.frames import MAX_HEAD
from hagaki.payload import is_whole, read_json, write_json

_LENGTH = struct.Struct(">I")
_VERSION = 1
_PATH = re.compile(r'[!"$->@-~]+')
_QUERY = re.compile(r'[!"$-~]*')
_MOUNT = re.compile(r'(?:/[!"$->@-~]*)?')


class Pending(NamedTuple):
    """A body still to come in data frames; its length in octets, or None when unknown."""

    length: Optional[int]


class RequestHead(NamedTuple):
    method: str
    path: str  # raw: percent-encoded, "*", or an authority
    query: Optional[str]
    mount: str  # raw
    http: Optional[str]
    client: Optional[str]
    protocol: str
    headers: dict[str, str]  # lower-case names, repeats joined


RequestBodyMember = Union[None, bytes, Pending]


def read_request(octets: bytes, inline: int) -> tuple[RequestHead, RequestBodyMember]:
    """
    Decodes the payload of a request frame.

        in     the payload; the largest inline body, in octets, that our hello announced
        out    the head, and its body: None, the whole of it, or that it is still to come
        raises FrameFault
    """
    text, rest = _split(octets)
    read = _Members(read_json(text, "a request head"))
    read.holds("v", lambda value: type(value) is int and value == _VERSION)
    read.holds("kind", lambda value: value == "request")
    head = RequestHead(
        method=read.holds(
            "method", lambda value: _text(value) and is_token(value) and value == value.upper()
        ),
        path=read.holds("path", _matches(_PATH)),
        query=read.holds("query", _or_null(_matches(_QUERY))),
        mount=read.holds("mount", _matches(_MOUNT)),
        http=read.holds("http", lambda value: value in ("1.0", "1.1", "2", None)),
        client=read.holds("client", _or_null(_text)),
        protocol=read.holds("protocol", lambda value: value in ("http", "https")),
        headers=read.headers(),
    )
    # WSGI has no place for these three; they are checked all the same.
    read.holds("upgrade", _or_null(lambda value: isinstance(value, list) and all(map(is_value, value))))
    read.holds("timeoutMs", _or_null(is_whole))
    read.holds("context", lambda value: isinstance(value, dict))
    return head, _body(read.holds("body", _is_body), rest, inline)


def write_response(
    status: int,
    content_type: Optional[str],
    headers: list[tuple[str, str]],
    body: Union[None, bytes, Pending],
) -> bytes:
    """
    Encodes the payload of a response frame, in the packed form's order of members.

        raises AnswerFaulty: the head is over 65,536 octets
    """
    member: object = len(body) if isinstance(body, bytes) else body
    text = write_json(
        {
            "v": _VERSION,
            "kind": "response",
            "status": status,
            "contentType": content_type,
            "headers": [text for pair in headers for text in pair],
            "trailers": None,
            "context": {},
            "body": {"length": body.length} if isinstance(body, Pending) else member,
        }
    )
    if len(text) > MAX_HEAD:
        raise AnswerFaulty(f"its head has {len(text)} octets and {MAX_HEAD} are possible")
    return b"".join((_LENGTH.pack(len(text)), text, body if isinstance(body, bytes) else b""))


def _split(octets: bytes) -> tuple[bytes, bytes]:
    if len(octets) < 4:
        raise FrameFault("a request that ends within its head's length")
    (length,) = _LENGTH.unpack_from(octets)
    if length > MAX_HEAD:
        raise FrameFault(f"a head of {length} octets: {MAX_HEAD} are possible")
    if len(octets) < 4 + length:
        raise FrameFault("a request that ends within its head")
    return octets[4 : 4 + length], octets[4 + length :]


def _body(member: Union[None, int, dict[str, Any]], rest: bytes, inline: int) -> RequestBodyMember:
    count = member if isinstance(member, int) else 0
    if count > inline:
        raise FrameFault(f"an inline body of {count} octets: our hello said {inline}")
    if len(rest) != count:
        raise FrameFault(f"{len(rest)} octets after a head that says {count}")
    if isinstance(member, dict):
        return Pending(member["length"])
    return None if member is None else rest


class _Members:
    """Named members of a head, each checked, and refused by name."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            raise FrameFault("a request head that is no object")
        self._data = data

    def holds(self, name: str, check: Callable[[Any], bool]) -> Any:
        # A member that is not there is not null either.
        if name not in self._data or not check(self._data[name]):
            self._refuse(f"member {name}")
        return self._data[name]

    def headers(self) -> dict[str, str]:
        try:
            return join(pairs(self._data.get("headers")))
        except ValueError as error:
            self._refuse(f"headers: it {error}")

    def _refuse(self, what: str) -> NoReturn:
        raise FrameFault(f"a request head with a faulty {what}")


def _text(value: object) -> bool:
    return isinstance(value, str)


def _matches(grammar: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and grammar.fullmatch(value) is not None


def _or_null(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def _is_body(value: Any) -> bool:
    if isinstance(value, dict):
        return "length" in value and (value["length"] is None or is_whole(value["length"]))
    return value is None or is_whole(value)
