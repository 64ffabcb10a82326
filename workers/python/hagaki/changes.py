"""
A lock, and waiting for what changes under it.

Nearly every call is over before anybody had to wait for its body or its credit, and a Condition costs
more than the rest of either: it is made when somebody waits. On an event loop nobody may wait by a lock.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    import asyncio


class Changes:
    __slots__ = ("_awaited", "_futures", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._awaited: Optional[threading.Condition] = None
        self._futures: list[asyncio.Future[None]] = []

    def wait(self) -> None:
        """Until `tell`, or for no reason at all. With the lock held, which is free meanwhile."""
        if self._awaited is None:
            self._awaited = threading.Condition(self.lock)
        self._awaited.wait()

    def future(self) -> asyncio.Future[None]:
        """What to await, without the lock, in the place of `wait`. With the lock held, on an event loop."""
        from asyncio import get_running_loop  # it is much, for apps that await nothing

        made = get_running_loop().create_future()
        self._futures.append(made)
        return made

    def tell(self) -> None:
        """Wakes who waits. With the lock held."""
        if self._awaited is not None:
            self._awaited.notify_all()
        if self._futures:
            for future in self._futures:
                _wake(future)
            self._futures = []


def _wake(future: asyncio.Future[None]) -> None:
    try:
        future.get_loop().call_soon_threadsafe(_settle, future)
    except RuntimeError:
        pass  # the loop is closed, and nobody waits on it


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():  # who waited may be cancelled
        future.set_result(None)
