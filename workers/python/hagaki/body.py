"""
The body of one request, and the file object that `wsgi.input` is.

    in     data and end, from the reader thread
    out    octets, to the thread that runs the app; credit, to the caller

PEP 3333, "Input and Error Streams"; `spec/frames.md`, "Calls". No credit is granted before the
app reads, so a body that nobody wants never leaves the gateway (and a client that expects
100-continue is not told to go on). From then on at most WINDOW octets are granted or wait here.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Callable, Final, Optional

from hagaki.changes import Changes
from hagaki.fault import CallOver, FrameFault
from hagaki.head import Pending, RequestBodyMember

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

WINDOW: Final = 262_144  # octets


class RequestBody:
    def __init__(self, member: RequestBodyMember, grant: Callable[[int], None]) -> None:
        """`grant(octets)` sends credit. It may raise CallOver."""
        self._changes = Changes()
        self._grant = grant
        # A bytearray and not a list of pieces: 262,144 pieces of one octet would weigh 10 MB.
        self._unread = bytearray(member if isinstance(member, bytes) else b"")
        self._granted = 0  # octets, and not yet arrived
        self._left: Optional[int] = member.length if isinstance(member, Pending) else 0
        self._ended = not isinstance(member, Pending)
        self._broken: Optional[str] = None
        self._absent = member is None

    @property
    def is_empty(self) -> bool:
        """There is none, and it is not over either."""
        return self._absent and self._broken is None

    def feed(self, data: bytes) -> None:
        """Takes a data frame. FrameFault: after the end, without credit, or beyond the length."""
        with self._changes.lock:
            if self._ended:
                raise FrameFault("data after the end of a body")
            if len(data) > self._granted:
                raise FrameFault(f"{len(data)} octets of data and credit for {self._granted}")
            self._granted -= len(data)
            if self._left is not None:
                if len(data) > self._left:
                    raise FrameFault("data beyond the length of a body")
                self._left -= len(data)
            if self._broken is None:
                self._unread += data
            self._changes.tell()

    def end(self) -> None:
        """Takes an end frame. FrameFault: a second one, or one before the length is reached."""
        with self._changes.lock:
            if self._ended:
                raise FrameFault("a second end of a body")
            if self._left:
                raise FrameFault(f"the end of a body {self._left} octets before its length")
            self._ended = True
            self._changes.tell()

    def break_off(self, reason: str) -> None:
        with self._changes.lock:
            self._broken = reason
            self._unread.clear()
            self._grant = _nobody  # or the call and its body would hold each other
            self._changes.tell()

    def read_some(self, most: int) -> bytes:
        """Waits for 1 to `most` octets; b"" at the end. CallOver when no more will come."""
        self._ask()
        with self._changes.lock:
            while self._must_wait:
                self._changes.wait()
            return self._taken(most)

    async def arrived(self, most: int) -> bytes:
        """The same as `read_some`, on an event loop."""
        self._ask()
        while True:
            with self._changes.lock:
                if not self._must_wait:
                    return self._taken(most)
                future = self._changes.future()
            await future

    @property
    def inline(self) -> Optional[bytes]:
        """What came with the head, as long as nobody has read; None for a body that is to come."""
        return bytes(self._unread) if self._ended else None

    @property
    def _must_wait(self) -> bool:
        return not (self._unread or self._ended or self._left == 0 or self._broken is not None)

    def _taken(self, most: int) -> bytes:
        if self._broken is not None:
            raise CallOver(self._broken)
        piece = bytes(memoryview(self._unread)[:most])
        del self._unread[: len(piece)]
        return piece

    def _ask(self) -> None:
        with self._changes.lock:
            due = self._due()
            self._granted += due
        if due:
            # Outside the lock: this may wait for the pipe, and the reader thread must not.
            self._grant(due)

    def _due(self) -> int:
        """How much to grant now: rarely and much, rather than a frame for every read."""
        if self._ended or self._broken is not None:
            return 0
        room = WINDOW - self._granted - len(self._unread)
        if self._left is not None and room >= self._left - self._granted:
            return self._left - self._granted
        return room if room >= WINDOW // 2 else 0


def _nobody(octets: int) -> None:
    raise CallOver("nobody is there to send a body")


class BodyReader(io.RawIOBase):
    """The body as a raw stream; io.BufferedReader makes a whole file object of it."""

    def __init__(self, body: RequestBody) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        piece = self._body.read_some(len(view))
        view[: len(piece)] = piece
        return len(piece)


def wsgi_input(body: RequestBody) -> io.BufferedIOBase:
    """read(), read(n), readline(), readline(n), readlines() and iteration, as PEP 3333 asks."""
    return io.BytesIO() if body.is_empty else io.BufferedReader(BodyReader(body))
