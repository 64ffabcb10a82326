"""
Parts of a form as they come behind the line of a call, and files that are data.

    for part in arrived["body"]:
        if part.filename is None:
            title = part.text(200)

On the link a part is a head and pieces: u32 and as many octets of JSON, then for each piece u32 and its octets, and 0 at
its end. The gateway has read the form: names are texts and no paths.
"""

from __future__ import annotations

import json
import struct
from typing import (
    Any,
    AsyncIterator,
    Callable,
    Final,
    Generic,
    Iterable,
    Iterator,
    Mapping,
    NamedTuple,
    NoReturn,
    Optional,
    TypeVar,
    Union,
)

from hagaki.handlers.refused import Refusal, malformed
from hagaki.handlers.spool import Spooled, Spooling, size_of

Size = Union[int, str]
_U32: Final = struct.Struct(">I")
_HELD: Final = 65_536
_PASSED = "the next part was asked for: what is to be kept of one is read before that"


class File(NamedTuple):
    """A small file that a form had, where the schema is `file()`."""

    name: str
    """What the sender calls it: a text and no path."""
    media_type: str
    """As the sender says; "" where it does not."""
    content: bytes


Pieces = TypeVar("Pieces")


class _Part(Generic[Pieces]):
    """Its octets come as it is iterated, once; asking for the next part passes over its rest."""

    def __init__(
        self,
        name: str,
        pieces: Pieces,
        filename: Optional[str] = None,
        media_type: Optional[str] = None,
        keep: Callable[[Spooled], None] = lambda spooled: None,
    ) -> None:
        self.name = name
        self.filename = filename
        """What the sender calls the file: a text and no path. None for a value that is no file."""
        self.media_type = media_type
        self._pieces = pieces
        self._keep = keep


class Part(_Part[Iterable[bytes]]):
    """A part of a form."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def read(self, limit: Size) -> bytes:
        """All of it, at most `limit`, such as "64kb". Refusal: body_too_large."""
        room = _Room(limit)
        return b"".join([room.take(piece) for piece in self])

    def text(self, limit: Size) -> str:
        """The same as a text. Refusal: body_malformed, for what is not UTF-8."""
        return _text(self.read(limit))

    def spool(
        self, *, limit: Size, memory: Size = _HELD, dir: Optional[str] = None, hash: bool = False
    ) -> Spooled:
        """
        All of it, in memory while it is small, then in a file; gone when the call is over. Refusal: body_too_large.

            limit   the most that is taken, such as "5gb"
            memory  how much stays in memory
            dir     where files are; the system's own place for such files where nothing is said
            hash    to work out the SHA-256 as well
        """
        room, spooling = _Room(limit), Spooling(size_of(memory), dir, hash)
        try:
            for piece in self:
                spooling.add(room.take(piece))
            spooled = spooling.finish()
        except BaseException:
            spooling.drop()
            raise
        self._keep(spooled)
        return spooled


class AsyncPart(_Part[AsyncIterator[bytes]]):
    """The same for `async def`: `async for piece in part`, `await part.text(200)`."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def read(self, limit: Size) -> bytes:
        room = _Room(limit)
        return b"".join([room.take(piece) async for piece in self])

    async def text(self, limit: Size) -> str:
        return _text(await self.read(limit))

    async def spool(
        self, *, limit: Size, memory: Size = _HELD, dir: Optional[str] = None, hash: bool = False
    ) -> Spooled:
        """Files are written on a thread, and not on the event loop."""
        from asyncio import to_thread

        room, spooling = _Room(limit), Spooling(size_of(memory), dir, hash)
        try:
            async for piece in self:
                if spooling.stays(room.take(piece)):
                    spooling.add(piece)
                else:
                    await to_thread(spooling.add, piece)
            spooled = await to_thread(spooling.finish)
        except BaseException:
            spooling.drop()
            raise
        self._keep(spooled)
        return spooled


class Events:
    """What pieces of octets hold: heads as dicts, pieces of a part as bytes, and None at its end. Pure."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self._in_part = False

    def take(self, piece: bytes) -> Iterator[Union[Mapping[str, Any], bytes, None]]:
        self._octets += piece
        while len(self._octets) >= 4:
            (length,) = _U32.unpack_from(self._octets)
            if len(self._octets) < 4 + length:
                return
            found = bytes(memoryview(self._octets)[4 : 4 + length])
            del self._octets[: 4 + length]
            if not self._in_part:
                self._in_part = True
                yield json.loads(found)
            elif found:
                yield found
            else:
                self._in_part = False
                yield None


def parts_of(pieces: Iterator[bytes], keep: Callable[[Spooled], None]) -> Iterator[Part]:
    reader = Events()
    events = (event for piece in pieces for event in reader.take(piece))
    current = 0

    def content(number: int) -> Iterator[bytes]:
        while True:
            if number != current:
                raise RuntimeError(_PASSED)
            event = next(events, None)
            if not isinstance(event, bytes):
                return
            yield event

    for event in events:
        if isinstance(event, Mapping):
            current += 1
            part = content(current)
            yield Part(event["name"], part, event["filename"], event["mediaType"], keep)


async def async_parts_of(pieces: AsyncIterator[bytes], keep: Callable[[Spooled], None]) -> AsyncIterator[AsyncPart]:
    reader = Events()

    async def all() -> AsyncIterator[Union[Mapping[str, Any], bytes, None]]:
        async for piece in pieces:
            for event in reader.take(piece):
                yield event

    events = all()
    current = 0

    async def content(number: int) -> AsyncIterator[bytes]:
        while True:
            if number != current:
                raise RuntimeError(_PASSED)
            try:
                event = await events.__anext__()
            except StopAsyncIteration:
                return
            if not isinstance(event, bytes):
                return
            yield event

    async for event in events:
        if isinstance(event, Mapping):
            current += 1
            part = content(current)
            yield AsyncPart(event["name"], part, event["filename"], event["mediaType"], keep)


def with_files(data: Any, files: Iterable[Mapping[str, Any]], octets: bytes) -> Any:
    """Puts files where they were in data: their octets come one behind the other."""
    at = 0
    for one in files:
        content = octets[at : at + one["size"]]
        at += one["size"]
        *way, last = one["at"]
        place = data
        for step in way:
            place = place[step]
        place[last] = File(one["name"], one["type"], content)
    return data


class _Room:
    def __init__(self, limit: Size) -> None:
        self._limit = size_of(limit)
        self._left = self._limit

    def take(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        return piece if self._left >= 0 else self._full()

    def _full(self) -> NoReturn:
        detail = {"bytes": None, "limit": self._limit}
        raise Refusal("body_too_large", 413, detail, f"Cannot accept body: the limit is {self._limit} bytes")


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed("a part has a text that is not UTF-8") from error
