"""
Resources: what is opened at boot, used by guards and functions, and closed after the drain. Declared here, and opened
in `opened`; `src/handler/provide.ts` has the same.

    @resource
    def db():
        with connect() as connection:
            yield connection
"""

from __future__ import annotations

import contextlib
import inspect
from types import MappingProxyType, SimpleNamespace
from typing import Any, Callable, Final, Iterable, Mapping, Optional, Union, overload

from hagaki.handlers.refused import SetupFaulty

TIMEOUT_SECONDS: Final = 30.0
MOST_SECONDS: Final = 50.0  # for all: a worker that is not ready within 60 is given up, and nobody told which it was
_WRITE: Final = "Write def name() or, with uses, def name(used): yield what is opened, and close it behind that"


class Resource:
    """What opens it: a function that returns the value, or one that yields it, and closes it behind that. Either may be async."""

    def __init__(self, open: Callable[..., Any], uses: Mapping[str, "Resource"], timeout: float) -> None:
        """SetupFaulty."""
        self.name: str = getattr(open, "__name__", "resource")
        what = f"resource {self.name!r}"
        check_uses(uses, what)
        if not callable(open) or count_of(open) != (1 if uses else 0):
            raise SetupFaulty(what, "it is no function of what it uses", _WRITE)
        if type(timeout) not in (int, float) or not 0 < timeout <= MOST_SECONDS:
            raise SetupFaulty(what, f"its timeout is {timeout!r}", f"Write seconds, up to {MOST_SECONDS:g}")
        self.uses = dict(uses)
        self.timeout = timeout
        self.is_async = is_async(open)
        self._open = open

    def begin(self, used: SimpleNamespace) -> Any:
        """What the function gives: a value, or a generator that will yield it, or what is awaited for either."""
        made = self._open(used) if self.uses else self._open()
        if isinstance(made, (contextlib._GeneratorContextManager, contextlib._AsyncGeneratorContextManager)):
            raise TypeError("it gives a context manager. Take @contextmanager away: @resource does what it does")
        return made


@overload
def resource(open: Callable[..., Any]) -> Resource: ...
@overload
def resource(
    *, uses: Optional[Mapping[str, Resource]] = None, timeout: float = TIMEOUT_SECONDS
) -> Callable[[Callable[..., Any]], Resource]: ...
def resource(
    open: Optional[Callable[..., Any]] = None,
    *,
    uses: Optional[Mapping[str, Resource]] = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Union[Resource, Callable[[Callable[..., Any]], Resource]]:
    """
    Makes a resource of a function: `@resource`, or `@resource(uses={"db": db})` of one that is given those.

        timeout  seconds that it may take to open
        raises   SetupFaulty
    """
    if open is not None:
        return Resource(open, {}, TIMEOUT_SECONDS)
    return lambda function: Resource(function, uses or {}, timeout)


def check_uses(uses: Any, what: str, kinds: Mapping[str, type] = MappingProxyType({"resource": Resource})) -> None:
    """SetupFaulty for what is no mapping of names to what may be used: `kinds`, by the decorators that make them."""
    fits = isinstance(uses, Mapping) and all(isinstance(one, tuple(kinds.values())) for one in uses.values())
    if not fits or not all(isinstance(name, str) and name.isidentifier() for name in uses):
        reason = f"its uses are not {' or '.join(f'{kind}s' for kind in kinds)} by name"
        raise SetupFaulty(what, reason, f"Write uses={{\"db\": db}}, of @{' or @'.join(kinds)}")


def is_async(function: Any) -> bool:
    """True for what runs on an event loop: `async def`, also one that yields."""
    called = getattr(function, "__call__", None)  # of an object that is called like a function
    return any(inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in (function, called))


def count_of(function: Callable[..., Any]) -> Optional[int]:
    """How many parameters a function has; None where that cannot be told."""
    try:
        return len(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None


def in_order(
    asked: Iterable[Mapping[str, Resource]],
    values: Mapping[str, Any] = MappingProxyType({}),
    given: Optional[dict[Resource, Any]] = None,
) -> dict[Resource, str]:
    """
    All that are asked for, by the names they are asked for, each behind those that it uses itself. One that has a
    value by its name is in `given` afterwards, and not opened, nor is what it alone uses.
    """
    found: dict[Resource, str] = {}
    stood_in = {} if given is None else given

    def add(uses: Mapping[str, Resource]) -> None:
        for name, one in uses.items():
            if name in values:
                stood_in[one] = values[name]
            elif one not in found:
                add(one.uses)  # no circle: what is used was made before
                found[one] = name

    for uses in asked:
        add(uses)
    return {one: name for one, name in found.items() if one not in stood_in}
