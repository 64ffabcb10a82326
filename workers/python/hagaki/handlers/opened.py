"""
Resources that are open. Each is opened and closed on a thread of its own, or as a task of its own, to which a lock or
a connection may belong, and which is left where it hangs.

    in     resources in order, with the names they are asked for
    out    their values
    raises SetupFaulty, naming the one that does not open; those before it are closed
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
from types import AsyncGeneratorType, GeneratorType, SimpleNamespace
from typing import Any, Callable, Final, Mapping, Optional, Union

from hagaki.handlers.refused import SetupFaulty
from hagaki.handlers.resource import MOST_SECONDS, Resource
from hagaki.log import say, say_failure
from hagaki.loop import EventLoop

CLOSE_SECONDS: Final = 0.9
_FIX: Final = "The boot stopped because handlers ask for it: mend what it opens, or take it out of uses"


class Opened:
    def __init__(
        self, resources: Mapping[Resource, str], given: Mapping[Resource, Any], loop: Optional[EventLoop] = None
    ) -> None:
        """Opens them, but for those that have a value in their place. `loop` is for those that are async. SetupFaulty."""
        self._values = dict(given)
        self._held: list[Union[_Held, _HeldAsync]] = []
        self._loop = loop
        self._until = time.monotonic() + MOST_SECONDS
        for one, name in resources.items():
            if one not in given:
                try:
                    self._open(one, name)
                except SetupFaulty:
                    self.close()
                    raise

    def used(self, uses: Mapping[str, Resource]) -> SimpleNamespace:
        """The values of some, by name."""
        return SimpleNamespace(**{name: self._values[one] for name, one in uses.items()})

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """In reverse. One that fails or hangs is logged, and stops no other."""
        until = time.monotonic() + seconds
        while self._held:
            # One that hangs leaves the others their share.
            left = max(0.0, until - time.monotonic()) / len(self._held)
            held = self._held.pop()
            if not held.close(left):
                say(f"{held.what} is not closed after {left:.1f} s, and is left")

    def _open(self, resource: Resource, name: str) -> None:
        used = self.used(resource.uses)
        held = _HeldAsync(name, resource, used, self._loop) if resource.is_async else _Held(name, resource, used)
        seconds = max(0.0, min(resource.timeout, self._until - time.monotonic()))
        if not held.open(seconds):
            raise SetupFaulty(held.what, f"it is not open after {round(seconds, 1):g} s", _FIX)
        if held.error is not None:
            reason = f"{type(held.error).__name__}: {held.error}".strip().splitlines()[0].rstrip(".")
            raise SetupFaulty(held.what, reason, _FIX) from held.error
        self._values[resource] = held.value
        self._held.append(held)


class _Held:
    """One that is open, on its thread."""

    def __init__(self, name: str, resource: Resource, used: SimpleNamespace) -> None:
        self.what = f'Resource "{name}"'
        self.value: Any = None
        self.error: Optional[BaseException] = None
        self._resource = resource
        self._used = used
        self._opened = threading.Event()
        self._closing = threading.Event()
        self._closed = threading.Event()

    def open(self, seconds: float) -> bool:
        """False when it takes longer."""
        threading.Thread(target=self._hold, name=f"hagaki-{self._resource.name}", daemon=True).start()
        opened = self._opened.wait(seconds)
        if not opened:
            self._closing.set()  # it may open yet, and nobody waits
        return opened

    def close(self, seconds: float) -> bool:
        """False when it takes longer."""
        self._closing.set()
        return self._closed.wait(seconds)

    def _hold(self) -> None:
        opening: Any = None
        try:
            begun = self._resource.begin(self._used)
            opening = begun if isinstance(begun, GeneratorType) else None
            self.value = begun if opening is None else next(opening)
        except BaseException as error:
            opening = None
            self.error = _not_open(error)
        self._opened.set()
        if opening is not None:
            self._closing.wait()
            try:
                next(opening)
                opening.close()
                say(f"{self.what} {_TWICE}")
            except StopIteration:
                pass
            except BaseException as error:
                say_failure(f"{self.what} did not close", error)
        self._closed.set()


class _HeldAsync:
    """One that is open, as a task of the event loop."""

    def __init__(self, name: str, resource: Resource, used: SimpleNamespace, loop: Optional[EventLoop]) -> None:
        assert loop is not None
        self.what = f'Resource "{name}"'
        self.value: Any = None
        self.error: Optional[BaseException] = None
        self._resource = resource
        self._used = used
        self._loop = loop
        self._opened = threading.Event()
        self._close: Callable[[], object] = lambda: None
        self._held: Optional[concurrent.futures.Future[Any]] = None

    def open(self, seconds: float) -> bool:
        """False when it takes longer; it is cancelled then."""
        self._held = self._loop.run(self._hold())
        opened = self._opened.wait(seconds)
        if not opened:
            self._held.cancel()
        return opened

    def close(self, seconds: float) -> bool:
        """False when it takes longer; it is cancelled then."""
        assert self._held is not None
        self._loop.soon(self._close)
        done, _ = concurrent.futures.wait([self._held], seconds)
        if not done:
            self._held.cancel()
        return bool(done)

    async def _hold(self) -> None:
        self._loop.keep()
        closing = asyncio.Event()
        self._close = closing.set
        opening: Any = None
        try:
            begun = self._resource.begin(self._used)
            opening = begun if isinstance(begun, AsyncGeneratorType) else None
            self.value = await begun if opening is None else await opening.__anext__()
        except BaseException as error:
            opening = None
            self.error = _not_open(error)
        self._opened.set()
        if opening is None:
            return
        await closing.wait()
        try:
            await opening.__anext__()
            await opening.aclose()
            say(f"{self.what} {_TWICE}")
        except StopAsyncIteration:
            pass
        except BaseException as error:
            say_failure(f"{self.what} did not close", error)


def _not_open(error: BaseException) -> BaseException:
    return RuntimeError("it yields nothing") if isinstance(error, (StopIteration, StopAsyncIteration)) else error


_TWICE: Final = "yields more than once: what stands behind its first yield closes it"
