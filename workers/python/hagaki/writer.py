"""
The way out: whole frames, one after the other, from any thread.

A write waits when the pipe is full. The gateway always reads its link, since it has granted the
credit for all that comes on it, so that wait is short.
"""

from __future__ import annotations

import os
import threading
from typing import Callable

from hagaki import forked
from hagaki.fault import CallOver

_LOST = "the link is lost"


class Writer:
    def __init__(self, descriptor: int, lost: Callable[[], None]) -> None:
        """`lost` is called once, when the other end turns out to be gone."""
        self._descriptor = descriptor
        self._lost = lost
        self._turn = threading.Lock()
        self._closed = False

    def send(self, frame: bytes) -> None:
        """Writes a frame. CallOver when the link is lost."""
        if forked.is_here():
            forked.finish()  # before the lock, which a thread may hold that is not there any more
        with self._turn:
            if self._closed:
                raise CallOver(_LOST)
            rest = memoryview(frame)
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as error:
                self._closed = True
                self._lost()
                raise CallOver(_LOST) from error

    def close(self) -> None:
        """No more frames. Does not wait for its turn: a thread may be stuck in a write for ever."""
        self._closed = True
