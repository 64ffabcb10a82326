"""
One call: a request that came, and the frames of the answer to it.

Its request body and its credit are fed by the reader thread; everything else is the thread that
runs the app on it. A call is over when its answer is whole, has failed, or is not wanted any more;
from then on nothing is sent for it, and whoever still reads or writes gets CallOver.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Optional, Union

from hagaki import frames
from hagaki.body import RequestBody
from hagaki.carried import changed, written
from hagaki.credit import Credit
from hagaki.fault import CallOver
from hagaki.head import CallHead, Pending, RequestBodyMember, RequestHead, write_response, write_result
from hagaki.log import say_failure
from hagaki.payload import write_credit, write_failed

Fields = list[tuple[str, str]]


class Call:
    def __init__(
        self,
        number: int,
        head: Union[RequestHead, CallHead],
        body: RequestBodyMember,
        inline: int,
        send: Callable[[bytes], None],
        forget: Callable[[int], None],
        name: str = "the app",
    ) -> None:
        """
        `inline` is the largest body, in octets, that the caller takes with a head. `send` writes a
        frame or raises CallOver; `forget` is told that the call is over. `name` is the app's, in faults.
        """
        self.number = number
        self.head = head
        self.length = _length(body)
        self.is_bodyless = body is None
        self.inline = inline
        self.body = RequestBody(body, self._grant)
        self.credit = Credit()
        self._send_frame = send
        self._forget = forget
        self._name = name
        self._over: Optional[str] = None
        self._ending = threading.Lock()  # held for a comparison
        self._begun = False
        self._is_left = False
        self._leave: Callable[[], None] = lambda: None
        self._parted: Any = None
        self._timer: Optional[threading.Timer] = None
        self._carried = written(head.context)

    @property
    def over(self) -> bool:
        return self._over is not None

    def respond(
        self, status: int, content_type: Optional[str], headers: Fields, body: Optional[bytes]
    ) -> None:
        """Sends a whole answer, its body inline or none. AnswerFaulty when its head is too large."""
        payload = write_response(status, content_type, headers, body, self._changed())
        self._finish(frames.RESPONSE, payload)

    def answer(
        self, status: int, content_type: Optional[str], headers: Fields, body: Optional[bytes]
    ) -> None:
        """Sends an answer that is all there, beside its head where the caller takes it so. AnswerFaulty."""
        if body is None or len(body) <= self.inline:
            return self.respond(status, content_type, headers, body)
        self.begin(status, content_type, headers, len(body))
        self.data(body)
        self.end()

    def give(self, data: Optional[bytes]) -> None:
        """Sends the result of a call by name, as JSON; None for none."""
        if (rest := self._give(data)) is not None:
            self.data(rest)
            self.end()

    async def given(self, data: Optional[bytes]) -> None:
        """The same as `give`, on an event loop."""
        if (rest := self._give(data)) is not None:
            await self.data_sent(rest)
            self.end()

    def _give(self, data: Optional[bytes]) -> Optional[bytes]:
        """Gives what is still to be sent."""
        if data is None or len(data) <= self.inline:
            self._finish(frames.RESULT, write_result(data, "data", self._changed()))
            return None
        self._begun = True
        self._send(frames.RESULT, write_result(Pending(len(data)), "data", self._changed()))
        return data

    def begin_giving(self, gives: str) -> None:
        """Begins a result that flows: "items" or "chunks", by `data` and `end`."""
        self._begun = True
        self._send(frames.RESULT, write_result(Pending(None), gives, self._changed()))

    def begin(self, status: int, content_type: Optional[str], headers: Fields, length: Optional[int]) -> None:
        """Sends the head of an answer whose body follows by `data` and `end`. AnswerFaulty as above."""
        payload = write_response(status, content_type, headers, Pending(length), self._changed())
        self._begun = True
        self._send(frames.RESPONSE, payload)

    def data(self, octets: bytes) -> None:
        """Sends a piece of the body, waiting for credit as often as it takes."""
        rest = memoryview(octets)
        while rest:
            count = self.credit.take(min(len(rest), frames.MAX_DATA))
            self._send(frames.DATA, rest[:count])
            rest = rest[count:]

    async def data_sent(self, octets: bytes) -> None:
        """The same as `data`, on an event loop."""
        rest = memoryview(octets)
        try:
            while rest:
                count = await self.credit.taken(min(len(rest), frames.MAX_DATA))
                self._send(frames.DATA, rest[:count])
                rest = rest[count:]
        except CallOver:
            await self.parting()
            raise

    def end(self) -> None:
        self._finish(frames.END, b"")

    def fail(self, code: str, detail: object, kind: Optional[str] = None) -> None:
        """
        Says that the answer will not come, or not to its end. Nothing when nobody waits. What an app gives as
        a detail may be anything: where it cannot be sent, the log has it, and the caller app_failed.
        """
        try:
            payload = write_failed(code, detail, kind)
        except (TypeError, ValueError, RecursionError) as error:
            say_failure(f"the data of {code} cannot be sent", error)
            payload = write_failed("app_failed", {})
        try:
            self._finish(frames.FAILED, payload)
        except CallOver:
            pass

    def limit(self, milliseconds: Optional[int]) -> None:
        """From now on the answer may take so long to begin; None for as long as it takes."""
        if self._timer is not None:
            self._timer.cancel()
        if milliseconds is None or self.over or self._begun:
            return
        self._timer = threading.Timer(milliseconds / 1_000, self._late, (milliseconds,))
        self._timer.daemon = True
        self._timer.start()

    def _late(self, milliseconds: int) -> None:
        if self._begun or not self._close("it took too long", is_left=True):
            return
        payload = write_failed("call_timeout", {"to": self._name, "limitMs": milliseconds})
        try:
            self._send_frame(frames.encode(frames.FAILED, self.number, payload))
        except CallOver:
            pass

    def cancel(self, reason: str) -> None:
        """Nobody waits any more: wakes whoever waits for credit or data. For the reader thread."""
        self._close(reason, is_left=True)

    def when_left(self, leave: Callable[[], None]) -> None:
        """
        `leave` is called, on any thread, when nobody waits any more: it cancels the task of this call, where
        `parted` says so. It hears nothing of an end that the answer itself has. On an event loop.
        """
        from asyncio import Event

        self._parted = Event()
        self._leave = leave
        if self._is_left:  # before there was anybody to tell
            leave()

    def parted(self) -> bool:
        """Its task is cancelled now; False where it was before."""
        was = self._parted.is_set()
        self._parted.set()
        return not was

    async def parting(self) -> None:
        """Waits for the task to be cancelled, where it will be: else its teardown would be interrupted by that."""
        if self._is_left:
            await self._parted.wait()

    def check(self) -> None:
        """CallOver when the call is over."""
        if self._over is not None:
            raise CallOver(self._over)

    def _changed(self) -> dict[str, Any]:
        return changed(self.head.context, self._carried)

    def _grant(self, octets: int) -> None:
        self._send(frames.CREDIT, write_credit(octets))

    def _send(self, type: int, payload: bytes | memoryview) -> None:
        self.check()
        try:
            self._send_frame(frames.encode(type, self.number, payload))
        except CallOver as lost:
            self._close(str(lost))  # or it would seem to go on until the link says so
            raise

    def _finish(self, type: int, payload: bytes) -> None:
        # Over first: what the caller sends from here on crosses with this frame. And once: the clock, which
        # is another thread's, may find the call late just now.
        if not self._close("its answer is complete"):
            self.check()
        self._send_frame(frames.encode(type, self.number, payload))

    def _close(self, reason: str, is_left: bool = False) -> bool:
        """False when it was over before."""
        with self._ending:
            if self._over is not None:
                return False
            self._over = reason
            self._is_left = is_left
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None  # or the two would hold each other
        self._forget(self.number)
        self.body.break_off(reason)
        self.credit.break_off(reason)
        if is_left:
            self._leave()
        return True


def _length(body: RequestBodyMember) -> Optional[int]:
    """Octets of the request body; None without one, and when nobody knows yet."""
    if isinstance(body, Pending):
        return body.length
    return None if body is None else len(body)
