"""
The answer to one call as WSGI gives it: `start_response`, `write`, and the blocks of an iterable.

    in     status line, header tuples, blocks of bytes
    out    the frames of one answer
    raises TypeError, ValueError, AssertionError: the app breaks PEP 3333
           AnswerFaulty: the body is not what its content-length says
           CallOver: nobody waits for the answer any more

PEP 3333, "The start_response() Callable", "Handling the Content-Length Header", "Buffering and
Streaming". A block is never held back while the app makes the next one: each goes out at once, and
together with the head only when it is known to be the whole body.
"""

from __future__ import annotations

from types import TracebackType
from typing import Callable, Final, Optional, Sequence

from hagaki.answer_head import AnswerHead, read_answer_head
from hagaki.call import Call, Fields
from hagaki.fault import AnswerFaulty
from hagaki.head import RequestHead

ExcInfo = tuple[type[BaseException], BaseException, Optional[TracebackType]]
Write = Callable[[bytes], None]

# RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5.
_BODYLESS: Final = frozenset({204, 205, 304})

# How much of the answer is sent.
_NOTHING: Final = 0
_HEAD: Final = 1  # and perhaps some of the body
_WHOLE: Final = 2


class Response:
    def __init__(self, call: Call) -> None:
        self._call = call
        self._is_head = isinstance(call.head, RequestHead) and call.head.method == "HEAD"
        self._head: Optional[AnswerHead] = None
        self._stage = _NOTHING
        self._length: Optional[int] = None  # of the body, as promised
        self._sent = 0  # octets of it
        self._single = False

    def start(self, status: str, headers: Fields, exc_info: Optional[ExcInfo] = None) -> Write:
        """`start_response`. It may come again with `exc_info`, as long as nothing was sent."""
        if exc_info:
            try:
                if self._stage != _NOTHING:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None  # PEP 3333: the traceback holds this frame, which would hold it
        elif self._head is not None:
            raise AssertionError("start_response was called a second time, and without exc_info")
        self._head = read_answer_head(status, headers)
        self._length = self._head.length
        return self.send

    @property
    def bodyless(self) -> bool:
        """True once it is known that no body goes out, whatever the app yields."""
        head = self._head
        return head is not None and (self._is_head or head.status in _BODYLESS)

    def expect_single(self) -> None:
        """The iterable has one block, so that block is the whole body."""
        self._single = True

    def send(self, block: bytes) -> None:
        """
        `write`, and each block of an iterable. Waits for credit.

        Octets beyond the content-length are refused rather than cut: the client would take what
        is left for the whole.
        """
        head = self._started()
        size = len(_checked(block))
        if self._stage != _WHOLE:
            self._call.check()  # or an app that yields b"" while it waits would wait for ever
        if size == 0 or self.bodyless:
            return
        if self._single and self._length is None:
            self._length = size
        if self._length is not None and self._sent + size > self._length:
            raise AnswerFaulty(f"its body has more octets than it should, {self._length}")
        if self._stage == _NOTHING and self._length == size <= self._call.inline:
            self._call.respond(head.status, head.content_type, head.fields, block)
            self._stage = _WHOLE
        else:
            self._begin(head)
            self._call.data(block)
        self._sent += size

    def send_whole(self, blocks: Sequence[bytes]) -> None:
        """Sends a body that is all there, or what is left of it after `write`; ends the answer."""
        head = self._started()
        if self._stage == _NOTHING and not self.bodyless:
            total = sum(len(_checked(block)) for block in blocks)
            if self._length is None:
                self._length = total
            elif self._length != total:
                raise AnswerFaulty(f"its body has {total} octets and should have {self._length}")
            if total <= self._call.inline:
                self._call.respond(head.status, head.content_type, head.fields, b"".join(blocks))
                self._stage = _WHOLE
                return
        for block in blocks:
            self.send(block)
        self.finish()

    def finish(self) -> None:
        """Ends the answer: the app has no more blocks."""
        head = self._started()
        if self._stage == _WHOLE:
            return
        if self.bodyless:
            self._call.respond(head.status, head.content_type, _fields_alone(head), None)
        elif self._length is not None and self._sent != self._length:
            raise AnswerFaulty(f"its body has {self._sent} octets and should have {self._length}")
        elif self._stage == _HEAD:
            self._call.end()
        else:
            self._call.respond(head.status, head.content_type, head.fields, b"")
        self._stage = _WHOLE

    def _begin(self, head: AnswerHead) -> None:
        if self._stage == _NOTHING:
            self._call.begin(head.status, head.content_type, head.fields, self._length)
            self._stage = _HEAD

    def _started(self) -> AnswerHead:
        if self._head is None:
            raise AssertionError("the app gave its body before it called start_response")
        return self._head


def _fields_alone(head: AnswerHead) -> Fields:
    """
    The fields of an answer without a body. A content-length then tells what GET would give, and
    stays with HEAD and 304; on 204 and 205 it has no meaning (RFC 9110 section 8.6).
    """
    if head.length is None or head.status in (204, 205):
        return head.fields
    return [*head.fields, ("content-length", str(head.length))]


def _checked(block: object) -> bytes:
    if not isinstance(block, bytes):
        raise TypeError(f"a block of a body must be bytes, not {type(block).__name__}")
    return block
