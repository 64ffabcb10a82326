"""
Items of an answer, of JSON lines as they come: for the client. A line that begins with "!" is the failure that ends them,
an empty one a sign of life.
"""

from __future__ import annotations

from typing import Any, Callable, Final, Iterator, Optional

from hagaki.exchange import CallLost
from hagaki.handlers import jsonbody
from hagaki.handlers.refused import Refusal

LIMIT: Final = 1_048_576  # bytes of one, where the contract says none
_MORE: Final = 4_096  # what is no item, as a failure is, needs no less


def items(pieces: Iterator[bytes], limit: Optional[int], failed: Callable[[Any], None]) -> Iterator[Any]:
    """`failed` is called with the problem of a failure, and raises. CallLost for what is no item."""
    most = (limit or LIMIT) + _MORE
    for line in _lines(pieces, most):
        if line.strip() == b"":
            continue
        if line.startswith(b"!"):
            return failed(_parsed(line[1:]))
        yield _parsed(line)


def _lines(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    unread = bytearray()
    for piece in pieces:
        *lines, rest = piece.split(b"\n")
        for line in lines:
            unread += line
            yield _within(unread, most)
            unread.clear()
        unread += rest
        _within(unread, most)
    yield bytes(unread)


def _within(line: bytearray, most: int) -> bytes:
    if len(line) > most:
        raise CallLost(f"an item is over {most - _MORE} bytes")
    return bytes(line)


def _parsed(line: bytes) -> Any:
    try:
        return jsonbody.decode(line)
    except Refusal as refusal:
        raise CallLost(f"an item is no JSON: {refusal}") from refusal
