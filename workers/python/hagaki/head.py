"""
Heads: the packed form's JSON, of a request that came and of a response that goes. Pure.

    u32 n, at most 65,536; n octets of JSON; then the inline body, if "body" is a count

`spec/frames.md`, "Calls"; members and their grammar as `src/value/head.ts` has them. Nothing is
taken on trust: what a field or a path may not hold on HTTP, it may not hold here.
"""

from __future__ import annotations

import re
import struct
from typing import Any, Callable, Final, NamedTuple, Optional, Union

from hagaki.fault import AnswerFaulty, FrameFault
from hagaki.fields import fields_of, is_token, is_value
from hagaki.frames import MAX_HEAD
from hagaki.payload import MAX_WHOLE, is_whole, read_json, write_json
from hagaki.plain_head import PlainHead, read_plain

_LENGTH = struct.Struct(">I")
_VERSION = 1


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
    context: dict[str, Any]  # values of carried keys
    timeout_ms: Optional[int]  # how long the caller waits


class CallHead(NamedTuple):
    name: str
    timeout_ms: Optional[int]
    context: dict[str, Any]


RequestBodyMember = Union[None, bytes, Pending]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _matches(grammar: str) -> Callable[[Any], bool]:
    pattern = re.compile(grammar)
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _or_null(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def _is_target(method: str, path: str) -> bool:
    """RFC 9112 section 3.2: what the path is, other than a path, depends on the method."""
    return path.startswith("/") or method == "CONNECT" or (method == "OPTIONS" and path == "*")


def _is_body(value: Any) -> bool:
    if isinstance(value, dict):
        return "length" in value and (value["length"] is None or is_whole(value["length"]))
    return value is None or is_whole(value)


_MAX_DEPTH: Final = 32
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def is_carried(context: Any) -> bool:
    """True for what every language writes alike: whole numbers, exact as doubles, Unicode text, 32 deep."""
    if context == {}:
        return True
    rest = [(context, 0)]  # and no recursion, since its depth is the caller's choice
    while rest:
        value, depth = rest.pop()
        if depth > _MAX_DEPTH:
            return False
        if isinstance(value, dict):
            rest.extend((one, depth + 1) for one in (*value, *value.values()))
        elif isinstance(value, (list, tuple)):
            rest.extend((one, depth + 1) for one in value)
        elif isinstance(value, str):
            if _SURROGATE.search(value):
                return False
        elif isinstance(value, (int, float)):
            if not (value == value // 1 and abs(value) <= MAX_WHOLE):
                return False
        elif value is not None:
            return False
    return True


# What each member of a request head may be, but for the headers. WSGI has no place for upgrade
# and timeoutMs; they are checked all the same.
_REQUEST_MEMBERS: Final[dict[str, Callable[[Any], bool]]] = {
    "v": lambda value: type(value) is int and value == _VERSION,
    "kind": lambda value: value == "request",
    "method": lambda value: _text(value) and is_token(value) and value == value.upper(),
    "path": _matches(r'[!"$->@-~]+'),
    "query": _or_null(_matches(r'[!"$-~]*')),
    "mount": _matches(r'(?:/[!"$->@-~]*)?'),
    "http": lambda value: value in ("1.0", "1.1", "2", None),
    "client": _or_null(_text),
    "protocol": lambda value: value in ("http", "https"),
    "upgrade": _or_null(lambda value: isinstance(value, list) and all(map(is_value, value))),
    "timeoutMs": _or_null(is_whole),
    "context": lambda value: isinstance(value, dict) and is_carried(value),
    "body": _is_body,
}


def read_request(octets: bytes, inline: int) -> tuple[RequestHead, RequestBodyMember]:
    """
    Decodes the payload of a request frame.

        in     the payload; the largest inline body, in octets, that our hello announced
        out    the head, and its body: None, the whole of it, or that it is still to come
        raises FrameFault
    """
    text, rest = _split(octets)
    plain = read_plain(text)
    if plain is not None:
        return _of_plain(plain, rest, inline)
    data = read_json(text, "a request head")
    if not isinstance(data, dict):
        raise FrameFault("a request head that is no object")
    for name, check in _REQUEST_MEMBERS.items():
        # A member that is not there is not null either.
        if name not in data or not check(data[name]):
            raise FrameFault(f"a request head with a faulty member {name}")
    if not _is_target(data["method"], data["path"]):
        raise FrameFault("a request head with a faulty member path")
    try:
        headers = fields_of(data.get("headers"))
    except ValueError as error:
        raise FrameFault(f"a request head whose member headers {error}") from error
    head = RequestHead(
        data["method"],
        data["path"],
        data["query"],
        data["mount"],
        data["http"],
        data["client"],
        data["protocol"],
        headers,
        data["context"],
        data["timeoutMs"],
    )
    return head, _body(data["body"], rest, inline)


def _of_plain(plain: PlainHead, rest: bytes, inline: int) -> tuple[RequestHead, RequestBodyMember]:
    method, path, query, mount, http, client, protocol, timeout_ms, headers, beside, is_pending, length = plain
    head = RequestHead(method, path, query, mount, http, client, protocol, headers, {}, timeout_ms)
    return head, _body({"length": length} if is_pending else beside, rest, inline)


_MAX_NAME: Final = 256  # octets in UTF-8
_CALL_MEMBERS: Final[dict[str, Callable[[Any], bool]]] = {
    "v": lambda value: type(value) is int and value == _VERSION,
    "kind": lambda value: value == "call",
    "name": lambda value: _text(value) and 1 <= len(value.encode("utf-8")) <= _MAX_NAME,
    "timeoutMs": _or_null(is_whole),
    "context": lambda value: isinstance(value, dict) and is_carried(value),
    "body": _is_body,
}


def read_call(octets: bytes, inline: int) -> tuple[CallHead, RequestBodyMember]:
    """Decodes the payload of a call frame, as `read_request` does. FrameFault."""
    text, rest = _split(octets)
    data = read_json(text, "the head of a call")
    if not isinstance(data, dict):
        raise FrameFault("the head of a call that is no object")
    for name, check in _CALL_MEMBERS.items():
        if name not in data or not check(data[name]):
            raise FrameFault(f"the head of a call with a faulty member {name}")
    body = _body(data["body"], rest, inline)
    return CallHead(data["name"], data["timeoutMs"], data["context"]), body


def write_response(
    status: int,
    content_type: Optional[str],
    headers: list[tuple[str, str]],
    body: Union[None, bytes, Pending],
    context: dict[str, Any] = {},
) -> bytes:
    """
    Encodes the payload of a response frame, in the packed form's order of members.

        raises AnswerFaulty: the head is over 65,536 octets
    """
    key = (status, content_type, tuple(headers))
    front = None if context else _FRONTS.get(key)
    if front is None:
        front = _front(status, content_type, headers, context)
        if not context and len(front) <= _MAX_FRONT:
            if len(_FRONTS) >= _MAX_FRONTS:
                _FRONTS.clear()
            _FRONTS[key] = front
    length = len(front) + len(member := _member(body)) + 1
    _check_size(length)
    return b"".join((_LENGTH.pack(length), front, member, b"}", body if isinstance(body, bytes) else b""))


def _check_size(octets: int) -> None:
    if octets > MAX_HEAD:
        raise AnswerFaulty(f"its head has {octets} octets and {MAX_HEAD} are possible")


# All of a response head but the last member: an app mostly says the same of its answers.
_FRONTS: Final[dict[tuple[int, Optional[str], tuple[tuple[str, str], ...]], bytes]] = {}
_MAX_FRONTS: Final = 256
_MAX_FRONT: Final = 1_024  # octets of one that is kept


def _front(
    status: int, content_type: Optional[str], headers: list[tuple[str, str]], context: dict[str, Any]
) -> bytes:
    text = write_json(
        {
            "v": _VERSION,
            "kind": "response",
            "status": status,
            "contentType": content_type,
            "headers": [text for pair in headers for text in pair],
            "trailers": None,
            "context": context,
        }
    )
    return text[:-1] + b',"body":'


def _member(body: Union[None, bytes, Pending]) -> bytes:
    """What a head says of its body."""
    if body is None:
        return b"null"
    if isinstance(body, bytes):
        return b"%d" % len(body)
    return b'{"length":null}' if body.length is None else b'{"length":%d}' % body.length


def write_result(
    body: Union[None, bytes, Pending], gives: str = "data", context: dict[str, Any] = {}
) -> bytes:
    """Encodes the payload of a result frame: data as JSON, items as JSON lines, or chunks. AnswerFaulty as above."""
    member: object = len(body) if isinstance(body, bytes) else body
    text = write_json(
        {
            "v": _VERSION,
            "kind": "result",
            "gives": gives,
            "context": context,
            "body": {"length": body.length} if isinstance(body, Pending) else member,
        }
    )
    _check_size(len(text))
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
