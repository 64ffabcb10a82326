"""
What flows in and out of a handler: the line of a call with what stands behind it, items, bytes.

    {"data":...,"guards":{...},"resume":null} LF items as JSON lines, or octets

Nothing is read before it is asked for, and nothing is sent before the caller takes it.
"""

from __future__ import annotations

import json
from typing import Any, AsyncIterator, Final, Iterator, Optional

from hagaki.body import RequestBody
from hagaki.call import Call
from hagaki.fault import AnswerFaulty, CallOver
from hagaki.handlers.part import AsyncPart, Part, async_parts_of, parts_of
from hagaki.handlers.spool import Spooled

PIECE: Final = 65_536  # octets at once
_FEED: Final = b"\n"


class Line:
    """The line in front, cut off what comes in pieces."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self.rest = b""
        """What came behind it."""

    def take(self, piece: bytes) -> bool:
        """True once it is whole; b"" is the end of all."""
        looked = len(self._octets)
        self._octets += piece
        at = self._octets.find(_FEED, looked)
        if at >= 0:
            self.rest = bytes(self._octets[at + 1 :])
            del self._octets[at:]
        return at >= 0 or not piece

    def read(self) -> Any:
        return json.loads(self._octets) if self._octets else None


class Items:
    """Items as they come: each is whole, and was checked."""

    def __init__(self) -> None:
        self._unread = bytearray()

    def take(self, piece: bytes) -> Iterator[Any]:
        self._unread += piece
        *lines, last = self._unread.split(_FEED)
        self._unread = bytearray(last)
        return (json.loads(line) for line in lines if line)


class _Arrival:
    """The body of one call: `line`, then what flows."""

    def __init__(self, line: Line) -> None:
        self._rest = line.rest
        self.line: Any = line.read()
        self._kept: list[Spooled] = []

    def close(self) -> None:
        """Lets go of what was spooled: the call is over."""
        for spooled in self._kept:
            spooled.close()


class Arrival(_Arrival):
    """As it comes to a thread."""

    def __init__(self, body: RequestBody) -> None:
        """CallOver when no more will come."""
        self._body = body
        line = Line()
        while not line.take(body.read_some(PIECE)):
            pass
        super().__init__(line)

    def parts(self) -> Iterator[Part]:
        return parts_of(self.pieces(), self._kept.append)

    def pieces(self) -> Iterator[bytes]:
        """Octets as they come."""
        rest, self._rest = self._rest, b""
        if rest:
            yield rest
        while piece := self._body.read_some(PIECE):
            yield piece

    def items(self) -> Iterator[Any]:
        items = Items()
        for piece in self.pieces():
            yield from items.take(piece)

    def whole(self) -> bytes:
        return b"".join(self.pieces())


class AsyncArrival(_Arrival):
    """The same on an event loop."""

    def __init__(self, call: Call, line: Line) -> None:
        super().__init__(line)
        self._call = call

    def parts(self) -> AsyncIterator[AsyncPart]:
        return async_parts_of(self.pieces(), self._kept.append)

    @classmethod
    async def of(cls, call: Call) -> "AsyncArrival":
        """CallOver when no more will come."""
        line = Line()
        while not line.take(await _arrived(call)):
            pass
        return cls(call, line)

    async def pieces(self) -> AsyncIterator[bytes]:
        rest, self._rest = self._rest, b""
        if rest:
            yield rest
        while piece := await _arrived(self._call):
            yield piece

    async def items(self) -> AsyncIterator[Any]:
        items = Items()
        async for piece in self.pieces():
            for item in items.take(piece):
                yield item

    async def whole(self) -> bytes:
        return b"".join([piece async for piece in self.pieces()])


async def _arrived(call: Call) -> bytes:
    try:
        return await call.body.arrived(PIECE)
    except CallOver:
        await call.parting()
        raise


def line_of(item: Any) -> bytes:
    """One item as it is sent. TypeError, ValueError for what JSON has not."""
    return encode(item) + _FEED


def octets_of(piece: Any) -> bytes:
    """AnswerFaulty for what is no bytes."""
    if isinstance(piece, (bytes, bytearray, memoryview)):
        return bytes(piece)
    raise AnswerFaulty(f"it gives bytes, and one piece is of type {type(piece).__name__}")


def encode(data: Any) -> bytes:
    """TypeError, ValueError for what JSON has not."""
    return _ENCODER.encode(data).encode("utf-8")


def close(iterator: Optional[Any]) -> None:
    """Ends a generator that nobody asks any more."""
    end = getattr(iterator, "close", None)
    if end is not None:
        end()


async def aclose(iterator: Any) -> None:
    """The same on an event loop, for iterators of either kind."""
    end = getattr(iterator, "aclose", None)
    if end is not None:
        await end()
    else:
        close(iterator)


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
