"""
The link: a thread that reads frames, and the calls under way.

    in     a descriptor to read, a Writer
    out    calls, offered as they come; the ending, told once

The reader thread never runs app code, so credit, data and cancels arrive whatever the apps do.
`spec/frames.md`; every fault of its "Errors" ends the link.
"""

from __future__ import annotations

import os
import threading
from typing import Callable, Final, NamedTuple, Optional, Union

from hagaki import frames
from hagaki.call import Call
from hagaki.fault import CallOver, FrameFault
from hagaki.frames import Frame, FrameDecoder
from hagaki.head import CallHead, RequestBodyMember, RequestHead, read_call, read_request
from hagaki.log import say_failure
from hagaki.payload import (
    read_cancel,
    read_credit,
    read_go_away,
    read_hello,
    read_timeout,
    read_trailers,
    write_failed,
    write_go_away,
    write_hello,
)
from hagaki.writer import Writer

_READ: Final = 65_536  # octets at once; for more the C library asks the system for memory, and gives it back


class Ending(NamedTuple):
    """Why the link is over: a fault of the caller's, or None when it just closed."""

    fault: Optional[str]


class Link:
    def __init__(
        self,
        descriptor: int,
        writer: Writer,
        offer: Callable[[Call], None],
        withdraw: Callable[[Call], None],
        ended: Callable[[Ending], None],
        name: str = "the app",
        contract: Optional[str] = None,
    ) -> None:
        """
        `offer` gets each new call and must not wait; `withdraw` gets those that were cancelled.
        `ended` is called once, from the reader thread. `name` is the app's, in faults. `contract` is the
        mark of what may be called by name; without one no name is known.
        """
        self._descriptor = descriptor
        self._writer = writer
        self._offer = offer
        self._withdraw = withdraw
        self._ended = ended
        self._name = name
        self._contract = contract
        self._calls: dict[int, Call] = {}
        self._calls_lock = threading.Lock()
        # While a call is taken and offered. Else one might be offered behind those that the caller sends
        # elsewhere, of which it would then be one.
        self._taking = threading.Lock()
        self._last = 0  # the highest call number so far
        self._inline: Optional[int] = None  # of the caller's hello; None before it
        self._leaving = False  # this side takes no new calls
        self._left = False  # the caller begins no new calls
        self._take = {
            frames.HELLO: self._on_hello,
            frames.REQUEST: self._on_request,
            frames.DATA: self._on_data,
            frames.END: self._on_end,
            frames.CREDIT: self._on_credit,
            frames.CANCEL: self._on_cancel,
            frames.CALL: self._on_call,
            frames.TIMEOUT: self._on_timeout,
            frames.PING: self._on_ping,
            frames.PONG: self._on_pong,
            frames.GO_AWAY: self._on_go_away,
        }

    def open(self, name: str) -> None:
        """Says hello and starts to read."""
        self._send_of_link(frames.HELLO, write_hello(name, self._contract))
        threading.Thread(target=self._read, name="hagaki-link", daemon=True).start()

    def stop_taking(self) -> int:
        """Takes no new calls; gives the number of the last one that was taken, and offered."""
        with self._taking:
            self._leaving = True
            return self._last

    def go_away(self, last: int, reason: str) -> None:
        """Tells the caller, which may send the calls behind `last` elsewhere."""
        self._send_of_link(frames.GO_AWAY, write_go_away(last, reason))

    def lose(self, reason: str) -> None:
        """Cancels all calls. From then on nothing is sent any more."""
        self._writer.close()
        with self._calls_lock:
            calls = list(self._calls.values())
        for call in calls:
            call.cancel(reason)

    def _read(self) -> None:
        fault = None
        try:
            decoder = FrameDecoder()
            while data := os.read(self._descriptor, _READ):
                decoder.receive(data)
                while (frame := decoder.next_frame()) is not None:
                    self._on_frame(frame)
        except FrameFault as error:
            fault = str(error)
        except OSError:
            pass  # a reset is an end like any other
        except BaseException as error:
            say_failure("the reader thread failed", error)
            fault = "the worker is at fault"
        self.lose("the link is lost")
        self._ended(Ending(fault))

    def _on_frame(self, frame: Frame) -> None:
        if self._inline is None and frame.type != frames.HELLO:
            raise FrameFault("a frame before hello")
        take = self._take.get(frame.type)
        if take is None:
            raise FrameFault(f"a frame of type {frame.type}, which only a worker sends")
        take(frame)

    def _on_hello(self, frame: Frame) -> None:
        if self._inline is not None:
            raise FrameFault("a second hello")
        if frame.call != 0:
            raise FrameFault("a hello with a call number")
        self._inline = read_hello(frame.payload)

    def _on_request(self, frame: Frame) -> None:
        self._judge_number(frame, "request")
        head, body = read_request(frame.payload, frames.MAX_INLINE)
        self._begin(frame, head, body)

    def _begin(self, frame: Frame, head: Union[RequestHead, CallHead], body: RequestBodyMember) -> None:
        call = Call(frame.call, head, body, self._inline or 0, self._writer.send, self._forget, self._name)
        with self._taking:
            self._last = frame.call
            if self._leaving:
                return  # it crossed with the go-away, and the caller knows that it was not begun
            with self._calls_lock:
                self._calls[call.number] = call
            self._offer(call)

    def _on_call(self, frame: Frame) -> None:
        self._judge_number(frame, "call")
        head, body = read_call(frame.payload, frames.MAX_INLINE)
        if self._contract is not None:
            return self._begin(frame, head, body)
        with self._taking:
            self._last = frame.call
            if self._leaving:
                return
        failed = write_failed("handler_unknown", {"name": head.name})
        self._send_of_link(frames.FAILED, failed, frame.call)

    def _judge_number(self, frame: Frame, what: str) -> None:
        if self._left:
            raise FrameFault(f"a {what} after the caller's go-away")
        if frame.call <= self._last:
            raise FrameFault(f"{what} {frame.call} after {what} {self._last}")

    def _on_data(self, frame: Frame) -> None:
        call = self._call(frame)
        if call is not None:
            call.body.feed(frame.payload)

    def _on_end(self, frame: Frame) -> None:
        read_trailers(frame.payload)
        call = self._call(frame)
        if call is not None:
            call.body.end()

    def _on_credit(self, frame: Frame) -> None:
        granted = read_credit(frame.payload)
        call = self._call(frame)
        if call is not None:
            call.credit.add(granted)

    def _on_cancel(self, frame: Frame) -> None:
        reason = read_cancel(frame.payload)
        call = self._call(frame)
        if call is not None:
            call.cancel(f"cancelled: {reason}")
            self._withdraw(call)

    def _on_timeout(self, frame: Frame) -> None:
        milliseconds = read_timeout(frame.payload)
        call = self._call(frame)
        if call is not None:
            call.limit(milliseconds)

    def _on_ping(self, frame: Frame) -> None:
        self._of_link(frame)
        self._send_of_link(frames.PONG, frame.payload)

    def _on_pong(self, frame: Frame) -> None:
        raise FrameFault("a pong without a ping")

    def _on_go_away(self, frame: Frame) -> None:
        self._of_link(frame)
        if self._left:
            raise FrameFault("a second go-away")
        read_go_away(frame.payload)
        self._left = True

    @staticmethod
    def _of_link(frame: Frame) -> None:
        if frame.call != 0:
            raise FrameFault(f"a frame of type {frame.type} with a call number")

    def _send_of_link(self, type: int, payload: bytes, call: int = 0) -> None:
        try:
            self._writer.send(frames.encode(type, call, payload))
        except CallOver:
            pass  # the reader thread will find the end as well

    def _call(self, frame: Frame) -> Optional[Call]:
        """The call of a frame; None when it is over, since the frame crossed with its end."""
        if not 0 < frame.call <= self._last:
            raise FrameFault(f"a frame of type {frame.type} for call {frame.call}, which never was")
        with self._calls_lock:
            return self._calls.get(frame.call)

    def _forget(self, number: int) -> None:
        with self._calls_lock:
            self._calls.pop(number, None)
