"""
Watches an event loop, and tells the log which function blocks it: all other calls on the loop wait meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import threading
import traceback
from typing import Final

from hagaki.log import say

BLOCKED_SECONDS: Final = 1.0


class Watch:
    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._loop = loop
        self._watched = thread
        self._busy = threading.Event()
        self._stopped = threading.Event()
        threading.Thread(target=self._watch, name="hagaki-watch", daemon=True).start()

    def busy(self) -> None:
        self._busy.set()

    def idle(self) -> None:
        self._busy.clear()

    def stop(self) -> None:
        self._stopped.set()
        self._busy.set()

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._busy.wait()
            beat = threading.Event()
            try:
                self._loop.call_soon_threadsafe(beat.set)
            except RuntimeError:
                return  # it is closed
            if not beat.wait(BLOCKED_SECONDS) and not self._stopped.is_set():
                self._tell()
                beat.wait()
            self._stopped.wait(BLOCKED_SECONDS)

    def _tell(self) -> None:
        frame = sys._current_frames().get(self._watched.ident or 0)
        frames = [] if frame is None else traceback.extract_stack(frame)
        of_app = [one for one in frames if not one.filename.startswith(_NOT_OF_APP)]
        # None where all of the machine is slow, or has slept.
        if of_app:
            told = f"the event loop is blocked for {BLOCKED_SECONDS:g} s, and all that is async waits. {_FIX}"
            say(f"{told}\n{''.join(traceback.format_list(of_app[-4:])).rstrip()}")


_FIX: Final = "Await what it waits for, or call it by asyncio.to_thread; plain def runs on threads"
_NOT_OF_APP: Final = (
    os.path.dirname(__file__) + os.sep,
    os.path.dirname(asyncio.__file__) + os.sep,
    threading.__file__,
    selectors.__file__,
)
