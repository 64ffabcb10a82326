"""
A lock, and waiting for what changes under it.

Nearly every call is over before anybody had to wait for its body or its credit, and a Condition costs
more than the rest of either: it is made when somebody waits.
"""

from __future__ import annotations

import threading
from typing import Optional


class Changes:
    __slots__ = ("_awaited", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._awaited: Optional[threading.Condition] = None

    def wait(self) -> None:
        """Until `tell`, or for no reason at all. With the lock held, which is free meanwhile."""
        if self._awaited is None:
            self._awaited = threading.Condition(self.lock)
        self._awaited.wait()

    def tell(self) -> None:
        """Wakes who waits. With the lock held."""
        if self._awaited is not None:
            self._awaited.notify_all()
