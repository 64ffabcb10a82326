"""
A worker from its hello to its exit.

    in     an app, the link's descriptors, signals
    out    an exit status: 0 when the link closed or SIGTERM came, 2 when the caller broke the
           protocol

It is gone STOP_SECONDS after it learns that it shall stop, whatever the app does. Calls that run
when SIGTERM comes may end well; once the link is gone nobody could tell, and they are cut off. Then the app has
CLOSE_SECONDS to close what it has opened.
"""

from __future__ import annotations

import os
import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Optional, Protocol, Union

from hagaki.call import Call
from hagaki.link import Ending, Link
from hagaki.log import say
from hagaki.pool import MAX_QUEUED, Pool
from hagaki.signals import on_terminate
from hagaki.writer import Writer

if TYPE_CHECKING:
    from hagaki.loop import EventLoop

STOP_SECONDS: Final = 2.8  # fewer than the three after which the gateway, and our lifeline, end it by force
CLOSE_SECONDS: Final = 0.9  # of those, for what the app has opened
_CALLS_SECONDS: Final = 1.7  # of those, for the calls that run
_DRAIN_SECONDS: Final = 1.4  # of those, on SIGTERM, before they are cut off


class _Terminated:
    """SIGTERM came."""


class Gateway(Protocol):
    """What runs an app on calls."""

    name: str
    contract: Optional[str]  # the mark of what may be called by name
    loop: Optional[EventLoop]  # None where nothing is async

    def is_async(self, call: Call) -> bool:
        """True for a call that goes to the loop."""

    async def serve_async(self, call: Call) -> None: ...

    def serve(self, call: Call) -> None: ...

    def close(self, seconds: float) -> None:
        """Closes what it has opened, as nobody calls any more."""


class Worker:
    def __init__(
        self, gateway: Gateway, threads: int, reading: int, writing: int, software: str = "python-wsgi"
    ) -> None:
        """`software` is what the hello says of this worker."""
        self._software = software
        # A SimpleQueue, because its put() may interrupt itself, as a signal handler's does.
        self._endings: SimpleQueue[Union[Ending, _Terminated]] = SimpleQueue()
        self._pool = Pool(threads, gateway.serve)
        self._gateway = gateway
        writer = Writer(writing, lambda: self._endings.put(Ending(None)))
        self._link = Link(
            reading,
            writer,
            self._offer,
            self._pool.withdraw,
            self._endings.put,
            gateway.name,
            gateway.contract,
        )

    def run(self) -> int:
        """Serves until it shall stop. In the main thread, where signals arrive."""
        on_terminate(lambda: self._endings.put(_Terminated()))
        self._pool.start()
        self._link.open(self._software)
        ending = self._endings.get()
        return self._stop(ending)

    def _offer(self, call: Call) -> None:
        """Takes a call from the reader thread."""
        loop = self._gateway.loop
        if loop is not None and self._gateway.is_async(call):
            taken = loop.begin(call, self._gateway.serve_async)
        else:
            taken = self._pool.submit(call)
        if not taken:
            call.fail("call_refused", {"to": self._gateway.name, "reason": f"{MAX_QUEUED} calls wait already"})

    def _stop(self, ending: Union[Ending, _Terminated]) -> int:
        deadline = time.monotonic() + _CALLS_SECONDS
        fault = ending.fault if isinstance(ending, Ending) else None
        status = 0 if fault is None else 2
        _exit_in(STOP_SECONDS, status)
        if fault is not None:
            say(f"link closed: {fault}")
        if isinstance(ending, _Terminated):
            last = self._link.stop_taking()
            queued = self._pool.clear()  # in the order of their numbers
            self._link.go_away(queued[0].number - 1 if queued else last, "the worker stops")
            for call in queued:
                call.cancel("it was not begun")
            self._wait_idle(_DRAIN_SECONDS)
        self._link.lose("the worker stops")
        idle = self._wait_idle(deadline - time.monotonic())
        self._gateway.close(CLOSE_SECONDS)
        if not idle:
            # Threads that still run would go on while the interpreter comes apart around them.
            os._exit(status)
        return status

    def _wait_idle(self, seconds: float) -> bool:
        """True when no call waits or runs any more, within that time."""
        until = time.monotonic() + seconds
        idle = self._pool.wait_idle(seconds)
        loop = self._gateway.loop
        return (loop is None or loop.wait_idle(until - time.monotonic())) and idle


def _exit_in(seconds: float, status: int) -> None:
    """For what still keeps the process: threads that the app started, its atexit functions."""
    timer = threading.Timer(seconds, os._exit, (status,))
    timer.daemon = True
    timer.start()
