"""
Credit: how many octets of one answer the caller is ready to take.

    in     grants, from the reader thread
    out    permissions to send, to the thread that runs the app; it waits here for them

`spec/frames.md`, "Calls". This wait is the whole back-pressure: an app that yields faster than
its client reads is held up, and nothing piles up between them.
"""

from __future__ import annotations

from typing import Final, Optional

from hagaki.changes import Changes
from hagaki.fault import CallOver, FrameFault

MAX_CREDIT: Final = 2**31 - 1


class Credit:
    def __init__(self) -> None:
        self._changes = Changes()
        self._octets = 0
        self._broken: Optional[str] = None

    def add(self, granted: int) -> None:
        """FrameFault when more than 2^31 - 1 octets would be granted and not yet used."""
        with self._changes.lock:
            self._octets += granted
            if self._octets > MAX_CREDIT:
                raise FrameFault(f"credit of {self._octets} octets: {MAX_CREDIT} are possible")
            self._changes.tell()

    def take(self, most: int) -> int:
        """Waits for credit and uses up to `most` octets of it. CallOver when none will come."""
        with self._changes.lock:
            while self._must_wait:
                self._changes.wait()
            return self._taken(most)

    async def taken(self, most: int) -> int:
        """The same as `take`, on an event loop."""
        while True:
            with self._changes.lock:
                if not self._must_wait:
                    return self._taken(most)
                future = self._changes.future()
            await future

    @property
    def _must_wait(self) -> bool:
        return self._octets == 0 and self._broken is None

    def _taken(self, most: int) -> int:
        if self._broken is not None:
            raise CallOver(self._broken)
        taken = min(self._octets, most)
        self._octets -= taken
        return taken

    def break_off(self, reason: str) -> None:
        with self._changes.lock:
            self._broken = reason
            self._changes.tell()
