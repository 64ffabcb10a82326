"""
What metadata say beside JSON Schemas: bytes, text, items that flow, and the places of members. Plain values.
"""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional, Sequence, Union

JsonSchema = Mapping[str, Any]


class Raw(NamedTuple):
    """Bytes of some media types."""

    types: tuple[str, ...]


class Text(NamedTuple):
    """A text in UTF-8 of some media types."""

    types: tuple[str, ...]


class Items(NamedTuple):
    """Items of a schema, one after the other, with what the contract says of them."""

    schema: JsonSchema
    rest: Mapping[str, Any]


class Parts(NamedTuple):
    """The parts of a form, and their bounds."""

    rest: Mapping[str, Any]


class Format(NamedTuple):
    """A format with options."""

    name: str
    rest: Mapping[str, Any]


class Source(NamedTuple):
    """Where a member comes from."""

    place: str
    name: Optional[str]


Shape = Union[JsonSchema, Raw, Text]


def raw(*types: str) -> Raw:
    """Bytes: `raw("image/png")`, `raw("image/*")`, of any type without. In `takes` and `gives` they flow."""
    return Raw(types or ("*/*",))


def text(*types: str) -> Text:
    """A body of text in UTF-8, by default text/plain."""
    return Text(types or ("text/plain",))


def items(
    schema: JsonSchema,
    *,
    limit: Optional[int | str] = None,
    id: Optional[str] = None,
    heartbeat_ms: Optional[int] = None,
    retry_ms: Optional[int] = None,
) -> Items:
    """
    Items that flow.

        limit         the largest one as it is written, such as "64kb"; 1 MiB where nothing is said
        id            the member that names an item, so that a caller who comes back goes on behind it
        heartbeat_ms  how long a stream that gives nothing stays quiet; 15 s
        retry_ms      how long a reader whose connection broke off is to wait
    """
    said = {"limit": limit, "id": id, "heartbeatMs": heartbeat_ms, "retryMs": retry_ms}
    return Items(schema, {member: value for member, value in said.items() if value is not None})


def parts(*, parts: Optional[int] = None, part: Optional[int | str] = None) -> Parts:
    """
    The parts of a form with files, in `takes`, as they come.

        parts  how many there may be; 1,000 at most, and where nothing is said
        part   the largest one, such as "50mb"; the whole bounds it where nothing is said
    """
    said = {"parts": parts, "part": part}
    return Parts({name: value for name, value in said.items() if value is not None})


def multipart(
    *,
    files: Optional[int | str] = None,
    file: Optional[int | str] = None,
    count: Optional[int] = None,
    parts: Optional[int] = None,
) -> Format:
    """
    Forms with small files, in `formats`: all of it is there before the function runs, within its `limit`.

        files  of all files together, such as "5mb"
        file   of one file
        count  how many files
        parts  how many parts, files and texts together: 1,000 at most
    """
    said = {"files": files, "file": file, "count": count, "parts": parts}
    return Format("multipart", {name: value for name, value in said.items() if value is not None})


def file() -> JsonSchema:
    """The schema of a file in a form: a member of `accepts`, or the items of one. Its value is a `File`."""
    return {"type": "string", "format": "binary", "contentEncoding": "binary"}


def query(name: Optional[str] = None) -> Source:
    """The member comes from the query, also of a handler that takes a body."""
    return Source("query", name)


def header(name: str) -> Source:
    """The member comes from a field of the head."""
    return Source("header", name)


def cookie(name: Optional[str] = None) -> Source:
    """The member comes from a cookie."""
    return Source("cookie", name)


def shape_of(shape: Shape) -> dict[str, Any]:
    """As the offer says it."""
    if isinstance(shape, Raw):
        return {"bytes": list(shape.types)}
    return {"text": list(shape.types)} if isinstance(shape, Text) else {"data": shape}


def flow_of(flow: Union[Raw, Items, Parts]) -> dict[str, Any]:
    if isinstance(flow, Parts):
        return {"parts": flow.rest}
    if isinstance(flow, Items):
        return {"items": flow.schema, **flow.rest}
    return {"bytes": list(flow.types)}


def source_of(source: Source) -> dict[str, Any]:
    return {"in": source.place, **({} if source.name is None else {"name": source.name})}


def formats_of(formats: Optional[Sequence[Union[str, Format]]]) -> Optional[list[Any]]:
    if formats is None:
        return None
    return [{one.name: one.rest} if isinstance(one, Format) else one for one in formats]
