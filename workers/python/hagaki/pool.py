"""
The threads that run calls, and the calls that wait for one.

    in     calls, from the reader thread
    out    `run(call)` for each, in the order they came, on one of N threads
"""

from __future__ import annotations

import threading
from collections import deque
from queue import SimpleQueue
from typing import Callable, Final

from hagaki.call import Call

MAX_QUEUED: Final = 1_024


class Pool:
    def __init__(self, threads: int, run: Callable[[Call], None]) -> None:
        """`run` must not raise."""
        self._run = run
        self._threads = threads
        self._queued: deque[Call] = deque()
        # One for each call that was queued: threads wait for these, since a Condition would take a lock
        # of its own for every wait. A call that was withdrawn leaves its own behind.
        self._offers: SimpleQueue[None] = SimpleQueue()
        self._running = 0
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._awaits_idle = False  # somebody does, and it costs to tell nobody

    def start(self) -> None:
        for number in range(self._threads):
            # Daemons: an app that hangs must not keep the process alive.
            threading.Thread(target=self._work, name=f"hagaki-{number}", daemon=True).start()

    def submit(self, call: Call) -> bool:
        """Queues a call. False when 1,024 wait already."""
        with self._lock:
            if len(self._queued) >= MAX_QUEUED:
                return False
            self._queued.append(call)
        self._offers.put(None)
        return True

    def withdraw(self, call: Call) -> None:
        """Takes a call that was cancelled out of the queue, so that only live ones fill it."""
        with self._lock:
            if call in self._queued:
                self._queued.remove(call)

    def clear(self) -> list[Call]:
        """Empties the queue and gives what was in it."""
        with self._lock:
            queued = list(self._queued)
            self._queued.clear()
            return queued

    def wait_idle(self, seconds: float) -> bool:
        """True when no call waits or runs any more, within that time."""
        with self._lock:
            self._awaits_idle = True
            return self._idle.wait_for(lambda: self._running == 0 and not self._queued, seconds)

    def _work(self) -> None:
        while True:
            self._offers.get()
            with self._lock:
                if not self._queued:
                    continue
                call = self._queued.popleft()
                self._running += 1
            if not call.over:
                self._run(call)
            del call  # or this thread would hold its bodies until the next one
            with self._lock:
                self._running -= 1
                if self._awaits_idle:
                    self._idle.notify_all()
