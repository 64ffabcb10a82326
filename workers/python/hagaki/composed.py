"""
A call as a request: data to the places where the contract has them. Pure, but for what a body gives as it is sent.

    in      a handler of the contract, data
    out     method, target, fields, body: bytes, pieces that are taken once, or None
    raises  InputInvalid

`src/client/compose.ts` does the same.
"""

from __future__ import annotations

from typing import Any, Final, Iterable, Iterator, Mapping, NamedTuple, Optional, Union
from urllib.parse import quote, urlencode

from hagaki.form import holds_files, write_form, write_parts
from hagaki.handlers import jsonbody
from hagaki.handlers.handler import METHODS
from hagaki.texts import InputInvalid, text_of, texts_of

_ACCEPTS: Final = {"data": "application/json", "items": "application/jsonl"}

Body = Union[bytes, Iterator[bytes]]


class Composed(NamedTuple):
    method: str
    target: str
    fields: Mapping[str, str]
    body: Optional[Body]


def compose(handler: Mapping[str, Any], data: Any) -> Composed:
    takes = handler.get("takes")
    fields = {"accept": _ACCEPTS.get(handler["gives"], "*/*")}
    whole = takes is not None and takes["body"] == "whole"
    members = {} if data is None or whole else dict(data)
    path = _path(handler["path"], members)
    query: list[tuple[str, str]] = []
    for member, place in handler.get("from", {}).items():
        if member in members:
            texts = texts_of(member, members.pop(member))
            if place["in"] == "query":
                query += [(place["name"], text) for text in texts]
            elif place["in"] == "header" and len(texts) == 1:
                fields[place["name"]] = texts[0]
            else:
                raise InputInvalid(f"{member} cannot be sent as a {place['in']}")
    content = members.pop("body", None) if takes is not None and takes["body"] == "member" else None
    if takes is not None and takes["body"] == "members":
        content, members = members, {}
    elif whole:
        content = data
    for member, value in members.items():
        query += [(member, text) for text in texts_of(member, value)]
    target = path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    method = METHODS[handler["verb"]]
    if takes is None or (content is None and takes["body"] == "member"):
        return Composed(method, target, fields, None)
    fields["content-type"], body = _written(takes, content)
    return Composed(method, target, fields, body)


def _written(takes: Mapping[str, Any], content: Any) -> tuple[str, Body]:
    kind, media_types = takes["as"], takes["mediaTypes"]
    usual = next((one for one in media_types if "*" not in one), "application/octet-stream")
    if kind == "items" and isinstance(content, Iterable) and not isinstance(content, (str, bytes, Mapping)):
        return "application/jsonl", _lines(content)
    if kind == "chunks" and not isinstance(content, str) and (hasattr(content, "read") or isinstance(content, Iterable)):
        return usual, _octets(content)
    if kind == "parts" and isinstance(content, Iterable):
        return write_parts(content)
    if kind == "bytes" and isinstance(content, (bytes, bytearray, memoryview)):
        return usual, bytes(content)
    if kind == "text" and isinstance(content, str):
        return usual, _utf8(content)
    if kind != "data":
        raise InputInvalid(f"the handler takes {kind}, and not a {type(content).__name__}")
    # A form says less than data do, so it is for files, and for handlers that read nothing else.
    if any("form" in one for one in media_types) and (
        "application/json" not in media_types or holds_files(content)
    ):
        return write_form(media_types, content)
    return "application/json", _json(content)


def _json(content: Any) -> bytes:
    try:
        return jsonbody.encode(content)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputInvalid(f"the data are no JSON: {error}") from error


def _lines(items: Iterable[Any]) -> Body:
    """Of a list they are all here."""
    lines = (_json(item) + b"\n" for item in items)
    return b"".join(lines) if isinstance(items, (list, tuple)) else lines


def _octets(source: Any) -> Body:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    # By lines, as a file is iterated, it could be one piece.
    return _checked(iter(lambda: source.read(65_536), b"") if hasattr(source, "read") else source)


def _checked(pieces: Iterable[Any]) -> Iterator[bytes]:
    for piece in pieces:
        if not isinstance(piece, (bytes, bytearray, memoryview)):
            raise InputInvalid(f"a piece of the body is a {type(piece).__name__}, and no bytes")
        yield bytes(piece)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InputInvalid("the body is no text") from error


def _path(template: str, members: dict[str, Any]) -> str:
    parts = []
    for part in template[1:].split("/"):
        if part.startswith("{"):
            name = part[1:-1]
            text = text_of(name, members.pop(name, None))
            if text in ("", ".", "..") or any(one in text for one in "/\\\0"):
                raise InputInvalid(f"{name} cannot be a segment of a path")
            parts.append(quote(text, safe=""))
        else:
            parts.append(quote(part, safe="!$&'()*+,;=:@-._~"))
    return "/" + "/".join(parts)
