"""
What metadata say beside JSON Schemas: bytes, text, items that flow, and the places of members. Plain values.
"""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional, Union

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


def flow_of(flow: Union[Raw, Items]) -> dict[str, Any]:
    if isinstance(flow, Items):
        return {"items": flow.schema, **flow.rest}
    return {"bytes": list(flow.types)}


def source_of(source: Source) -> dict[str, Any]:
    return {"in": source.place, **({} if source.name is None else {"name": source.name})}
