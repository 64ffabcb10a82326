"""
Frames: bytes to frames and back. Pure, no input or output.

    in     pieces of a byte stream, cut anywhere
    out    frames: (type, call, payload)
    raises FrameFault: a length out of range, or a type that is not in the table

`spec/frames.md`, "Framing". A length is judged when its four octets are there and a type when its
one is, so what cannot become a frame is never buffered: at most one frame waits here unfinished.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple, Optional, Union

from hagaki.fault import FrameFault

HELLO: Final = 1
REQUEST: Final = 2
RESPONSE: Final = 3
DATA: Final = 4
END: Final = 5
CREDIT: Final = 6
CANCEL: Final = 7
FAILED: Final = 8
CALL: Final = 9
RESULT: Final = 10
TIMEOUT: Final = 11
PING: Final = 12
PONG: Final = 13
GO_AWAY: Final = 14
HINT: Final = 15

MAX_LENGTH: Final = 196_608  # octets after the length itself: type, call, payload
MAX_DATA: Final = 65_536  # body octets in one data frame
MAX_HEAD: Final = 65_536  # octets of a head's JSON
MAX_INLINE: Final = 65_536  # body octets that may travel with a head
MAX_WORDS: Final = 8_192  # octets of a hello, of a reason, of a hint
MAX_CALL: Final = 2**32 - 1

_PREFIX = struct.Struct(">IBI")
_LENGTH = struct.Struct(">I")
_TYPE_AND_CALL = 5  # octets of those two, counted by the length
MAX_PAYLOAD: Final = MAX_LENGTH - _TYPE_AND_CALL

# Least and most payload octets by type. JSON and heads are judged by who decodes them.
_PAYLOAD: Final = {
    HELLO: (0, MAX_WORDS),
    REQUEST: (0, MAX_PAYLOAD),
    RESPONSE: (0, MAX_PAYLOAD),
    DATA: (1, MAX_DATA),
    END: (0, MAX_PAYLOAD),
    CREDIT: (4, 4),
    CANCEL: (0, MAX_WORDS),
    FAILED: (0, MAX_PAYLOAD),
    CALL: (0, MAX_PAYLOAD),
    RESULT: (0, MAX_PAYLOAD),
    TIMEOUT: (4, 4),
    PING: (4, 4),
    PONG: (4, 4),
    GO_AWAY: (0, MAX_WORDS),
    HINT: (2, MAX_WORDS),
}


class Frame(NamedTuple):
    type: int
    call: int
    payload: bytes


def encode(type: int, call: int, payload: Union[bytes, memoryview] = b"") -> bytes:
    """One frame as bytes. ValueError for a payload or number that no frame may have."""
    least, most = _PAYLOAD[type]
    if not least <= len(payload) <= most or not 0 <= call <= MAX_CALL:
        raise ValueError(f"no frame of type {type} for call {call} has {len(payload)} octets")
    return b"".join((_PREFIX.pack(_TYPE_AND_CALL + len(payload), type, call), payload))


class FrameDecoder:
    """
    Takes bytes by `receive`, gives frames by `next_frame` until it gives None.

    After a FrameFault the stream has no meaning any more; the decoder is to be dropped.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()

    def receive(self, data: bytes) -> None:
        self._bytes += data

    def next_frame(self) -> Optional[Frame]:
        """The next whole frame, or None when more bytes are needed."""
        have = len(self._bytes)
        if have < 4:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if not _TYPE_AND_CALL <= length <= MAX_LENGTH:
            raise FrameFault(f"a frame of {length} octets: 5 to {MAX_LENGTH} are possible")
        if have < 5:
            return None
        type = self._bytes[4]
        self._judge(type, length - _TYPE_AND_CALL)
        if have < 4 + length:
            return None
        _, _, call = _PREFIX.unpack_from(self._bytes)
        payload = bytes(memoryview(self._bytes)[_PREFIX.size : 4 + length])
        del self._bytes[: 4 + length]  # cheap: a bytearray moves its start, not its bytes
        return Frame(type, call, payload)

    @staticmethod
    def _judge(type: int, octets: int) -> None:
        if type not in _PAYLOAD:
            raise FrameFault(f"a frame of unknown type {type}")
        least, most = _PAYLOAD[type]
        if not least <= octets <= most:
            raise FrameFault(
                f"a frame of type {type} with {octets} payload octets: {least} to {most} are possible"
            )
