"""
Resources that are open. Each is opened and closed on a thread of its own, which a lock or a connection may belong to,
and which is left where it hangs.

    in     resources in order, with the names they are asked for
    out    their values
    raises SetupFaulty, naming the one that does not open; those before it are closed
"""

from __future__ import annotations

import threading
import time
from types import GeneratorType, SimpleNamespace
from typing import Any, Final, Mapping, Optional

from hagaki.handlers.refused import SetupFaulty
from hagaki.handlers.resource import Resource
from hagaki.log import say, say_failure

CLOSE_SECONDS: Final = 0.9
_FIX: Final = "The boot stopped because handlers ask for it: mend what it opens, or take it out of uses"


class Opened:
    def __init__(self, resources: Mapping[Resource, str], given: Mapping[Resource, Any]) -> None:
        """Opens them, but for those that have a value in their place. SetupFaulty."""
        self._values = dict(given)
        self._held: list[_Held] = []
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
            self._held.pop().close(left)

    def _open(self, resource: Resource, name: str) -> None:
        held = _Held(name, resource, self.used(resource.uses))
        self._values[resource] = held.open()
        self._held.append(held)


class _Held:
    def __init__(self, name: str, resource: Resource, used: SimpleNamespace) -> None:
        self._what = f'Resource "{name}"'
        self._resource = resource
        self._used = used
        self._value: Any = None
        self._error: Optional[BaseException] = None
        self._opened = threading.Event()
        self._closing = threading.Event()
        self._closed = threading.Event()

    def open(self) -> Any:
        """SetupFaulty."""
        threading.Thread(target=self._hold, name=f"hagaki-{self._resource.name}", daemon=True).start()
        seconds = self._resource.timeout
        if not self._opened.wait(seconds):
            self._closing.set()  # it may open yet, and nobody waits
            raise SetupFaulty(self._what, f"it is not open after {seconds:g} s", _FIX)
        if self._error is not None:
            reason = f"{type(self._error).__name__}: {self._error}".strip().splitlines()[0].rstrip(".")
            raise SetupFaulty(self._what, reason, _FIX) from self._error
        return self._value

    def close(self, seconds: float) -> None:
        self._closing.set()
        if not self._closed.wait(seconds):
            say(f"{self._what} is not closed after {seconds:.1f} s, and is left")

    def _hold(self) -> None:
        opening = None
        try:
            begun = self._resource.begin(self._used)
            if isinstance(begun, GeneratorType):
                opening = begun
            self._value = begun if opening is None else next(opening)
        except BaseException as error:
            opening = None
            self._error = RuntimeError("it yields nothing") if isinstance(error, StopIteration) else error
        self._opened.set()
        if opening is not None:
            self._closing.wait()
            self._end(opening)
        self._closed.set()

    def _end(self, opening: Any) -> None:
        try:
            next(opening)
            say(f"{self._what} yields more than once: what stands behind its first yield closes it")
            opening.close()
        except StopIteration:
            pass
        except BaseException as error:
            say_failure(f"{self._what} did not close", error)
