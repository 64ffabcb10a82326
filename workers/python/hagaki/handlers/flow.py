"""
What flows in and out of a handler: the line of a call with what stands behind it, items, bytes.

    {"data":...,"guards":{...},"resume":null} LF items as JSON lines, or octets

Nothing is read before it is asked for, and nothing is sent before the caller takes it.
"""

from __future__ import annotations

import json
from typing import Any, Final, Iterator, Optional

from hagaki.body import RequestBody
from hagaki.fault import AnswerFaulty

_PIECE: Final = 65_536  # octets at once
_FEED: Final = b"\n"


class Arrival:
    """The body of one call: `line`, then what flows."""

    def __init__(self, body: RequestBody) -> None:
        """CallOver when no more will come."""
        self._body = body
        self._rest = b""
        octets = bytearray()
        looked = 0
        while (at := octets.find(_FEED, looked)) < 0:
            looked = len(octets)
            piece = body.read_some(_PIECE)
            if not piece:
                break
            octets += piece
        else:
            self._rest = bytes(octets[at + 1 :])
            del octets[at:]
        self.line: Any = json.loads(octets) if octets else None

    def pieces(self) -> Iterator[bytes]:
        """Octets as they come."""
        rest, self._rest = self._rest, b""
        if rest:
            yield rest
        while piece := self._body.read_some(_PIECE):
            yield piece

    def items(self) -> Iterator[Any]:
        """Items as they come: each is whole, and was checked."""
        unread = bytearray()
        for piece in self.pieces():
            unread += piece
            *lines, last = unread.split(_FEED)
            unread = bytearray(last)
            for line in lines:
                if line:
                    yield json.loads(line)

    def whole(self) -> bytes:
        return b"".join(self.pieces())


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


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
